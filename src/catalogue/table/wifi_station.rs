//! The Wi-Fi station: configurations, actions, status, scan (protocol.md §6.1–§6.4).

use super::super::{Ability, Choice, Command, Danger, Form, Group, Needs, Param, Radix, Values};
use super::{switch, value};
use crate::module::{Family, Firmware};

const CONFIGURATION: Param =
    Param::new("configuration", "the number of the Wi-Fi configuration", Values::Number(0, 9));

/// One of two states that are told as words of a sentence.
const SWITCH: &[Param] = &[switch("off or on")];
const IP: &[Param] = &[value("an IPv4 address", Values::Ip).default("0.0.0.0")];

const AUTHENTICATION: &[Param] = &[Param::one_of(
    "value",
    "how the network is protected",
    &[
        Choice::new("1", "open"),
        Choice::new("2", "WPA or WPA2 with a passphrase"),
        Choice::new("3", "LEAP with user and password"),
        Choice::new("4", "PEAP with user and password"),
        Choice::new("5", "EAP-TLS with a certificate"),
        Choice::new("6", "WPA2 or WPA3 with a passphrase").needs(Needs::Ability(Ability::Wpa3)),
        Choice::new("7", "WPA3 alone with a passphrase").needs(Needs::Ability(Ability::Wpa3)),
    ],
)
.default("1")];

const ODIN_4: Needs = Needs::Since(Family::OdinW2, Firmware::release(4, 0, 0));
const ODIN_5: Needs = Needs::Since(Family::OdinW2, Firmware::release(5, 0, 0));
const WEP_KEY: Values = Values::Secret { least: 10, most: 26 };

/// The tags of `AT+UWSC`.
const TAGS: &[Choice] = &[
    Choice::new("0", "active at start-up")
        .then("active at start-up is {value}", &[switch("whether it is joined at start-up").default("0")]),
    Choice::new("2", "network name")
        .then("network name is {value}", &[value("the network's name, SSID", Values::Text(32))]),
    Choice::new("5", "authentication").then("authentication is {value}", AUTHENTICATION),
    Choice::new("6", "WEP keys").then(
        "WEP keys are set",
        &[
            value("a WEP key of 10 or 26 hexadecimal digits", WEP_KEY),
            Param::new("second", "a second WEP key", WEP_KEY).optional(),
            Param::new("third", "a third WEP key", WEP_KEY).optional(),
            Param::new("fourth", "a fourth WEP key", WEP_KEY).optional(),
        ],
    ),
    Choice::new("7", "active WEP key").then(
        "active WEP key is {value}",
        &[value("1 to 4, 0 for none", Values::Number(0, 4))
            .choices(&[Choice::new("0", "none")])
            .default("0")],
    ),
    Choice::new("8", "passphrase").then(
        "passphrase is {value}",
        &[value(
            "a passphrase of 8 to 63 characters, or 64 hexadecimal digits",
            Values::Secret { least: 8, most: 64 },
        )],
    ),
    Choice::new("9", "EAP password").then(
        "EAP password is {value}",
        &[value("the password for LEAP or PEAP", Values::Secret { least: 0, most: 31 })],
    ),
    Choice::new("10", "EAP user")
        .then("EAP user is {value}", &[value("the user, or identity", Values::Text(31))]),
    Choice::new("11", "EAP domain")
        .then("EAP domain is {value}", &[value("the domain, if there is one", Values::Text(63))]),
    Choice::new("12", "client certificate")
        .then("client certificate is {value}", &[value("the name of a stored certificate", Values::Text(32))])
        .needs(ODIN_4),
    Choice::new("13", "client private key")
        .then("client private key is {value}", &[value("the name of a stored private key", Values::Text(32))])
        .needs(ODIN_4),
    Choice::new("14", "trusted root")
        .then("trusted root is {value}", &[value("the name of a stored trusted root", Values::Text(32))])
        .needs(ODIN_5),
    Choice::new("15", "check of the network's certificate")
        .then("check of the network's certificate is {value}", &[switch("off or on").default("1")])
        .needs(ODIN_5),
    Choice::new("100", "IPv4 mode").then(
        "IPv4 settings are {value}",
        &[Param::one_of(
            "value",
            "where the IPv4 settings come from",
            &[Choice::new("1", "static"), Choice::new("2", "given by DHCP")],
        )
        .default("2")],
    ),
    Choice::new("101", "IPv4 address").then("IPv4 address is {value}", IP),
    Choice::new("102", "network mask").then("network mask is {value}", IP),
    Choice::new("103", "gateway").then("gateway is {value}", IP),
    Choice::new("104", "first name server").then("first name server is {value}", IP),
    Choice::new("105", "second name server").then("second name server is {value}", IP),
    Choice::new("107", "address conflict detection").then("address conflict detection is {value}", SWITCH),
    Choice::new("106", "address conflict detection, as one source numbers it")
        .then("address conflict detection is {value}", SWITCH),
    Choice::new("200", "IPv6 mode").then(
        "IPv6 address is {value}",
        &[Param::one_of("value", "where the IPv6 address comes from", &[Choice::new("1", "link-local")])
            .default("1")],
    ),
    Choice::new("201", "IPv6 link-local address").then(
        "IPv6 link-local address is {value}",
        &[value("an IPv6 address; automatic unless set", Values::Ip)],
    ),
    Choice::new("300", "beacon listen interval").then(
        "beacon listen interval is {value}",
        &[value("beacons from one listening to the next", Values::Number(0, 16)).default("0")],
    ),
    Choice::new("301", "DTIM in power save")
        .then("DTIM in power save is {value}", &[switch("off or on").default("1")]),
];

