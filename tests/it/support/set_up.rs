//! Whole set-ups against make-believe clouds: the real binary, a virtual serial port, real TCP, TLS and MQTT. Whatever
//! a set-up prints or writes is searched for secrets each time. Which clouds there are is told by the tests.

use std::time::Duration;

use serde_json::Value;
use xpress_center::cloud::{Cloud, Event};
use xpress_center::credential::make::{Authority, NewKey, Pair};
use xpress_center::edm;
use xpress_center::moment::UnixTime;
use xpress_center::secret::DOTS;

use super::cloud_server::CloudServer;
use super::program::{Folder, Module, Terminal, written, xpress_center};
use super::valid_now;

pub(crate) const LONG: Duration = Duration::from_secs(30);
pub(crate) const PASSPHRASE: &str = "hunter2hunter2";
/// Pieces of a private key as short as this are told from ordinary words.
const PIECE: usize = 16;

/// The files of one device.
pub(crate) struct Device {
    pub(crate) files: Folder,
    pub(crate) authority: Authority,
    pub(crate) pair: Pair,
    /// What `apply` finds in its environment beside the secrets of its profile.
    pub(crate) variables: Vec<(String, String)>,
}

impl Device {
    /// A device whose certificate has this common name, from an authority of its own that servers are of as well.
    pub(crate) fn named(common_name: &str) -> Self {
        let authority = Authority::new("Test root", NewKey::P256, valid_now()).unwrap();
        let pair = authority.device(common_name, NewKey::P256, valid_now()).unwrap();
        let files = Folder::new();
        files.write("root.pem", &authority.certificate_pem());
        let device = Self { files, authority, pair, variables: Vec::new() };
        device.shows(&device.pair);
        device
    }

    /// What is in the files from now on.
    pub(crate) fn shows(&self, pair: &Pair) {
        self.files.write("device.pem", &pair.certificate_pem());
        self.files.write("device.key", pair.key_pem().reveal());
    }

    /// The certificate of a server that the device trusts.
    pub(crate) fn server(&self, host: &str) -> Pair {
        self.authority.server(host, NewKey::P256, valid_now()).unwrap()
    }

    /// Starts a cloud for these hosts and a module that finds it.
    pub(crate) fn meets<C: Cloud + Send + 'static>(
        self,
        hosts: &[&str],
        make: impl FnOnce(&Self, UnixTime) -> C,
    ) -> Bench<C> {
        let cloud = CloudServer::start(hosts, |today| make(&self, today));
        let module = module(&cloud.detours());
        Bench { cloud, module, device: self, secrets: Vec::new() }
    }
}

/// A simulated module that is led elsewhere.
pub(crate) fn module(detours: &[String]) -> Module {
    let network = format!("lab-ap:{PASSPHRASE}");
    let mut arguments = vec!["--time", "fast", "--ap", &network];
    for detour in detours {
        arguments.extend(["--connect-to", detour]);
    }
    Module::start(&arguments)
}

/// A profile with the network of [`module`] and the root of a [`Device`]; `cloud` are the other keys of its cloud.
pub(crate) fn profile(cloud: &str) -> String {
    format!(
        r#"{{ "version": 1,
  "wifi": {{ "ssid": "lab-ap", "security": "wpa-psk", "passphrase": {{ "env": "WIFI_PASSPHRASE" }} }},
  "cloud": {{ {cloud}, "ca": {{ "file": "root.pem" }} }} }}"#
    )
}

/// The keys of a profile that name the device's certificate and key.
pub(crate) const IDENTITY: &str =
    r#""certificate": { "file": "device.pem" }, "private_key": { "file": "device.key" }"#;

/// A device, a module and a cloud.
pub(crate) struct Bench<C> {
    pub(crate) cloud: CloudServer<C>,
    pub(crate) module: Module,
    pub(crate) device: Device,
    secrets: Vec<String>,
}

impl<C: Cloud + Send + 'static> Bench<C> {
    /// Nothing may show this either.
    pub(crate) fn hides(mut self, secret: &str) -> Self {
        self.secrets.push(secret.to_owned());
        self
    }

    /// Carries out a profile whose `cloud` has these keys; `{"env": "CLOUD_SECRET"}` in it is `secret`.
    pub(crate) fn apply(&self, cloud: &str, secret: &str) -> Applied {
        self.apply_profile(&profile(cloud), secret)
    }

    /// Carries out a whole profile.
    pub(crate) fn apply_profile(&self, profile: &str, secret: &str) -> Applied {
        apply(&self.device, &self.module.port, profile, secret, &self.secrets)
    }

    /// Takes the module up in data mode.
    pub(crate) fn data_mode(&self) -> Terminal {
        let mut terminal = self.module.open();
        terminal.command("ATO1");
        terminal
    }

    /// Takes the module up in extended data mode; gives the channel of its only peer.
    pub(crate) fn packets(&self) -> (Terminal, u8) {
        let mut terminal = self.module.open();
        terminal.send(&edm::Packet::ResendConnectEvents.encode());
        terminal.read_until(&[0x00, 0x11], LONG);
        let channel = terminal.read_until(&[2, 2], LONG)[0];
        (terminal, channel)
    }

    /// Waits until this payload has arrived as telemetry or as a plain message.
    pub(crate) fn hears(&self, wanted: &[u8]) -> Event {
        self.cloud.wait_for(LONG, |event| match event {
            Event::Telemetry { payload, .. } => payload == wanted,
            Event::Published { topic, payload, .. } => !topic.starts_with("devices/") && payload == wanted,
            _ => false,
        })
    }
}

