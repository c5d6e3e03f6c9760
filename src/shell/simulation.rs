//! A simulated module with a network: the make-believe one of a demonstration for its hosts, real sockets for the rest.
//! Whoever runs it passes bytes, socket news and time in, and takes bytes and the next moment out.

use std::collections::VecDeque;

use crossbeam_channel::Receiver;

use super::demonstration::DemonstrationClouds;
use super::net::{ConnectTo, SocketNews, Sockets};
use crate::moment::Moment;
use crate::simulator::{Input, Output, Settings, Simulator, TcpEvent};

/// A module, switched on.
pub struct Simulation {
    module: Simulator,
    sockets: Sockets,
    socket_news: Receiver<SocketNews>,
    clouds: Option<DemonstrationClouds>,
    outgoing: VecDeque<u8>,
}

impl Simulation {
    /// A module like this whose connections take these detours. `seed` decides everything that is left to chance.
    pub fn new(settings: Settings, seed: u64, detours: Vec<ConnectTo>) -> Self {
        let (sockets, socket_news) = Sockets::new(detours);
        let module = Simulator::new(settings, seed);
        Self { module, sockets, socket_news, clouds: None, outgoing: VecDeque::new() }
    }

    /// From now on, connections to the demonstration's hosts lead to these clouds.
    pub fn set_clouds(&mut self, clouds: DemonstrationClouds) {
        self.clouds = Some(clouds);
    }

    /// The make-believe clouds, if there are any. Call [`Self::handle_time`] after one was asked for something.
    pub fn clouds(&mut self) -> Option<&mut DemonstrationClouds> {
        self.clouds.as_mut()
    }

    /// Where news from the sockets come; they are to be passed to [`Self::handle_socket`].
    pub fn socket_news(&self) -> &Receiver<SocketNews> {
        &self.socket_news
    }

    /// Takes bytes or a change of the line's settings.
    pub fn handle(&mut self, input: Input, now: Moment) {
        self.module.handle(input, now);
        self.settle(now);
    }

    /// Takes what happened to a socket.
    pub fn handle_socket(&mut self, news: SocketNews, now: Moment) {
        if self.sockets.admits(&news) {
            self.tell_module(news.connection, news.event, now);
        }
        self.settle(now);
    }

    /// Only time has passed.
    pub fn handle_time(&mut self, now: Moment) {
        if let Some(cloud) = &mut self.clouds {
            cloud.handle_time(now);
        }
        self.handle(Input::Time, now);
    }

    /// When [`Self::handle_time`] is wanted.
    pub fn poll_time(&self) -> Option<Moment> {
        let cloud = self.clouds.as_ref().and_then(DemonstrationClouds::poll_time);
        [self.module.poll_time(), cloud].into_iter().flatten().min()
    }

    /// The bytes that the module has sent and nobody has taken yet.
    pub fn outgoing(&mut self) -> &mut VecDeque<u8> {
        &mut self.outgoing
    }

    /// Passes on what module and cloud have for each other, until both are done.
    fn settle(&mut self, now: Moment) {
        loop {
            if let Some(output) = self.module.poll_output() {
                self.pass_on(output, now);
            } else if let Some((connection, event)) = self.clouds.as_mut().and_then(DemonstrationClouds::poll)
            {
                self.tell_module(connection, event, now);
            } else {
                return;
            }
        }
    }

    fn pass_on(&mut self, output: Output, now: Moment) {
        match output {
            Output::Bytes(bytes) => self.outgoing.extend(bytes),
            Output::Tcp { connection, request } => match &mut self.clouds {
                Some(cloud) if cloud.takes(connection, &request) => cloud.handle(connection, request, now),
                _ => self.sockets.handle(connection, request),
            },
        }
    }

    fn tell_module(&mut self, connection: u32, event: TcpEvent, now: Moment) {
        self.module.handle(Input::Tcp { connection, event }, now);
    }
}
