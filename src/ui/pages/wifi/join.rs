//! The form that joins a network, and how the joining goes. What is entered is judged as a profile is.

use egui::{Align, Response, Ui};

use crate::model::{Link, Model, Run};
use crate::module::{Capabilities, CredentialKind, ScanEntry, Security};
use crate::moment::UnixTime;
use crate::plan::{self, Facts};
use crate::problem::{Kind, Problem};
use crate::profile::{
    AddressProfile, FileOrigin, Material, Materials, SecretSource, WifiProfile, WifiSecurity, resolve_wifi,
};
use crate::session::{PlanResult, StepState, Wish};
use crate::ui::actions::Actions;
use crate::ui::theme::space;
use crate::ui::widgets::{self, Tone};
use crate::ui::wizard::{SecretText, forget_undo};

const SECURITY: [(WifiSecurity, &str); 5] = [
    (WifiSecurity::Open, "Open"),
    (WifiSecurity::WpaPsk, "WPA2 or WPA with a passphrase"),
    (WifiSecurity::Wpa3, "WPA3 only, with a passphrase"),
    (WifiSecurity::EapTls, "Enterprise with a certificate (EAP-TLS)"),
    (WifiSecurity::Peap, "Enterprise with user and password (PEAP)"),
];

/// Why nothing can be joined now.
const BUSY: &str = "Something else is under way with the module: wait until it is done";

/// Everything that is entered to join a network.
#[derive(Default)]
pub(super) struct JoinForm {
    ssid: String,
    security: Option<WifiSecurity>,
    passphrase: SecretText,
    identity: String,
    password: SecretText,
    domain: String,
    ca: Option<String>,
    certificate: Option<String>,
    key: Option<String>,
    address: Address,
    fixed: [String; 4],
    startup: Startup,
    problems: Vec<Problem>,
    focus: Focus,
}

/// What takes the focus next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Focus {
    Stays,
    /// The form has come: the first field that is to be filled in.
    FirstEmpty,
}

/// A form that comes takes the focus.
impl Default for Focus {
    fn default() -> Self {
        Self::FirstEmpty
    }
}

/// Where the module's address comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Address {
    #[default]
    Dhcp,
    Fixed,
}

/// Whether the network is stored and joined by itself from then on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Startup {
    #[default]
    Join,
    Forget,
}

/// What became of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Open,
    Joined,
    Closed,
}

impl JoinForm {
    /// With what the scan tells of the network.
    pub(super) fn for_network(entry: &ScanEntry) -> Self {
        let security = match entry.security() {
            _ if entry.takes_wpa_passphrase() => Some(WifiSecurity::WpaPsk),
            Security::Wpa3 => Some(WifiSecurity::Wpa3),
            Security::Open => Some(WifiSecurity::Open),
            Security::Enterprise => Some(WifiSecurity::Peap),
            Security::Wep | Security::Wpa | Security::Wpa2 => None,
        };
        Self { ssid: entry.ssid.clone(), security, ..Self::default() }
    }

    /// The form once more, for another try.
    pub(super) fn again(self) -> Self {
        Self { focus: Focus::FirstEmpty, ..self }
    }

    /// Takes the focus into this field, and the page to it, if it is the one to fill in.
    fn settle_focus(&mut self, field: &Response) {
        if std::mem::replace(&mut self.focus, Focus::Stays) == Focus::FirstEmpty {
            field.request_focus();
            field.scroll_to_me(Some(Align::Center));
        }
    }

