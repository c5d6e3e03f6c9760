//! A real broker for tests: mosquitto, reached over TLS, asking for client certificates; and its two clients.
//! It makes no certificates: tests bring them.

use std::fs::{self, File, Permissions};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use xpress_center::credential::make::{Authority, NewKey, Pair};

use super::{Running, program, valid_now, wait_until};

/// How long a broker may take to start, a client to subscribe or to publish.
const PATIENCE: Duration = Duration::from_secs(20);

/// A broker on a free loopback port; it ends when dropped.
pub(crate) struct Broker {
    _process: Running,
    address: SocketAddr,
    /// Readable by its owner only: holds private keys, the log, and what subscribers have received.
    folder: TempDir,
    login: Option<(String, String)>,
}

impl Broker {
    /// Starts a broker that shows `server`; [`publish`](Self::publish) and [`subscribe`](Self::subscribe)
    /// show `client`. It trusts the clients of `authority`, which has to have issued `server`.
    pub(crate) fn start(authority: &Authority, server: &Pair, client: &Pair) -> Self {
        Self::start_for(authority, server, client, None)
    }

    /// Starts a broker that asks for this user and password, and for no certificate.
    pub(crate) fn start_with_password(
        authority: &Authority,
        server: &Pair,
        client: &Pair,
        (user, password): (&str, &str),
    ) -> Self {
        Self::start_for(authority, server, client, Some((user.to_owned(), password.to_owned())))
    }

    fn start_for(
        authority: &Authority,
        server: &Pair,
        client: &Pair,
        login: Option<(String, String)>,
    ) -> Self {
        let folder = tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir().unwrap();
        let files = [
            ("ca.pem", authority.certificate_pem()),
            ("server.pem", server.certificate_pem()),
            ("server.key", server.key_pem().reveal().to_owned()),
            ("client.pem", client.certificate_pem()),
            ("client.key", client.key_pem().reveal().to_owned()),
        ];
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let proof = match &login {
            None => "require_certificate true\nallow_anonymous true\n".to_owned(),
            Some(login) => password_file(folder.path(), login),
        };
        // Another process may take the free port before the broker does.
        for _ in 0..5 {
            let address = free_address();
            if let Some(process) = start_on(address, folder.path(), &proof) {
                return Self { _process: process, address, folder, login };
            }
        }
        panic!("no free port for mosquitto in five attempts");
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything the broker has said so far: connections with client ID, subscriptions, refusals.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Publishes at QoS 1 through `mosquitto_pub` and returns when the broker has acknowledged it.
    pub(crate) fn publish(&self, topic: &str, payload: &[u8]) {
        let source = if payload.is_empty() { "--null-message" } else { "--stdin-file" };
        let mut command = self.client("mosquitto_pub");
        command.args(["-t", topic, source]).stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut publisher = Running(command.spawn().unwrap());
        // A publisher that ends early says why on standard error.
        let written = publisher.0.stdin.take().unwrap().write_all(payload);
        let ended = wait_until(PATIENCE, || publisher.0.try_wait().unwrap());
        let Some(status) = ended else {
            panic!("mosquitto_pub does not end; the broker says:\n{}", self.log())
        };
        let mut complaint = String::new();
        publisher.0.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
        assert!(status.success(), "mosquitto_pub: {complaint}; the broker says:\n{}", self.log());
        written.unwrap();
    }

    /// Subscribes at QoS 1 through `mosquitto_sub` and returns when the broker has accepted it.
    /// `client_id` is its name at the broker: one per subscription.
    pub(crate) fn subscribe(&self, client_id: &str, filter: &str) -> Subscription<'_> {
        let output = self.folder.path().join(format!("{client_id}.messages"));
        let mut command = self.client("mosquitto_sub");
        command.args(["-i", client_id, "-t", filter, "-F", "%x"]).stdout(File::create(&output).unwrap());
        let mut process = Running(command.spawn().unwrap());
        let accepted = format!("Sending SUBACK to {client_id}\n");
        let subscribed =
            wait_until(PATIENCE, || (process.has_ended() || self.log().contains(&accepted)).then_some(()));
        assert!(
            subscribed.is_some() && !process.has_ended(),
            "mosquitto_sub cannot subscribe; the broker says:\n{}",
            self.log()
        );
        Subscription { broker: self, process, output, taken: 0 }
    }

    fn client(&self, name: &str) -> Command {
        let file = |name: &str| self.folder.path().join(name);
        let mut command = Command::new(program(name, "mosquitto-clients"));
        command.args(["-h", "127.0.0.1", "-p", &self.address.port().to_string(), "-q", "1"]);
        // The certificate names the cloud's host, which here is only reached by address.
        command.args(["--insecure", "--tls-version", "tlsv1.2"]);
        command.arg("--cafile").arg(file("ca.pem"));
        command.arg("--cert").arg(file("client.pem")).arg("--key").arg(file("client.key"));
        if let Some((user, password)) = &self.login {
            command.args(["-u", user, "-P", password]);
        }
        command
    }
}

