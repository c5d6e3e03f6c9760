//! The editor of one macro: its text, with what is wrong at its line. It can be kept once nothing is.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat};
use egui::{Align, Galley, Layout, RichText, ScrollArea, TextBuffer, TextEdit, TextStyle, Ui};

use crate::macros::{Flaw, Library, Macro, Origin, dangers, parse, print, unknown_commands};
use crate::problem::{Kind, Problem};
use crate::ui::actions::{Action, Actions, MacroChange};
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets::{self, Tone};

const ROWS: usize = 18;
/// The width of the lines that are explained, in points.
const LINE_COLUMN: f32 = 290.0;

/// What a new macro begins with.
const OUTLINE: &str = "about: What it is for\n\nAT+GMM\n";

const HELP: &[(&str, &str)] = &[
    ("# Name", "begins the macro"),
    ("key: F9", "the key that plays it"),
    ("param: host | what it is | default", "a value that is asked for; {host} stands for it"),
    ("secret: passphrase | what it is", "the same, never shown or kept"),
    ("AT+GMM", "sends a command and waits for OK; ERROR stops the macro"),
    ("try AT+UMLA=1", "the same, and goes on at ERROR"),
    ("wait +UUNU within 20s", "waits for a line that begins so"),
    ("wait +UUPING: unless +UUPINGER", "the same, and fails at once if a line begins with the other"),
    ("wait containing TEXT within 20s", "waits for a line that has it anywhere"),
    ("pause 500ms", "waits"),
    ("repeat 3 … end", "repeats the lines between"),
    ("restart", "restarts the module and finds it again"),
    ("// words", "a remark"),
];

/// A macro that is being written.
pub(super) struct Editor {
    /// The own macro whose place it takes.
    before: Option<String>,
    text: String,
    read: Result<Macro, Vec<Flaw>>,
}

/// Whether the editor is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Open,
    Close,
}

impl Editor {
    /// A new macro with a name that is not taken.
    pub(super) fn new(library: &Library) -> Self {
        Self::with_text(None, format!("# {}\n{OUTLINE}", library.free_name("New macro")))
    }

    /// An own macro, or a copy of one that cannot be changed.
    pub(super) fn of(origin: Origin, of: &Macro, library: &Library) -> Self {
        match origin {
            Origin::Own => Self::with_text(Some(of.name.clone()), print([of])),
            Origin::Shipped => {
                let copy = Macro { name: library.free_name(&of.name), key: None, ..of.clone() };
                Self::with_text(None, print([&copy]))
            }
        }
    }

    fn with_text(before: Option<String>, text: String) -> Self {
        let read = read(&text);
        Self { before, text, read }
    }

    /// Draws it.
    pub(super) fn show(&mut self, ui: &mut Ui, library: &Library, actions: &mut Actions) -> Verdict {
        widgets::heading(ui, if self.before.is_some() { "Edit macro" } else { "New macro" });
        ui.add_space(space::XS);
        self.edit(ui);
        let flaws = self.flaws(library);
        flaws.iter().for_each(|flaw| show_flaw(ui, flaw));
        if let (Ok(read), true) = (&self.read, flaws.is_empty()) {
            remarks(ui, read);
        }
        ui.add_space(space::S);
        let verdict = self.buttons(ui, flaws.is_empty(), actions);
        ui.add_space(space::S);
        help(ui);
        verdict
    }

    fn edit(&mut self, ui: &mut Ui) {
        let flawed: Vec<_> = self.read.as_ref().err().into_iter().flatten().map(|flaw| flaw.line).collect();
        let mut layouter = |ui: &Ui, text: &dyn TextBuffer, _: f32| galley(ui, text.as_str(), &flawed);
        ScrollArea::horizontal().id_salt("macro text").show(ui, |ui| {
            let edit = TextEdit::multiline(&mut self.text)
                .code_editor()
                .desired_rows(ROWS)
                .desired_width(f32::INFINITY)
                // Tab leads to the next control, as everywhere.
                .lock_focus(false)
                .layouter(&mut layouter);
            if ui.add(edit).accessible_name("Text of the macro").changed() {
                self.read = read(&self.text);
            }
        });
    }

