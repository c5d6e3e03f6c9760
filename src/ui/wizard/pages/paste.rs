//! One place for whatever somebody has at hand: a connection string, a portal's block of values, an old command. It is sorted
//! into the fields by `profile::paste`; here it is asked for, and said what was taken.

use egui::{TextEdit, Ui};
use zeroize::Zeroizing;

use crate::model::Order;
use crate::profile::CloudKind;
use crate::profile::paste::{Pasted, Value, recognise};
use crate::secret::Secret;
use crate::ui::actions::{Action, Actions};
use crate::ui::pages::Page;
use crate::ui::widgets::{self, Tone};
use crate::ui::wizard::field::Field;
use crate::ui::wizard::file_field::{purpose, role_at};
use crate::ui::wizard::file_input::{Role, roles_of};
use crate::ui::wizard::form::{Form, Proof, SecretText};
use crate::ui::wizard::inputs::{Inputs, forget_undo};

/// What is remembered of the area from one frame to the next.
#[derive(Default)]
pub(super) struct PasteArea {
    /// Text that is being pasted.
    text: Option<SecretText>,
    /// Whether the text has changed since it was looked at.
    is_new: bool,
    /// What came of the last one.
    said: Vec<(Tone, String)>,
    /// The cloud that it was for, if that is another.
    elsewhere: Option<CloudKind>,
}

impl PasteArea {
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        form: &mut Form,
        inputs: &mut Inputs<'_>,
        actions: &mut Actions,
    ) {
        let button = widgets::secondary_button(ui, "Paste values…");
        if button.on_hover_text(what(form.cloud)).clicked() {
            self.text = if self.text.is_some() { None } else { Some(SecretText::default()) };
            self.said.clear();
        }
        self.area(ui, form, inputs, actions);
        for (tone, text) in &self.said {
            widgets::remark(ui, *tone, text);
        }
        if let Some(cloud) = self.elsewhere
            && widgets::link_button(ui, &format!("Set up for {} instead", cloud.title())).clicked()
        {
            actions.push(Action::Show(Page::Wizard(cloud)));
        }
    }

    /// Takes a text that came in a file, as if it had been pasted.
    pub(super) fn bring(&mut self, text: &str) {
        let mut brought = SecretText::default();
        brought.set(text);
        self.text = Some(brought);
        self.is_new = true;
    }

    /// Says which fields were filled by certificates and keys; several that are dropped together come one after the other.
    pub(super) fn filled(&mut self, fields: &[Field]) {
        self.said.retain(|(tone, _)| *tone == Tone::Ok);
        let line = (Tone::Ok, taken(fields));
        if !fields.is_empty() && !self.said.contains(&line) {
            self.said.push(line);
        }
    }

    /// The text never shows: it may hold a key.
    fn area(&mut self, ui: &mut Ui, form: &mut Form, inputs: &mut Inputs<'_>, actions: &mut Actions) {
        let Some(text) = &mut self.text else { return };
        let area = widgets::labelled(ui, "Text with values", what(form.cloud), None, |ui| {
            ui.add(
                TextEdit::multiline(text.edit()).desired_rows(3).desired_width(f32::INFINITY).password(true),
            )
        });
        forget_undo(ui, area.id);
        let is_done = area.lost_focus() || widgets::secondary_button(ui, "Use these values").clicked();
        let is_new = std::mem::take(&mut self.is_new) || area.changed();
        let Some(text) = text.secret().filter(|_| is_new || is_done) else { return };
        let files = take_files(&text, form);
        if !files.is_empty() {
            self.text = None;
            self.filled(&files);
            files.into_iter().for_each(|field| inputs.leave(field));
            inputs.changed();
            return;
        }
        match recognise(text.reveal()) {
            Some(pasted) => {
                self.text = None;
                self.take(pasted, form, inputs, actions);
            }
            None if is_done => {
                self.text = None;
                self.said = vec![(
                    Tone::Warn,
                    format!("Nothing in the text belongs to a set-up. {}", what(form.cloud)),
                )];
            }
            None => {}
        }
    }

    fn take(&mut self, pasted: Pasted, form: &mut Form, inputs: &mut Inputs<'_>, actions: &mut Actions) {
        let notes = pasted.notes.iter().map(|note| {
            let help = note.help.as_deref().map(|help| format!(". {help}")).unwrap_or_default();
            (Tone::Warn, format!("{}{help}", note.message))
        });
        // What files have filled stays said beside it.
        self.said.retain(|(tone, _)| *tone == Tone::Ok);
        self.said.extend(notes);
        self.elsewhere = pasted.kind.filter(|kind| *kind != form.cloud && !is_hub_alike(*kind, form.cloud));
        let mut fields = Vec::new();
        for (key, value) in pasted.values {
            if let Some(field) = fill(form, key, value, actions) {
                fields.push(field);
                inputs.leave(field);
            }
        }
        if fields.is_empty() && self.said.iter().all(|(tone, _)| *tone == Tone::Ok) {
            self.said.push((Tone::Warn, "Nothing in the text is for this cloud".to_owned()));
        } else if !fields.is_empty() {
            self.said.insert(0, (Tone::Ok, taken(&fields)));
            inputs.changed();
        }
    }
}