    /// Draws the form.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        model: &Model,
        now: UnixTime,
        actions: &mut Actions,
    ) -> Outcome {
        let mut outcome = Outcome::Open;
        ui.add_space(space::S);
        widgets::section(ui, "Join a network");
        widgets::card(ui, |ui| {
            let problem = self.problem("ssid");
            let hint = "1 to 32 bytes, capitals count";
            let field = widgets::field(ui, "Network name", &mut self.ssid, hint, problem.as_ref());
            if self.ssid.is_empty() {
                self.settle_focus(&field);
            }
            self.security(ui, model);
            self.secrets(ui);
            self.enterprise(ui, model);
            self.addresses(ui);
            let mut join = self.startup == Startup::Join;
            if ui.checkbox(&mut join, "Store it and join at every start").changed() {
                self.startup = if join { Startup::Join } else { Startup::Forget };
            }
            for problem in self.problems.iter().filter(|problem| !self.is_shown(problem)) {
                widgets::problem_box(ui, problem);
            }
            ui.add_space(space::S);
            ui.horizontal(|ui| {
                let free = model.is_free();
                let join = ui.add_enabled_ui(free, |ui| widgets::primary_button(ui, "Join")).inner;
                // An open network needs nothing but this.
                self.settle_focus(&join);
                if join.on_disabled_hover_text(BUSY).clicked() {
                    outcome = self.join(model, now, actions);
                }
                if widgets::secondary_button(ui, "Do not join").clicked() {
                    outcome = Outcome::Closed;
                }
            });
        });
        outcome
    }

    fn security(&mut self, ui: &mut Ui, model: &Model) {
        let can = model
            .module
            .identity
            .as_ref()
            .map(|identity| Capabilities::of(&identity.model, identity.firmware.as_ref()));
        let wpa3 = can.is_none_or(|can| can.wpa3);
        let label = |wanted: WifiSecurity| {
            SECURITY.iter().find(|(security, _)| *security == wanted).map_or("", |(_, label)| label)
        };
        let shown = self.security.map_or("Choose how it is protected", label);
        let problem = self.problem("security");
        widgets::labelled(ui, "Security", "", problem.as_ref(), |ui| {
            let combo = widgets::combo("security", 320.0).selected_text(shown);
            let response = combo.show_ui(ui, |ui| {
                for (security, label) in SECURITY {
                    let possible = wpa3 || security != WifiSecurity::Wpa3;
                    let entry = ui.add_enabled_ui(possible, |ui| {
                        ui.selectable_label(self.security == Some(security), label)
                    });
                    if entry.inner.on_disabled_hover_text("This firmware has no WPA3").clicked() {
                        self.security = Some(security);
                    }
                }
            });
            response.response
        });
    }

    fn secrets(&mut self, ui: &mut Ui) {
        if matches!(self.security, Some(WifiSecurity::WpaPsk | WifiSecurity::Wpa3)) {
            let problem = self.problem("passphrase");
            let hint = "8 to 63 characters";
            let field =
                widgets::secret_field(ui, "Passphrase", self.passphrase.edit(), hint, problem.as_ref());
            forget_undo(ui, field.id);
            self.settle_focus(&field);
        }
    }

    fn enterprise(&mut self, ui: &mut Ui, model: &Model) {
        let security = self.security;
        if !matches!(security, Some(WifiSecurity::EapTls | WifiSecurity::Peap)) {
            return;
        }
        let problem = self.problem("identity");
        let hint = "At most 31 characters";
        let field = widgets::field(ui, "User name", &mut self.identity, hint, problem.as_ref());
        self.settle_focus(&field);
        if security == Some(WifiSecurity::Peap) {
            let problem = self.problem("password");
            let field =
                widgets::secret_field(ui, "Password", self.password.edit(), "At most 31", problem.as_ref());
            forget_undo(ui, field.id);
            let problem = self.problem("domain");
            widgets::field(ui, "Domain", &mut self.domain, "Often empty", problem.as_ref());
        } else {
            let (certificate, key) = (self.problem("certificate"), self.problem("private_key"));
            let kind = CredentialKind::Certificate;
            picked(ui, model, ("Client certificate", kind), &mut self.certificate, certificate.as_ref());
            picked(ui, model, ("Private key", CredentialKind::PrivateKey), &mut self.key, key.as_ref());
        }
        let problem = self.problem("ca");
        let kind = CredentialKind::TrustedRoot;
        picked(ui, model, ("Root of the network’s certificate", kind), &mut self.ca, problem.as_ref());
        if self.ca.is_none() {
            widgets::remark(ui, Tone::Warn, "Without a root nobody checks that the network is the right one");
        }
    }

    fn addresses(&mut self, ui: &mut Ui) {
        ui.horizontal(|ui| {
            ui.radio_value(&mut self.address, Address::Dhcp, "Address from the network (DHCP)");
            ui.radio_value(&mut self.address, Address::Fixed, "Fixed address");
        });
        if self.address == Address::Dhcp {
            return;
        }
        let labels = [
            ("Address", "address.ip"),
            ("Network mask", "address.mask"),
            ("Gateway", "address.gateway"),
            ("Name servers", "address.dns"),
        ];
        let problems = labels.map(|(_, field)| self.problem(field));
        for (((label, _), problem), text) in labels.into_iter().zip(problems).zip(&mut self.fixed) {
            widgets::field(ui, label, text, "", problem.as_ref());
        }
    }

    /// The problem at a field of the `wifi` part of a profile.
    fn problem(&self, field: &str) -> Option<Problem> {
        let field = format!("wifi.{field}");
        self.problems.iter().find(|problem| problem.field.as_deref() == Some(field.as_str())).cloned()
    }

    fn is_shown(&self, problem: &Problem) -> bool {
        let fields = match self.security {
            Some(WifiSecurity::WpaPsk | WifiSecurity::Wpa3) => &["wifi.passphrase"][..],
            Some(WifiSecurity::EapTls) => {
                &["wifi.identity", "wifi.certificate", "wifi.private_key", "wifi.ca"]
            }
            Some(WifiSecurity::Peap) => &["wifi.identity", "wifi.password", "wifi.domain", "wifi.ca"],
            Some(WifiSecurity::Open) | None => &[],
        };
        problem.field.as_deref().is_some_and(|field| {
            field == "wifi.ssid"
                || field == "wifi.security"
                || fields.contains(&field)
                || (self.address == Address::Fixed && field.starts_with("wifi.address"))
        })
    }

    /// Hands the plan over, or says what is wrong.
    fn join(&mut self, model: &Model, now: UnixTime, actions: &mut Actions) -> Outcome {
        match self.plan(model, now) {
            Ok(plan) => {
                actions.wish(Wish::Run(plan));
                Outcome::Joined
            }
            Err(problems) => {
                self.problems = problems.into_iter().map(in_words_of_the_form).collect();
                Outcome::Open
            }
        }
    }

    fn plan(&self, model: &Model, now: UnixTime) -> Result<plan::Plan, Vec<Problem>> {
        let (profile, materials) = self.profile()?;
        let wifi = resolve_wifi(&profile, &materials, now)?;
        let facts = model.module.identity.as_ref().map(Facts::of);
        facts.map_or_else(|| Ok(plan::Plan::default()), |facts| plan::join(&wifi, &facts))
    }

    fn profile(&self) -> Result<(WifiProfile, Materials), Vec<Problem>> {
        let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let on_module = |name: &Option<String>| name.clone().map(|name| FileOrigin::Module(name).into());
        let mut materials = Materials::default();
        for (field, secret) in
            [("wifi.passphrase", self.passphrase.secret()), ("wifi.password", self.password.secret())]
        {
            if let Some(secret) = secret {
                materials.insert(field, Material::Secret(secret));
            }
        }
        let mut profile = WifiProfile {
            ssid: (!self.ssid.is_empty()).then(|| self.ssid.clone()),
            security: self.security,
            address: self.fixed_address()?,
            on_startup: Some(self.startup == Startup::Join),
            ..WifiProfile::default()
        };
        let secret = |text: &SecretText| text.secret().map(|_| SecretSource::Ask);
        match self.security {
            Some(WifiSecurity::WpaPsk | WifiSecurity::Wpa3) => profile.passphrase = secret(&self.passphrase),
            Some(WifiSecurity::Peap) => {
                profile.identity = given(&self.identity);
                profile.password = secret(&self.password);
                profile.domain = given(&self.domain);
                profile.ca = on_module(&self.ca);
            }
            Some(WifiSecurity::EapTls) => {
                profile.identity = given(&self.identity);
                profile.certificate = on_module(&self.certificate);
                profile.private_key = on_module(&self.key);
                profile.ca = on_module(&self.ca);
            }
            Some(WifiSecurity::Open) | None => {}
        }
        Ok((profile, materials))
    }

    fn fixed_address(&self) -> Result<Option<AddressProfile>, Vec<Problem>> {
        if self.address == Address::Dhcp {
            return Ok(None);
        }
        let [ip, mask, gateway, servers] = &self.fixed;
        let mut problems = Vec::new();
        let mut read = |text: &str, field: &str| {
            let read = text.trim().parse();
            if read.is_err() {
                problems.push(no_address(text).at(format!("wifi.address.{field}")));
            }
            read.ok()
        };
        let mut address = AddressProfile {
            ip: read(ip, "ip"),
            mask: read(mask, "mask"),
            gateway: read(gateway, "gateway"),
            dns: Vec::new(),
        };
        let servers = servers.split([',', ' ']).filter(|server| !server.is_empty());
        address.dns = servers.filter_map(|server| read(server, "dns")).collect();
        if problems.is_empty() { Ok(Some(address)) } else { Err(problems) }
    }
}

