//! What an entry of the catalogue is made of. All of it is plain constant data, written with the short constructors
//! below so that a table reads like the page of a manual.

use super::Needs;

/// How sure a fact is. Most come from vendor documents, vendor code or logs of real modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Somebody has documented or measured it.
    Sourced,
    /// Deduced; protocol.md tags it `[inferred]`, or has only one side of it.
    Inferred,
}

/// What a command belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// Attention, echo, storing, restarting, the serial line.
    General,
    /// Who the module is.
    Identity,
    /// Command, data and extended data mode.
    Modes,
    /// Wi-Fi station and access point.
    Wifi,
    /// Addresses, names, ping.
    Network,
    /// Certificates and keys.
    Security,
    /// Peers and their data.
    Peers,
}

/// What a command can do that is not wanted by accident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Danger {
    FactoryReset,
    Restarts,
    LosesUnsavedSettings,
    DropsConnection,
    ChangesSerialLine,
    ChangesCommandSyntax,
    LeavesCommandMode,
    NeedsRestartToLeave,
    ChangesStart,
    ChangesAddress,
    ErasesCredential,
    ReplacesCredential,
    ErasesSettings,
    StopsAnswering,
}

impl Danger {
    /// Whether settings that were not stored are lost.
    pub const fn loses_unsaved(self) -> bool {
        matches!(
            self,
            Self::Restarts | Self::LosesUnsavedSettings | Self::ErasesSettings | Self::FactoryReset
        )
    }

    /// Whether a person is asked before: not where all that happens is what the command is for.
    pub const fn is_worth_asking(self) -> bool {
        match self {
            Self::FactoryReset
            | Self::Restarts
            | Self::LosesUnsavedSettings
            | Self::ChangesSerialLine
            | Self::ChangesCommandSyntax
            | Self::ChangesStart
            | Self::ChangesAddress
            | Self::ErasesCredential
            | Self::ErasesSettings
            | Self::StopsAnswering => true,
            Self::DropsConnection
            | Self::LeavesCommandMode
            | Self::NeedsRestartToLeave
            | Self::ReplacesCredential => false,
        }
    }

    /// The sentence that warns.
    pub const fn warning(self) -> &'static str {
        match self {
            Self::FactoryReset => "All settings go back to factory defaults at the next restart",
            Self::Restarts => {
                "The module restarts: connections close, and settings without AT&W before are lost"
            }
            Self::LosesUnsavedSettings => "Settings that were not stored are lost",
            Self::DropsConnection => "An open connection is closed",
            Self::ChangesSerialLine => "The serial line changes: this computer has to change with it",
            Self::ChangesCommandSyntax => "The module will end or take lines apart in another way",
            Self::LeavesCommandMode => "The module takes everything as payload until +++ brings it back",
            Self::NeedsRestartToLeave => {
                "Only a restart reliably leads back from extended data mode to plain AT commands"
            }
            Self::ChangesStart => "The module may not take AT commands after the next start",
            Self::ChangesAddress => "The hardware address changes, by which networks and clouds may know it",
            Self::ErasesCredential => "A certificate or key is erased and cannot be read back",
            Self::ReplacesCredential => "What is stored under that name is replaced",
            Self::ErasesSettings => "This configuration goes back to factory defaults",
            Self::StopsAnswering => "The module answers no AT command until its update is done",
        }
    }
}

/// A command.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// As it is typed: `AT+UWSC`. Of `ATE0` and `ATE1` it is `ATE`.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub title: &'static str,
    pub group: Group,
    /// The ways to write it; of forms that fit a line, the first counts.
    pub forms: &'static [Form],
    /// Lines of its answer that carry its name: `+UWSC:…`.
    pub answer: Option<Shape>,
    /// Lines of its answer without a name: `"NINA-W152"`.
    pub bare: Option<Shape>,
    /// What `OK` means, where it is more than that the command is done. Not of questions.
    pub ok: &'static str,
    /// What is known of why it is refused; a module gives no reason.
    pub error: &'static str,
    /// What else is worth knowing.
    pub note: &'static str,
    pub needs: Needs,
    pub examples: &'static [&'static str],
    /// The section of protocol.md.
    pub source: &'static str,
}

/// One way to write a command.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    pub kind: FormKind,
    pub shape: Shape,
    pub danger: Option<Danger>,
}

