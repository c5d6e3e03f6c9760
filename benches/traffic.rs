//! Traffic both ways: data of extended data mode through a virtual serial port at 3 Mbit/s each way, then as fast as it
//! goes, while the whole window is open and draws its traffic. Every frame has to arrive, at the peer
//! and in the rows, once and in order; frames of the window are measured in processor time.
//!
//! `cargo bench --bench traffic`, with a number behind `--` for so many seconds at 3 Mbit/s
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a measurement")]
#![allow(clippy::print_stdout, reason = "printing is what it is for")]
#![allow(clippy::disallowed_methods, reason = "a measurement reads the clock and the system")]

#[cfg(unix)]
mod system;

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(not(unix))]
fn main() {
    println!("There are no pseudo-terminals here");
}

#[cfg(unix)]
mod unix {
    use std::cell::RefCell;
    use std::fs::File;
    use std::hash::{DefaultHasher, Hash, Hasher};
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, SocketAddr};
    use std::ops::ControlFlow;
    use std::rc::Rc;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    use std::sync::{Arc, Mutex};
    use std::thread;
    use std::time::{Duration, Instant};

    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;
    use xpress_center::edm::{Decoder, Item, Packet, Peer, Protocol};
    use xpress_center::model::{
        Connection, Handle, Line, News, Order, PortName, RowKind, Settings, Tape, TrafficRow,
    };
    use xpress_center::moment::{Moment, UnixTime};
    use xpress_center::session::{Activity, Direction, Wish};
    use xpress_center::shell::clock::Clock;
    use xpress_center::shell::link::{LinkHandle, Worker};
    use xpress_center::ui::App;

    use super::system::{processor_time, pseudo_terminal, resident};

    /// 3 Mbit/s at ten bits a byte, in bytes per second.
    const RATE: f64 = 300_000.0;
    /// At full speed so many bytes of the window's are on their way at a time, so that none is refused.
    const ON_THE_WAY: u64 = 256 * 1024;
    /// So much is sent each way at full speed, in bytes.
    const FULL: u64 = 100_000_000;
    /// How often the window is drawn.
    const FRAME: Duration = Duration::from_micros(16_667);

    /// The message with this number, of 60 to 900 bytes.
    fn message(number: u64) -> Vec<u8> {
        let pad = "x".repeat(usize::try_from(number * 37 % 840).unwrap());
        format!(r#"{{"seq":{number},"t":{:.2},"pad":"{pad}"}}"#, (number as f64 / 50.0).sin()).into_bytes()
    }

    /// How fast messages are sent, and until when.
    #[derive(Clone, Copy)]
    enum Course {
        Paced(Duration),
        /// So many bytes.
        Full(u64),
    }

    /// What was sent or has arrived of a row of messages.
    #[derive(Default)]
    struct Tally {
        frames: u64,
        bytes: u64,
        hash: DefaultHasher,
        out_of_order: u64,
    }

    impl Tally {
        fn add(&mut self, bytes: &[u8]) {
            self.out_of_order += u64::from(number_in(bytes) != Some(self.frames));
            self.frames += 1;
            self.bytes += bytes.len() as u64;
            bytes.hash(&mut self.hash);
        }

        fn compare(&self, arrived: &Self, way: &str) {
            let same = if self.hash.finish() == arrived.hash.finish() { "the same" } else { "NOT the same" };
            let lost = self.frames.saturating_sub(arrived.frames);
            let misplaced = arrived.out_of_order;
            println!(
                "  {way}: {} frames of {:.1} MB, {lost} lost, {misplaced} out of order, {same}",
                self.frames,
                self.bytes as f64 / 1e6
            );
        }
    }

    fn number_in(bytes: &[u8]) -> Option<u64> {
        let text = std::str::from_utf8(bytes).ok()?.strip_prefix(r#"{"seq":"#)?;
        text.split(',').next()?.parse().ok()
    }

    /// The sending end of a course; it says what is due.
    struct Source {
        course: Course,
        begun: Instant,
        tally: Tally,
    }

    impl Source {
        fn new(course: Course) -> Self {
            Self { course, begun: Instant::now(), tally: Tally::default() }
        }

        fn is_at_end(&self) -> bool {
            match self.course {
                Course::Paced(time) => self.begun.elapsed() >= time,
                Course::Full(bytes) => self.tally.bytes >= bytes,
            }
        }

        /// The next message if it is due.
        fn next(&mut self) -> Option<Vec<u8>> {
            if let Course::Paced(_) = self.course
                && self.tally.bytes as f64 >= self.begun.elapsed().as_secs_f64() * RATE
            {
                return None;
            }
            let message = message(self.tally.frames);
            self.tally.add(&message);
            Some(message)
        }
    }

    /// The other end of the port.
    struct Module {
        port: File,
        /// What has come from the window.
        arrived: Arc<Mutex<Tally>>,
        arrived_bytes: Arc<AtomicU64>,
        writes: Arc<Mutex<()>>,
        is_answering: Arc<AtomicBool>,
    }

    impl Module {
        fn new(port: File) -> Self {
            let module = Self {
                port,
                arrived: Arc::default(),
                arrived_bytes: Arc::default(),
                writes: Arc::default(),
                is_answering: Arc::default(),
            };
            module.listen();
            module
        }

        /// Says yes to every command, in packets, and takes data.
        fn listen(&self) {
            let (mut port, writes) = (self.port.try_clone().unwrap(), Arc::clone(&self.writes));
            let (arrived, bytes) = (Arc::clone(&self.arrived), Arc::clone(&self.arrived_bytes));
            let is_answering = Arc::clone(&self.is_answering);
            thread::spawn(move || {
                let (mut buffer, mut decoder) = (vec![0; 1 << 16], Decoder::new());
                while let Ok(count @ 1..) = port.read(&mut buffer) {
                    decoder.feed(&buffer[..count]);
                    while let Some(item) = decoder.poll() {
                        match item {
                            Item::Packet(Packet::Send { data, .. }) => {
                                bytes.fetch_add(data.len() as u64, Ordering::Relaxed);
                                arrived.lock().unwrap().add(&data);
                            }
                            Item::Packet(Packet::AtRequest(text)) if text.contains(&b'\r') => {
                                is_answering.store(true, Ordering::Relaxed);
                                let answer = Packet::AtConfirmation(b"\r\nOK\r\n".to_vec());
                                let _one = writes.lock().unwrap();
                                port.write_all(&answer.encode()).unwrap();
                            }
                            _ => {}
                        }
                    }
                }
            });
        }

        fn say(&self, packet: &Packet) {
            let _one = self.writes.lock().unwrap();
            (&self.port).write_all(&packet.encode()).unwrap();
        }

        /// Sends what this course asks for on a thread of its own.
        fn send(&self, course: Course) -> thread::JoinHandle<Tally> {
            let (mut port, writes) = (self.port.try_clone().unwrap(), Arc::clone(&self.writes));
            thread::spawn(move || {
                let mut source = Source::new(course);
                while !source.is_at_end() {
                    match source.next() {
                        Some(data) => {
                            let packet = Packet::Data { channel: 0, data };
                            let _one = writes.lock().unwrap();
                            port.write_all(&packet.encode()).unwrap();
                        }
                        None => thread::sleep(Duration::from_millis(1)),
                    }
                }
                source.tally
            })
        }
    }

    /// The window's handle, which the bench gives orders with as well.
    #[derive(Clone)]
    struct Shared(Rc<RefCell<LinkHandle>>);

    impl Handle for Shared {
        fn send(&mut self, order: Order) {
            self.0.borrow_mut().send(order);
        }

        fn poll(&mut self) -> Option<News> {
            self.0.borrow_mut().poll()
        }

        fn waiting(&self) -> usize {
            self.0.borrow().waiting()
        }

        fn now(&self) -> Moment {
            self.0.borrow().now()
        }

        fn date(&self) -> UnixTime {
            self.0.borrow().date()
        }

        fn another(&self) -> Box<dyn Handle> {
            self.0.borrow().another()
        }

        fn tape(&mut self) -> Box<dyn Tape> {
            self.0.borrow_mut().tape()
        }
    }

    struct Bench {
        window: Harness<'static, App>,
        handle: Shared,
        module: Module,
        frames: Vec<Duration>,
        peak: u64,
        behind: usize,
        /// Which of the rows have been looked at.
        seen: usize,
    }

    pub(super) fn main() {
        let seconds = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(60);
        let mut bench = Bench::connected();
        println!("3 Mbit/s each way for {seconds} s:");
        bench.run(Course::Paced(Duration::from_secs(seconds)));
        println!("as fast as it goes, {} MB each way:", FULL / 1_000_000);
        bench.run(Course::Full(FULL));
    }

    impl Bench {
        fn connected() -> Self {
            let (port, name) = pseudo_terminal();
            let handle = Shared(Rc::new(RefCell::new(Worker::start(Clock::start(), || {}))));
            let connection = Connection::to(PortName::Serial(name));
            let settings = Settings { connection: Some(connection), ..Settings::default() };
            let boxed = Box::new(handle.clone());
            let builder = Harness::builder().with_size(egui::Vec2::new(1280.0, 800.0));
            let window = builder.build_eframe(move |creation| App::new(creation, boxed, settings));
            let module = Module::new(port);
            let mut bench = Self { window, handle, module, frames: Vec::new(), peak: 0, behind: 0, seen: 0 };
            bench.click("Connect");
            while !bench.module.is_answering.load(Ordering::Relaxed)
                || bench.window.state().model().mode.is_none()
                || bench.window.state().model().activity != Activity::Nothing
                || !matches!(bench.window.state().model().line, Line::Open(_))
            {
                bench.frame();
            }
            let (remote, local) = ((Ipv4Addr::new(10, 0, 0, 9), 1883), (Ipv4Addr::UNSPECIFIED, 0));
            let (remote, local) = (SocketAddr::from(remote), SocketAddr::from(local));
            let peer = Peer::Ip { protocol: Protocol::Mqtt, remote, local };
            bench.module.say(&Packet::Connect { channel: 0, peer });
            bench.click("Traffic");
            bench
        }

        fn click(&mut self, label: &str) {
            self.window.query_all_by_label(label).next().unwrap().click();
            self.frame();
            self.frame();
        }

        /// A frame of the window, no more than sixty a second.
        fn frame(&mut self) {
            let (begun, before) = (Instant::now(), processor_time());
            self.window.step();
            self.frames.push(processor_time() - before);
            self.peak = self.peak.max(resident());
            self.behind = self.behind.max(self.window.state().model().behind);
            thread::sleep(FRAME.saturating_sub(begun.elapsed()));
        }

        /// The window's own messages go out as they are due.
        fn send(&self, source: &mut Source) {
            let mut handle = self.handle.clone();
            while !source.is_at_end() {
                let arrived = self.module.arrived_bytes.load(Ordering::Relaxed);
                if source.tally.bytes.saturating_sub(arrived) > ON_THE_WAY {
                    return;
                }
                let Some(data) = source.next() else { return };
                handle.send(Order::Wish(Wish::SendData { channel: Some(0), data }));
            }
        }

        fn run(&mut self, course: Course) {
            (self.frames, self.peak, self.behind) = (Vec::new(), 0, 0);
            *self.module.arrived.lock().unwrap() = Tally::default();
            self.module.arrived_bytes.store(0, Ordering::Relaxed);
            let (before, begun) = (resident(), Instant::now());
            let module = self.module.send(course);
            let mut source = Source::new(course);
            while !(module.is_finished() && source.is_at_end()) {
                self.send(&mut source);
                self.frame();
            }
            let poured = begun.elapsed();
            let told = module.join().unwrap();
            let deadline = Instant::now() + Duration::from_secs(120);
            let (mut sent, mut received) = (Tally::default(), Tally::default());
            while Instant::now() < deadline {
                self.look(&mut sent, &mut received);
                let arrived = self.module.arrived.lock().unwrap().frames;
                if received.frames >= told.frames && arrived.min(sent.frames) >= source.tally.frames {
                    break;
                }
                (0..20).for_each(|_| self.frame());
            }
            println!("  poured in {poured:.1?}, all shown after {:.1?}", begun.elapsed());
            told.compare(&received, "from the module to the rows");
            source.tally.compare(&sent, "from the window to the rows");
            source.tally.compare(&self.module.arrived.lock().unwrap(), "from the window to the module");
            self.report(before);
        }

        /// Looks at rows that nobody has looked at.
        fn look(&mut self, sent: &mut Tally, received: &mut Tally) {
            let traffic = &self.window.state().model().traffic;
            traffic.scan(self.seen..traffic.len(), |_, row: &TrafficRow| {
                match (row.kind, row.direction) {
                    (RowKind::Data { .. }, Direction::Sent) => sent.add(&row.bytes),
                    (RowKind::Data { .. }, Direction::Received) => received.add(&row.bytes),
                    _ => {}
                }
                ControlFlow::Continue(())
            });
            self.seen = traffic.len();
        }

        fn report(&mut self, before: u64) {
            self.frames.sort_unstable();
            let at =
                |share: usize| self.frames[(self.frames.len() * share / 1000).min(self.frames.len() - 1)];
            println!(
                "  frames of the window: {}, processor time median {:.1?}, 99 % {:.1?}, longest {:.1?}",
                self.frames.len(),
                at(500),
                at(990),
                at(1000)
            );
            let more = self.peak.saturating_sub(before) as f64 / 1e6;
            println!("  at most {} events behind; {more:.0} MB more memory at the most", self.behind);
        }
    }
}