/// A profile's missing key is a form's empty field.
fn in_words_of_the_form(problem: Problem) -> Problem {
    let label = match problem.field.as_deref() {
        Some("wifi.ssid") => "The network name",
        Some("wifi.security") => "The kind of security",
        Some("wifi.passphrase") => "The passphrase",
        Some("wifi.identity") => "The user name",
        Some("wifi.password") => "The password",
        Some("wifi.certificate") => "The client certificate",
        Some("wifi.private_key") => "The private key",
        _ => return problem,
    };
    match problem.kind {
        Kind::MissingField => Problem {
            message: format!("{label} is missing"),
            help: "It is needed to join".to_owned(),
            ..problem
        },
        _ => problem,
    }
}

fn no_address(text: &str) -> Problem {
    Problem::new(
        Kind::WrongForm,
        format!("“{text}” is no IPv4 address"),
        "Write four numbers with dots, such as 192.168.1.20",
    )
}

/// One of the certificates or keys that are on the module, or none.
fn picked(
    ui: &mut Ui,
    model: &Model,
    (label, kind): (&str, CredentialKind),
    chosen: &mut Option<String>,
    problem: Option<&Problem>,
) {
    let names = model.store.entries.iter().filter(|entry| entry.kind == kind).map(|entry| &entry.name);
    let hint = "Certificates are put onto the module on the page Certificates";
    widgets::labelled(ui, label, hint, problem, |ui| {
        let shown = chosen.clone().unwrap_or_else(|| "None".to_owned());
        let response = widgets::combo(label, 320.0).selected_text(shown).show_ui(ui, |ui| {
            ui.selectable_value(chosen, None, "None");
            for name in names {
                ui.selectable_value(chosen, Some(name.clone()), name.as_str());
            }
        });
        response.response
    });
}

