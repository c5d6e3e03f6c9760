//! Peers: opening, closing, listing, URL values, default peers, servers, options (protocol.md §8).

use super::super::{Choice, Command, Danger, Form, Group, Param, Values};
use super::{HANDLE, SWITCH, switch, value};

const URL: Param = Param::new("url", "scheme://host:port/?key=value&…", Values::Url);

const URL_VALUE: &[Param] = &[
    Param::new("index", "its number; in a URL it is %% and this number", Values::Number(0, 9)),
    Param::new("value", "what stands for it, often a token", Values::Secret { least: 0, most: usize::MAX })
        .rest(),
];

const DEFAULT_PEER_ID: Param = Param::new("id", "the number of the default peer", Values::Number(0, 6));

const DEFAULT_PEER: &[Param] = &[
    DEFAULT_PEER_ID,
    Param::new("url", "as for AT+UDCP", Values::Url).choices(&[Choice::new("", "none")]),
    Param::one_of(
        "when",
        "when it is connected",
        &[
            Choice::new("0", "on entering data mode").inferred(),
            Choice::new("2", "always connected"),
            Choice::new("4", "connected by an external signal"),
            Choice::new("6", "always connected, and by an external signal"),
        ],
    )
    .optional(),
];

const PORT: Param = Param::new("port", "the port it listens at", Values::Number(1, 65_535));

const SERVER: &[Param] = &[
    Param::new("id", "the number of the server", Values::Number(0, 6)),
    Param::one_of(
        "type",
        "what it serves",
        &[
            Choice::new("0", "off"),
            Choice::new("1", "TCP").then(
                "TCP at port {port}[, immediate flush {flush}]",
                &[PORT, Param::one_of("flush", "whether data is sent at once", SWITCH).optional()],
            ),
            Choice::new("2", "UDP").then(
                "UDP at port {port}[, {connect}][, {version}]",
                &[
                    PORT,
                    Param::one_of(
                        "connect",
                        "whether senders become peers",
                        &[
                            Choice::new("0", "no automatic connection"),
                            Choice::new("1", "automatic connection"),
                        ],
                    )
                    .optional(),
                    Param::one_of(
                        "version",
                        "IP version",
                        &[Choice::new("0", "IPv4"), Choice::new("1", "IPv6")],
                    )
                    .optional(),
                ],
            ),
            Choice::new("3", "Bluetooth serial port profile"),
            Choice::new("4", "Bluetooth dial-up networking"),
            Choice::new("5", "Bluetooth service by UUID")
                .then("Bluetooth service {uuid}", &[Param::new("uuid", "its UUID", Values::Free).rest()]),
            Choice::new("6", "u-blox serial port service over Bluetooth LE"),
            Choice::new("8", "AT commands"),
        ],
    ),
];

const OPTIONS: &[Choice] = &[
    Choice::new("0", "peers kept in command mode")
        .then("keeping peers in command mode is {value}", &[switch("off or on").default("1")]),
    Choice::new("1", "factory reset by DTR")
        .then("factory reset by DTR is {value}", &[switch("off or on").default("1")]),
    Choice::new("2", "number of TCP links")
        .then("number of TCP links is {value}", &[value("1 to 8", Values::Number(1, 8))]),
    Choice::new("3", "DSR mask").then("DSR mask is {value}", &[value("a number", Values::Number(0, 255))]),
    Choice::new("4", "reconnect time").then(
        "reconnect time is {value}",
        &[value("a time in ms", Values::Number(100, 60_000)).default("10000").unit("ms")],
    ),
    Choice::new("5", "TCP out-of-order queue")
        .then("TCP out-of-order queue is {value}", &[value("a number", Values::Number(0, 255))]),
    Choice::new("101", "TLS input buffer, which the manual leaves out").then(
        "TLS input buffer is {value}",
        &[value("its size", Values::Number(0, 65_535)).default("7800").unit("bytes")],
    ),
    Choice::new("102", "TLS output buffer, which the manual leaves out").then(
        "TLS output buffer is {value}",
        &[value("its size", Values::Number(0, 65_535)).default("3072").unit("bytes")],
    ),
    Choice::new("104", "fast retransmit, which the manual leaves out")
        .then("fast retransmit is {value}", &[value("a number", Values::Number(0, 255))]),
];

