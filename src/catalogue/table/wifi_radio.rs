//! What holds for the radio, whatever the configuration, and the watchdogs (protocol.md §6.7 and §8.3).

use super::super::{Choice, Command, Form, Group, Param, Values};
use super::{switch, value};

const TLS: &[Param] = &[Param::one_of(
    "value",
    "a TLS version",
    &[Choice::new("1", "TLS 1.0"), Choice::new("2", "TLS 1.1"), Choice::new("3", "TLS 1.2")],
)];

const NUMBER: &[Param] = &[value("a number", Values::Number(0, 255))];

const OPTIONS: &[Choice] = &[
    Choice::new("0", "Wi-Fi").then("Wi-Fi is {value}", &[switch("off or on")]),
    Choice::new("1", "power save").then("power save is {value}", NUMBER),
    Choice::new("2", "transmit power").then(
        "transmit power is {value}",
        &[value("0 to 20, or 255", Values::Number(0, 255)).choices(&[Choice::new("255", "automatic")])],
    ),
    Choice::new("5", "good signal strength").then(
        "a good signal has {value}",
        &[value("in dBm", Values::Number(-128, 0)).default("-55").unit("dBm")],
    ),
    Choice::new("6", "bad signal strength").then(
        "a bad signal has {value}",
        &[value("in dBm", Values::Number(-128, 0)).default("-70").unit("dBm")],
    ),
    Choice::new("10", "network down with the link")
        .then("dropping the network with the link is {value}", &[switch("off or on")]),
    Choice::new("11", "world mode")
        .then("world mode is {value}", &[value("a number", Values::Number(0, 255)).default("1")]),
    Choice::new("21", "scan type").then("scan type is {value}", NUMBER),
    Choice::new("22", "scan filter").then("scan filter is {value}", NUMBER),
    Choice::new("24", "oldest TLS version").then("oldest TLS version is {value}", TLS),
    Choice::new("25", "newest TLS version").then("newest TLS version is {value}", TLS),
];

const SET: &[Param] = &[Param::one_of("tag", "which setting", OPTIONS)];

const MILLISECONDS: &[Param] = &[value("a time in ms", Values::Number(0, 4_294_967_295)).unit("ms")];
const SECONDS: &[Param] = &[value("a time in s", Values::Number(0, 4_294_967_295)).unit("s")];

const WATCHDOGS: &[Choice] = &[
    Choice::new("0", "time limit for writing to a Bluetooth peer").then(
        "time limit for writing to a Bluetooth peer is {value}",
        &[value("a time in ms", Values::Number(0, 4_294_967_295)).default("10000").unit("ms")],
    ),
    Choice::new("1", "time limit without data").then("time limit without data is {value}", MILLISECONDS),
    Choice::new("3", "reset when the network is lost")
        .then("reset when the network is lost is {value}", &[switch("off or on")]),
    Choice::new("4", "time limit for connecting to Wi-Fi")
        .then("time limit for connecting to Wi-Fi is {value}", SECONDS),
    Choice::new("5", "time limit from link to network")
        .then("time limit from +UUWLE to +UUNU is {value}", SECONDS),
];

const WATCHDOG: &[Param] = &[Param::one_of("watchdog", "which watchdog", WATCHDOGS)];

/// The commands of this group.
pub(super) const COMMANDS: &[Command] = &[
    Command::new("AT+UWCFG", "Wi-Fi settings of the radio", Group::Wifi, "§6.7")
        .forms(&[
            Form::ask("Ask for the Wi-Fi setting: {tag}", &[Param::one_of("tag", "which setting", OPTIONS)])
                .inferred(),
            Form::set("Wi-Fi setting: {tag}", SET),
        ])
        .answer("Wi-Fi setting: {tag}", SET)
        .examples(&["AT+UWCFG=0,1", "AT+UWCFG=24,3"]),
    Command::new("AT+UWCL", "Wi-Fi channel list", Group::Wifi, "§6.7")
        .forms(&[
            Form::read("Ask for the list of radio channels").inferred(),
            Form::set("Set the list of radio channels to {channels}", CHANNELS).inferred(),
        ])
        .answer("Radio channels {channels}", CHANNELS)
        .note("Its parameters are not documented here")
        .examples(&["AT+UWCL?"]),
    Command::new("AT+UDWS", "Watchdogs", Group::Wifi, "§6.7, §8.3")
        .forms(&[Form::set("Watchdog: {watchdog}", WATCHDOG)])
        .answer("Watchdog: {watchdog}", WATCHDOG)
        .examples(&["AT+UDWS=3,1", "AT+UDWS=4,30"]),
];

const CHANNELS: &[Param] = &[Param::new("channels", "radio channels", Values::Free).rest()];
