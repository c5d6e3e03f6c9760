//! The card of the authority that signs: a new one, or one that is opened from its files.

use egui::Ui;

use super::inputs::{self, Asked, Name, Term, name_of};
use super::outcome::Outcome;
use super::slot::{Change, Slot, Use};
use crate::credential::make::{Authority, Document, Made, NewKey, Pair, Wanted, common_name};
use crate::credential::{Certificate, PrivateKey};
use crate::model::News;
use crate::moment::UnixTime;
use crate::problem::Problem;
use crate::ui::actions::Actions;
use crate::ui::widgets::{self, Tone};
use crate::ui::wizard::key_kind;

const CERTIFICATE: Use<Certificate> = Use {
    purpose: "make.authority.certificate",
    label: "Certificate of the authority",
    hint: "Such as rootCA.pem",
    noun: "authority's certificate",
    parse: Certificate::parse,
    describe: |certificate| {
        let end = certificate.not_after().day();
        format!("{} · valid until {end} · {}", name_of(certificate), key_kind(certificate.key_kind()))
    },
};

const KEY: Use<PrivateKey> = Use {
    purpose: "make.authority.key",
    label: "Private key of the authority",
    hint: "Such as rootCA.key; it is used here and goes nowhere",
    noun: "authority's private key",
    parse: PrivateKey::parse,
    describe: |key| format!("Private key · {}", key_kind(key.kind())),
};

/// Whoever shows a device's certificate alone must be known by its issuer (clouds.md §8.1).
const INTERMEDIATE: &str = "This authority was signed by another. Upload its own certificate to the cloud, not only the \
                            root above it, so that the module needs to show no chain";

/// Where the authority comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    New,
    Files,
}

/// The card.
pub(super) struct AuthorityCard {
    origin: Origin,
    name: Name,
    kind: NewKey,
    term: Term,
    asked: Asked,
    outcome: Outcome,
    made: Option<Result<Authority, Problem>>,
    certificate: Slot<Certificate>,
    key: Slot<PrivateKey>,
    opened: Option<Result<Authority, Problem>>,
}

impl Default for AuthorityCard {
    fn default() -> Self {
        Self {
            origin: Origin::New,
            name: Name::new("Test root CA", common_name),
            kind: NewKey::Rsa2048,
            term: Term::years(10),
            asked: Asked::NotYet,
            outcome: Outcome::new("make.authority", "test authority", None),
            made: None,
            certificate: Slot::new(&CERTIFICATE),
            key: Slot::new(&KEY),
            opened: None,
        }
    }
}

impl AuthorityCard {
    /// The authority that signs now.
    pub(super) fn current(&self) -> Option<&Authority> {
        let authority = match self.origin {
            Origin::New => &self.made,
            Origin::Files => &self.opened,
        };
        authority.as_ref()?.as_ref().ok()
    }

    pub(super) fn handle_news(&mut self, news: &News) {
        if let Some(pair) = self.outcome.handle_news(news).and_then(pair) {
            self.made = Some(Authority::open(pair));
        }
        let changes = [self.certificate.handle_news(news), self.key.handle_news(news)];
        if changes.contains(&Change::Made) {
            self.open();
        }
    }

    pub(super) fn show(&mut self, ui: &mut Ui, now: UnixTime, actions: &mut Actions) {
        widgets::hint(
            ui,
            "A root of your own that signs the certificates of devices. Upload its certificate to Azure or AWS once; keep \
             its key where nobody else comes. For products use an authority whose key is better guarded",
        );
        let options = [(Origin::New, "Make a new one"), (Origin::Files, "Open one from its files")];
        inputs::choice(ui, "Authority", "", &mut self.origin, &options);
        match self.origin {
            Origin::New => self.show_new(ui, now, actions),
            Origin::Files => self.show_files(ui, actions),
        }
    }

    fn show_new(&mut self, ui: &mut Ui, now: UnixTime, actions: &mut Actions) {
        let hint = "How clouds and people will call it; 1 to 64 characters";
        self.name.show(ui, "Name of the authority", hint, self.asked);
        inputs::key_kind(ui, &mut self.kind);
        self.term.show(ui, now, None);
        if self.outcome.button(ui, "Make test authority") {
            self.asked = Asked::Yes;
            if let (Some(common_name), Ok(validity)) = (self.name.get(), self.term.validity(now)) {
                let wanted = Wanted::Authority { common_name, key: self.kind, validity };
                self.outcome.order(wanted, actions);
            }
        }
        self.outcome.show(ui, actions);
    }

    fn show_files(&mut self, ui: &mut Ui, actions: &mut Actions) {
        let changes =
            [self.certificate.show(ui, Asked::NotYet, actions), self.key.show(ui, Asked::NotYet, actions)];
        if changes.contains(&Change::Made) {
            self.open();
        }
        match &self.opened {
            Some(Ok(authority)) => {
                widgets::remark(ui, Tone::Ok, "The key belongs to the certificate; it can sign");
                if !authority.certificate().is_self_issued() {
                    widgets::remark(ui, Tone::Neutral, INTERMEDIATE);
                }
            }
            Some(Err(problem)) => widgets::problem_box(ui, problem),
            None => {}
        }
    }

    fn open(&mut self) {
        self.opened = self.certificate.get().zip(self.key.get()).map(|(certificate, key)| {
            Authority::open(Pair { certificate: certificate.clone(), key: key.clone() })
        });
    }
}

fn pair(made: &Made) -> Option<Pair> {
    match (&made.document, &made.key) {
        (Document::Certificate(certificate), Some(key)) => {
            Some(Pair { certificate: certificate.clone(), key: key.clone() })
        }
        _ => None,
    }
}
