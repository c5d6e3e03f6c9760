//! The AT side of a module: text in, answers, prompts and unsolicited lines out, in command mode and inside extended
//! data mode (protocol.md §2, §5.4, §7.2). What a command does is written in `commands`.

use std::collections::VecDeque;

use zeroize::Zeroizing;

use super::faults::Fault;
use super::memory::Restart;
use super::reader::{Effect, Reader, Whole};
use super::settings::{Echo, Mode};
use super::{Happening, Output, Port, Power, Simulator, timing};
use crate::at::{Form, Request};
use crate::edm::Packet;
use crate::module::CredentialKind;

/// So many unsolicited lines are held back at most; beyond that the oldest are forgotten.
const MOST_HELD: usize = 256;
/// Bytes that belong to no packet; the last is the beginning of one that is too short to be.
const JUNK: [&[u8]; 3] = [b"\0", b"\x55\xFF\r\n", b"\xAA\x00\x01\x00"];

/// The state of the conversation.
#[derive(Default)]
pub(super) struct Console {
    reader: Reader,
    task: Task,
    /// What came while a command was under way. One command runs at a time (protocol.md §2), and nothing is lost.
    waiting: Vec<u8>,
    /// Unsolicited lines for which there is no place at the moment.
    held: VecDeque<String>,
}

#[derive(Default)]
enum Task {
    #[default]
    Idle,
    /// A command is under way, or an upload is being judged.
    Busy,
    Upload(Upload),
}

/// A certificate or key on its way in.
pub(super) struct Upload {
    pub(super) kind: CredentialKind,
    pub(super) name: String,
    pub(super) size: usize,
    pub(super) password: Option<Zeroizing<String>>,
    pub(super) bytes: Zeroizing<Vec<u8>>,
    /// What happens in the middle of it.
    pub(super) strike: Option<Fault>,
}

/// The answer to a command that could be carried out.
#[derive(Default)]
pub(super) struct Answer {
    /// Information lines, without their ends.
    pub(super) lines: Vec<String>,
    pub(super) then: Then,
}

/// What follows an answer.
#[derive(Default)]
pub(super) enum Then {
    #[default]
    Nothing,
    /// Instead of `OK`, a prompt.
    Prompt(Upload),
    Restart,
    Enter(Mode),
}

impl Answer {
    /// `OK` alone.
    pub(super) fn ok() -> Self {
        Self::default()
    }

    /// One line and `OK`.
    pub(super) fn line(line: impl Into<String>) -> Self {
        Self::lines([line.into()])
    }

    pub(super) fn lines(lines: impl IntoIterator<Item = String>) -> Self {
        Self { lines: lines.into_iter().collect(), then: Then::Nothing }
    }

    pub(super) fn then(then: Then) -> Self {
        Self { lines: Vec::new(), then }
    }
}

impl Simulator {
    /// Takes AT text: raw bytes in command mode, the bodies of requests in extended data mode.
    pub(super) fn read_text(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while self.power == Power::On
            && let Some((byte, tail)) = rest.split_first()
        {
            match self.console.task {
                Task::Busy => return self.console.waiting.extend_from_slice(rest),
                Task::Upload(_) => rest = self.collect(rest),
                Task::Idle => {
                    self.read_character(*byte);
                    rest = tail;
                }
            }
        }
    }

    fn read_character(&mut self, byte: u8) {
        if self.mode() == Mode::Command && self.settings.faults.take(&Fault::LateBanner) {
            self.speak_banner();
        }
        let effect =
            self.console.reader.take(byte, self.memory.profile.registers, self.capabilities.command_length);
        if effect != Effect::Skipped && self.mode() == Mode::Command && self.memory.profile.echo == Echo::On {
            self.write(&[byte]);
        }
        if let Effect::Ended(line) = effect {
            self.begin(&line);
        }
    }