const OPTION: &[Param] = &[Param::one_of("tag", "which setting", OPTIONS)];

const LISTED: &[Param] = &[
    HANDLE,
    Param::new("protocol", "what it speaks", Values::Free).choices(&[Choice::new("com", "the serial port")]),
    Param::new("local", "its local end", Values::Free),
    Param::new("remote", "its remote end", Values::Free).choices(&[Choice::new("", "none")]).optional(),
];

/// The commands of this group.
pub(super) const COMMANDS: &[Command] = &[
    Command::new("AT+UDCP", "Connect a peer", Group::Peers, "§8.1")
        .forms(&[Form::set("Connect a peer: {url}", &[URL.rest()])])
        .answer("The peer has handle {handle}; it is being connected", &[HANDLE])
        .ok("The module has begun to connect; +UUDPC follows, or +UUDPD if it fails")
        .error("no network yet, a URL it does not know, or no free peer; right after +UUNU a second try often helps")
        .note("TLS is switched on by encr or ca. One peer has one publish and one subscribe topic at most")
        .examples(&[
            "AT+UDCP=mqtt://mqtt.thingstream.io:8883/?client=device1&user=u&passwd=••••••&pt=up&st=down&encr=3",
            "AT+UDCP=tcp://192.168.2.1:12345/",
        ]),
    Command::new("AT+UDCPC", "Close a peer", Group::Peers, "§8.3")
        .forms(&[Form::set("Close peer {handle}", &[HANDLE]).danger(Danger::DropsConnection)])
        .ok("+UUDPD follows when it is closed")
        .examples(&["AT+UDCPC=1"]),
    Command::new("AT+UDLP", "List of peers", Group::Peers, "§8.3")
        .forms(&[Form::read("Ask for all peers")])
        .answer("Peer {handle}: {protocol}, local {local}[, remote {remote}]", LISTED)
        .note("Handle 0 is the serial port itself")
        .examples(&["AT+UDLP?"]),
    Command::new("AT+UDUV", "URL value", Group::Peers, "§8.2")
        .forms(&[Form::set("Set URL value {index}, which stands for %%{index} in a URL; it stays hidden", URL_VALUE)])
        .answer("URL value {index}; it stays hidden", URL_VALUE)
        .note("For what cannot stand in a URL: &, =, % and blanks. Whether it outlives a restart is not known")
        .examples(&["AT+UDUV=0,\"••••••\""]),
    Command::new("AT+UDDRP", "Default remote peer", Group::Peers, "§8.3")
        .forms(&[
            Form::read("Ask for the default peers").inferred(),
            Form::ask("Ask for default peer {id}", &[DEFAULT_PEER_ID]).inferred(),
            Form::set("Default peer {id}: {url}[, {when}]", DEFAULT_PEER),
        ])
        .answer("Default peer {id}: {url}[, {when}]", DEFAULT_PEER)
        .note("Connected on entering data mode or extended data mode. An empty URL removes it")
        .examples(&["AT+UDDRP=0,\"udp://server:5000/\",2", "AT+UDDRP=0,\"\",0"]),
    Command::new("AT+UDSC", "Server", Group::Peers, "§8.3")
        .forms(&[Form::read("Ask for the servers").inferred(), Form::set("Server {id}: {type}", SERVER)])
        .answer("Server {id}: {type}", SERVER)
        .examples(&["AT+UDSC=1,1,12345,0", "AT+UDSC=1,0"]),
    Command::new("AT+UDCFG", "Settings of peers", Group::Peers, "§8.3")
        .forms(&[
            Form::ask("Ask for the setting: {tag}", OPTION).inferred(),
            Form::set("Setting of peers: {tag}", OPTION),
        ])
        .answer("Setting of peers: {tag}", OPTION)
        .examples(&["AT+UDCFG=0,1", "AT+UDCFG=4,10000"]),
];