/// What has become of the join that a form asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    UnderWay,
    Done,
    /// It failed or was cancelled: another try may want another passphrase.
    Open,
}

/// How the last join goes.
pub(super) fn fate(model: &Model) -> Fate {
    match model.run.as_ref().map(|run| &run.result) {
        Some(None) => Fate::UnderWay,
        Some(Some(PlanResult::Done { .. })) => Fate::Done,
        Some(Some(PlanResult::Failed(_) | PlanResult::Cancelled)) | None => Fate::Open,
    }
}

/// How the joining that was asked for here goes, in words.
pub(super) fn progress(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let Some(run) = &model.run else { return };
    ui.add_space(space::S);
    match &run.result {
        None => under_way(ui, run, model, actions),
        Some(PlanResult::Done { .. }) => joined(ui, model),
        Some(PlanResult::Cancelled) => widgets::remark(ui, Tone::Neutral, "Joining was cancelled"),
        Some(PlanResult::Failed(problem)) => widgets::problem_box(ui, problem),
    }
}

/// The module was let in. Since then the link may have gone down again, which the station says.
fn joined(ui: &mut Ui, model: &Model) {
    if model.module.wifi.link != Link::Up {
        return widgets::remark(
            ui,
            Tone::Warn,
            "The module was on the network, and its link has gone down since",
        );
    }
    match only_one_event(model) {
        Some(words) => widgets::remark(ui, Tone::Warn, words),
        None => widgets::remark(ui, Tone::Ok, "The module is on the network"),
    }
}

fn under_way(ui: &mut Ui, run: &Run, model: &Model, actions: &mut Actions) {
    if let Some(step) = run.present() {
        let again = matches!(step.state, Some(StepState::TryingAgain { .. }));
        let again = if again { ", second try" } else { "" };
        let text = format!("{}{again}: {}", step.title, model.module.wifi.progress().to_lowercase());
        widgets::hint(ui, text);
    }
    if widgets::secondary_button(ui, "Cancel").clicked() {
        actions.wish(Wish::Cancel);
    }
}

/// What it means that the network layer came up once only (protocol.md §6.5).
fn only_one_event(model: &Model) -> Option<&'static str> {
    (model.module.wifi.ups == 1).then_some(
        "The module has an address, but has told once instead of twice that its network is up (+UUNU): until the second \
         time, connections to a cloud may be refused. It comes within two seconds, unless the network gives no IPv6.",
    )
}
