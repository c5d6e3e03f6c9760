//! What modules say unasked: events, and the texts of a start (protocol.md §1.4, §6.5, §8.4, §8.8, §10).

use super::super::{Choice, Event, Param, Values};
use super::HANDLE;
use super::network::INTERFACE;

/// Text that a module's start-up code puts on the line, known by what it begins with.
#[derive(Clone, Copy, Debug)]
pub(in crate::catalogue) struct BootText {
    pub(in crate::catalogue) begins: &'static str,
    pub(in crate::catalogue) says: &'static str,
}

/// The ROM of the ESP32 in NINA-W13 and W15 speaks at each reset, at 115200 baud.
pub(in crate::catalogue) const BOOT_TEXTS: &[BootText] = &[
    BootText { begins: "ets ", says: "The module's ROM starts" },
    BootText { begins: "rst:", says: "The module's ROM tells why it was reset and how it boots" },
    BootText { begins: "configsip:", says: "The module's ROM sets up its flash" },
    BootText { begins: "clk_drv:", says: "The module's ROM sets up its flash" },
    BootText { begins: "mode:", says: "The module's ROM sets up its flash" },
    BootText { begins: "load:", says: "The module's ROM loads the firmware" },
    BootText { begins: "entry ", says: "The module's ROM starts the firmware" },
];

const CONNECTION: Param = Param::new(
    "connection",
    "the number of the connection, which is not that of the configuration",
    Values::Number(0, 255),
);

const ADDRESS: Param = Param::new("address", "twelve hexadecimal digits", Values::HardwareAddress);

const REASON: Param = Param::one_of(
    "reason",
    "why",
    &[
        Choice::new("0", "no reason given; some access points do so for a wrong passphrase"),
        Choice::new("1", "closed by the access point"),
        Choice::new("2", "out of range, or no network has this name"),
        Choice::new("3", "roaming to another access point"),
        Choice::new("4", "wrong passphrase, or another security problem"),
        Choice::new("5", "deactivated by command"),
    ],
);

const PROTOCOL: Param = Param::one_of(
    "protocol",
    "what is spoken",
    &[Choice::new("0", "TCP"), Choice::new("1", "UDP"), Choice::new("6", "MQTT")],
);

const ENDS: &[Param] = &[
    PROTOCOL,
    Param::new("local", "local address; 0.0.0.0 for UDP and MQTT", Values::Host),
    Param::new("local port", "0 for UDP and MQTT", Values::Number(0, 65_535)),
    Param::new("remote", "remote address", Values::Host),
    Param::new("port", "remote port", Values::Number(0, 65_535)),
];

const BLUETOOTH: &[Param] = &[
    Param::one_of(
        "profile",
        "what is spoken",
        &[
            Choice::new("1", "Bluetooth serial port profile"),
            Choice::new("2", "Bluetooth dial-up networking"),
            Choice::new("3", "Bluetooth service by UUID"),
            Choice::new("4", "u-blox serial port service over Bluetooth LE"),
        ],
    ),
    Param::new("remote", "its Bluetooth address", Values::Free),
    Param::new("frame", "the largest frame", Values::Number(0, 65_535)).unit("bytes").optional(),
];

const CONNECTED: &[Param] = &[
    HANDLE,
    Param::one_of(
        "type",
        "kind of connection",
        &[
            Choice::new("1", "Bluetooth").then("peer {handle} connected by {profile} to {remote}", BLUETOOTH),
            Choice::new("2", "IPv4").then("peer {handle} connected by {protocol} to {remote}:{port}", ENDS),
            Choice::new("3", "IPv6").then("peer {handle} connected by {protocol} to {remote}:{port}", ENDS),
        ],
    ),
];

const NETWORK_ERROR: Param = Param::new("code", "what went wrong", Values::Number(0, 65_535))
    .choices(&[Choice::new("128", "another device has the same address")]);

const PING_ERROR: Param = Param::one_of(
    "code",
    "what went wrong",
    &[
        Choice::new("1", "internal error"),
        Choice::new("2", "internal error"),
        Choice::new("3", "internal error"),
        Choice::new("4", "internal error"),
        Choice::new("5", "internal error"),
        Choice::new("6", "internal error"),
        Choice::new("7", "empty host name"),
        Choice::new("8", "the host name cannot be resolved"),
        Choice::new("9", "wrong IP version"),
        Choice::new("10", "bad IPv4 address"),
        Choice::new("11", "bad IPv6 address"),
        Choice::new("12", "the host name is too long"),
        Choice::new("13", "bad size"),
        Choice::new("14", "bad TTL"),
        Choice::new("15", "bad time limit"),
        Choice::new("16", "bad count"),
        Choice::new("17", "no network connection"),
        Choice::new("100", "internal error of ICMP"),
        Choice::new("101", "internal error of ICMP"),
        Choice::new("102", "internal error of ICMP"),
        Choice::new("103", "internal error of ICMP"),
        Choice::new("104", "internal error of ICMP"),
        Choice::new("105", "internal error of ICMP"),
        Choice::new("106", "the socket could not be created"),
        Choice::new("107", "the socket could not be set up"),
        Choice::new("108", "it could not be sent"),
        Choice::new("109", "nothing could be read; most often no answer came"),
        Choice::new("110", "an unexpected packet came"),
        Choice::new("111", "internal error of the socket"),
        Choice::new("112", "internal error of the socket"),
        Choice::new("113", "internal error of the socket"),
        Choice::new("114", "internal error of the socket"),
        Choice::new("115", "internal error of the socket"),
    ],
);