/// The kinds of forms. None of the documented commands has the test form `=?`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FormKind {
    /// `AT+CPWROFF`, `ATE0`
    Run,
    /// `AT+UMSM?`
    Read,
    /// `AT+UWSC=0`: a question in spite of its `=`.
    Ask,
    /// `AT+UMSM=1`
    Set,
}

/// A list of values and the sentence it makes. In the sentence, `{name}` stands for a value, and what is in `[` and
/// `]` is left out if one of its values is missing.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub says: &'static str,
    pub params: &'static [Param],
    pub certainty: Certainty,
}

/// A value in a list.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// One or two words.
    pub name: &'static str,
    /// What it is, in a few words.
    pub meaning: &'static str,
    pub values: Values,
    /// Values with a meaning of their own.
    pub choices: &'static [Choice],
    pub presence: Presence,
    /// What a module has from the factory, or what is taken if it is left out. Empty if not known.
    pub default: &'static str,
    /// Of numbers: `ms`, `dBm`. Empty if they have none.
    pub unit: &'static str,
}

/// What a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// One of the choices alone.
    OneOf,
    /// A whole number from the one to the other.
    Number(i64, i64),
    /// The sum of bits, which have these names from bit 0 on.
    Bits {
        radix: Radix,
        names: &'static [&'static str],
    },
    /// Text of so many bytes at most.
    Text(usize),
    /// Text, of no documented length.
    Free,
    /// A secret of so many bytes; its value is never repeated.
    Secret {
        least: usize,
        most: usize,
    },
    /// Hexadecimal digits.
    Hex,
    /// Twelve hexadecimal digits.
    HardwareAddress,
    Ip,
    /// Host name or address.
    Host,
    /// The URL of a peer.
    Url,
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Radix {
    Decimal,
    Hexadecimal,
}

/// Whether and how often a value is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Required,
    Optional,
    /// With what follows it, it may come again and again.
    Repeated,
    /// It has the rest of the line, commas and all.
    Rest,
}

/// A value with a meaning, and what follows it in the list.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    pub value: &'static str,
    /// In a few words.
    pub meaning: &'static str,
    /// The same with the values that follow it.
    pub says: &'static str,
    /// What follows in the list when it is chosen.
    pub then: &'static [Param],
    /// What `OK` means when it was chosen, where it is not what the command says.
    pub ok: &'static str,
    pub danger: Option<Danger>,
    pub needs: Needs,
    pub certainty: Certainty,
}

/// Something that a module says unasked.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// As it is on the wire: `+UUDPC`.
    pub name: &'static str,
    /// What it tells, in a few words.
    pub title: &'static str,
    pub shape: Shape,
    pub note: &'static str,
    pub examples: &'static [&'static str],
    /// The section of protocol.md.
    pub source: &'static str,
}

impl Command {
    pub(super) const fn new(
        name: &'static str,
        title: &'static str,
        group: Group,
        source: &'static str,
    ) -> Self {
        Self {
            name,
            title,
            group,
            forms: &[],
            answer: None,
            bare: None,
            ok: "",
            error: "",
            note: "",
            needs: Needs::Nothing,
            examples: &[],
            source,
        }
    }

    pub(super) const fn forms(self, forms: &'static [Form]) -> Self {
        Self { forms, ..self }
    }

    pub(super) const fn answer(self, says: &'static str, params: &'static [Param]) -> Self {
        Self { answer: Some(Shape::new(says, params)), ..self }
    }

    pub(super) const fn bare(self, says: &'static str, params: &'static [Param]) -> Self {
        Self { bare: Some(Shape::new(says, params)), ..self }
    }

    pub(super) const fn ok(self, ok: &'static str) -> Self {
        Self { ok, ..self }
    }

    pub(super) const fn error(self, error: &'static str) -> Self {
        Self { error, ..self }
    }

    pub(super) const fn note(self, note: &'static str) -> Self {
        Self { note, ..self }
    }

    pub(super) const fn needs(self, needs: Needs) -> Self {
        Self { needs, ..self }
    }

    pub(super) const fn examples(self, examples: &'static [&'static str]) -> Self {
        Self { examples, ..self }
    }

    /// The letters and signs of a command without its `AT`, as `at::Request` names it.
    pub(super) fn bare_name(&self) -> &'static str {
        self.name.strip_prefix("AT").unwrap_or(self.name)
    }
}

