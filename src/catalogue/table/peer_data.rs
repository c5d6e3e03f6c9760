//! Data by AT commands: peers of `at-` schemes, and requests of HTTP peers (protocol.md §8.1, §8.8).

use super::super::{Choice, Command, Form, Group, Needs, Param, Values};
use super::HANDLE;

const READ: &[Param] = &[
    HANDLE,
    Param::one_of(
        "form",
        "how the data is written",
        &[Choice::new("1", "as hexadecimal digits"), Choice::new("2", "as it is")],
    ),
    Param::new("most", "how many bytes at most; 0 only asks how many there are", Values::Number(0, 65_535))
        .unit("bytes"),
];

const READ_ANSWER: &[Param] = &[
    Param::new("count", "how many bytes there are", Values::Number(0, 65_535)).unit("bytes"),
    Param::new("data", "in hexadecimal digits", Values::Hex).optional(),
];

const WRITE: &[Param] = &[
    HANDLE,
    Param::one_of(
        "form",
        "how the data is written",
        &[
            Choice::new("0", "text")
                .then("text {data}", &[Param::new("data", "what is sent", Values::Free).rest()]),
            Choice::new("1", "hexadecimal")
                .then("bytes {data}", &[Param::new("data", "in hexadecimal digits", Values::Hex)]),
            Choice::new("2", "binary").then(
                "{length} after the prompt",
                &[Param::new("length", "how many bytes follow the prompt", Values::Number(1, 2000))
                    .unit("bytes")],
            ),
        ],
    ),
];

const REQUEST: &[Param] = &[
    HANDLE,
    Param::new("method", "the number of the HTTP method", Values::Number(0, 255)),
    Param::new("path", "path on the server", Values::Free),
    Param::new("type", "content type", Values::Free).optional(),
    Param::new("content", "what is sent", Values::Free).optional(),
];

const REQUEST_WITH_DATA: &[Param] = &[
    HANDLE,
    Param::new("details", "method, path and type, then how many bytes follow the prompt", Values::Free)
        .rest(),
];

const RESPONSE: &[Param] = &[HANDLE, Param::new("details", "as the module gives it", Values::Free).rest()];

/// The commands of this group.
pub(super) const COMMANDS: &[Command] = &[
    Command::new("AT+UDATR", "Read data of a peer", Group::Peers, "§8.8")
        .forms(&[Form::set("Read up to {most} of peer {handle} {form}", READ)])
        .answer("{count}[: {data}]", READ_ANSWER)
        .needs(Needs::NewerFirmware)
        .note("Only for peers with a scheme that begins with at-. After each read +UUDATA tells what is left")
        .examples(&["AT+UDATR=1,1,5"]),
    Command::new("AT+UDATW", "Write data to a peer", Group::Peers, "§8.8")
        .forms(&[Form::set("Write to peer {handle}: {form}", WRITE)])
        .needs(Needs::NewerFirmware)
        .error("no room in the buffer, idle for too long, or a peer without an at- scheme")
        .examples(&["AT+UDATW=1,0,\"hello\"", "AT+UDATW=1,2,5"]),
    Command::new("AT+UDHTTP", "HTTP request", Group::Peers, "§8.1")
        .forms(&[Form::set(
            "HTTP request of peer {handle}, method {method}, to {path}[, {type}][, {content}]",
            REQUEST,
        )])
        .answer("HTTP answer of peer {handle}: {details}", RESPONSE)
        .needs(Needs::NewerNina)
        .examples(&["AT+UDHTTP=1,0,\"/index.html\""]),
    Command::new("AT+UDHTTPE", "HTTP request with data", Group::Peers, "§8.1")
        .forms(&[Form::set(
            "HTTP request of peer {handle} with data after the prompt: {details}",
            REQUEST_WITH_DATA,
        )
        .inferred()])
        .needs(Needs::NewerNina)
        .examples(&["AT+UDHTTPE=1,4,\"/up\",\"text/plain\",5"]),
];