/// Takes certificates and keys out of a text, such as the JSON of AWS; says which fields were filled.
fn take_files(text: &Secret, form: &mut Form) -> Vec<Field> {
    let bytes = Zeroizing::new(text.reveal().as_bytes().to_vec());
    let files = form.take_content(roles_of(&bytes), &bytes, None).into_iter().map(Role::field);
    files.chain(form.name_by_certificate()).collect()
}

/// Says which fields were filled.
fn taken(fields: &[Field]) -> String {
    let labels: Vec<_> = fields.iter().map(|field| field.label().to_lowercase()).collect();
    format!("Taken: {}", labels.join(", "))
}

/// What can be pasted for this cloud.
const fn what(cloud: CloudKind) -> &'static str {
    match cloud {
        CloudKind::Thingstream => "The credentials of the thing, or the AT+UDCP command of an old set-up",
        CloudKind::Aws => {
            "The endpoint, the JSON of a new certificate, an openssl command line, or the AT+UDCP command of an old set-up"
        }
        CloudKind::AzureX509 => {
            "The host name of the hub, a connection string, or the AT+UDCP command of an old set-up"
        }
        CloudKind::AzureSas => "The device's connection string, its JSON, or a token",
        CloudKind::AzureDps => {
            "The overview of the provisioning service, the JSON of an enrolment, or the AT+UDCP command of an old set-up"
        }
    }
}

/// Whether both are the same hub, reached with another proof.
fn is_hub_alike(one: CloudKind, other: CloudKind) -> bool {
    one == CloudKind::AzureX509 && other == CloudKind::AzureSas
}

/// Puts a value into its field, if this cloud has it.
fn fill(form: &mut Form, key: &str, value: Value, actions: &mut Actions) -> Option<Field> {
    let field = Field::at(&format!("cloud.{key}")).filter(|field| is_of(form.cloud, *field))?;
    match value {
        Value::Text(text) => *text_of(form, field)? = text,
        Value::Secret(secret) => {
            match field {
                Field::Key => form.proof = Proof::Key,
                Field::GroupKey => form.proof = Proof::GroupKey,
                Field::Token => form.proof = Proof::Token,
                _ => {}
            }
            actions.order(Order::Hide(secret.clone()));
            secret_of(form, field)?.set(secret.reveal());
        }
        Value::Path(path) => {
            let role = role_at(field)?;
            actions.order(Order::ReadFile { purpose: purpose(form.cloud, role), path });
        }
    }
    Some(field)
}

/// Whether the wizard of this cloud has the field.
const fn is_of(cloud: CloudKind, field: Field) -> bool {
    match field {
        Field::Endpoint => matches!(cloud, CloudKind::Aws),
        Field::Hub | Field::DeviceId => matches!(cloud, CloudKind::AzureX509 | CloudKind::AzureSas),
        Field::Token => matches!(cloud, CloudKind::AzureSas),
        Field::Key => matches!(cloud, CloudKind::AzureSas | CloudKind::AzureDps),
        Field::IdScope | Field::RegistrationId | Field::GroupKey => matches!(cloud, CloudKind::AzureDps),
        Field::Username | Field::Password => matches!(cloud, CloudKind::Thingstream),
        Field::ClientId | Field::PublishTopic | Field::SubscribeTopic => {
            matches!(cloud, CloudKind::Aws | CloudKind::Thingstream)
        }
        _ => true,
    }
}

fn text_of(form: &mut Form, field: Field) -> Option<&mut String> {
    Some(match field {
        Field::Endpoint => &mut form.endpoint,
        Field::Hub => &mut form.hub,
        Field::IdScope => &mut form.id_scope,
        Field::ClientId => &mut form.client_id,
        Field::DeviceId => &mut form.device_id,
        Field::RegistrationId => &mut form.registration_id,
        Field::Username => &mut form.username,
        Field::PublishTopic => &mut form.publish_topic,
        Field::SubscribeTopic => &mut form.subscribe_topic,
        _ => return None,
    })
}

fn secret_of(form: &mut Form, field: Field) -> Option<&mut SecretText> {
    Some(match field {
        Field::Password => &mut form.password,
        Field::Key => &mut form.key,
        Field::GroupKey => &mut form.group_key,
        Field::Token => &mut form.token,
        _ => return None,
    })
}