impl Form {
    const fn new(kind: FormKind, says: &'static str, params: &'static [Param]) -> Self {
        Self { kind, shape: Shape::new(says, params), danger: None }
    }

    pub(super) const fn run(says: &'static str) -> Self {
        Self::new(FormKind::Run, says, &[])
    }

    /// With a number right behind the name.
    pub(super) const fn run_with(says: &'static str, params: &'static [Param]) -> Self {
        Self::new(FormKind::Run, says, params)
    }

    pub(super) const fn read(says: &'static str) -> Self {
        Self::new(FormKind::Read, says, &[])
    }

    pub(super) const fn ask(says: &'static str, params: &'static [Param]) -> Self {
        Self::new(FormKind::Ask, says, params)
    }

    pub(super) const fn set(says: &'static str, params: &'static [Param]) -> Self {
        Self::new(FormKind::Set, says, params)
    }

    pub(super) const fn danger(self, danger: Danger) -> Self {
        Self { danger: Some(danger), ..self }
    }

    pub(super) const fn inferred(self) -> Self {
        Self { shape: self.shape.inferred(), ..self }
    }
}

impl Shape {
    pub(super) const fn new(says: &'static str, params: &'static [Param]) -> Self {
        Self { says, params, certainty: Certainty::Sourced }
    }

    pub(super) const fn inferred(self) -> Self {
        Self { certainty: Certainty::Inferred, ..self }
    }
}

impl Param {
    pub(super) const fn new(name: &'static str, meaning: &'static str, values: Values) -> Self {
        let presence = Presence::Required;
        Self { name, meaning, values, choices: &[], presence, default: "", unit: "" }
    }

    /// One of these values.
    pub(super) const fn one_of(
        name: &'static str,
        meaning: &'static str,
        choices: &'static [Choice],
    ) -> Self {
        Self { choices, ..Self::new(name, meaning, Values::OneOf) }
    }

    pub(super) const fn choices(self, choices: &'static [Choice]) -> Self {
        Self { choices, ..self }
    }

    pub(super) const fn optional(self) -> Self {
        Self { presence: Presence::Optional, ..self }
    }

    pub(super) const fn repeated(self) -> Self {
        Self { presence: Presence::Repeated, ..self }
    }

    pub(super) const fn rest(self) -> Self {
        Self { presence: Presence::Rest, ..self }
    }

    pub(super) const fn default(self, default: &'static str) -> Self {
        Self { default, ..self }
    }

    pub(super) const fn unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// The choice that this text is.
    pub fn choice(&self, text: &str) -> Option<&'static Choice> {
        self.choices.iter().find(|choice| choice.value.eq_ignore_ascii_case(text.trim()))
    }
}

impl Choice {
    pub(super) const fn new(value: &'static str, meaning: &'static str) -> Self {
        Self {
            value,
            meaning,
            says: "",
            then: &[],
            ok: "",
            danger: None,
            needs: Needs::Nothing,
            certainty: Certainty::Sourced,
        }
    }

    pub(super) const fn ok(self, ok: &'static str) -> Self {
        Self { ok, ..self }
    }

    pub(super) const fn then(self, says: &'static str, then: &'static [Param]) -> Self {
        Self { says, then, ..self }
    }

    pub(super) const fn danger(self, danger: Danger) -> Self {
        Self { danger: Some(danger), ..self }
    }

    pub(super) const fn needs(self, needs: Needs) -> Self {
        Self { needs, ..self }
    }

    pub(super) const fn inferred(self) -> Self {
        Self { certainty: Certainty::Inferred, ..self }
    }
}

impl Event {
    pub(super) const fn new(
        name: &'static str,
        title: &'static str,
        source: &'static str,
        says: &'static str,
        params: &'static [Param],
    ) -> Self {
        Self { name, title, shape: Shape::new(says, params), note: "", examples: &[], source }
    }

    pub(super) const fn note(self, note: &'static str) -> Self {
        Self { note, ..self }
    }

    pub(super) const fn examples(self, examples: &'static [&'static str]) -> Self {
        Self { examples, ..self }
    }

    pub(super) const fn inferred(self) -> Self {
        Self { shape: self.shape.inferred(), ..self }
    }
}
