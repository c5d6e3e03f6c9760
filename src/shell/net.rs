//! The real network of a simulated module: a socket for each connection that the module asks for.
//! Plain TCP only; the module speaks TLS and MQTT by itself. Each connection has two short-lived threads, one per direction.

#![allow(clippy::disallowed_methods, reason = "the shell is where sockets are opened")]

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::str::FromStr;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::clock::Clock;
use crate::problem::{Kind, Problem};
use crate::simulator::{TcpEvent, TcpFailure, TcpRequest};

/// How long all addresses of a host may take together.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// Something happened to a connection.
#[derive(Debug)]
pub struct SocketNews {
    /// The number that the module gave it.
    pub connection: u32,
    /// What happened.
    pub event: TcpEvent,
}

/// All sockets of one simulated module.
pub struct Sockets {
    detours: Vec<ConnectTo>,
    /// What is sent here goes to the socket; dropping the end closes it once everything is sent.
    open: BTreeMap<u32, Sender<Vec<u8>>>,
    news: Sender<SocketNews>,
}

impl Sockets {
    /// No sockets yet. What happens to them is told to the other end of the channel.
    pub fn new(detours: Vec<ConnectTo>) -> (Self, Receiver<SocketNews>) {
        let (news, told) = unbounded();
        (Self { detours, open: BTreeMap::new(), news }, told)
    }

    /// Does what the module asks for; never waits.
    pub fn handle(&mut self, connection: u32, request: TcpRequest) {
        match request {
            TcpRequest::Open { host, port } => self.open(connection, &host, port),
            TcpRequest::Send(bytes) => {
                if let Some(socket) = self.open.get(&connection) {
                    // Its end is gone if the connection failed, which has been told then.
                    drop(socket.send(bytes));
                }
            }
            TcpRequest::Close => drop(self.open.remove(&connection)),
        }
    }

    /// Whether the module still wants to know: nothing is told about a connection that it has closed.
    pub fn admits(&mut self, news: &SocketNews) -> bool {
        match news.event {
            TcpEvent::Failed(_) | TcpEvent::Closed => self.open.remove(&news.connection).is_some(),
            TcpEvent::Opened { .. } | TcpEvent::Bytes(_) => self.open.contains_key(&news.connection),
        }
    }

    fn open(&mut self, connection: u32, host: &str, port: u16) {
        let (host, port) = detour(&self.detours, host, port);
        let (socket, outgoing) = unbounded();
        self.open.insert(connection, socket);
        let tell = Tell { connection, news: self.news.clone() };
        let unstarted = tell.clone();
        let started = thread::Builder::new()
            .name("socket".to_owned())
            .spawn(move || converse((&host, port), &outgoing, tell));
        if started.is_err() {
            unstarted.tell(TcpEvent::Failed(TcpFailure::Unreachable));
        }
    }
}

/// Tells what happens to one connection.
#[derive(Clone)]
struct Tell {
    connection: u32,
    news: Sender<SocketNews>,
}

impl Tell {
    fn tell(&self, event: TcpEvent) {
        // Nobody listens any more when the module is gone.
        drop(self.news.send(SocketNews { connection: self.connection, event }));
    }
}

fn converse(target: (&str, u16), outgoing: &Receiver<Vec<u8>>, tell: Tell) {
    let (mut stream, reading) = match connect(target).and_then(|stream| Ok((stream.try_clone()?, stream))) {
        Ok(streams) => streams,
        Err(error) => return tell.tell(TcpEvent::Failed(failure(&error))),
    };
    let Ok(remote) = stream.peer_addr() else { return tell.tell(TcpEvent::Failed(TcpFailure::Unreachable)) };
    tell.tell(TcpEvent::Opened { remote });
    let started =
        thread::Builder::new().name("socket reader".to_owned()).spawn(move || listen(reading, &tell));
    if started.is_ok() {
        outgoing.iter().take_while(|bytes| stream.write_all(bytes).is_ok()).for_each(drop);
    }
    // It may be closed from the other side already.
    drop(stream.shutdown(Shutdown::Both));
}

fn listen(mut stream: TcpStream, tell: &Tell) {
    let mut buffer = [0; 8192];
    loop {
        match stream.read(&mut buffer) {
            Ok(count @ 1..) => tell.tell(TcpEvent::Bytes(buffer.iter().take(count).copied().collect())),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(_) | Err(_) => return tell.tell(TcpEvent::Closed),
        }
    }
}