    fn begin(&mut self, line: &Whole) {
        let request = match line {
            Whole::Empty => return,
            Whole::TooLong => None,
            Whole::Text(line) => {
                let request = Request::parse(line);
                // In an upload it strikes between the bytes.
                if !request.as_ref().is_some_and(is_upload)
                    && let Some(fault) = self.settings.faults.take_during(line)
                {
                    return self.strike(&fault);
                }
                request.filter(|_| !self.settings.faults.take_refusal(line))
            }
        };
        if self.settings.faults.has(&Fault::UrcBetween) {
            self.say("+UUNU:13");
        }
        let takes = self.thinking_time(request.as_ref());
        self.console.task = Task::Busy;
        self.plan_work(takes, Happening::Answer(request));
    }

    /// The command under way has been thought about.
    pub(super) fn answer(&mut self, request: Option<&Request>) {
        self.console.task = Task::Idle;
        let spoken = self.mode();
        match request.and_then(|request| self.execute(request)) {
            None => self.confirm(&[], "ERROR"),
            Some(Answer { then: Then::Prompt(upload), .. }) => self.prompt(upload),
            Some(Answer { lines, then }) => {
                self.confirm(&lines, "OK");
                match then {
                    Then::Restart => self.restart(Restart::Ordered),
                    Then::Enter(mode) => self.enter(mode),
                    Then::Nothing | Then::Prompt(_) => {}
                }
            }
        }
        self.resume(spoken);
    }

    /// Goes on with what came in the meantime, in the mode it came in.
    fn resume(&mut self, spoken: Mode) {
        let waiting = std::mem::take(&mut self.console.waiting);
        match spoken {
            Mode::Edm => self.read_text(&waiting),
            Mode::Command | Mode::Data => self.receive(&waiting),
        }
    }

    fn prompt(&mut self, upload: Upload) {
        // A line end in front of the prompt belongs to the command (protocol.md §7.2).
        let waiting = &mut self.console.waiting;
        let ends = waiting.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        waiting.drain(..ends);
        if !self.settings.faults.has(&Fault::NoPrompt) {
            let prompt = format!("{}>", self.line_end());
            self.write_text(prompt);
        }
        self.console.task = Task::Upload(upload);
        self.agenda.plan(self.now + timing::UPLOAD_IDLE, Happening::GiveUp);
    }

