//! A bench for the simulated module: a host that types, make-believe brokers at the other end of TCP, and a clock that
//! jumps from one moment to the next.

mod faults;
mod modes;
mod peers;
mod robustness;
mod store;
mod transcripts;
mod wifi;

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use super::*;
use crate::edm::{Item, Packet};
use crate::moment::UnixTime;
use crate::mqtt::{ClientCertificates, Identity, PreparedServerTls, Qos, Request, Server, ServerTls};
use crate::secret::Secret;

pub(super) const NOW: UnixTime = UnixTime(1_893_456_000);
pub(super) const PASSPHRASE: &str = "hunter2hunter2";
/// The broker of the logs.
pub(super) const REMOTE: &str = "20.43.44.164:8883";

/// What TCP connections lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Network {
    /// An MQTT broker that allows everything, with TLS at port 8883.
    Broker,
    /// The broker refuses subscriptions.
    Unsubscribable,
    /// Something that sends every byte back.
    Mirror,
    Failing(TcpFailure),
}

pub(super) struct Bench {
    pub(super) simulator: Simulator,
    pub(super) now: Moment,
    pub(super) network: Network,
    tls: Option<PreparedServerTls>,
    servers: BTreeMap<u32, Server>,
    /// What brokers were told: `topic payload`.
    pub(super) published: Vec<String>,
    /// The subscriptions and their ends: `+filter`, `-filter`.
    pub(super) subscriptions: Vec<String>,
    /// The hosts that connections were opened to, and closes: `host:port`, `close`.
    pub(super) wishes: Vec<String>,
    incoming: VecDeque<(u32, TcpEvent)>,
    received: Vec<u8>,
    decoder: edm::Decoder,
}

pub(super) fn settings(model: &str, firmware: &str) -> Settings {
    let access_point = |ssid: &str| AccessPoint::with_passphrase(ssid, PASSPHRASE);
    Settings {
        access_points: vec![access_point("lab"), access_point("other")],
        ..Settings::new(model.parse().unwrap(), firmware.parse().unwrap(), NOW)
    }
}

impl Bench {
    pub(super) fn with(settings: Settings, seed: u64) -> Self {
        Self {
            simulator: Simulator::new(settings, seed),
            now: Moment::START,
            network: Network::Broker,
            tls: None,
            servers: BTreeMap::new(),
            published: Vec::new(),
            subscriptions: Vec::new(),
            wishes: Vec::new(),
            incoming: VecDeque::new(),
            received: Vec::new(),
            decoder: edm::Decoder::new(),
        }
    }

    /// A NINA-W152 with these faults.
    pub(super) fn new(faults: &[&str]) -> Self {
        Self::with(Settings { faults: parsed(faults), ..settings("NINA-W152", "3.0.0-013") }, 0)
    }

    /// The same, having joined `lab`.
    pub(super) fn joined(faults: &[&str]) -> Self {
        let start = Start { joined: Some("lab".into()), ..Start::default() };
        Self::with(Settings { start, faults: parsed(faults), ..settings("NINA-W152", "3.0.0-013") }, 0)
    }

    /// A server certificate for this host, and the root to trust, stored as `ca.pem`.
    pub(super) fn trust(&mut self, host: &str) {
        let pem = self.certify(host);
        assert!(self.upload(0, "ca.pem", pem.as_bytes()).ends_with("\r\nOK\r\n"));
    }

    /// A server certificate for this host; gives the root.
    pub(super) fn certify(&mut self, host: &str) -> String {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(vec![host.to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let identity = Identity { chain: vec![certificate.der().to_vec()], key: key.serialize_der().into() };
        self.tls = Some(ServerTls { identity, clients: ClientCertificates::NotAsked }.prepare().unwrap());
        certificate.pem()
    }

    /// Sends bytes and lets the network settle; time stands still.
    pub(super) fn send(&mut self, bytes: &[u8]) {
        self.tell(Input::Bytes(bytes.to_vec()));
    }

    pub(super) fn tell(&mut self, input: Input) {
        self.simulator.handle(input, self.now);
        self.settle();
    }

    /// Lets this much time pass, moment by moment.
    pub(super) fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(due) = self.simulator.poll_time().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.tell(Input::Time);
        }
        self.now = end;
        self.tell(Input::Time);
    }

    pub(super) fn pass_millis(&mut self, millis: u64) {
        self.pass(Duration::from_millis(millis));
    }

