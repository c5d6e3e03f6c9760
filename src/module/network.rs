//! Answers about interfaces and peers (protocol.md §6.6 and §8.1).

use std::net::IpAddr;

use super::named;

/// One line of `AT+UNSTAT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkStatus {
    /// 0 is the Wi-Fi station.
    pub interface: u32,
    /// 1 up or down, 101 to 105 IPv4 address, mask, gateway and DNS, 201 and 210 to 212 IPv6 addresses.
    pub id: u32,
    /// The value as it stands. The state behind an IPv6 address is left out.
    pub value: String,
}

/// The answer to `AT+UDCP`: the module has begun to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerOpened(
    /// The handle that `+UUDPC` and `+UUDPD` repeat. Handles follow no rule.
    pub u32,
);

impl NetworkStatus {
    /// Reads a `+UNSTAT` line.
    pub fn parse(line: &str) -> Option<Self> {
        let answer = named(line, "UNSTAT")?;
        Some(Self { interface: answer.number(0)?, id: answer.number(1)?, value: answer.text(2)?.to_owned() })
    }

    /// The value as an address; `None` for none, and for the `0.0.0.0` or `::` of one that is not set.
    pub fn address(&self) -> Option<IpAddr> {
        self.value.parse().ok().filter(|address: &IpAddr| !address.is_unspecified())
    }
}

impl PeerOpened {
    /// Reads a `+UDCP` line.
    pub fn parse(line: &str) -> Option<Self> {
        named(line, "UDCP")?.number(0).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(line: &str) -> Option<String> {
        NetworkStatus::parse(line)?.address().map(|address| address.to_string())
    }

    #[test]
    fn real_status_lines_are_read() {
        let status = NetworkStatus::parse("+UNSTAT:13,2,5").unwrap();
        assert_eq!((status.interface, status.id, status.value.as_str()), (13, 2, "5"));
        assert_eq!(address("+UNSTAT:0,101,192.168.2.101").as_deref(), Some("192.168.2.101"));
        assert_eq!(
            address("+UNSTAT:0,210,FE80::D6CA:6EFF:FEFD:96E0,1").as_deref(),
            Some("fe80::d6ca:6eff:fefd:96e0")
        );
    }

    #[test]
    fn an_address_that_is_not_set_is_none() {
        for line in ["+UNSTAT:0,101,0.0.0.0", "+UNSTAT:0,201,::", "+UNSTAT:0,0,D4CA6EFD96E0"] {
            assert_eq!(address(line), None, "{line}");
        }
    }

    #[test]
    fn the_handle_of_a_peer_is_taken_from_the_answer() {
        assert_eq!(PeerOpened::parse("+UDCP:2"), Some(PeerOpened(2)));
        assert_eq!(PeerOpened::parse("+UDCP:"), None);
        assert_eq!(PeerOpened::parse("+UUDPC:2,2,6"), None);
    }

    proptest! {
        #[test]
        fn any_line_can_be_read(values in "[0-9A-F:.,]{0,40}") {
            NetworkStatus::parse(&format!("+UNSTAT:{values}"));
            PeerOpened::parse(&format!("+UDCP:{values}"));
        }
    }
}