const PONG: &[Param] = &[
    Param::new("number", "which of the pings", Values::Number(0, 4_294_967_295)),
    Param::new("size", "how many bytes", Values::Number(0, 65_535)).unit("bytes"),
    Param::new("host", "as it was asked for", Values::Free),
    Param::new("address", "its address", Values::Host),
    Param::new("TTL", "how many routers were left", Values::Number(0, 255)),
    Param::new("time", "there and back", Values::Number(-1, 4_294_967_295)).unit("ms"),
];

/// All events.
pub(super) const EVENTS: &[Event] = &[
    Event::new("+STARTUP", "The module has started", "§1.4", "The module has started", &[])
        .note("Only in command mode; the text can be changed by AT+CSGT")
        .examples(&["+STARTUP"]),
    Event::new("+UUDPC", "A peer is connected", "§8.4", "{type}", CONNECTED)
        .examples(&["+UUDPC:1,2,6,0.0.0.0,0,40.113.176.170,8883", "+UUDPC:1,1,1,04D3B0285423p,1011"]),
    Event::new(
        "+UUDPD",
        "A peer is gone, or could not be connected",
        "§8.4, §8.7",
        "peer {handle} is closed, or could not be connected",
        &[HANDLE],
    )
    .note("There is no reason: name lookup, TCP, TLS, MQTT and wrong credentials all look alike")
    .examples(&["+UUDPD:2"]),
    Event::new(
        "+UUWLE",
        "Wi-Fi link up",
        "§6.5",
        "Wi-Fi connection {connection}: joined access point {address} on channel {channel}",
        &[CONNECTION, ADDRESS, Param::new("channel", "the radio channel", Values::Number(0, 255))],
    )
    .note("The network follows with +UUNU")
    .examples(&["+UUWLE:0,802AA8035ADE,11"]),
    Event::new(
        "+UUWLD",
        "Wi-Fi link down",
        "§6.5",
        "Wi-Fi connection {connection} lost[: {reason}]",
        &[CONNECTION, REASON.optional()],
    )
    .examples(&["+UUWLD:0,4", "+UUWLD:0,5"]),
    Event::new("+UUNU", "Network up", "§6.5", "network up on {interface}", &[INTERFACE])
        .note("Comes twice, once for each address family; only after the second AT+UDCP is sure to work")
        .examples(&["+UUNU:0"]),
    Event::new("+UUND", "Network down", "§6.5", "network down on {interface}", &[INTERFACE])
        .examples(&["+UUND:0"]),
    Event::new(
        "+UUNERR",
        "Network error",
        "§6.5",
        "network error on {interface}: {code}",
        &[INTERFACE, NETWORK_ERROR],
    )
    .examples(&["+UUNERR:0,128"]),
    Event::new("+UUWAPU", "Access point up", "§6.5", "the module's access point {id} is up", ACCESS_POINT)
        .examples(&["+UUWAPU:0"]),
    Event::new(
        "+UUWAPD",
        "Access point down",
        "§6.5",
        "the module's access point {id} is down",
        ACCESS_POINT,
    )
    .examples(&["+UUWAPD:0"]),
    Event::new(
        "+UUWAPSTAC",
        "A station has joined",
        "§6.5",
        "station {station} joined the module's access point: {address}",
        &[STATION, ADDRESS],
    )
    .examples(&["+UUWAPSTAC:0,D4CA6E889F82"]),
    Event::new(
        "+UUWAPSTAD",
        "A station has left",
        "§6.5",
        "station {station} left the module's access point",
        &[STATION],
    )
    .examples(&["+UUWAPSTAD:0"]),
    Event::new(
        "+UUPING",
        "A ping was answered",
        "§6.7",
        "ping {number} answered by {host} at {address} in {time}",
        PONG,
    )
    .examples(&["+UUPING:1,32,ubxlib.com,8.8.8.8,54,20"]),
    Event::new("+UUPINGER", "A ping failed", "§10", "ping failed: {code}", &[PING_ERROR])
        .examples(&["+UUPINGER:8"]),
    Event::new(
        "+UUDATA",
        "Data of a peer waits",
        "§8.8",
        "peer {handle} has {count} waiting",
        &[HANDLE, Param::new("count", "how many bytes wait", Values::Number(0, 65_535)).unit("bytes")],
    )
    .note("They are read with AT+UDATR")
    .examples(&["+UUDATA:1,9"]),
    Event::new(
        "+UUDHTTP",
        "An HTTP request was answered",
        "§8.1",
        "HTTP answer of peer {handle}: {details}",
        &[HANDLE, Param::new("details", "as the module gives it", Values::Free).rest()],
    )
    .inferred()
    .examples(&["+UUDHTTP:1,200"]),
];

const ACCESS_POINT: &[Param] = &[Param::new("id", "the number of the access point", Values::Number(0, 255))];
const STATION: Param = Param::new("station", "the number of the station", Values::Number(0, 255));
