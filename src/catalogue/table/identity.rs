//! Who the module is (protocol.md §3).

use super::super::{Ability, Choice, Command, Danger, Form, Group, Needs, Param, Values};

const TEXT: &[Param] = &[Param::new("text", "as the module gives it", Values::Free)];

const FULL: &[Param] = &[
    Param::new("text", "as the module gives it", Values::Free),
    Param::new("full", "with the build", Values::Free).optional(),
];

const WHICH: &[Param] = &[Param::one_of(
    "which",
    "what is asked for",
    &[
        Choice::new("0", "the type code"),
        Choice::new("9", "the firmware version with its build"),
        Choice::new("10", "the identity of the processor"),
    ],
)
.default("0")];

const INTERFACE: Param = Param::one_of(
    "interface",
    "whose address",
    &[
        Choice::new("1", "Bluetooth").needs(Needs::Ability(Ability::Bluetooth)),
        Choice::new("2", "the Wi-Fi station"),
        Choice::new("3", "Ethernet"),
        Choice::new("4", "the Wi-Fi access point"),
    ],
);

const ADDRESS: Param = Param::new("address", "twelve hexadecimal digits", Values::HardwareAddress)
    .choices(&[Choice::new("000000000000", "its original address")]);

/// The commands of this group. Their answers are quoted and have no name in front.
pub(super) const COMMANDS: &[Command] = &[
    who("AT+CGMI", "Manufacturer")
        .forms(ASK_MANUFACTURER)
        .bare("Manufacturer: {text}", TEXT)
        .examples(&["AT+CGMI"]),
    who("AT+GMI", "Manufacturer")
        .forms(ASK_MANUFACTURER)
        .bare("Manufacturer: {text}", TEXT)
        .examples(&["AT+GMI"]),
    who("AT+CGMM", "Model").forms(ASK_MODEL).bare("Model: {text}", TEXT).examples(&["AT+CGMM"]),
    who("AT+GMM", "Model").forms(ASK_MODEL).bare("Model: {text}", TEXT).examples(&["AT+GMM"]),
    who("AT+CGMR", "Firmware version")
        .forms(ASK_FIRMWARE)
        .bare("Firmware: {text}", TEXT)
        .examples(&["AT+CGMR"]),
    who("AT+GMR", "Firmware version")
        .forms(ASK_FIRMWARE)
        .bare("Firmware: {text}", TEXT)
        .examples(&["AT+GMR"]),
    who("AT+CGSN", "Serial number")
        .forms(ASK_SERIAL)
        .bare("Serial number: {text}", TEXT)
        .examples(&["AT+CGSN"]),
    who("AT+GSN", "Serial number")
        .forms(ASK_SERIAL)
        .bare("Serial number: {text}", TEXT)
        .examples(&["AT+GSN"]),
    who("ATI", "Type code, full firmware version or processor")
        .forms(&[Form::run_with("Ask for {which}", WHICH)])
        .bare("The module says: {text}[, in full {full}]", FULL)
        .note("The type code of ATI0 may name another model than AT+GMM, which is the one to trust")
        .examples(&["ATI0", "ATI9", "ATI10"]),
    who("AT+UMLA", "Hardware address")
        .forms(&[
            Form::ask("Ask for the hardware address of {interface}", &[INTERFACE]),
            Form::set("Set the hardware address of {interface} to {address}", &[INTERFACE, ADDRESS])
                .danger(Danger::ChangesAddress),
        ])
        .answer("The hardware address is {address}", &[ADDRESS])
        .error("the module has no such interface")
        .note("A change needs AT&W and a restart; 000000000000 brings the original address back")
        .examples(&["AT+UMLA=2", "AT+UMLA=2,D4CA6EFD96E0"]),
];

const ASK_MANUFACTURER: &[Form] = &[Form::run("Ask for the manufacturer")];
const ASK_MODEL: &[Form] = &[Form::run("Ask for the model")];
const ASK_FIRMWARE: &[Form] = &[Form::run("Ask for the firmware version")];
const ASK_SERIAL: &[Form] = &[Form::run("Ask for the serial number")];

const fn who(name: &'static str, title: &'static str) -> Command {
    Command::new(name, title, Group::Identity, "§3")
}
