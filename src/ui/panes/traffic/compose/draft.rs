//! What is to be sent: a text with variables, or a file; and what becomes of it when it leaves.

use std::time::Duration;

use crate::messages;
use crate::messages::limits::{self, Excess, Limit, Way};
use crate::messages::{Context, Dice, Form, Message, ModuleValues, Service, Template};
use crate::model::{Model, Peer};
use crate::plan::Mode;
use crate::session::LineEnd;

/// A message that is being written.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The message it was taken from, or was saved as.
    pub(super) name: Option<String>,
    pub(super) text: String,
    pub(super) form: Form,
    pub(super) end: Option<LineEnd>,
    /// Sent instead of the text.
    pub(super) file: Option<File>,
    /// How often it was sent.
    pub(super) count: u64,
    dice: Option<Dice>,
}

/// A file that goes out as it is.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// Where a message goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Goal<'a> {
    /// In extended data mode.
    pub(super) channel: Option<u8>,
    pub(super) peer: Option<&'a Peer>,
}

/// Why a message is not sent, or not as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// There is nothing to send.
    Empty,
    /// It cannot be sent.
    Wrong(String),
    /// It can, but will not arrive as one.
    Cut(String),
}

impl<'a> Goal<'a> {
    /// The peer that has this channel; in data mode the one that was connected last stands for all.
    pub(super) fn of(model: &'a Model, channel: Option<u8>) -> Self {
        let peers = &model.module.peers;
        let peer = match channel {
            Some(_) => peers.iter().find(|peer| peer.channel == channel),
            None => peers.last(),
        };
        Self { channel, peer }
    }

    fn way(&self) -> Way {
        match (self.channel, self.peer) {
            (_, Some(Peer { topics: None, host: Some(_), .. })) => Way::Stream,
            (Some(_), _) => Way::Channel,
            (None, _) => Way::DataMode,
        }
    }

    fn service(&self) -> Option<Service> {
        Service::of_host(self.peer?.host.as_deref()?)
    }
}

impl Draft {
    /// The draft with everything of this message.
    pub(super) fn of(message: &Message) -> Self {
        Self {
            name: Some(message.name.clone()),
            text: message.body.clone(),
            form: message.form,
            end: message.end,
            ..Self::default()
        }
    }

    /// As a message of this name.
    pub(super) fn message(&self, name: &str, model: &Model) -> Message {
        let kept =
            self.name.as_deref().and_then(|name| model.messages.find(name)).map(|(_, message)| message);
        Message {
            name: name.to_owned(),
            form: self.form,
            body: self.text.clone(),
            end: self.ending(),
            ..kept.cloned().unwrap_or_default()
        }
    }

    /// The bytes that would be sent now, without sending them.
    pub(super) fn sample(&mut self, model: &Model, goal: Goal<'_>) -> Result<Vec<u8>, Doubt> {
        if let Some(file) = &self.file {
            return Ok(file.bytes.clone());
        }
        if self.text.is_empty() && self.ending().is_none() {
            return Err(Doubt::Empty);
        }
        let template = Template::parse(&self.text, self.form).map_err(|flaw| {
            let messages::Position { line, column, .. } = flaw.position;
            let place =
                if self.text.contains('\n') { format!("line {line}, column") } else { "column".to_owned() };
            Doubt::Wrong(format!("{} ({place} {column})", flaw.problem.message))
        })?;
        let template = template.ending(self.ending());
        if template.is_empty() {
            return Err(Doubt::Empty);
        }
        let since_1970 = Duration::from_secs(u64::try_from(model.started.0).unwrap_or_default());
        let now = since_1970 + model.now.since_start();
        let values = values(model, goal);
        let seed = u64::try_from(now.as_micros()).unwrap_or_default();
        let dice = self.dice.get_or_insert_with(|| Dice::seeded(seed));
        let mut context = Context { count: self.count, now, dice, module: &values };
        template.render(&mut context).map_err(|problem| Doubt::Wrong(problem.message))
    }

    /// What is sent behind it: bytes are meant as they are.
    fn ending(&self) -> Option<LineEnd> {
        self.end.filter(|_| self.form != Form::Hex)
    }

    /// Whether it stays where it is once it was sent.
    pub(super) fn stays(&self) -> bool {
        let varies = || Template::parse(&self.text, self.form).is_ok_and(|template| template.varies());
        self.file.is_none() && (self.name.is_some() || varies())
    }

