//! Make-believe clouds behind real sockets, for programs that reach clouds over the network. Each host of a cloud has a
//! loopback port of its own. It judges nothing: that is done by the cloud, in one thread that ends with the test.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use xpress_center::cloud::{Cloud, Event, Output};
use xpress_center::moment::UnixTime;
use xpress_center::shell::clock::Clock;

use super::wait_until;

/// How long a client may take to read what it is sent.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long the cloud sleeps at most; news wake it at once.
const IDLE: Duration = Duration::from_secs(3600);

/// A cloud that clients reach over TCP; it ends when dropped.
pub(crate) struct CloudServer<C> {
    addresses: BTreeMap<String, SocketAddr>,
    news: Sender<News<C>>,
    events: Arc<Mutex<Vec<Event>>>,
    is_over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

/// What the thread of the cloud learns.
enum News<C> {
    Opened {
        connection: u32,
        host: String,
        stream: TcpStream,
    },
    Bytes {
        connection: u32,
        bytes: Vec<u8>,
    },
    Closed {
        connection: u32,
    },
    /// What a test wants of the cloud.
    Wish(Box<dyn FnOnce(&mut C) + Send>),
    End,
}

impl<C: Cloud + Send + 'static> CloudServer<C> {
    /// Starts a cloud of today for these host names; `make` is given the date at which its clock begins.
    pub(crate) fn start(hosts: &[&str], make: impl FnOnce(UnixTime) -> C) -> Self {
        let anywhere = |host: &&str| ((*host).to_owned(), SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        Self::start_at(hosts.iter().map(anywhere).collect(), make)
    }

    /// Starts a cloud at these addresses, for programs that cannot be told a port.
    pub(crate) fn start_at(hosts: Vec<(String, SocketAddr)>, make: impl FnOnce(UnixTime) -> C) -> Self {
        let clock = Clock::start();
        let cloud = make(clock.date_at_start());
        let (news, told) = unbounded();
        let (events, is_over) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let (numbers, mut addresses) = (Arc::new(AtomicU32::new(0)), BTreeMap::new());
        let seen = Arc::clone(&events);
        let mut threads = vec![thread::spawn(move || run(cloud, clock, &told, &seen))];
        for (host, address) in hosts {
            let listener = TcpListener::bind(address).unwrap();
            addresses.insert(host.clone(), listener.local_addr().unwrap());
            let (news, numbers, is_over) = (news.clone(), Arc::clone(&numbers), Arc::clone(&is_over));
            threads.push(thread::spawn(move || accept(&listener, &host, &news, &numbers, &is_over)));
        }
        Self { addresses, news, events, is_over, threads }
    }

    /// Where this host is reached.
    pub(crate) fn address(&self, host: &str) -> SocketAddr {
        self.addresses[host]
    }

    /// The detours of a simulated module to this cloud, `HOST:8883=ADDR:PORT` each.
    pub(crate) fn detours(&self) -> Vec<String> {
        self.addresses.iter().map(|(host, address)| format!("{host}:8883={address}")).collect()
    }

    /// Everything that observers have seen so far.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap().clone()
    }

    /// Waits for something that observers see; fails the test if it does not come within `limit`.
    pub(crate) fn wait_for(&self, limit: Duration, is_wanted: impl Fn(&Event) -> bool) -> Event {
        let seen = wait_until(limit, || self.events().into_iter().find(|event| is_wanted(event)));
        seen.unwrap_or_else(|| panic!("this was not among what happened: {:?}", self.events()))
    }

    /// Asks something of the cloud itself, such as to send a message.
    pub(crate) fn ask<T: Send + 'static>(&self, wish: impl FnOnce(&mut C) -> T + Send + 'static) -> T {
        let (answer, answered) = bounded(1);
        let wish = Box::new(move |cloud: &mut C| answer.send(wish(cloud)).unwrap());
        self.news.send(News::Wish(wish)).unwrap();
        answered.recv_timeout(PATIENCE).unwrap()
    }
}