    /// Takes what belongs to the upload, and gives back the rest.
    fn collect<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let Task::Upload(mut upload) = std::mem::replace(&mut self.console.task, Task::Busy) else {
            return bytes;
        };
        let missing = upload.size.saturating_sub(upload.bytes.len());
        let (taken, rest) = bytes.split_at_checked(missing).unwrap_or((bytes, &[]));
        upload.bytes.extend_from_slice(taken);
        self.agenda.cancel(|happening| matches!(happening, Happening::GiveUp));
        if upload.bytes.len() > upload.size / 2
            && let Some(fault) = upload.strike.take()
        {
            self.strike(&fault);
        } else if upload.bytes.len() == upload.size {
            self.plan_work(timing::IMPORT, Happening::Judge(upload));
        } else {
            self.console.task = Task::Upload(upload);
            self.agenda.plan(self.now + timing::UPLOAD_IDLE, Happening::GiveUp);
        }
        rest
    }

    /// All bytes of an upload are there.
    pub(super) fn judge(&mut self, upload: &Upload) {
        let Upload { kind, name, bytes, password, .. } = upload;
        let broken = self.settings.faults.has(&Fault::UploadError);
        let password = password.as_ref().map(|password| password.as_str());
        let md5 = if broken { None } else { self.memory.certificates.import((*kind, name), bytes, password) };
        match md5.map(str::to_owned).map(|md5| self.reported_md5(&md5)) {
            Some(md5) => self.confirm(&[format!("+USECMNG:0,{},\"{name}\",\"{md5}\"", kind.code())], "OK"),
            None => self.confirm(&[], "ERROR"),
        }
        self.finish_upload();
    }

    /// An upload has stopped in the middle.
    pub(super) fn give_up(&mut self) {
        self.confirm(&[], "ERROR");
        self.finish_upload();
    }

    fn finish_upload(&mut self) {
        self.console.task = Task::Idle;
        self.say_held();
        self.resume(self.mode());
    }

    /// A line that nobody asked for. In data mode and during an upload there is no place for it.
    pub(super) fn say(&mut self, line: &str) {
        let uploading = matches!(self.console.task, Task::Upload(_));
        let end = self.line_end();
        match self.mode() {
            Mode::Edm => self.send(&Packet::AtEvent(format!("{end}{line}{end}").into_bytes())),
            Mode::Command if !uploading => self.write(format!("{end}{line}{end}").as_bytes()),
            Mode::Command | Mode::Data => {
                if self.console.held.len() == MOST_HELD {
                    self.console.held.pop_front();
                }
                self.console.held.push_back(line.to_owned());
            }
        }
    }

    /// Says what has been held back.
    pub(super) fn say_held(&mut self) {
        for line in std::mem::take(&mut self.console.held) {
            self.say(&line);
        }
    }

    /// Forgets the conversation.
    pub(super) fn clear_console(&mut self) {
        self.console = Console::default();
    }

    fn confirm(&mut self, lines: &[String], result: &str) {
        let end = self.line_end();
        let gap =
            if self.settings.faults.has(&Fault::DoubleSpacing) && !lines.is_empty() { &end } else { "" };
        let result = format!("{gap}{result}{end}");
        match lines {
            [] => self.write_text(format!("{end}{result}")),
            [line] => self.write_text(format!("{end}{line}{end}{result}")),
            // Long results come in pieces (protocol.md §5.4).
            lines => {
                self.write_text(end.clone());
                lines.iter().for_each(|line| self.write_text(format!("{line}{end}")));
                self.write_text(result);
            }
        }
    }

    /// `OK` on its own.
    pub(super) fn speak_ok(&mut self) {
        self.confirm(&[], "OK");
    }

    fn write_text(&mut self, text: String) {
        if let Port::Edm(_) = self.port {
            self.send(&Packet::AtConfirmation(text.into_bytes()));
        } else {
            self.write(text.as_bytes());
        }
    }

    /// S3 and S4, as they are now (protocol.md §2).
    fn line_end(&self) -> String {
        let registers = self.memory.profile.registers;
        [registers.end, registers.feed].map(char::from).iter().collect()
    }

    /// A packet to the host.
    pub(super) fn send(&mut self, packet: &Packet) {
        if self.settings.faults.has(&Fault::Junk) {
            let piece = self.chance.among(0..3) as usize;
            self.write(JUNK.get(piece).copied().unwrap_or_default());
        }
        self.write(&packet.encode());
    }

    /// Bytes to the host.
    pub(super) fn write(&mut self, bytes: &[u8]) {
        if self.settings.faults.has(&Fault::Silent) {
            return;
        }
        if self.settings.faults.has(&Fault::SplitFrames) {
            for byte in bytes {
                let mut byte = vec![*byte];
                self.line.garble(&mut byte);
                self.outputs.push_back(Output::Bytes(byte));
            }
            return;
        }
        if !matches!(self.outputs.back(), Some(Output::Bytes(_))) {
            self.outputs.push_back(Output::Bytes(Vec::new()));
        }
        if let Some(Output::Bytes(last)) = self.outputs.back_mut() {
            let start = last.len();
            last.extend_from_slice(bytes);
            self.line.garble(last.get_mut(start..).unwrap_or_default());
        }
    }
}

fn is_upload(request: &Request) -> bool {
    let first = if let Form::Set(params) = &request.form { params.first() } else { None };
    request.name == "+USECMNG" && first.is_some_and(|operation| operation.text == "0")
}
