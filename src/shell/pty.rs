//! A pseudo-terminal that a simulated module is served on: to a client it looks like a serial port.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{ControlModes, OptionalActions, Termios, ioctl_tiocnxcl, tcgetattr, tcsetattr};

use super::serve::{BACKLOG, Client};
use crate::simulator::{FlowControl, LineSettings, Parity};

/// The module's side of a pseudo-terminal.
pub struct Terminal {
    name: String,
    /// The clients' side is kept open: so the terminal outlives each client, and can be freed from one that was killed.
    clients: OwnedFd,
    heard: Receiver<Vec<u8>>,
    say: Sender<Vec<u8>>,
}

impl Terminal {
    /// A new pseudo-terminal in raw mode, set to a module's own speed for clients that set none.
    ///
    /// # Errors
    /// The system has no more of them, or none at all.
    pub fn open() -> io::Result<Self> {
        let mut flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
        flags.set(close_on_exec(), true);
        let module = openpt(flags)?;
        grantpt(&module)?;
        unlockpt(&module)?;
        let name = ptsname(&module, Vec::new())?;
        let clients =
            rustix::fs::open(&name, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
        let mut line = tcgetattr(&clients)?;
        line.make_raw();
        line.set_speed(LineSettings::default().baud_rate)?;
        tcsetattr(&clients, OptionalActions::Now, &line)?;
        let module = File::from(module);
        // A client that does not read holds up the writer alone.
        let heard = start_reader(module.try_clone()?)?;
        Ok(Self { name: name.to_string_lossy().into_owned(), clients, heard, say: start_writer(module)? })
    }
}

#[cfg(target_os = "linux")]
fn close_on_exec() -> OpenptFlags {
    OpenptFlags::CLOEXEC
}

#[cfg(not(target_os = "linux"))]
fn close_on_exec() -> OpenptFlags {
    OpenptFlags::empty()
}

impl Client for Terminal {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn heard(&self) -> &Receiver<Vec<u8>> {
        &self.heard
    }

    fn say(&mut self, bytes: Vec<u8>) {
        drop(self.say.try_send(bytes));
    }

    fn line(&self) -> Option<LineSettings> {
        // The speed of a pseudo-terminal cannot be set on macOS.
        if cfg!(target_os = "macos") {
            None
        } else {
            tcgetattr(&self.clients).ok().map(|line| settings(&line))
        }
    }

    fn quiet(&mut self) {
        // A client that was killed leaves the terminal closed to everybody else.
        let _ = ioctl_tiocnxcl(&self.clients);
    }
}

fn settings(line: &Termios) -> LineSettings {
    let has = |mode| line.control_modes.contains(mode);
    LineSettings {
        baud_rate: line.output_speed(),
        flow_control: if has(ControlModes::CRTSCTS) { FlowControl::CtsRts } else { FlowControl::None },
        stop_bits: if has(ControlModes::CSTOPB) { 2 } else { 1 },
        // Linux keeps no parity for a pseudo-terminal.
        parity: Parity::None,
    }
}

fn start_reader(mut module: File) -> io::Result<Receiver<Vec<u8>>> {
    let (hear, heard) = unbounded();
    thread::Builder::new().name("terminal reader".to_owned()).spawn(move || {
        let mut buffer = vec![0; 4096];
        while let Ok(count @ 1..) = module.read(&mut buffer) {
            if hear.send(buffer.iter().take(count).copied().collect()).is_err() {
                return;
            }
        }
    })?;
    Ok(heard)
}

fn start_writer(mut module: File) -> io::Result<Sender<Vec<u8>>> {
    let (say, said) = bounded::<Vec<u8>>(BACKLOG);
    thread::Builder::new().name("terminal writer".to_owned()).spawn(move || {
        said.iter().take_while(|bytes| module.write_all(bytes).is_ok()).for_each(drop);
    })?;
    Ok(say)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn client(terminal: &Terminal) -> File {
        File::options().read(true).write(true).open(&terminal.name).unwrap()
    }

    #[test]
    fn bytes_pass_unchanged_both_ways_and_clients_come_and_go() {
        let mut terminal = Terminal::open().unwrap();
        for _ in 0..3 {
            let mut client = client(&terminal);
            let every_byte: Vec<u8> = (0..=255).collect();
            client.write_all(&every_byte).unwrap();
            let mut heard = Vec::new();
            while heard.len() < 256 {
                heard.extend(terminal.heard().recv_timeout(PATIENCE).unwrap());
            }
            assert_eq!(heard, every_byte);
            terminal.say(every_byte.clone());
            let mut said = [0; 256];
            client.read_exact(&mut said).unwrap();
            assert_eq!(said.as_slice(), every_byte);
        }
    }

    #[test]
    fn the_line_is_the_module_s_until_a_client_sets_it() {
        let terminal = Terminal::open().unwrap();
        let unset = terminal.line().unwrap();
        assert!(unset.understands(LineSettings::default()));
        let client = client(&terminal);
        let mut line = tcgetattr(&client).unwrap();
        line.set_speed(921_600).unwrap();
        line.control_modes.insert(ControlModes::CRTSCTS | ControlModes::CSTOPB);
        tcsetattr(&client, OptionalActions::Now, &line).unwrap();
        let set = terminal.line().unwrap();
        assert_eq!((set.baud_rate, set.flow_control, set.stop_bits), (921_600, FlowControl::CtsRts, 2));
    }

    #[test]
    fn a_client_that_was_killed_leaves_the_terminal_to_the_next() {
        let mut terminal = Terminal::open().unwrap();
        // What a client that is killed cannot undo.
        rustix::termios::ioctl_tiocexcl(client(&terminal)).unwrap();
        terminal.quiet();
        drop(client(&terminal));
    }
}
