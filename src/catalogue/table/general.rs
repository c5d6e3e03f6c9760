//! Attention, echo, registers, storing, restarting, the serial line (protocol.md §1 and §2).

use super::super::{Ability, Choice, Command, Danger, Form, Group, Needs, Param, Values};
use super::value;
use crate::module::Family;

const STORED_BY_RESTART: &str = "Kept after AT&W and AT+CPWROFF";

const ECHO: &[Param] = &[Param::one_of(
    "echo",
    "whether the module sends back what it is sent",
    &[Choice::new("0", "switch the echo off"), Choice::new("1", "switch the echo on")],
)
.default("0")];

const REGISTER: &[Param] = &[value("the code of the character", Values::Number(0, 127))];

const S2: &[Form] = &[
    Form::read("Ask for the escape character"),
    Form::set("Set the escape character to code {value}", REGISTER).danger(Danger::ChangesCommandSyntax),
];

const S3: &[Form] = &[
    Form::read("Ask for the line end"),
    Form::set("Set the line end to code {value}", REGISTER).danger(Danger::ChangesCommandSyntax),
];

const S4: &[Form] = &[
    Form::read("Ask for the line feed"),
    Form::set("Set the line feed to code {value}", REGISTER).danger(Danger::ChangesCommandSyntax),
];

const S5: &[Form] = &[
    Form::read("Ask for the backspace"),
    Form::set("Set the backspace to code {value}", REGISTER).danger(Danger::ChangesCommandSyntax),
];

const BANNER: &[Param] = &[
    Param::one_of(
        "shown",
        "whether the module says that it has started",
        &[Choice::new("0", "not shown"), Choice::new("1", "shown")],
    )
    .default("1"),
    Param::new("text", "what it says", Values::Text(48)).optional().default("+STARTUP"),
];

const SPEED: Param =
    Param::new("speed", "the speed in baud", Values::Number(9600, 5_250_000)).default("115200").unit("baud");

const FLOW_CONTROL: Param = Param::one_of(
    "flow control",
    "whether RTS and CTS hold data up",
    &[Choice::new("1", "CTS/RTS flow control"), Choice::new("2", "no flow control")],
)
.optional()
.default("1");

const DATA_BITS: Param = Param::new("data bits", "bits of a character", Values::Number(8, 8))
    .optional()
    .default("8")
    .unit("data bits");

const STOP_BITS: Param = Param::one_of(
    "stop bits",
    "stop bits of a character",
    &[Choice::new("1", "1 stop bit"), Choice::new("2", "2 stop bits")],
)
.optional()
.default("1");

const PARITY: Param = Param::one_of(
    "parity",
    "parity bit of a character",
    &[Choice::new("1", "no parity"), Choice::new("2", "odd parity"), Choice::new("3", "even parity")],
)
.optional()
.default("1");

const WHEN: Param = Param::one_of(
    "when",
    "when it takes effect",
    &[Choice::new("0", "only after AT&W and a restart"), Choice::new("1", "right after OK")],
)
.optional()
.default("1");

const LINE: &[Param] = &[SPEED, FLOW_CONTROL, DATA_BITS, STOP_BITS, PARITY];
const LINE_CHANGE: &[Param] = &[SPEED, FLOW_CONTROL, DATA_BITS, STOP_BITS, PARITY, WHEN];

const START_MODE: &[Param] = &[Param::one_of(
    "mode",
    "the mode the module starts in",
    &[
        Choice::new("0", "command mode"),
        Choice::new("1", "data mode").danger(Danger::ChangesStart),
        Choice::new("2", "extended data mode")
            .danger(Danger::ChangesStart)
            .needs(Needs::Ability(Ability::Edm)),
        Choice::new("3", "PPP mode").danger(Danger::ChangesStart).needs(Needs::Ability(Ability::Ppp)),
    ],
)
.default("0")];

