//! What is lost at a restart unless it was stored: most settings are marked by `AT&W`, Wi-Fi configurations are stored
//! by an action of their own (protocol.md §1.3, §6.2).

use crate::at::{Form, Request};

/// What a command means to the settings that survive a restart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storing {
    /// It changes settings, which `by` stores.
    Changes { command: &'static str, by: &'static str },
    /// It stores what was changed.
    Stores { by: &'static str },
}

const MARK: &str = "AT&W";
const STATION: (&str, &str) = ("AT+UWSC", "AT+UWSCA");
const ACCESS_POINT: (&str, &str) = ("AT+UWAPC", "AT+UWAPCA");

/// Commands whose settings `AT&W` stores. The echo comes back by itself, peers and URL values are gone in any case, and
/// certificates are stored at once.
const MARKED: [&str; 17] = [
    "ATS2", "ATS3", "ATS4", "ATS5", "AT&D", "AT&S", "AT+UMRS", "AT+CSGT", "AT+UMSM", "AT+UMLA", "AT+UDSF",
    "AT+UNHN", "AT+UDDRP", "AT+UDSC", "AT+UDCFG", "AT+UWCFG", "AT+UDWS",
];

/// Those of them whose first value says which one is meant: with that alone they ask.
const NUMBERED: [&str; 7] = ["AT+UMLA", "AT+UDSF", "AT+UDDRP", "AT+UDSC", "AT+UDCFG", "AT+UWCFG", "AT+UDWS"];

/// What this command does to stored settings, if the module accepts it.
pub fn storing(line: &str) -> Option<Storing> {
    let Request { name, form } = Request::parse(line)?;
    let name = format!("AT{name}");
    if name == MARK {
        return Some(Storing::Stores { by: MARK });
    }
    // `AT&D1` has its value right behind the name.
    let stem =
        if name.starts_with("AT&") { name.trim_end_matches(|c: char| c.is_ascii_digit()) } else { &name };
    let sets = match &form {
        Form::Set(values) => values.len() > 1 || !NUMBERED.contains(&stem),
        _ => stem.len() < name.len(),
    };
    if let Some(command) = MARKED.into_iter().find(|marked| *marked == stem).filter(|_| sets) {
        return Some(Storing::Changes { command, by: MARK });
    }
    let Form::Set(values) = form else { return None };
    for (command, by) in [STATION, ACCESS_POINT] {
        // With one value it is a question.
        if name == command && values.len() > 1 {
            return Some(Storing::Changes { command, by });
        }
        if name == by && values.get(1).is_some_and(|action| action.text == "1") {
            return Some(Storing::Stores { by });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(line: &str) -> Option<&'static str> {
        match storing(line) {
            Some(Storing::Changes { command, .. }) => Some(command),
            _ => None,
        }
    }

    #[test]
    fn commands_that_set_something_change_settings_and_questions_do_not() {
        assert_eq!(changed("at+umrs=921600,1,8,1,1"), Some("AT+UMRS"));
        assert_eq!(changed("AT&D1"), Some("AT&D"));
        assert_eq!(changed("AT+UMLA=2,D4CA6E000001"), Some("AT+UMLA"));
        assert_eq!(changed("ATS3=13"), Some("ATS3"));
        assert_eq!(changed("AT+UWSC=0,2,\"lab\""), Some("AT+UWSC"));
        for line in [
            "AT+UMRS?",
            "AT+UWSC=0",
            "ATE0",
            "AT+UDCP=tcp://h/",
            "AT+GMM",
            "ATS3?",
            "AT+UMLA=2",
            "AT+UDDRP=0",
            "hello",
        ] {
            assert_eq!(storing(line), None, "{line}");
        }
    }

    #[test]
    fn each_is_stored_by_its_own_command() {
        assert_eq!(storing("AT&W"), Some(Storing::Stores { by: "AT&W" }));
        assert_eq!(storing("AT+UWSCA=0,1"), Some(Storing::Stores { by: "AT+UWSCA" }));
        assert_eq!(storing("AT+UWSCA=0,3"), None);
    }

    #[test]
    fn every_command_named_here_is_in_the_catalogue() {
        for name in MARKED.into_iter().chain([MARK, STATION.0, STATION.1, ACCESS_POINT.0, ACCESS_POINT.1]) {
            assert!(crate::catalogue::command(name).is_some(), "{name}");
        }
    }
}
