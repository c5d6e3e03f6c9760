//! The real binary: a simulated module on a virtual serial port, and sub-commands that are run to their end.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serialport::SerialPort;
use xpress_center::edm;

use super::{Running, wait_until};

/// A command of the program that was built for this test.
pub(crate) fn xpress_center() -> Command {
    Command::new(env!("CARGO_BIN_EXE_xpress-center"))
}

/// `xpress-center simulate`, ended with the test.
pub(crate) struct Module {
    /// The path of its serial port.
    pub(crate) port: String,
    process: Running,
    _output: BufReader<ChildStdout>,
}

impl Module {
    /// Starts one and reads where its port is.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut child =
            xpress_center().arg("simulate").args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let port =
            line.trim_end().strip_prefix("port: ").expect("the first line says where the port is").to_owned();
        Self { port, process: Running(child), _output: output }
    }

    pub(crate) fn process(&mut self) -> &mut Child {
        &mut self.process.0
    }

    /// Opens its port as any terminal would. Whoever is no administrator waits up to a second for a port whose last
    /// client was killed.
    pub(crate) fn open(&self) -> Terminal {
        let port = || serialport::new(&self.port, 115_200).timeout(Duration::from_millis(20)).open().ok();
        let port = wait_until(Duration::from_secs(3), port).expect("the port stays busy");
        Terminal { port, unread: Vec::new() }
    }
}

/// The other end of a serial line, byte by byte.
pub(crate) struct Terminal {
    port: Box<dyn SerialPort>,
    unread: Vec<u8>,
}

impl Terminal {
    /// Sets the computer's end of the line.
    pub(crate) fn set_speed(&mut self, speed: u32) {
        self.port.set_baud_rate(speed).unwrap();
    }

    pub(crate) fn send(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let written = self.port.write(bytes).unwrap();
            bytes = &bytes[written..];
        }
    }

    /// Everything up to and with `end`.
    pub(crate) fn read_until(&mut self, end: &[u8], limit: Duration) -> Vec<u8> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(at) = self.unread.windows(end.len()).position(|window| window == end) {
                return self.unread.drain(..at + end.len()).collect();
            }
            let mut buffer = [0; 4096];
            let read = self.port.read(&mut buffer).unwrap_or(0);
            self.unread.extend_from_slice(&buffer[..read]);
            assert!(
                Instant::now() < deadline,
                "{:?} instead of {:?}",
                String::from_utf8_lossy(&self.unread),
                String::from_utf8_lossy(end)
            );
        }
    }

    /// A command in extended data mode and its answer up to `OK`.
    pub(crate) fn request(&mut self, command: &str) -> String {
        self.send(&edm::Packet::AtRequest(format!("{command}\r").into_bytes()).encode());
        let answer = self.read_until(b"OK\r\n\x55", Duration::from_secs(10));
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// A command and its answer up to `OK`.
    pub(crate) fn command(&mut self, command: &str) -> String {
        self.send(format!("{command}\r").as_bytes());
        String::from_utf8_lossy(&self.read_until(b"\r\nOK\r\n", Duration::from_secs(10))).into_owned()
    }
}

/// Files of a set-up, in a folder of their own.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Every byte of every file in it.
    pub(crate) fn content(&self) -> Vec<u8> {
        let mut all = Vec::new();
        for entry in std::fs::read_dir(self.path()).unwrap() {
            std::fs::File::open(entry.unwrap().path()).unwrap().read_to_end(&mut all).unwrap();
        }
        all
    }
}

/// What a process wrote, as text.
pub(crate) fn written(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}