    /// What the module has sent since the last look, as text.
    pub(super) fn take(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.received)).into_owned()
    }

    /// What the module has sent since the last look, as packets.
    pub(super) fn take_packets(&mut self) -> Vec<Packet> {
        self.decoder.feed(&std::mem::take(&mut self.received));
        let items = std::iter::from_fn(|| self.decoder.poll());
        items.filter_map(|item| if let Item::Packet(packet) = item { Some(packet) } else { None }).collect()
    }

    /// Types a command and gives everything up to its answer, which comes within 20 s or not at all.
    pub(super) fn command(&mut self, line: &str) -> String {
        self.send(format!("{line}\r").as_bytes());
        self.answer()
    }

    /// Everything up to the next answer, which comes within 20 s or not at all.
    pub(super) fn answer(&mut self) -> String {
        let end = self.now + Duration::from_secs(20);
        let answered = |received: &[u8]| {
            let ends = |result: &[u8]| {
                received.windows(result.len()).position(|own| own == result).map(|at| at + result.len())
            };
            ends(b"\r\nOK\r\n").or(ends(b"\r\nERROR\r\n")).or(ends(b"\r\n>"))
        };
        while answered(&self.received).is_none()
            && let Some(due) = self.simulator.poll_time().filter(|due| *due <= end)
        {
            self.now = self.now.max(due);
            self.tell(Input::Time);
        }
        let length = answered(&self.received).unwrap_or(self.received.len());
        let rest = self.received.split_off(length);
        String::from_utf8_lossy(&std::mem::replace(&mut self.received, rest)).into_owned()
    }

    /// Types `ATO2` and takes everything that comes of it.
    pub(super) fn enter_edm(&mut self) {
        self.command("ATO2");
        self.take_packets();
    }

    /// A command inside extended data mode: every packet up to its answer.
    pub(super) fn request(&mut self, line: &str) -> Vec<Packet> {
        self.send(&Packet::AtRequest(format!("{line}\r").into_bytes()).encode());
        let end = self.now + Duration::from_secs(20);
        let mut packets = self.take_packets();
        let done = |packets: &[Packet]| {
            let mut texts = packets.iter().filter_map(|packet| match packet {
                Packet::AtConfirmation(text) => Some(text),
                _ => None,
            });
            texts.next_back().is_some_and(|text| {
                text.ends_with(b"OK\r\n") || text.ends_with(b"ERROR\r\n") || text.ends_with(b">")
            })
        };
        while !done(&packets)
            && let Some(due) = self.simulator.poll_time().filter(|due| *due <= end)
        {
            self.now = self.now.max(due);
            self.tell(Input::Time);
            packets.extend(self.take_packets());
        }
        packets
    }

    /// Uploads in command mode and gives the result.
    pub(super) fn upload(&mut self, kind: u8, name: &str, bytes: &[u8]) -> String {
        let prompt = self.command(&format!("AT+USECMNG=0,{kind},{name},{}", bytes.len()));
        assert!(prompt.ends_with("\r\n>"), "{prompt:?}");
        self.send(bytes);
        self.answer()
    }

    /// Publishes to every client that is connected.
    pub(super) fn broker_says(&mut self, topic: &str, payload: &[u8]) {
        for server in self.servers.values_mut() {
            drop(server.publish(topic, payload, Qos::AtMostOnce, false));
        }
        self.settle();
    }

    /// The brokers close every connection.
    pub(super) fn broker_leaves(&mut self) {
        let connections = std::mem::take(&mut self.servers).into_keys();
        self.incoming.extend(connections.map(|connection| (connection, TcpEvent::Closed)));
        self.settle();
    }

    fn settle(&mut self) {
        loop {
            while let Some(output) = self.simulator.poll_output() {
                match output {
                    Output::Bytes(bytes) => self.received.extend(bytes),
                    Output::Tcp { connection, request } => self.handle_wish(connection, request),
                }
            }
            self.run_brokers();
            let Some((connection, event)) = self.incoming.pop_front() else { return };
            self.simulator.handle(Input::Tcp { connection, event }, self.now);
        }
    }

    fn handle_wish(&mut self, connection: u32, request: TcpRequest) {
        match (self.network, request) {
            (network, TcpRequest::Open { host, port }) => {
                self.wishes.push(format!("{host}:{port}"));
                let event = match network {
                    Network::Failing(failure) => TcpEvent::Failed(failure),
                    _ => TcpEvent::Opened {
                        remote: SocketAddr::new(REMOTE.parse::<SocketAddr>().unwrap().ip(), port),
                    },
                };
                let tls = self.tls.as_ref().filter(|_| port == 8883);
                self.servers.insert(connection, Server::new(tls, NOW).unwrap());
                self.incoming.push_back((connection, event));
            }
            (Network::Mirror, TcpRequest::Send(bytes)) => {
                self.incoming.push_back((connection, TcpEvent::Bytes(bytes)));
            }
            (_, TcpRequest::Send(bytes)) => {
                if let Some(server) = self.servers.get_mut(&connection) {
                    server.handle_bytes(&bytes, self.now);
                }
            }
            (_, TcpRequest::Close) => {
                self.wishes.push("close".into());
                self.servers.remove(&connection);
            }
        }
    }

    fn run_brokers(&mut self) {
        let mut closed = Vec::new();
        for (connection, server) in &mut self.servers {
            while let Some(request) = server.poll_request() {
                match request {
                    Request::Connect { .. } => server.accept(),
                    Request::Subscribe { packet_id, filters } => {
                        let granted =
                            Some(Qos::ExactlyOnce).filter(|_| self.network != Network::Unsubscribable);
                        server.suback(packet_id, &vec![granted; filters.len()]);
                        self.subscriptions.extend(filters.iter().map(|(filter, _)| format!("+{filter}")));
                    }
                    Request::Unsubscribe { packet_id, filters } => {
                        server.unsuback(packet_id);
                        self.subscriptions.extend(filters.iter().map(|filter| format!("-{filter}")));
                    }
                    Request::Publish { topic, payload, receipt, .. } => {
                        self.published.push(format!("{topic} {}", String::from_utf8_lossy(&payload)));
                        server.acknowledge(receipt);
                    }
                    Request::Closed(_) => closed.push(*connection),
                    Request::TlsDone { .. } => {}
                }
            }
            while let Some(bytes) = server.poll_bytes() {
                self.incoming.push_back((*connection, TcpEvent::Bytes(bytes)));
            }
        }
        for connection in closed {
            self.servers.remove(&connection);
            self.incoming.push_back((connection, TcpEvent::Closed));
        }
    }
}

pub(super) fn parsed(faults: &[&str]) -> Faults {
    faults.iter().map(|fault| fault.parse::<Fault>().unwrap()).collect()
}

/// A confirmation in one packet.
pub(super) fn confirmation(text: &str) -> Packet {
    Packet::AtConfirmation(text.as_bytes().to_vec())
}

/// An unsolicited line in extended data mode.
pub(super) fn event(line: &str) -> Packet {
    Packet::AtEvent(format!("\r\n{line}\r\n").into_bytes())
}