const STATUS: &[Param] = &[Param::one_of(
    "id",
    "what is told",
    &[
        Choice::new("0", "time since the start").then(
            "running for {value}",
            &[value("seconds since the start", Values::Number(0, i64::MAX)).unit("s")],
        ),
        Choice::new("1", "saved settings").then(
            "settings are {value}",
            &[Param::one_of(
                "value",
                "whether all settings are saved",
                &[Choice::new("0", "not saved"), Choice::new("1", "saved")],
            )],
        ),
    ],
)];

const DTR: &[Param] = &[Param::one_of(
    "reaction",
    "what happens when the host drops DTR",
    &[
        Choice::new("0", "ignore it"),
        Choice::new("1", "leave data mode"),
        Choice::new("2", "close all peers, and open none until it is back"),
    ],
)
.default("0")];

const DSR: &[Param] = &[Param::one_of(
    "state",
    "when the module asserts DSR",
    &[
        Choice::new("0", "always asserted"),
        Choice::new("1", "asserted in data mode"),
        Choice::new("2", "asserted while a peer is connected"),
    ],
)
.default("0")];

const UPDATE: &[Param] = &[
    Param::one_of("target", "what is updated", &[Choice::new("0", "the firmware")]),
    Param::one_of(
        "speed",
        "the speed of the boot loader in baud",
        &[
            Choice::new("115200", "115200 baud"),
            Choice::new("230400", "230400 baud"),
            Choice::new("460800", "460800 baud"),
            Choice::new("921600", "921600 baud"),
        ],
    ),
];

const BLUETOOTH: &[Param] =
    &[Param::new("value", "0 is off", Values::Number(0, 255)).choices(&[Choice::new("0", "off")])];