    /// What stands in the way of keeping it.
    fn flaws(&self, library: &Library) -> Vec<Flaw> {
        match &self.read {
            Ok(read) => {
                let named = library.check_name(self.before.as_deref(), &read.name);
                named.err().map(|problem| Flaw { line: 1, problem }).into_iter().collect()
            }
            Err(flaws) => flaws.clone(),
        }
    }

    fn buttons(&self, ui: &mut Ui, is_sound: bool, actions: &mut Actions) -> Verdict {
        let mut verdict = Verdict::Open;
        ui.horizontal(|ui| {
            let keep = ui.add_enabled_ui(is_sound, |ui| widgets::primary_button(ui, "Keep the macro"));
            let keep = keep.inner.on_disabled_hover_text("Mend what is named above first");
            if let (true, Ok(read)) = (keep.clicked(), &self.read) {
                let (before, new) = (self.before.clone(), Box::new(read.clone()));
                actions.push(Action::ChangeMacros(MacroChange::Put { before, new }));
                verdict = Verdict::Close;
            }
            if widgets::secondary_button(ui, "Discard").clicked() {
                verdict = Verdict::Close;
            }
        });
        verdict
    }
}

/// The one macro of a text.
fn read(text: &str) -> Result<Macro, Vec<Flaw>> {
    let macros = parse(text)?;
    match <[Macro; 1]>::try_from(macros) {
        Ok([read]) => Ok(read),
        Err(_) => {
            let second =
                text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with('#')).nth(1);
            let problem = Problem::new(
                Kind::WrongForm,
                "Another macro begins here",
                "Write one macro at a time; a file of several can be imported",
            );
            Err(vec![Flaw { line: second.map_or(1, |(index, _)| index + 1), problem }])
        }
    }
}

/// The text with its flawed lines marked; lines are not wrapped, so that each is one row.
fn galley(ui: &Ui, text: &str, flawed: &[usize]) -> Arc<Galley> {
    let tokens = Tokens::of(ui);
    let font = TextStyle::Monospace.resolve(ui.style());
    let mut job = LayoutJob::default();
    job.wrap.max_width = f32::INFINITY;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let is_flawed = flawed.contains(&number);
        let trimmed = line.trim_start();
        let is_quiet = trimmed.starts_with("//");
        let format = TextFormat {
            font_id: font.clone(),
            color: if is_quiet { tokens.text_weak } else { tokens.text },
            background: if is_flawed { tokens.danger_soft } else { egui::Color32::TRANSPARENT },
            ..TextFormat::default()
        };
        job.append(line, 0.0, format);
    }
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}

fn show_flaw(ui: &mut Ui, flaw: &Flaw) {
    widgets::field_flaw(ui, &format!("Line {}: {}", flaw.line, flaw.problem), &flaw.problem.help);
}

/// What is worth knowing of a macro that can be kept.
fn remarks(ui: &mut Ui, read: &Macro) {
    let dangers = read.outline().map(|script| dangers(&script)).unwrap_or_default();
    for danger in dangers {
        widgets::remark(ui, Tone::Warn, &format!("It is asked first: {}", danger.warning()));
    }
    for command in unknown_commands(read) {
        widgets::remark(ui, Tone::Neutral, &format!("{command} is not known; it is sent as it is"));
    }
    if read.is_idle() {
        widgets::remark(ui, Tone::Neutral, "It does nothing yet: write a command into a line of its own");
    }
}

fn help(ui: &mut Ui) {
    widgets::section(ui, "What lines mean");
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        for (line, meaning) in HELP {
            let left = Layout::left_to_right(Align::Center);
            ui.horizontal(|ui| {
                let size = egui::vec2(LINE_COLUMN, ui.text_style_height(&TextStyle::Body));
                ui.allocate_ui_with_layout(size, left, |ui| {
                    ui.set_width(LINE_COLUMN);
                    ui.label(RichText::new(*line).monospace());
                });
                widgets::small(ui, *meaning);
            });
        }
    });
}
