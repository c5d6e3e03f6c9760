//! The module as an access point of its own (protocol.md §6.7).

use super::super::{Choice, Command, Danger, Form, Group, Param, Values};
use super::{switch, value};

const CONFIGURATION: Param =
    Param::new("configuration", "the number of the configuration", Values::Number(0, 9));
const SWITCH: &[Param] = &[switch("off or on")];
const IP: &[Param] = &[value("an IPv4 address", Values::Ip)];
const STATIONS: &[Param] = &[value("hardware addresses", Values::Free).rest()];

const PROTECTION: &[Param] = &[
    Param::one_of(
        "mode",
        "how the network is protected",
        &[
            Choice::new("1", "open"),
            Choice::new("2", "WPA2"),
            Choice::new("3", "WPA and WPA2"),
            Choice::new("4", "WPA"),
        ],
    ),
    Param::one_of(
        "key",
        "what a station needs",
        &[Choice::new("1", "no passphrase"), Choice::new("2", "a passphrase")],
    ),
];

const TAGS: &[Choice] = &[
    Choice::new("0", "active at start-up").then("active at start-up is {value}", SWITCH),
    Choice::new("2", "network name").then(
        "network name is {value}",
        &[value("the network's name, SSID", Values::Text(32)).default("UBXWifi")],
    ),
    Choice::new("4", "channel")
        .then("radio channel is {value}", &[value("the radio channel", Values::Number(1, 255)).default("6")]),
    Choice::new("5", "protection").then("protection is {mode} with {key}", PROTECTION),
    Choice::new("8", "passphrase").then(
        "passphrase is {value}",
        &[value("a passphrase, which cannot be read", Values::Secret { least: 8, most: 64 })],
    ),
    Choice::new("14", "setting 14, which is not documented here")
        .then("setting 14 is {value}", &[value("a value", Values::Free)]),
    Choice::new("16", "hidden network").then("hidden network is {value}", SWITCH),
    Choice::new("19", "list of stations let in").then("stations let in: {value}", STATIONS),
    Choice::new("20", "list of stations kept out").then("stations kept out: {value}", STATIONS),
    Choice::new("100", "IPv4 mode").then(
        "IPv4 settings are {value}",
        &[value("where the IPv4 settings come from", Values::Number(1, 2))
            .choices(&[Choice::new("1", "static")])],
    ),
    Choice::new("101", "IPv4 address")
        .then("IPv4 address is {value}", &[value("an IPv4 address", Values::Ip).default("192.168.2.1")]),
    Choice::new("102", "network mask")
        .then("network mask is {value}", &[value("a mask", Values::Ip).default("255.255.255.0")]),
    Choice::new("103", "gateway").then("gateway is {value}", IP),
    Choice::new("104", "first name server").then("first name server is {value}", IP),
    Choice::new("105", "second name server").then("second name server is {value}", IP),
    Choice::new("106", "DHCP server").then("DHCP server is {value}", SWITCH),
    Choice::new("107", "address conflict detection").then("address conflict detection is {value}", SWITCH),
    Choice::new("200", "IPv6 mode")
        .then("IPv6 mode is {value}", &[value("a number", Values::Number(0, 255))]),
    Choice::new("201", "IPv6 link-local address")
        .then("IPv6 link-local address is {value}", &[value("an IPv6 address", Values::Ip)]),
    Choice::new("301", "DTIM interval")
        .then("DTIM interval is {value}", &[value("a number", Values::Number(0, 255))]),
];

const SET: &[Param] = &[CONFIGURATION, Param::one_of("tag", "which setting", TAGS).repeated()];

const ACTION: &[Param] = &[
    CONFIGURATION,
    Param::one_of(
        "action",
        "what is done with it",
        &[
            Choice::new("0", "go back to factory defaults").danger(Danger::ErasesSettings),
            Choice::new("1", "check and store it"),
            Choice::new("2", "load what is stored"),
            Choice::new("3", "check and activate it")
                .ok("The access point starts in the background: +UUWAPU follows"),
            Choice::new("4", "deactivate it").danger(Danger::DropsConnection),
        ],
    ),
];

const STATUS: &[Param] = &[Param::one_of(
    "id",
    "what is told",
    &[
        Choice::new("0", "network name")
            .then("network name is {value}", &[value("the network's name", Values::Free)]),
        Choice::new("1", "address")
            .then("address is {value}", &[value("its address", Values::HardwareAddress)]),
        Choice::new("2", "channel")
            .then("radio channel is {value}", &[value("the radio channel", Values::Number(0, 255))]),
        Choice::new("3", "state").then("it is {value}", SWITCH),
    ],
)];

/// The commands of this group.
pub(super) const COMMANDS: &[Command] = &[
    Command::new("AT+UWAPC", "Access point configuration", Group::Wifi, "§6.7")
        .forms(&[
            Form::ask("Ask for access point configuration {configuration}", &[CONFIGURATION]).inferred(),
            Form::set("Access point configuration {configuration}: {tag}", SET),
        ])
        .answer("Access point configuration {configuration}: {tag}", SET)
        .examples(&["AT+UWAPC=0,2,\"lab-ap\"", "AT+UWAPC=0,5,2,2", "AT+UWAPC=0,106,1"]),
    Command::new("AT+UWAPCA", "Access point action", Group::Wifi, "§6.7")
        .forms(&[Form::set("Access point configuration {configuration}: {action}", ACTION)])
        .examples(&["AT+UWAPCA=0,3", "AT+UWAPCA=0,4"]),
    Command::new("AT+UWAPSTAT", "Access point status", Group::Wifi, "§6.7")
        .forms(&[
            Form::run("Ask for the access point's status"),
            Form::ask("Ask for the status of the access point: {id}", STATUS),
        ])
        .answer("Access point status: {id}", STATUS)
        .examples(&["AT+UWAPSTAT", "AT+UWAPSTAT=3"]),
];
