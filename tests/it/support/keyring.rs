//! A person's session on a desktop for tests: a bus of its own and GNOME's keyring on it, with an empty home. Nothing of
//! the person who runs the tests is touched.

use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use xpress_center::shell::keyring::SERVICE;

use super::{Running, program, wait_until};

/// How long a bus or a keyring may take to start.
const PATIENCE: Duration = Duration::from_secs(20);

/// Without any service that the bus would start by itself.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=FOLDER</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>"#;

/// A session; it ends when dropped.
pub(crate) struct Session {
    keyring: Option<Running>,
    _bus: Running,
    address: String,
    home: TempDir,
}

impl Session {
    /// A session with an unlocked keyring that is empty.
    pub(crate) fn start() -> Self {
        let mut session = Self::without_keyring();
        let mut command = Command::new(program("gnome-keyring-daemon", "gnome-keyring"));
        command.args(["--foreground", "--unlock", "--components=secrets"]);
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        command.stderr(File::create(session.home.path().join("log")).unwrap());
        session.inside(&mut command);
        let mut daemon = Running(command.spawn().unwrap());
        daemon.0.stdin.take().unwrap().write_all(b"password of the keyring").unwrap();
        let mut named = || session.has_keyring() || daemon.has_ended();
        let started = wait_until(PATIENCE, || named().then_some(()));
        let said = fs::read_to_string(session.home.path().join("log")).unwrap();
        assert!(started.is_some() && !daemon.has_ended(), "gnome-keyring-daemon does not start:\n{said}");
        session.keyring = Some(daemon);
        session
    }

    /// A session in which nothing keeps secrets.
    pub(crate) fn without_keyring() -> Self {
        let home = tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir().unwrap();
        let configuration = home.path().join("bus.conf");
        fs::write(&configuration, BUS.replace("FOLDER", home.path().to_str().unwrap())).unwrap();
        let mut command = Command::new(program("dbus-daemon", "dbus"));
        command.arg("--config-file").arg(configuration).args(["--nofork", "--print-address"]);
        let mut bus = Running(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
        let mut address = String::new();
        BufReader::new(bus.0.stdout.take().unwrap()).read_line(&mut address).unwrap();
        assert!(address.starts_with("unix:"), "dbus-daemon does not start: {address}");
        Self { keyring: None, _bus: bus, address: address.trim_end().to_owned(), home }
    }

    /// What a process has to know to be in this session.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let home = self.home.path().to_str().unwrap().to_owned();
        let variables = [
            ("DBUS_SESSION_BUS_ADDRESS", self.address.clone()),
            ("HOME", home.clone()),
            ("XDG_DATA_HOME", home.clone()),
            ("XDG_RUNTIME_DIR", home),
        ];
        variables.map(|(name, value)| (name.to_owned(), value)).into()
    }

    /// Puts a secret into the keyring as a person does.
    pub(crate) fn store(&self, name: &str, secret: &str) {
        let mut command = Command::new(program("secret-tool", "libsecret-tools"));
        command.args(["store", "--label", name, "service", SERVICE, "username", name]).stdin(Stdio::piped());
        let mut process = Running(self.inside(&mut command).spawn().unwrap());
        process.0.stdin.take().unwrap().write_all(secret.as_bytes()).unwrap();
        assert!(process.0.wait().unwrap().success(), "secret-tool cannot store");
    }

    /// What a person finds under this name.
    pub(crate) fn lookup(&self, name: &str) -> String {
        let mut command = Command::new(program("secret-tool", "libsecret-tools"));
        command.args(["lookup", "service", SERVICE, "username", name]);
        String::from_utf8(self.inside(&mut command).output().unwrap().stdout).unwrap()
    }

    /// Locks the keyring; nobody is there to unlock it.
    pub(crate) fn lock(&self) {
        let collection = "array:objpath:/org/freedesktop/secrets/collection/login";
        let to = ["--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"];
        self.call(&[to[0], to[1], "org.freedesktop.Secret.Service.Lock", collection]);
    }

    /// From now on the keyring does not answer.
    pub(crate) fn freeze(&self) {
        let id = self.keyring.as_ref().unwrap().0.id().to_string();
        assert!(Command::new("kill").args(["-STOP", &id]).status().unwrap().success());
    }

    fn has_keyring(&self) -> bool {
        let to =
            ["--dest=org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.NameHasOwner"];
        self.call(&[to[0], to[1], to[2], "string:org.freedesktop.secrets"]).contains("true")
    }

    fn call(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(program("dbus-send", "dbus"));
        command.args(["--session", "--print-reply"]).args(arguments);
        let output = self.inside(&mut command).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn inside<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.envs(self.variables())
    }
}