const SET: &[Param] = &[CONFIGURATION, Param::one_of("tag", "which setting", TAGS).repeated()];
const ASK: &[Param] = &[CONFIGURATION, Param::one_of("tag", "which setting", TAGS).optional()];

const ACTION: &[Param] = &[
    CONFIGURATION,
    Param::one_of(
        "action",
        "what is done with it",
        &[
            Choice::new("0", "go back to factory defaults").danger(Danger::ErasesSettings),
            Choice::new("1", "check and store it"),
            Choice::new("2", "load what is stored"),
            Choice::new("3", "check and activate it, which starts connecting")
                .ok("The module connects in the background: +UUWLE and +UUNU follow, or +UUWLD"),
            Choice::new("4", "deactivate it, which disconnects").danger(Danger::DropsConnection),
        ],
    ),
];

const STATUS: &[Param] = &[Param::one_of(
    "id",
    "what is told",
    &[
        Choice::new("0", "network name")
            .then("network name is {value}", &[value("the network's name", Values::Free)]),
        Choice::new("1", "access point").then(
            "access point is {value}",
            &[value("its address", Values::HardwareAddress).choices(&[Choice::new("000000000000", "none")])],
        ),
        Choice::new("2", "channel")
            .then("radio channel is {value}", &[value("the radio channel", Values::Number(0, 255))]),
        Choice::new("3", "state").then(
            "state is {value}",
            &[Param::one_of(
                "value",
                "what the station does",
                &[
                    Choice::new("0", "disabled"),
                    Choice::new("1", "not connected"),
                    Choice::new("2", "connected"),
                ],
            )],
        ),
        Choice::new("6", "signal strength").then(
            "signal strength is {value}",
            &[value("in dBm", Values::Number(-32_768, 0))
                .choices(&[Choice::new("-32768", "not known, for it is not connected")])
                .unit("dBm")],
        ),
        Choice::new("7", "mobility domain")
            .then("mobility domain is {value}", &[value("as the module gives it", Values::Free)])
            .needs(Needs::Since(Family::OdinW2, Firmware::release(6, 0, 0))),
        Choice::new("8", "region").then(
            "region is {value}",
            &[Param::one_of(
                "value",
                "whose rules the radio follows",
                &[
                    Choice::new("0", "world"),
                    Choice::new("1", "FCC"),
                    Choice::new("2", "ETSI"),
                    Choice::new("3", "all"),
                ],
            )],
        ),
    ],
)];

