//! Any bytes, in any pieces, in any mode: no panic, no loop, and the same answers however the line cuts them.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const COMMANDS: [&str; 24] = [
    "AT",
    "ATE0",
    "ATE1",
    "ATO1",
    "ATO2",
    "+++",
    "AT&W",
    "ATZ",
    "AT+UFACTORY",
    "AT+CPWROFF",
    "AT+UMRS=9600,2,8,1,1",
    "AT+UWSC=0,0,1,2,lab,5,2,8,hunter2hunter2",
    "AT+UWSCA=0,1",
    "AT+UWSCA=0,3",
    "AT+UWSCA=0,4",
    "AT+UWSCAN",
    "AT+UNSTAT",
    "AT+USECMNG=0,0,a,20",
    "AT+USECMNG=3",
    "AT+UDCP=mqtt://h:1883/?client=c&pt=a&st=b",
    "AT+UDCP=tcp://h:1/",
    "AT+UDCPC=2",
    "AT+UDDRP=0,mqtt://h:1883/,2",
    "ATS3=65",
];

#[derive(Clone, Debug)]
enum Act {
    Bytes(Vec<u8>),
    Command(usize),
    Request(usize),
    Packet(Vec<u8>),
    Wait(u64),
    BrokerSays,
    BrokerLeaves,
    Tcp(u32, u8, Vec<u8>),
    Network(u8),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        vec(any::<u8>(), 0..40).prop_map(Act::Bytes),
        (0..COMMANDS.len()).prop_map(Act::Command),
        (0..COMMANDS.len()).prop_map(Act::Request),
        vec(any::<u8>(), 0..40).prop_map(Act::Packet),
        (0_u64..4000).prop_map(Act::Wait),
        Just(Act::BrokerSays),
        Just(Act::BrokerLeaves),
        (0_u32..4, 0_u8..4, vec(any::<u8>(), 0..8))
            .prop_map(|(connection, event, bytes)| Act::Tcp(connection, event, bytes)),
        (0_u8..4).prop_map(Act::Network),
    ]
}

fn faults() -> impl Strategy<Value = Faults> {
    let names = Fault::NAMES.map(|(written, _)| {
        written.replace("=N", "=3").replace("=SECONDS", "=3").replace("=COMMAND", "=UWSCA")
    });
    vec(proptest::sample::select(names.to_vec()), 0..3)
        .prop_map(|names| names.iter().map(|name| name.parse::<Fault>().unwrap()).collect())
}

fn perform(bench: &mut Bench, act: Act) {
    match act {
        Act::Bytes(bytes) => bench.send(&bytes),
        Act::Command(index) => bench.send(format!("{}\r", COMMANDS[index]).as_bytes()),
        Act::Request(index) => {
            bench.send(&Packet::AtRequest(format!("{}\r", COMMANDS[index]).into_bytes()).encode());
        }
        Act::Packet(data) => bench.send(&Packet::Send { channel: 0, data }.encode()),
        Act::Wait(millis) => bench.pass_millis(millis),
        Act::BrokerSays => bench.broker_says("b", b"news"),
        Act::BrokerLeaves => bench.broker_leaves(),
        Act::Tcp(connection, event, bytes) => bench.tell(Input::Tcp {
            connection,
            event: match event {
                0 => TcpEvent::Bytes(bytes),
                1 => TcpEvent::Closed,
                2 => TcpEvent::Failed(TcpFailure::Refused),
                _ => TcpEvent::Opened { remote: REMOTE.parse().unwrap() },
            },
        }),
        Act::Network(network) => {
            let networks = [
                Network::Broker,
                Network::Unsubscribable,
                Network::Mirror,
                Network::Failing(TcpFailure::TimedOut),
            ];
            bench.network = networks[usize::from(network)];
        }
    }
}

proptest! {
    #[test]
    fn whatever_happens_the_module_goes_on(
        acts in vec(act(), 0..30), faults in faults(), joined: bool, seed in 0_u64..4, mode in 0_u8..3
    ) {
        let mode = [Mode::Command, Mode::Data, Mode::Edm][usize::from(mode)];
        let start = Start { mode, joined: joined.then(|| "lab".into()), ..Start::default() };
        let mut bench = Bench::with(Settings { start, faults, ..settings("NINA-W152", "4.0.0-006") }, seed);
        for act in acts {
            perform(&mut bench, act);
            if let Some(due) = bench.simulator.poll_time() {
                prop_assert!(due >= bench.now, "the next moment is in the past");
            }
        }
    }

    #[test]
    fn pieces_do_not_matter(commands in vec(0..COMMANDS.len(), 1..12), cuts in vec(1_usize..20, 1..40)) {
        let text: Vec<u8> = commands.iter().flat_map(|index| format!("{}\r", COMMANDS[*index]).into_bytes()).collect();
        let framed: Vec<u8> = edm::requests(&text).flat_map(|packet| packet.encode()).collect();
        for (mode, bytes) in [(Mode::Command, &text), (Mode::Edm, &framed)] {
            let start = Start { mode, joined: Some("lab".into()), ..Start::default() };
            let bench = || Bench::with(Settings { start: start.clone(), ..settings("NINA-W152", "4.0.0-006") }, 0);
            let (mut whole, mut cut) = (bench(), bench());
            whole.send(bytes);
            let mut rest = &bytes[..];
            for length in cuts.iter().cycle() {
                let (piece, tail) = rest.split_at((*length).min(rest.len()));
                cut.send(piece);
                rest = tail;
                if rest.is_empty() { break }
            }
            for bench in [&mut whole, &mut cut] { bench.pass(Duration::from_secs(30)) }
            prop_assert_eq!(whole.take(), cut.take());
        }
    }

    #[test]
    fn it_does_not_matter_how_often_time_is_told(steps in vec(1_u64..3000, 1..20)) {
        let bench = || {
            let mut bench = Bench::new(&["link-storm"]);
            wifi::join(&mut bench);
            bench
        };
        let (mut often, mut once) = (bench(), bench());
        steps.iter().for_each(|millis| often.pass_millis(*millis));
        once.now = often.now;
        once.tell(Input::Time);
        prop_assert_eq!(often.take(), once.take());
    }
}
