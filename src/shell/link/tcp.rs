//! A serial port that is served over TCP, by `simulate --listen` or a terminal server. There are no line settings: the
//! other end has them.

#![allow(clippy::disallowed_methods, reason = "the shell is where sockets are opened")]

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use super::Transport;
use crate::problem::{Kind, Problem};
use crate::session::LineSettings;

const CONNECT_LIMIT: Duration = Duration::from_secs(5);
const WRITE_LIMIT: Duration = Duration::from_millis(1);

pub(super) struct Tcp {
    stream: TcpStream,
    address: String,
}

impl Tcp {
    /// Connects to `host:port`.
    pub(super) fn open(address: &str) -> Result<Self, Problem> {
        let open = || {
            let stream = connect(address)?;
            stream.set_nodelay(true)?;
            stream.set_write_timeout(Some(WRITE_LIMIT))?;
            Ok(stream)
        };
        match open() {
            Ok(stream) => Ok(Self { stream, address: address.to_owned() }),
            Err(error) => Err(unreachable(address, &error)),
        }
    }

    fn settle(&self, result: io::Result<usize>) -> Result<usize, Problem> {
        use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
        result.or_else(|error| match error.kind() {
            TimedOut | WouldBlock | Interrupted => Ok(0),
            _ => Err(self.lost()),
        })
    }

    fn lost(&self) -> Problem {
        Problem::new(
            Kind::PortLost,
            format!("The connection to {} ended", self.address),
            "Connect again once the other end is back",
        )
    }
}

impl Transport for Tcp {
    fn read(&mut self, buffer: &mut [u8], patience: Duration) -> Result<usize, Problem> {
        // A limit of zero would mean none.
        let limit = patience.max(Duration::from_millis(1));
        self.stream.set_read_timeout(Some(limit)).map_err(|_| self.lost())?;
        let result = self.stream.read(buffer);
        if let Ok(0) = result { Err(self.lost()) } else { self.settle(result) }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<usize, Problem> {
        let result = self.stream.write(bytes);
        self.settle(result)
    }

    /// The line is set where it is served.
    fn set_line(&mut self, _: LineSettings) -> Result<(), Problem> {
        Ok(())
    }
}

fn connect(address: &str) -> io::Result<TcpStream> {
    let addresses: Vec<SocketAddr> = address.to_socket_addrs()?.collect();
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in addresses {
        match TcpStream::connect_timeout(&address, CONNECT_LIMIT) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn unreachable(address: &str, error: &io::Error) -> Problem {
    Problem::new(
        Kind::PortMissing,
        format!("Nothing can be reached at tcp://{address}: {error}"),
        "Write it as tcp://HOST:PORT, and check that the port is served there",
    )
}