/// A running `mosquitto_sub`; it ends when dropped.
pub(crate) struct Subscription<'a> {
    broker: &'a Broker,
    process: Running,
    output: PathBuf,
    taken: usize,
}

impl Subscription<'_> {
    /// The payload of the next message, byte for byte; fails the test if none comes within `limit`.
    pub(crate) fn next_message(&mut self, limit: Duration) -> Vec<u8> {
        let hex = wait_until(limit, || {
            let text = fs::read_to_string(&self.output).unwrap();
            let line = text.split_inclusive('\n').nth(self.taken).and_then(|line| line.strip_suffix('\n'));
            line.map(str::to_owned)
        });
        let Some(hex) = hex else {
            let state = if self.process.has_ended() { "has ended" } else { "is waiting" };
            panic!(
                "no message within {limit:?}, mosquitto_sub {state}; the broker says:\n{}",
                self.broker.log()
            )
        };
        self.taken += 1;
        from_hex(&hex)
    }
}

fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

/// The running broker, or `None` if something else has the port.
fn start_on(address: SocketAddr, folder: &Path, proof: &str) -> Option<Running> {
    let configuration = folder.join("mosquitto.conf");
    fs::write(&configuration, configuration_for(address, folder, proof)).unwrap();
    let log = folder.join("log");
    let mut command = Command::new(program("mosquitto", "mosquitto"));
    command.arg("-c").arg(configuration).stderr(File::create(&log).unwrap());
    let mut process = Running(command.spawn().unwrap());
    let read_log = || fs::read_to_string(&log).unwrap();
    // It says so once it listens.
    let running = || read_log().lines().any(|line| line.ends_with(" running"));
    let started = wait_until(PATIENCE, || (running() || process.has_ended()).then_some(()));
    if started.is_some() && !process.has_ended() {
        return Some(process);
    }
    let said = read_log();
    assert!(said.contains("Address already in use"), "mosquitto does not start:\n{said}");
    None
}

fn configuration_for(address: SocketAddr, folder: &Path, proof: &str) -> String {
    let file = |name: &str| folder.join(name).display().to_string();
    // Started as root, mosquitto would become a user that cannot read the keys; otherwise `user` has no effect.
    format!(
        "user root\n\
         listener {port} {ip}\n\
         cafile {ca}\n\
         certfile {certificate}\n\
         keyfile {key}\n\
         tls_version tlsv1.2\n\
         {proof}\
         log_dest stderr\n\
         log_type all\n",
        port = address.port(),
        ip = address.ip(),
        ca = file("ca.pem"),
        certificate = file("server.pem"),
        key = file("server.key"),
    )
}

/// Writes the file with the only user and its password; gives what the configuration says of it.
fn password_file(folder: &Path, (user, password): &(String, String)) -> String {
    let file = folder.join("passwords");
    let mut command = Command::new(program("mosquitto_passwd", "mosquitto"));
    assert!(command.args(["-b", "-c"]).arg(&file).args([user, password]).status().unwrap().success());
    format!("allow_anonymous false\npassword_file {}\n", file.display())
}

fn from_hex(text: &str) -> Vec<u8> {
    let digits = text.chars().map(|digit| digit.to_digit(16).unwrap()).collect::<Vec<_>>();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
}

#[test]
fn a_started_broker_listens() {
    let authority = authority();
    let broker = Broker::start(&authority, &server(&authority), &client(&authority));
    TcpStream::connect(broker.address()).unwrap();
}

#[test]
fn a_message_arrives_byte_for_byte_from_publisher_to_subscriber() {
    let authority = authority();
    let broker = Broker::start(&authority, &server(&authority), &client(&authority));
    let mut subscription = broker.subscribe("watcher", "device1/#");
    let messages = [b"\0\r\n\xff\x80 text \"".to_vec(), Vec::new(), vec![b'\n'; 100_000]];
    for message in &messages {
        broker.publish("device1/up", message);
    }
    for message in messages {
        assert_eq!(subscription.next_message(PATIENCE), message);
    }
}

#[test]
#[should_panic(expected = "mosquitto_pub: ")]
fn a_client_certificate_of_another_authority_is_refused() {
    let (authority, stranger) = (authority(), authority());
    let broker = Broker::start(&authority, &server(&authority), &client(&stranger));
    broker.publish("device1/up", b"hello");
}

fn authority() -> Authority {
    Authority::new("Test root", NewKey::P256, valid_now()).unwrap()
}

fn server(authority: &Authority) -> Pair {
    authority.server("broker.example.com", NewKey::P256, valid_now()).unwrap()
}

fn client(authority: &Authority) -> Pair {
    authority.device("client", NewKey::P256, valid_now()).unwrap()
}
