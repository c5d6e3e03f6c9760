//! Certificates and keys (protocol.md §7).

use super::super::{Choice, Command, Danger, Form, Group, Param, Values};

const NAME: Param = Param::new("name", "the name in the module", Values::Text(32));

const KIND: Param = Param::one_of(
    "kind",
    "what it is",
    &[
        Choice::new("0", "trusted root"),
        Choice::new("1", "client certificate"),
        Choice::new("2", "client private key"),
    ],
);

const IMPORT: &[Param] = &[
    KIND,
    NAME,
    Param::new("size", "how many bytes follow the prompt", Values::Number(1, 8192)).unit("bytes"),
    Param::new("password", "the password of an encrypted key", Values::Secret { least: 0, most: 64 })
        .optional(),
];

const ONE: &[Param] = &[KIND, NAME];

const OPERATION: &[Param] = &[Param::one_of(
    "operation",
    "what is done",
    &[
        Choice::new("0", "import")
            .then("import {kind} {name}, {size}[, with password {password}]", IMPORT)
            .danger(Danger::ReplacesCredential),
        Choice::new("2", "remove").then("remove {kind} {name}", ONE).danger(Danger::ErasesCredential),
        Choice::new("3", "list what is stored").then("list what is stored as {kind}", KIND_TO_LIST),
        Choice::new("4", "MD5").then("ask for the MD5 of {kind} {name}", ONE),
    ],
)];

const KIND_TO_LIST: &[Param] = &[KIND.optional()];

const HASH: &[Param] =
    &[KIND, NAME, Param::new("MD5", "over its DER form, 32 hexadecimal digits", Values::Hex)];

const ANSWER: &[Param] = &[Param::one_of(
    "operation",
    "what was done",
    &[
        Choice::new("0", "imported").then("{kind} {name} is imported, MD5 {MD5}", HASH),
        Choice::new("4", "MD5").then("{kind} {name} has MD5 {MD5}", HASH),
    ],
)];

const LIST: &[Param] = &[
    Param::one_of(
        "kind",
        "what it is",
        &[
            Choice::new("CA", "trusted root"),
            Choice::new("CC", "client certificate"),
            Choice::new("PK", "client private key"),
        ],
    ),
    NAME,
    Param::new("subject", "as the firmware gives it; version 5 puts the issuer's name here", Values::Free)
        .optional(),
    Param::new("expiry", "when it expires", Values::Free).optional(),
];

/// The command of this group.
pub(super) const COMMANDS: &[Command] = &[Command::new("AT+USECMNG", "Certificates and keys", Group::Security, "§7")
    .forms(&[Form::set("Certificates and keys: {operation}", OPERATION)])
    .answer("{operation}", ANSWER)
    .bare("Stored {kind} {name}[, {subject}][, expires {expiry}]", LIST)
    .error("the name is not stored, or what was sent is no certificate or key it can read")
    .note("After the prompt > exactly as many bytes as were announced. Certificates in PEM alone; the MD5 is that of the DER form. Subject and expiry come with newer firmware alone")
    .examples(&[
        "AT+USECMNG=0,0,\"ca.pem\",1261",
        "AT+USECMNG=2,1,\"cert.pem\"",
        "AT+USECMNG=3",
        "AT+USECMNG=4,0,\"ca.pem\"",
    ])];