impl<C> Drop for CloudServer<C> {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // A test that fails drops this too; whatever has ended by itself needs no end.
        let _ = self.news.send(News::End);
        for address in self.addresses.values() {
            let _ = TcpStream::connect(address);
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn accept<C: Send + 'static>(
    listener: &TcpListener,
    host: &str,
    news: &Sender<News<C>>,
    numbers: &AtomicU32,
    is_over: &AtomicBool,
) {
    for stream in listener.incoming() {
        if is_over.load(Ordering::SeqCst) {
            return;
        }
        let stream = stream.unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        let (mut reading, connection) = (stream.try_clone().unwrap(), numbers.fetch_add(1, Ordering::SeqCst));
        let _ = news.send(News::Opened { connection, host: host.to_owned(), stream });
        let news = news.clone();
        thread::spawn(move || {
            let mut buffer = vec![0; 4096];
            while let Ok(count @ 1..) = reading.read(&mut buffer) {
                let _ = news.send(News::Bytes { connection, bytes: buffer[..count].to_vec() });
            }
            let _ = news.send(News::Closed { connection });
        });
    }
}

fn run<C: Cloud>(mut cloud: C, clock: Clock, told: &Receiver<News<C>>, events: &Mutex<Vec<Event>>) {
    let mut streams = BTreeMap::new();
    loop {
        let due = cloud.poll_time().map_or(IDLE, |due| due.since(clock.now()));
        match told.recv_timeout(due.min(IDLE)) {
            Ok(News::Opened { connection, host, stream }) => {
                streams.insert(connection, stream);
                cloud.handle_open(connection, &host, clock.now());
            }
            Ok(News::Bytes { connection, bytes }) => cloud.handle_bytes(connection, &bytes, clock.now()),
            Ok(News::Closed { connection }) => {
                streams.remove(&connection);
                cloud.handle_close(connection);
            }
            Ok(News::Wish(wish)) => wish(&mut cloud),
            Err(error) if error.is_timeout() => cloud.handle_time(clock.now()),
            Ok(News::End) | Err(_) => break,
        }
        while let Some(output) = cloud.poll_output() {
            perform(output, &mut streams);
        }
        events.lock().unwrap().extend(std::iter::from_fn(|| cloud.poll_event()));
    }
    // Their readers end with them.
    streams.values().for_each(|stream| drop(stream.shutdown(Shutdown::Both)));
}

fn perform(output: Output, streams: &mut BTreeMap<u32, TcpStream>) {
    match output {
        // A client that is gone is told of by its reader.
        Output::Bytes { connection, bytes } => {
            if let Some(stream) = streams.get_mut(&connection) {
                let _ = stream.write_all(&bytes);
            }
        }
        Output::Close { connection } => {
            if let Some(stream) = streams.remove(&connection) {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }
}

mod tests {
    use xpress_center::cloud::{AzureHub, HubDevice, HubSettings, Refusal};
    use xpress_center::credential::make::{Authority, NewKey};
    use xpress_center::credential::sas;
    use xpress_center::moment::Moment;
    use xpress_center::mqtt::{self, Client, ClientSettings, ClientTls, Qos, TlsVersion};
    use xpress_center::secret::Secret;

    use super::super::valid_now;
    use super::*;

    const HUB: &str = "contoso.azure-devices.net";
    const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const INBOX: &str = "devices/device1/messages/devicebound/#";

    fn server(authority: &Authority) -> CloudServer<AzureHub> {
        let settings = HubSettings {
            host: HUB.to_owned(),
            server: authority.server(HUB, NewKey::P256, valid_now()).unwrap(),
            devices: vec![HubDevice::with_key("device1", Secret::new(KEY))],
            authorities: vec![],
            policies: vec![],
        };
        CloudServer::start(&[HUB], |today| AzureHub::new(settings, today).unwrap())
    }

    /// A client on a real socket.
    struct Device {
        client: Client,
        stream: TcpStream,
        clock: Clock,
    }

    impl Device {
        fn connect(server: &CloudServer<AzureHub>, authority: &Authority, key: &str) -> Self {
            let clock = Clock::start();
            let expires = clock.date() + Duration::from_secs(60);
            let password = sas::token(&format!("{HUB}/devices/device1"), &Secret::new(key), expires, None);
            let roots = vec![authority.certificate().der().to_vec()];
            let tls = ClientTls { version: TlsVersion::OneTwo, roots, identity: None };
            let settings = ClientSettings {
                host: HUB.to_owned(),
                tls: Some(tls.prepare().unwrap()),
                client_id: "device1".to_owned(),
                user: Some(format!("{HUB}/device1")),
                password: Some(password.unwrap()),
                keep_alive: 60,
            };
            let stream = TcpStream::connect(server.address(HUB)).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            Self { client: Client::new(settings, clock.date()).unwrap(), stream, clock }
        }

        /// The next thing that happens to the client.
        fn next(&mut self) -> mqtt::Event {
            loop {
                while let Some(bytes) = self.client.poll_bytes() {
                    self.stream.write_all(&bytes).unwrap();
                }
                if let Some(event) = self.client.poll_event() {
                    return event;
                }
                let mut buffer = vec![0; 4096];
                match self.stream.read(&mut buffer).unwrap() {
                    0 => self.client.handle_close(),
                    count => self.client.handle_bytes(&buffer[..count], self.clock.now()),
                }
            }
        }
    }

    /// Notes the hosts that clients come to, and sends them away.
    #[derive(Default)]
    struct Doorkeeper {
        hosts: Vec<String>,
        away: Vec<u32>,
    }

    impl Cloud for Doorkeeper {
        fn handle_open(&mut self, connection: u32, host: &str, _now: Moment) {
            self.hosts.push(host.to_owned());
            self.away.push(connection);
        }

        fn handle_bytes(&mut self, _connection: u32, _bytes: &[u8], _now: Moment) {}

        fn handle_close(&mut self, _connection: u32) {}

        fn handle_time(&mut self, _now: Moment) {}

        fn poll_time(&self) -> Option<Moment> {
            None
        }

        fn poll_output(&mut self) -> Option<Output> {
            self.away.pop().map(|connection| Output::Close { connection })
        }

        fn poll_event(&mut self) -> Option<Event> {
            None
        }
    }

    #[test]
    fn each_host_has_a_port_of_its_own() {
        let server = CloudServer::start(&["a.example", "b.example"], |_| Doorkeeper::default());
        for host in ["b.example", "a.example"] {
            let mut stream = TcpStream::connect(server.address(host)).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            assert_eq!(stream.read(&mut [0]).unwrap(), 0, "closed by the cloud");
        }
        assert_eq!(server.ask(|cloud| cloud.hosts.clone()), ["b.example", "a.example"]);
        assert_eq!(server.detours().len(), 2);
    }

    #[test]
    fn messages_go_both_ways_over_real_sockets() {
        let authority = Authority::new("Test root", NewKey::P256, valid_now()).unwrap();
        let server = server(&authority);
        let mut device = Device::connect(&server, &authority, KEY);
        assert_eq!(device.next(), mqtt::Event::Connected);
        device.client.subscribe(INBOX, Qos::AtLeastOnce).unwrap();
        assert_eq!(device.next(), mqtt::Event::Subscribed { filter: INBOX.to_owned() });
        server.ask(|hub| hub.send("device1", b"on", &[])).unwrap();
        assert!(matches!(device.next(), mqtt::Event::Message { payload, .. } if payload == b"on"));
        let topic = "devices/device1/messages/events/";
        device.client.publish(topic, b"21.5", Qos::AtMostOnce, false).unwrap();
        device.client.disconnect();
        assert_eq!(device.next(), mqtt::Event::Closed(None));
        while let Some(bytes) = device.client.poll_bytes() {
            device.stream.write_all(&bytes).unwrap();
        }
        server.wait_for(
            PATIENCE,
            |event| matches!(event, Event::Telemetry { payload, .. } if payload == b"21.5"),
        );
        assert_eq!(server.detours(), [format!("{HUB}:8883={}", server.address(HUB))]);
    }

    #[test]
    fn a_refusal_reaches_the_client_and_the_end_of_the_server_everybody() {
        let authority = Authority::new("Test root", NewKey::P256, valid_now()).unwrap();
        let server = server(&authority);
        let mut stranger = Device::connect(&server, &authority, "AAAA");
        let refused = mqtt::Failure::ConnectRefused(mqtt::ConnectRefusal::NotAuthorised);
        assert_eq!(stranger.next(), mqtt::Event::Closed(Some(refused)));
        server.wait_for(PATIENCE, |event| matches!(event, Event::Refused { why: Refusal::TokenKey, .. }));
        let mut device = Device::connect(&server, &authority, KEY);
        assert_eq!(device.next(), mqtt::Event::Connected);
        let address = server.address(HUB);
        drop(server);
        assert_eq!(device.next(), mqtt::Event::Closed(Some(mqtt::Failure::ClosedByPeer)));
        assert!(TcpStream::connect(address).is_err());
    }
}