/// The commands of this group.
pub(super) const COMMANDS: &[Command] = &[
    Command::new("AT", "Attention: does the module answer?", Group::General, "§1.3")
        .forms(&[Form::run("Ask whether the module answers")])
        .ok("The module answers")
        .examples(&["AT"]),
    Command::new("ATE", "Echo of commands", Group::General, "§1.3")
        .forms(&[
            Form::run_with("{echo}", ECHO),
            Form::read("Ask whether the echo is on"),
        ])
        .bare("The echo is {value}", &[super::switch("whether the echo is on")])
        .note("On from the factory; there is none in data mode and in extended data mode")
        .examples(&["ATE0", "ATE1", "ATE?"]),
    register("ATS2", "Escape character", S2, "The escape character has code {value}", &["ATS2?", "ATS2=43"])
        .note("43, which is +, from the factory: three of them leave data mode"),
    register("ATS3", "Line end character", S3, "The line end has code {value}", &["ATS3?", "ATS3=13"])
        .note("13, which is CR, from the factory; a change counts already for the answer"),
    register("ATS4", "Response formatting character", S4, "The line feed has code {value}", &["ATS4?", "ATS4=10"])
        .note("10, which is LF, from the factory; a change counts already for the answer"),
    register("ATS5", "Backspace character", S5, "The backspace has code {value}", &["ATS5?", "ATS5=8"])
        .note("8 from the factory"),
    Command::new("AT&W", "Mark settings for storing", Group::General, "§1.3")
        .forms(&[Form::run("Mark all settings for storing")])
        .ok("Settings are marked; they are written at AT+CPWROFF")
        .note("What AT+UWSC sets is stored by AT+UWSCA")
        .examples(&["AT&W"]),
    Command::new("ATZ", "Go back to the stored settings", Group::General, "§1.3")
        .forms(&[Form::run("Go back to the stored settings").danger(Danger::LosesUnsavedSettings)])
        .ok("Marks of AT&W are forgotten; the stored settings count after a restart")
        .examples(&["ATZ"]),
    Command::new("AT+UFACTORY", "Factory reset", Group::General, "§1.3")
        .forms(&[Form::run("Go back to factory defaults").danger(Danger::FactoryReset)])
        .ok("Factory defaults count after a restart")
        .note("Whether certificates are erased too is not documented")
        .examples(&["AT+UFACTORY"]),
    Command::new("AT+CPWROFF", "Restart", Group::General, "§1.3")
        .forms(&[Form::run("Write what AT&W marked, and restart").danger(Danger::Restarts)])
        .ok("The module restarts; it takes two to five seconds")
        .examples(&["AT+CPWROFF"]),
    Command::new("AT+UMRS", "Serial line settings", Group::General, "§1.2")
        .forms(&[
            Form::read("Ask for the serial line settings"),
            Form::set(
                "Set the serial line to {speed}[, {flow control}][, {data bits}][, {stop bits}][, {parity}][, {when}]",
                LINE_CHANGE,
            )
            .danger(Danger::ChangesSerialLine),
        ])
        .answer("The serial line has {speed}[, {flow control}][, {data bits}][, {stop bits}][, {parity}]", LINE)
        .ok("OK came at the old speed; leave the line alone for a second")
        .note("ODIN-W2 takes 19200 to 5250000 baud. In extended data mode only a change after a restart works")
        .examples(&["AT+UMRS?", "AT+UMRS=115200,2,8,1,1,0"]),
    Command::new("AT+CSGT", "Start-up text", Group::General, "§1.4")
        .forms(&[
            Form::read("Ask for the start-up text"),
            Form::set("Start-up text: {shown}[, {text}]", BANNER),
        ])
        .answer("Start-up text: {shown}[, {text}]", BANNER)
        .note("Used from the next start on, and only if that is in command mode")
        .examples(&["AT+CSGT?", "AT+CSGT=1,\"+STARTUP\""]),
    Command::new("AT+UMSM", "Start mode", Group::General, "§1.5")
        .forms(&[
            Form::read("Ask for the mode the module starts in"),
            Form::set("Start in {mode}", START_MODE),
        ])
        .answer("The module starts in {mode}", START_MODE)
        .note(STORED_BY_RESTART)
        .examples(&["AT+UMSM?", "AT+UMSM=1"]),
    Command::new("AT+UMSTAT", "Time since the start, and whether settings are saved", Group::General, "§1.5")
        .forms(&[Form::run("Ask for the module's status"), Form::ask("Ask for the status: {id}", STATUS)])
        .answer("{id}", STATUS)
        .examples(&["AT+UMSTAT", "AT+UMSTAT=0"]),
    Command::new("AT&D", "Reaction to DTR", Group::General, "§1.6")
        .forms(&[Form::run_with("When the host drops DTR: {reaction}", DTR)])
        .note("1 from the factory. Five changes of DTR within a second are a factory reset, whatever is set here")
        .examples(&["AT&D0", "AT&D2"]),
    Command::new("AT&S", "Use of DSR", Group::General, "§1.6")
        .forms(&[Form::run_with("DSR: {state}", DSR)])
        .note("1 from the factory")
        .examples(&["AT&S1"]),
    Command::new("AT+UFWUPD", "Start a firmware update", Group::General, "§1.7")
        .forms(&[Form::set("Start the boot loader to update {target} at {speed}", UPDATE).danger(Danger::StopsAnswering)])
        .examples(&["AT+UFWUPD=0,115200"]),
    Command::new("AT+UBTMODE", "Bluetooth mode", Group::General, "§1.7")
        .forms(&[
            Form::read("Ask for the Bluetooth mode"),
            Form::set("Set Bluetooth to {value}", BLUETOOTH),
        ])
        .answer("Bluetooth is {value}", BLUETOOTH)
        .needs(Needs::SeenOn(&[Family::NinaW15]))
        .note("Off gives steadier Wi-Fi. Storing it while the station was up has crashed a module")
        .examples(&["AT+UBTMODE?", "AT+UBTMODE=0"]),
];

const fn register(
    name: &'static str,
    title: &'static str,
    forms: &'static [Form],
    told: &'static str,
    examples: &'static [&'static str],
) -> Command {
    Command::new(name, title, Group::General, "§2").forms(forms).bare(told, REGISTER).examples(examples)
}