    /// It was sent.
    pub(super) const fn sent(&mut self) {
        self.count += 1;
    }
}

/// What is wrong with a message of so many bytes on this way.
pub(super) fn doubt(size: usize, goal: Goal<'_>) -> Option<Doubt> {
    let excess: Excess = limits::check(size, goal.way(), goal.service()).err()?;
    let words = excess.problem().message;
    Some(match excess.limit {
        Limit::Service(_) => Doubt::Wrong(words),
        Limit::Way(_) => Doubt::Cut(words),
    })
}

fn values(model: &Model, goal: Goal<'_>) -> ModuleValues {
    let identity = model.module.identity.as_ref();
    let known = |text: &String| (!text.is_empty()).then(|| text.clone());
    ModuleValues {
        client_id: goal.peer.and_then(|peer| peer.client_id.clone()),
        mac: identity.and_then(|identity| known(&identity.mac)),
        serial: identity.and_then(|identity| known(&identity.serial)),
    }
}

/// Why no message can be sent now, with what to do.
pub(super) fn obstacle(model: &Model) -> Option<&'static str> {
    use crate::model::Line;
    match (&model.line, model.mode) {
        (Line::Open(_), _) if model.is_running() => Some("A set-up is running"),
        (Line::Open(_), Some(Mode::Data)) => None,
        (Line::Open(_), Some(Mode::Extended))
            if model.module.peers.iter().all(|peer| peer.channel.is_none()) =>
        {
            Some("No peer is connected")
        }
        (Line::Open(_), Some(Mode::Extended)) => None,
        (Line::Open(_), Some(Mode::Command)) => {
            Some("The module is in command mode: enter data mode to send messages")
        }
        (Line::Open(_), None) => Some("No module answers"),
        (Line::Closed | Line::Opening(_) | Line::Lost { .. }, _) => Some("Nothing is connected"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(text: &str, form: Form) -> Draft {
        Draft { text: text.to_owned(), form, ..Draft::default() }
    }

    const NOWHERE: Goal<'_> = Goal { channel: None, peer: None };

    fn bytes(draft: &mut Draft) -> Result<Vec<u8>, Doubt> {
        draft.sample(&Model::default(), NOWHERE)
    }

    #[test]
    fn a_line_end_is_part_of_a_message() {
        let mut draft = Draft { end: Some(LineEnd::CrLf), ..draft("hi", Form::Text) };
        let mut same_as_bytes = Draft { end: draft.end, ..self::draft("68 69", Form::Hex) };
        assert_eq!(bytes(&mut same_as_bytes), Ok(b"hi".to_vec()));
        assert_eq!(bytes(&mut draft), Ok(b"hi\r\n".to_vec()));
    }

    #[test]
    fn a_counter_goes_on_when_a_message_was_sent_and_only_then() {
        let mut draft = draft("{{counter}}", Form::Text);
        assert_eq!([bytes(&mut draft), bytes(&mut draft)], [Ok(b"1".to_vec()), Ok(b"1".to_vec())]);
        draft.sent();
        assert_eq!(bytes(&mut draft), Ok(b"2".to_vec()));
    }

    #[test]
    fn what_is_wrong_with_json_is_said_with_its_place() {
        assert_eq!(bytes(&mut draft("", Form::Json)), Err(Doubt::Empty));
        let Err(Doubt::Wrong(words)) = bytes(&mut draft("{\n \"a\": ,\n}", Form::Json)) else { panic!() };
        assert!(words.contains("line 2"), "{words}");
    }

    #[test]
    fn more_than_a_packet_is_a_doubt_and_more_than_a_service_takes_is_refused() {
        let channel = Goal { channel: Some(0), peer: None };
        assert_eq!(doubt(4092, channel), None);
        assert!(matches!(doubt(4093, channel), Some(Doubt::Cut(_))));
        let host = Some("x-ats.iot.eu-west-1.amazonaws.com".to_owned());
        let peer = Peer {
            handle: 1,
            channel: Some(0),
            remote: None,
            host,
            client_id: None,
            topics: Some(Default::default()),
            since: crate::moment::Moment::START,
        };
        let aws = Goal { peer: Some(&peer), ..channel };
        assert!(matches!(doubt(131_073, aws), Some(Doubt::Wrong(_))));
    }
}
