//! Addresses, host name, ping (protocol.md §6.6, §6.7, §10).

use super::super::{Choice, Command, Form, Group, Needs, Param, Values};
use super::value;
use crate::module::{Family, Firmware};

/// The interfaces seen on modules.
pub(super) const INTERFACE: Param =
    Param::new("interface", "the number of the network interface", Values::Number(0, 255)).choices(&[
        Choice::new("0", "the Wi-Fi station"),
        Choice::new("13", "bridge 13"),
        Choice::new("14", "bridge 14"),
    ]);

const IP: &[Param] = &[value("an IP address", Values::Ip)
    .choices(&[Choice::new("0.0.0.0", "not set"), Choice::new("::", "not set")])];

const ODIN_7: Needs = Needs::Since(Family::OdinW2, Firmware::release(7, 0, 0));

const IPV6: &[Param] = &[
    value("an IPv6 address", Values::Ip).choices(&[Choice::new("::", "not set")]),
    Param::one_of(
        "state",
        "the state of the address",
        &[
            Choice::new("0", "invalid"),
            Choice::new("1", "tentative"),
            Choice::new("2", "preferred"),
            Choice::new("3", "deprecated"),
        ],
    )
    .optional(),
];

const VALUES: &[Choice] = &[
    Choice::new("0", "hardware address").then(
        "hardware address is {value}",
        &[value("twelve hexadecimal digits", Values::HardwareAddress)
            .choices(&[Choice::new("000000000000", "not set")])],
    ),
    Choice::new("1", "state").then(
        "the network is {value}",
        &[Param::one_of("value", "down or up", &[Choice::new("0", "down"), Choice::new("1", "up")])],
    ),
    Choice::new("2", "type").then(
        "it is {value}",
        &[Param::one_of(
            "value",
            "type of interface",
            &[
                Choice::new("0", "of an unknown type"),
                Choice::new("1", "a Wi-Fi station"),
                Choice::new("2", "a Wi-Fi access point"),
                Choice::new("3", "Ethernet"),
                Choice::new("4", "PPP"),
                Choice::new("5", "a bridge"),
                Choice::new("6", "a Bluetooth PAN"),
            ],
        )],
    ),
    Choice::new("101", "IPv4 address").then("IPv4 address is {value}", IP),
    Choice::new("102", "network mask").then("network mask is {value}", IP),
    Choice::new("103", "gateway").then("gateway is {value}", IP),
    Choice::new("104", "first name server").then("first name server is {value}", IP),
    Choice::new("105", "second name server").then("second name server is {value}", IP),
    Choice::new("201", "IPv6 link-local address").then("IPv6 link-local address is {value}", IP),
    Choice::new("210", "first IPv6 address")
        .then("first IPv6 address is {value}[, {state}]", IPV6)
        .needs(ODIN_7),
    Choice::new("211", "second IPv6 address")
        .then("second IPv6 address is {value}[, {state}]", IPV6)
        .needs(ODIN_7),
    Choice::new("212", "third IPv6 address")
        .then("third IPv6 address is {value}[, {state}]", IPV6)
        .needs(ODIN_7),
];

const ID: Param = Param::one_of("id", "what is asked for", VALUES);

const HOST_NAME: &[Param] = &[Param::new("name", "the module's host name", Values::Free)];

const PING: &[Param] = &[
    Param::new("host", "host name or address", Values::Host),
    Param::new("count", "how often", Values::Number(0, 4_294_967_295)).optional().default("4").unit("times"),
    Param::new("size", "bytes of each", Values::Number(4, 1472)).optional().default("32").unit("bytes"),
    Param::new("timeout", "how long an answer is waited for", Values::Number(10, 60_000))
        .optional()
        .default("5000")
        .unit("ms"),
    Param::new("TTL", "how many routers it may pass", Values::Number(0, 255)).optional().default("32"),
    Param::new("interval", "from one to the next", Values::Number(0, 4_294_967_295))
        .optional()
        .default("1000")
        .unit("ms"),
];

const LOCATION: &[Param] = &[
    Param::new("access points", "how many access points are used", Values::Number(0, 255)),
    Param::new("weakest", "the weakest signal that counts", Values::Number(-128, 0)).unit("dBm"),
    Param::new("service", "the number of the location service", Values::Number(0, 255)),
    Param::new("key", "the key of the account", Values::Secret { least: 0, most: usize::MAX }).rest(),
];

/// The commands of this group.
pub(super) const COMMANDS: &[Command] = &[
    Command::new("AT+UNSTAT", "Network status", Group::Network, "§6.6")
        .forms(&[
            Form::run("Ask for the status of all network interfaces"),
            Form::ask("Ask for the status of {interface}[: {id}]", &[INTERFACE, ID.optional()]),
        ])
        .answer("{interface}: {id}", &[INTERFACE, ID])
        .note(
            "An answer may come in several pieces. Some firmware gives type 0 for a station that was stored",
        )
        .examples(&["AT+UNSTAT", "AT+UNSTAT=0,101"]),
    Command::new("AT+UNHN", "Host name", Group::Network, "§6.7")
        .forms(&[
            Form::read("Ask for the host name").inferred(),
            Form::set("Set the host name to {name}", HOST_NAME),
        ])
        .answer("The host name is {name}", HOST_NAME)
        .examples(&["AT+UNHN=\"gateway-1\""]),
    Command::new("AT+UPING", "Ping", Group::Network, "§6.7")
        .forms(&[Form::set(
            "Ping {host}[, {count}][, {size}][, time limit {timeout}][, TTL {TTL}][, every {interval}]",
            PING,
        )])
        .ok("Answers follow as +UUPING, failures as +UUPINGER")
        .note("It also shows whether a name can be resolved, for which there is no command of its own")
        .examples(&["AT+UPING=ubxlib.com,1,64,1000"]),
    Command::new("AT+ULOCWIFIPOS", "Position from Wi-Fi networks", Group::Network, "§11, §13 G20")
        .forms(&[Form::set(
            "Find the position from at most {access points} access points with at least {weakest}",
            LOCATION,
        )
        .inferred()])
        .needs(Needs::NewerNina)
        .note("Its parameters are taken from one line that a library sends")
        .examples(&["AT+ULOCWIFIPOS=5,-100,1,\"••••••\""]),
];
