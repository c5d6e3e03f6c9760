//! By what a person tells the modules that are open from one another: a colour, and a name that they may give.

use serde::{Deserialize, Serialize};

use super::Model;
use super::order::PortName;

/// The sign of one module. It is remembered by the module's serial number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Badge {
    /// Given by a person.
    pub name: Option<String>,
    /// Which of the colours for things side by side.
    pub hue: usize,
}

/// Another module that is open in the same window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// The same as long as it is open.
    pub id: u64,
    /// Where it stands among all that are open, from 0.
    pub place: usize,
    pub title: String,
    /// The port that it has or wants to have again.
    pub port: Option<PortName>,
}

impl Neighbour {
    /// Whether nobody else can have this port now. There are as many simulated modules as are wanted.
    pub fn holds(&self, port: &PortName) -> bool {
        *port != PortName::Simulated && self.port.as_ref() == Some(port)
    }
}

impl Model {
    /// Who else has this port.
    pub fn holder(&self, port: &PortName) -> Option<&Neighbour> {
        self.neighbours.iter().find(|other| other.holds(port))
    }
}

impl PortName {
    /// As short as it can be told beside the name of a module.
    pub fn short(&self) -> String {
        match self {
            Self::Simulated => "Simulated".to_owned(),
            Self::Serial(path) => path.rsplit('/').next().unwrap_or(path).to_owned(),
            Self::Tcp(_) => self.to_string(),
        }
    }
}

/// The first colour of `count` that is not among those that are taken, or the one that is taken least.
pub fn free_hue(taken: &[usize], count: usize) -> usize {
    (0..count).min_by_key(|hue| taken.iter().filter(|taken| *taken == hue).count()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_port_has_one_owner_and_simulated_modules_have_many() {
        let neighbour = |port| Neighbour { id: 1, place: 0, title: String::new(), port: Some(port) };
        let serial = PortName::from("/dev/ttyUSB0");
        assert!(neighbour(serial.clone()).holds(&serial));
        assert!(!neighbour(serial).holds(&PortName::from("/dev/ttyUSB1")));
        assert!(!neighbour(PortName::Simulated).holds(&PortName::Simulated));
    }

    #[test]
    fn a_port_is_told_in_few_characters() {
        let short = ["/dev/ttyUSB0", "COM3", "simulated", "tcp://10.0.0.2:5000"]
            .map(|name| PortName::from(name).short());
        assert_eq!(short, ["ttyUSB0", "COM3", "Simulated", "tcp://10.0.0.2:5000"]);
    }

    #[test]
    fn the_next_colour_is_one_that_nobody_has_as_long_as_there_are_any() {
        assert_eq!(free_hue(&[0, 2], 4), 1);
        assert_eq!(free_hue(&[0, 1, 0], 2), 1);
        assert_eq!(free_hue(&[], 8), 0);
    }
}