const AUTHENTICATION_BITS: &[&str] = &["shared key", "PSK", "EAP", "WPA", "WPA2", "WPA3"];
const CIPHER_BITS: &[&str] = &["WEP64", "WEP128", "TKIP", "AES"];

const NETWORK: &[Param] = &[
    Param::new("access point", "its address", Values::HardwareAddress),
    Param::one_of(
        "kind",
        "kind of network",
        &[Choice::new("1", "infrastructure"), Choice::new("2", "ad hoc")],
    ),
    Param::new("name", "the network's name", Values::Free).choices(&[Choice::new("", "without a name")]),
    Param::new("channel", "the radio channel", Values::Number(0, 255)),
    Param::new("signal", "signal strength", Values::Number(-128, 0)).unit("dBm"),
    Param::new(
        "authentication",
        "what it asks for",
        Values::Bits { radix: Radix::Decimal, names: AUTHENTICATION_BITS },
    )
    .choices(&[Choice::new("0", "no authentication")]),
    Param::new(
        "unicast",
        "ciphers to one station",
        Values::Bits { radix: Radix::Hexadecimal, names: CIPHER_BITS },
    ),
    Param::new(
        "group",
        "ciphers to all stations",
        Values::Bits { radix: Radix::Hexadecimal, names: CIPHER_BITS },
    ),
];

/// The commands of this group.
pub(super) const COMMANDS: &[Command] = &[
    Command::new("AT+UWSC", "Wi-Fi station configuration", Group::Wifi, "§6.1")
        .forms(&[
            Form::ask("Ask for Wi-Fi configuration {configuration}[: {tag}]", ASK),
            Form::set("Wi-Fi configuration {configuration}: {tag}", SET),
        ])
        .answer("Wi-Fi configuration {configuration}: {tag}", SET)
        .error("a tag or a value is not known to this firmware")
        .note("Several tags with their values may follow each other. Stored by AT+UWSCA action 1, not by AT&W. Passphrases cannot be read")
        .examples(&["AT+UWSC=0,2,\"lab-ap\"", "AT+UWSC=0,5,2", "AT+UWSC=0,100,1,101,172.0.1.100", "AT+UWSC=0,2"]),
    Command::new("AT+UWSCA", "Wi-Fi station action", Group::Wifi, "§6.2")
        .forms(&[Form::set("Wi-Fi configuration {configuration}: {action}", ACTION)])
        .examples(&["AT+UWSCA=0,3", "AT+UWSCA=0,1", "AT+UWSCA=0,4"]),
    Command::new("AT+UWSSTAT", "Wi-Fi station status", Group::Wifi, "§6.3")
        .forms(&[
            Form::run("Ask for the Wi-Fi status"),
            Form::ask("Ask for the Wi-Fi status: {id}", STATUS),
        ])
        .answer("Wi-Fi status: {id}", STATUS)
        .examples(&["AT+UWSSTAT", "AT+UWSSTAT=3"]),
    Command::new("AT+UWSCAN", "Wi-Fi scan", Group::Wifi, "§6.4")
        .forms(&[
            Form::run("Look for Wi-Fi networks in reach"),
            Form::ask("Look for the Wi-Fi network {name}", &[Param::new("name", "the network's name", Values::Text(32)).rest()]),
        ])
        .answer(
            "Network {name}, access point {access point}, channel {channel}, {signal}, {authentication}[, {unicast}]",
            NETWORK,
        )
        .note("Takes seconds; the same access point may come more than once")
        .examples(&["AT+UWSCAN", "AT+UWSCAN=\"lab-ap\""]),
];