fn connect(target: (&str, u16)) -> io::Result<TcpStream> {
    let addresses: Vec<SocketAddr> =
        target.to_socket_addrs().map_err(|_| io::Error::from(io::ErrorKind::NotFound))?.collect();
    let clock = Clock::start();
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in addresses {
        let left = CONNECT_LIMIT.saturating_sub(clock.now().since_start());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        match TcpStream::connect_timeout(&address, left) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn failure(error: &io::Error) -> TcpFailure {
    match error.kind() {
        io::ErrorKind::NotFound => TcpFailure::NameUnknown,
        io::ErrorKind::ConnectionRefused => TcpFailure::Refused,
        io::ErrorKind::TimedOut => TcpFailure::TimedOut,
        _ => TcpFailure::Unreachable,
    }
}

/// A detour `HOST:PORT=ADDR:PORT`, as curl's `--connect-to`: connections to the first end go to the second, while names in
/// certificates are still checked against the first. As with curl, a part that is empty stands for any host or port on
/// the left, and for the original one on the right. IPv6 addresses stand in brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectTo {
    from: End,
    to: End,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct End {
    host: Option<String>,
    port: Option<u16>,
}

impl ConnectTo {
    fn apply(&self, host: &str, port: u16) -> Option<(String, u16)> {
        let same_host = self.from.host.as_ref().is_none_or(|from| from.eq_ignore_ascii_case(host));
        let same_port = self.from.port.is_none_or(|from| from == port);
        (same_host && same_port)
            .then(|| (self.to.host.clone().unwrap_or_else(|| host.to_owned()), self.to.port.unwrap_or(port)))
    }
}

fn detour(detours: &[ConnectTo], host: &str, port: u16) -> (String, u16) {
    detours.iter().find_map(|detour| detour.apply(host, port)).unwrap_or_else(|| (host.to_owned(), port))
}

impl FromStr for ConnectTo {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let ends = text.split_once('=').and_then(|(from, to)| Some(Self { from: end(from)?, to: end(to)? }));
        ends.ok_or_else(|| {
            Problem::new(
                Kind::WrongForm,
                format!("“{text}” is not of the form HOST:PORT=ADDR:PORT"),
                "Write for example abc-ats.iot.eu-west-1.amazonaws.com:8883=127.0.0.1:8883",
            )
        })
    }
}

fn end(text: &str) -> Option<End> {
    let (host, port) = text.rsplit_once(':')?;
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    if bare.is_none() && host.contains([':', '[', ']']) {
        return None;
    }
    let host = bare.unwrap_or(host);
    let port = if port.is_empty() { None } else { Some(port.parse().ok()?) };
    Some(End { host: (!host.is_empty()).then(|| host.to_owned()), port })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn through(rule: &str, host: &str, port: u16) -> (String, u16) {
        detour(&[rule.parse().unwrap()], host, port)
    }

    #[test]
    fn a_detour_leads_one_host_and_port_elsewhere() {
        let rule = "Cloud.example:8883=127.0.0.1:1883";
        assert_eq!(through(rule, "cloud.EXAMPLE", 8883), ("127.0.0.1".to_owned(), 1883));
        assert_eq!(through(rule, "cloud.example", 443), ("cloud.example".to_owned(), 443));
        assert_eq!(through(rule, "other.example", 8883), ("other.example".to_owned(), 8883));
    }

    #[test]
    fn empty_parts_of_a_detour_mean_what_they_mean_to_curl() {
        assert_eq!(through(":=localhost:", "any.example", 8883), ("localhost".to_owned(), 8883));
        assert_eq!(through("a.example:=:1", "a.example", 8883), ("a.example".to_owned(), 1));
        assert_eq!(through("[::1]:1=[fe80::2]:2", "::1", 1), ("fe80::2".to_owned(), 2));
    }

    #[test]
    fn what_is_no_detour_is_refused() {
        for text in ["", "a:1", "a=b", "a:1=b", "a:x=b:1", "a:70000=b:1", "::1:1=b:1", "[::1:1=b:1"] {
            assert_eq!(text.parse::<ConnectTo>().unwrap_err().kind, Kind::WrongForm, "{text}");
        }
    }

    #[test]
    fn the_first_detour_that_fits_is_taken() {
        let rules = ["a:1=b:1", ":=c:"].map(|rule| rule.parse().unwrap());
        assert_eq!(detour(&rules, "a", 1).0, "b");
        assert_eq!(detour(&rules, "a", 2).0, "c");
    }

    #[test]
    fn bytes_go_both_ways_and_a_closed_connection_is_told() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let rule = format!("cloud.example:8883={}", listener.local_addr().unwrap());
        let (mut sockets, news) = Sockets::new(vec![rule.parse().unwrap()]);
        sockets.handle(1, TcpRequest::Open { host: "cloud.example".to_owned(), port: 8883 });
        let (mut peer, _) = listener.accept().unwrap();
        let opened = news.recv_timeout(PATIENCE).unwrap();
        assert!(
            matches!(opened.event, TcpEvent::Opened { remote } if remote == listener.local_addr().unwrap())
        );
        sockets.handle(1, TcpRequest::Send(b"up".to_vec()));
        let mut heard = [0; 2];
        peer.read_exact(&mut heard).unwrap();
        assert_eq!(&heard, b"up");
        peer.write_all(b"down").unwrap();
        drop(peer);
        let mut down = Vec::new();
        let closed = loop {
            match news.recv_timeout(PATIENCE).unwrap() {
                SocketNews { event: TcpEvent::Bytes(bytes), .. } => down.extend(bytes),
                other => break other,
            }
        };
        assert_eq!(down, b"down");
        assert!(matches!(closed.event, TcpEvent::Closed));
        assert!(sockets.admits(&closed) && !sockets.admits(&closed));
    }

    #[test]
    fn everything_is_sent_before_a_connection_is_closed_and_nothing_told_afterwards() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (mut sockets, news) = Sockets::new(Vec::new());
        sockets.handle(7, TcpRequest::Open { host: "127.0.0.1".to_owned(), port });
        sockets.handle(7, TcpRequest::Send(vec![b'x'; 1 << 20]));
        sockets.handle(7, TcpRequest::Close);
        let (mut peer, _) = listener.accept().unwrap();
        let mut heard = Vec::new();
        peer.read_to_end(&mut heard).unwrap();
        assert_eq!(heard.len(), 1 << 20);
        let opened = news.recv_timeout(PATIENCE).unwrap();
        assert!(!sockets.admits(&opened));
    }

    #[test]
    fn a_port_where_nobody_listens_is_told_as_refused() {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (mut sockets, news) = Sockets::new(Vec::new());
        sockets.handle(3, TcpRequest::Open { host: "127.0.0.1".to_owned(), port });
        let failed = news.recv_timeout(PATIENCE).unwrap();
        assert!(matches!(failed.event, TcpEvent::Failed(TcpFailure::Refused)));
    }
}