/// `apply` with a device's files.
pub(crate) fn apply(device: &Device, port: &str, profile: &str, secret: &str, more: &[String]) -> Applied {
    device.files.write("profile.json", profile);
    let recordings = Folder::new();
    let recording = recordings.path().join("recording.jsonl");
    let output = xpress_center()
        .arg("apply")
        .arg(device.files.path().join("profile.json"))
        .args(["--port", port, "--json", "--record"])
        .arg(&recording)
        .env("WIFI_PASSPHRASE", PASSPHRASE)
        .env("CLOUD_SECRET", secret)
        .envs(device.variables.iter().cloned())
        .output()
        .unwrap();
    let (out, err) = written(&output);
    let lines =
        out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}\n{err}")));
    let applied = Applied {
        status: output.status.code(),
        lines: lines.collect(),
        recorded: std::fs::read_to_string(recording).unwrap_or_default(),
        out,
        err,
    };
    applied.assert_no_secret(device, secret, more);
    applied
}

/// What came of one `apply`.
#[derive(Debug)]
pub(crate) struct Applied {
    pub(crate) status: Option<i32>,
    pub(crate) lines: Vec<Value>,
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) recorded: String,
}

impl Applied {
    /// It ended with this result and status 0, and every step was reported. Gives the line of the result.
    pub(crate) fn ended(&self, result: &str) -> &Value {
        let last = self.lines.last().unwrap_or_else(|| panic!("nothing: {}", self.err));
        assert_eq!(last["result"], result, "{:#?}\n{}\n{}", self.lines, self.err, self.recorded);
        assert_eq!(self.status, Some(0));
        let of = self.lines[0]["of"].as_u64().unwrap();
        for step in 1..=of {
            let is_end = |line: &&Value| {
                line["step"] == step
                    && line["of"] == of
                    && ["done", "skipped"].iter().any(|s| line["state"] == *s)
            };
            let end =
                self.lines.iter().find(is_end).unwrap_or_else(|| panic!("step {step}: {:#?}", self.lines));
            assert!(end["elapsed_ms"].is_u64() && end["title"].is_string(), "{end}");
        }
        last
    }

    /// It failed with status 1. Gives kind, message and help of the problem, which the result repeats and standard error says.
    pub(crate) fn failed(&self) -> (String, String) {
        assert_eq!(self.status, Some(1), "{:#?}\n{}", self.lines, self.err);
        let last = self.lines.last().unwrap();
        assert_eq!(last["result"], "failed");
        let failed = self.lines.iter().find(|line| line["state"] == "failed").unwrap();
        assert_eq!(last["problem"], failed["problem"]);
        let said = |key: &str| last["problem"][key].as_str().unwrap().to_owned();
        assert!(self.err.contains(&said("message")) && self.err.contains(&said("help")), "{}", self.err);
        (said("kind"), format!("{}. {}", said("message"), said("help")))
    }

    /// Everything that was recorded as text and begins like this, echoes aside, with its place in the recording.
    pub(crate) fn lines_with(&self, start: &str) -> Vec<(usize, String)> {
        let text = |(place, line): (usize, &str)| {
            let line: Value = serde_json::from_str(line).unwrap();
            let text =
                line["text"].as_str().filter(|text| text.starts_with(start) && line["kind"] != "echo")?;
            Some((place, text.to_owned()))
        };
        self.recorded.lines().enumerate().filter_map(text).collect()
    }

    fn assert_no_secret(&self, device: &Device, secret: &str, more: &[String]) {
        let body: String =
            device.pair.key_pem().reveal().lines().filter(|line| !line.starts_with('-')).collect();
        let pieces = body.as_bytes().windows(PIECE).map(|piece| String::from_utf8_lossy(piece).into_owned());
        let own = [secret, PASSPHRASE, "sig=", "SharedAccessSignature"].map(str::to_owned);
        let secrets = pieces.chain(own).chain(more.iter().cloned()).filter(|secret| !secret.is_empty());
        for secret in secrets.collect::<Vec<_>>() {
            // A recording holds what is no text as hexadecimal digits.
            let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
            for (place, text) in [
                ("standard output", &self.out),
                ("standard error", &self.err),
                ("the recording", &self.recorded),
            ] {
                assert!(!text.contains(&secret) && !text.contains(&hex), "a secret is in {place}");
            }
        }
        let is_hidden = |(_, command): &(usize, String)| command.contains(DOTS);
        assert!(self.lines_with("AT+UDUV=0,").iter().all(is_hidden), "{}", self.recorded);
    }
}
