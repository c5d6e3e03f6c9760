//! The fields of the cards: a name, the kind of a key, how long something is valid.
//! What may be typed is judged by `credential::make`; here it is shown at its field.

use egui::Ui;

use crate::credential::Certificate;
use crate::credential::make::{Authority, NewKey, Validity};
use crate::moment::UnixTime;
use crate::problem::{Kind, Problem};
use crate::ui::theme::space;
use crate::ui::widgets::{self, Tone};

/// Whether a person has asked for what the fields describe; from then on an empty field is a mistake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Asked {
    #[default]
    NotYet,
    Yes,
}

/// A text with the rule that it has to follow.
pub(super) struct Name {
    pub(super) text: String,
    judge: fn(&str) -> Result<&str, Problem>,
}

impl Name {
    pub(super) fn new(text: &str, judge: fn(&str) -> Result<&str, Problem>) -> Self {
        Self { text: text.to_owned(), judge }
    }

    /// What was typed, if it is right.
    pub(super) fn get(&self) -> Option<String> {
        (self.judge)(&self.text).ok().map(str::to_owned)
    }

    pub(super) fn show(&mut self, ui: &mut Ui, label: &str, hint: &str, asked: Asked) {
        let problem = (self.judge)(&self.text).err();
        let problem = problem.filter(|_| asked == Asked::Yes || !self.text.is_empty());
        widgets::field(ui, label, &mut self.text, hint, problem.as_ref());
    }
}

/// The kind of a key that is to be made.
pub(super) fn key_kind(ui: &mut Ui, value: &mut NewKey) {
    const KINDS: [(NewKey, &str); 2] = [(NewKey::Rsa2048, "RSA, 2048 bits"), (NewKey::P256, "EC, P-256")];
    choice(
        ui,
        "Kind of key",
        "RSA works with every module and every cloud; EC is smaller and quicker",
        value,
        &KINDS,
    );
}

/// A choice of a few values.
pub(super) fn choice<T: PartialEq + Copy>(
    ui: &mut Ui,
    label: &str,
    hint: &str,
    value: &mut T,
    options: &[(T, &str)],
) {
    widgets::labelled(ui, label, hint, None, |ui| {
        let chosen = options.iter().find(|(option, _)| option == value).map_or("", |(_, text)| *text);
        let combo = widgets::combo(label, ui.available_width()).selected_text(chosen);
        combo
            .show_ui(ui, |ui| {
                for (option, text) in options {
                    ui.selectable_value(value, *option, *text);
                }
            })
            .response
    });
}

/// How long something is valid.
pub(super) struct Term {
    number: String,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Days,
    Years,
}

impl Term {
    pub(super) fn years(number: u16) -> Self {
        Self { number: number.to_string(), unit: Unit::Years }
    }

    /// From when to when, if that was typed as a number.
    pub(super) fn validity(&self, now: UnixTime) -> Result<Validity, Problem> {
        let most = match self.unit {
            Unit::Days => 36_500,
            Unit::Years => 100,
        };
        let number = self.number.trim().parse().ok().filter(|number| (1..=most).contains(number));
        let number: u16 = number.ok_or_else(|| {
            let help = format!("Enter a whole number from 1 to {most}");
            Problem::new(Kind::WrongForm, "This is no number of days or years", help)
        })?;
        Ok(match self.unit {
            Unit::Days => Validity::days(now, number),
            Unit::Years => Validity::years(now, number),
        })
    }

    /// The fields, with the last day below. Nothing may be valid for longer than the authority that signs it.
    pub(super) fn show(&mut self, ui: &mut Ui, now: UnixTime, authority: Option<&Authority>) {
        let validity = self.validity(now).and_then(|validity| {
            authority.map_or(Ok(()), |authority| authority.check_end(validity.not_after))?;
            Ok(validity)
        });
        let hint = validity.as_ref().map_or_else(|_| String::new(), |validity| ends_on(validity.not_after));
        ui.columns_const(|[left, right]| {
            widgets::field(left, "Valid for", &mut self.number, &hint, validity.as_ref().err());
            choice(
                right,
                "Days or years",
                "",
                &mut self.unit,
                &[(Unit::Days, "Days"), (Unit::Years, "Years")],
            );
        });
    }
}

fn ends_on(end: UnixTime) -> String {
    format!("Ends on {}", end.day())
}

/// Who signs, or that somebody has to.
pub(super) fn signer(ui: &mut Ui, authority: Option<&Authority>, asked: Asked) {
    match authority {
        Some(authority) => {
            let certificate = authority.certificate();
            let end = certificate.not_after().day();
            widgets::key_value(ui, "Signed by", &format!("{}, valid until {end}", name_of(certificate)));
        }
        None if asked == Asked::Yes => {
            widgets::remark(
                ui,
                Tone::Warn,
                "Nobody is there to sign: make a test authority above, or open one",
            );
        }
        None => {
            widgets::hint(ui, "Needs a test authority: make one above, or open one from its files");
        }
    }
    ui.add_space(space::XS);
}

/// The common name of a certificate, or all of its name if it has none.
pub(super) fn name_of(certificate: &Certificate) -> &str {
    certificate.common_name().unwrap_or(certificate.subject())
}
