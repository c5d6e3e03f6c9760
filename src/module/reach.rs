//! Whom the module reaches and who reaches it, as it is configured: peers, default peers, servers and the access point of
//! its own (protocol.md §6.7, §8.3).

use super::{filled, named};
use crate::at;

/// A peer of `AT+UDLP?`: `+UDLP:<handle>,<protocol>,<local>,<remote>`. Handle 0 is the serial port itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPeer {
    pub handle: u32,
    /// As the module calls it, such as `tcp`.
    pub protocol: String,
    pub local: String,
    /// Empty for the serial port.
    pub remote: String,
}

/// A default peer of `AT+UDDRP?`, its URL without passwords.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultPeer {
    pub number: u8,
    pub url: String,
    /// Bits: 2 always connected, 4 connected by a signal.
    pub scheme: u8,
}

/// A server of `AT+UDSC?`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    pub number: u8,
    pub kind: ServerKind,
}

/// What a server serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerKind {
    /// 0
    Off,
    /// 1, at this port.
    Tcp(u16),
    /// 2, at this port.
    Udp(u16),
    /// 8: AT commands.
    At,
    /// Any other: a Bluetooth profile.
    Other(u8),
}

/// The module as an access point (`AT+UWAPC`, `AT+UWAPSTAT`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnAccessPoint {
    /// Tag 2.
    pub ssid: Option<String>,
    /// Tag 4.
    pub channel: Option<u8>,
    /// Tag 0: whether it comes up by itself at every start.
    pub on_startup: Option<bool>,
    /// Status 3.
    pub is_up: Option<bool>,
}

impl ListedPeer {
    /// Reads a `+UDLP` line.
    pub fn parse(line: &str) -> Option<Self> {
        let answer = named(line, "UDLP")?;
        Some(Self {
            handle: answer.number(0)?,
            protocol: filled(&answer, 1)?,
            local: answer.text(2).unwrap_or_default().to_owned(),
            remote: answer.text(3).unwrap_or_default().to_owned(),
        })
    }

    /// The serial port itself is in the list as well (protocol.md §8.3).
    pub fn is_serial_port(&self) -> bool {
        self.protocol == "com"
    }
}

impl DefaultPeer {
    /// Reads a `+UDDRP` line; passwords become dots. `None` also for a place that is empty.
    pub fn parse(line: &str) -> Option<Self> {
        let line = at::masked(line);
        let answer = named(&line, "UDDRP")?;
        Some(Self {
            number: answer.number(0)?,
            url: filled(&answer, 1)?,
            scheme: answer.number(2).unwrap_or_default(),
        })
    }

    /// When it is connected, in words.
    pub const fn when(&self) -> &'static str {
        match self.scheme & 6 {
            2 => "always connected",
            4 => "connected by a signal",
            6 => "always connected, and by a signal",
            _ => "connected by nothing",
        }
    }
}

impl Server {
    /// Reads a `+UDSC` line.
    pub fn parse(line: &str) -> Option<Self> {
        let answer = named(line, "UDSC")?;
        let kind = match answer.number(1)? {
            0 => ServerKind::Off,
            1 => ServerKind::Tcp(answer.number(2)?),
            2 => ServerKind::Udp(answer.number(2)?),
            8 => ServerKind::At,
            other => ServerKind::Other(other),
        };
        Some(Self { number: answer.number(0)?, kind })
    }
}

impl OwnAccessPoint {
    /// Takes what a `+UWAPC` or `+UWAPSTAT` line says; other lines say nothing.
    pub fn take(&mut self, line: &str) {
        if let Some(answer) = named(line, "UWAPC") {
            match answer.number::<u16>(1) {
                Some(0) => self.on_startup = answer.number::<u8>(2).map(|on| on == 1),
                Some(2) => self.ssid = filled(&answer, 2),
                Some(4) => self.channel = answer.number(2),
                _ => {}
            }
        }
        if let Some(answer) = named(line, "UWAPSTAT")
            && answer.number::<u8>(0) == Some(3)
        {
            self.is_up = answer.number::<u8>(1).map(|state| state == 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_serial_port_and_a_peer_are_listed() {
        let port = ListedPeer::parse(r#"+UDLP:0,"com","com1","""#).unwrap();
        assert_eq!((port.handle, port.protocol.as_str(), port.remote.as_str()), (0, "com", ""));
        let peer = ListedPeer::parse(r#"+UDLP:1,"sps","D4CA6EF5932Ap","D4CA63F2C8F1p""#).unwrap();
        assert_eq!((peer.handle, peer.remote.as_str()), (1, "D4CA63F2C8F1p"));
    }

    #[test]
    fn the_password_of_a_default_peer_is_dots() {
        let line = r#"+UDDRP:0,"mqtt://h:8883/?client=c&user=u&passwd=hunter2&pt=t",2"#;
        let peer = DefaultPeer::parse(line).unwrap();
        assert!(peer.url.contains("user=u") && !peer.url.contains("hunter2"), "{}", peer.url);
        assert_eq!((peer.number, peer.when()), (0, "always connected"));
        assert_eq!(DefaultPeer::parse(r#"+UDDRP:1,"",0"#), None);
    }

    #[test]
    fn servers_are_read_with_their_ports() {
        let kind = |line| Server::parse(line).map(|server| server.kind);
        assert_eq!(kind("+UDSC:1,1,12345,0"), Some(ServerKind::Tcp(12345)));
        assert_eq!(kind("+UDSC:0,0"), Some(ServerKind::Off));
        assert_eq!(kind("+UDSC:2,6"), Some(ServerKind::Other(6)));
        assert_eq!(kind("+UDSC:2,1"), None);
    }

    #[test]
    fn the_access_point_is_put_together_from_its_lines() {
        let mut own = OwnAccessPoint::default();
        for line in ["+UWAPC:0,0,0", "+UWAPC:0,2,\"UBXWifi\"", "+UWAPC:0,4,6", "+UWAPSTAT:3,0"] {
            own.take(line);
        }
        let expected = OwnAccessPoint {
            ssid: Some("UBXWifi".to_owned()),
            channel: Some(6),
            on_startup: Some(false),
            is_up: Some(false),
        };
        assert_eq!(own, expected);
    }

    proptest! {
        #[test]
        fn any_line_can_be_read(values in r#"[0-9A-Z:.,"\\]{0,40}"#) {
            ListedPeer::parse(&format!("+UDLP:{values}"));
            DefaultPeer::parse(&format!("+UDDRP:{values}"));
            Server::parse(&format!("+UDSC:{values}"));
            OwnAccessPoint::default().take(&format!("+UWAPC:{values}"));
        }
    }
}
