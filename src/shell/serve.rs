//! Serving a simulated module to other programs, on a pseudo-terminal or over TCP. One thread runs the module; it sleeps
//! until bytes, news from a socket or the module's next moment come.

#![allow(clippy::disallowed_methods, reason = "the shell is where sockets are opened")]

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, after, bounded, never, select, unbounded};

use super::clock::Clock;
use super::simulation::Simulation;
use crate::moment::Moment;
use crate::simulator::{Input, LineSettings};

/// So many pieces wait for a client that does not read; what comes then is lost, as on a line that nobody listens to.
pub(super) const BACKLOG: usize = 1024;
/// After so long without a byte in either direction, whoever was there may be gone.
const QUIET: Duration = Duration::from_secs(1);

/// The programs at the other end of the line, of which there is one at a time.
pub trait Client {
    /// What the port is called, in the words of `--port`.
    fn name(&self) -> String;

    /// Bytes from the client. The channel ends when there can be no clients any more.
    fn heard(&self) -> &Receiver<Vec<u8>>;

    /// Hands bytes over to the client, if there is one; never waits.
    fn say(&mut self, bytes: Vec<u8>);

    /// How the client has set its end of the line, if that can be known.
    fn line(&self) -> Option<LineSettings> {
        None
    }

    /// Nothing has crossed the line for a while.
    fn quiet(&mut self) {}
}

/// Runs the module until something comes from `stop`, or no client can come any more.
pub fn serve(client: &mut dyn Client, simulation: &mut Simulation, clock: Clock, stop: &Receiver<()>) {
    let (heard, socket_news) = (client.heard().clone(), simulation.socket_news().clone());
    let mut line = None;
    let mut quiet = Some(clock.now() + QUIET);
    loop {
        let next = [simulation.poll_time(), quiet].into_iter().flatten().min();
        let alarm = next.map_or_else(never, |next| after(next.since(clock.now())));
        select! {
            recv(heard) -> bytes => {
                let Ok(bytes) = bytes else { return };
                let set = client.line();
                if let Some(set) = set.filter(|_| set != line) {
                    simulation.handle(Input::Line(set), clock.now());
                }
                line = set;
                simulation.handle(Input::Bytes(bytes), clock.now());
                quiet = Some(clock.now() + QUIET);
            }
            recv(socket_news) -> news => {
                if let Ok(news) = news {
                    simulation.handle_socket(news, clock.now());
                }
            }
            recv(stop) -> _ => return,
            recv(alarm) -> _ => simulation.handle_time(clock.now()),
        }
        if !simulation.outgoing().is_empty() {
            client.say(simulation.outgoing().drain(..).collect());
            quiet = Some(clock.now() + QUIET);
        }
        if is_past(quiet, clock) {
            client.quiet();
            quiet = None;
        }
    }
}

fn is_past(moment: Option<Moment>, clock: Clock) -> bool {
    moment.is_some_and(|moment| moment <= clock.now())
}

/// A TCP port at which one client at a time finds the module.
pub struct Listener {
    address: SocketAddr,
    heard: Receiver<Vec<u8>>,
    arrivals: Receiver<Sender<Vec<u8>>>,
    client: Option<Sender<Vec<u8>>>,
}

impl Listener {
    /// Listens at this address; port 0 takes any that is free.
    ///
    /// # Errors
    /// The address is not one of this computer, or the port is taken.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let (hear, heard) = unbounded();
        let (arrive, arrivals) = unbounded();
        thread::Builder::new().name("listener".to_owned()).spawn(move || {
            // A client that went away before it was greeted is no reason to stop.
            listener.incoming().flatten().take_while(|client| attend(client, &arrive, &hear)).for_each(drop);
        })?;
        Ok(Self { address, heard, arrivals, client: None })
    }
}

impl Client for Listener {
    fn name(&self) -> String {
        format!("tcp://{}", self.address)
    }

    fn heard(&self) -> &Receiver<Vec<u8>> {
        &self.heard
    }

    fn say(&mut self, bytes: Vec<u8>) {
        self.client = self.arrivals.try_iter().last().or_else(|| self.client.take());
        if let Some(client) = &self.client {
            drop(client.try_send(bytes));
        }
    }
}

/// Stays with one client until it leaves. Says whether anybody still wants to hear of clients.
fn attend(client: &TcpStream, arrive: &Sender<Sender<Vec<u8>>>, hear: &Sender<Vec<u8>>) -> bool {
    let (say, saying) = bounded::<Vec<u8>>(BACKLOG);
    let (Ok(mut writing), Ok(())) = (client.try_clone(), client.set_nodelay(true)) else { return true };
    let writer = thread::Builder::new().name("client writer".to_owned()).spawn(move || {
        saying.iter().take_while(|bytes| writing.write_all(bytes).is_ok()).for_each(drop);
    });
    if writer.is_err() {
        return true;
    }
    if arrive.send(say).is_err() {
        return false;
    }
    let mut reading = client;
    let mut buffer = vec![0; 4096];
    while let Ok(count @ 1..) = reading.read(&mut buffer) {
        if hear.send(buffer.iter().take(count).copied().collect()).is_err() {
            return false;
        }
    }
    // It may be closed from the other side already.
    drop(client.shutdown(Shutdown::Both));
    true
}
