//! The macros: all of them in a list, an editor for a person's own, and files of them in and out.
//! The macros themselves stand in the model; the page only asks for changes.

mod editor;
mod list;

use std::path::PathBuf;

use egui::{TextEdit, Ui};
use egui_material_icons::icons::ICON_ADD;

use self::editor::Editor;
use crate::macros::{Flaw, Macro, Origin, parse, print};
use crate::model::{FileContent, Model, NewContent, NewFile, News, Order};
use crate::problem::{Kind, Problem};
use crate::ui::actions::{Action, Actions, MacroChange};
use crate::ui::dialogs::{Answer, ask};
use crate::ui::pages::scrolling;
use crate::ui::saver::Saver;
use crate::ui::theme::space;
use crate::ui::widgets;

const FILE: &str = "macros.file";
const IMPORT: &str = "Import…";

/// What the page remembers from frame to frame.
pub(crate) struct Macros {
    editor: Option<Editor>,
    /// A path that is typed.
    path: String,
    /// Macros out of a file, on their way to the others.
    imported: Option<Vec<Macro>>,
    /// What is wrong with the last file.
    problems: Vec<Problem>,
    saver: Saver,
    /// The macros that are exported, by name.
    exported: Vec<String>,
    /// The macro that may be removed.
    removing: Option<String>,
}

/// What a person wants of a macro in the list.
enum Ask {
    Edit(String),
    Export(Vec<String>),
    Remove(String),
}

impl Default for Macros {
    fn default() -> Self {
        Self {
            editor: None,
            path: String::new(),
            imported: None,
            problems: Vec::new(),
            saver: Saver::new("macros.export", "Path for the macros"),
            exported: Vec::new(),
            removing: None,
        }
    }
}

impl Macros {
    /// Takes the answers that belong here.
    pub(crate) fn handle_news(&mut self, news: &News) {
        self.saver.handle_news(news);
        match news {
            News::File { purpose, result } if purpose == FILE => self.read(result),
            News::DialogFailed { purpose, problem } if purpose == FILE => {
                self.problems = vec![problem.clone()];
            }
            _ => {}
        }
    }

    fn read(&mut self, result: &Result<FileContent, Problem>) {
        self.problems.clear();
        let read = result.as_ref().map_err(|problem| vec![problem.clone()]).and_then(macros_in);
        match read {
            Ok(macros) => {
                self.path.clear();
                self.imported = Some(macros);
            }
            Err(problems) => self.problems = problems,
        }
    }

    /// Draws the page.
    pub(crate) fn show(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        if let Some(macros) = self.imported.take() {
            actions.push(Action::ChangeMacros(MacroChange::Import(macros)));
        }
        scrolling(ui, "macros", |ui| match &mut self.editor {
            Some(editor) => {
                if editor.show(ui, &model.macros, actions) == editor::Verdict::Close {
                    self.editor = None;
                }
            }
            None => self.overview(ui, model, actions),
        });
        confirm(ui, &mut self.removing, actions);
    }

    fn overview(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        widgets::heading(ui, "Macros");
        widgets::hint(
            ui,
            "Named sequences of commands with waits, parameters and repeats. They are played from here, from the console's \
             menu, by their key, or by name with Ctrl+K.",
        );
        self.files(ui, model, actions);
        let mut asks = Vec::new();
        for (origin, title) in [(Origin::Own, "Your own"), (Origin::Shipped, "With the program")] {
            ui.add_space(space::S);
            widgets::section(ui, title);
            widgets::card(ui, |ui| list::show(ui, origin, model, &mut asks, actions));
        }
        asks.into_iter().for_each(|ask| self.answer(ask, model, actions));
    }

    /// The buttons for new macros and files, a field for a path, and what came of them.
    fn files(&mut self, ui: &mut Ui, model: &Model, actions: &mut Actions) {
        for file in ui.input(|input| input.raw.dropped_files.clone()) {
            read(file.path().to_owned(), actions);
        }
        ui.horizontal(|ui| {
            if widgets::icon_text_button(ui, ICON_ADD, "New macro").clicked() {
                self.editor = Some(Editor::new(&model.macros));
            }
            let own = names(model, Origin::Own);
            let export = ui
                .add_enabled_ui(!own.is_empty(), |ui| widgets::secondary_button(ui, "Export your own…"))
                .inner
                .on_disabled_hover_text("There are none of your own");
            if export.clicked() {
                self.export(own, model, actions);
            }
            if widgets::secondary_button(ui, IMPORT).clicked() {
                let title = "Choose a file of macros".to_owned();
                actions.order(Order::ChooseFile { purpose: FILE.to_owned(), title });
            }
            let edit = TextEdit::singleline(&mut self.path).hint_text("Path of a file, or drop it here");
            let field = ui.add(widgets::sized(ui, edit)).accessible_name("Path of a file of macros");
            // Windows copies paths with quotes around them.
            let typed = self.path.trim().trim_matches('"');
            if field.lost_focus() && !typed.is_empty() {
                read(PathBuf::from(typed), actions);
            }
        });
        self.problems.iter().for_each(|problem| widgets::problem_box(ui, problem));
        let exported = &self.exported;
        self.saver.show(ui, || file_of(exported, model), actions);
    }

    fn answer(&mut self, ask: Ask, model: &Model, actions: &mut Actions) {
        match ask {
            Ask::Edit(name) => {
                if let Some((origin, found)) = model.macros.find(&name) {
                    self.editor = Some(Editor::of(origin, found, &model.macros));
                }
            }
            Ask::Export(names) => self.export(names, model, actions),
            Ask::Remove(name) => self.removing = Some(name),
        }
    }

    fn export(&mut self, names: Vec<String>, model: &Model, actions: &mut Actions) {
        self.exported = names;
        self.saver.ask("Export macros", file_of(&self.exported, model), actions);
    }
}

fn read(path: PathBuf, actions: &mut Actions) {
    actions.order(Order::ReadFile { purpose: FILE.to_owned(), path });
}

fn macros_in(content: &FileContent) -> Result<Vec<Macro>, Vec<Problem>> {
    let text = std::str::from_utf8(&content.bytes).map_err(|_| {
        vec![Problem::new(
            Kind::WrongFile,
            format!("{} is no text file", content.path.display()),
            "Choose a file of macros: a text in which each macro begins with # and its name",
        )]
    })?;
    let name = content.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let problem = |flaw: &Flaw| flaw.problem.clone().at(format!("{name}, line {}", flaw.line));
    parse(text).map_err(|flaws| flaws.iter().take(MOST_FLAWS).map(problem).map(in_words).collect())
}

/// So many flaws of a file are enough to see that it has to be mended.
const MOST_FLAWS: usize = 5;

/// A box of a problem shows no field, so the message has to name it.
fn in_words(problem: Problem) -> Problem {
    Problem { message: problem.to_string(), field: None, ..problem }
}

fn names(model: &Model, origin: Origin) -> Vec<String> {
    let all = model.macros.all().filter(|(own, ..)| *own == origin);
    all.map(|(_, found, _)| found.name.clone()).collect()
}

/// One macro has a file of its name.
fn file_of(names: &[String], model: &Model) -> NewFile {
    let found = names.iter().filter_map(|name| model.macros.find(name)).map(|(_, found)| found);
    let name = match names {
        [name] => format!("{}.txt", file_name(name)),
        _ => "macros.txt".to_owned(),
    };
    NewFile { name, content: NewContent::Public(print(found)) }
}

fn file_name(name: &str) -> String {
    let kept = name.to_lowercase();
    let words: Vec<_> = kept.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "macro".to_owned() } else { words.join("-") }
}

fn confirm(ui: &Ui, removing: &mut Option<String>, actions: &mut Actions) {
    let Some(name) = removing.take() else { return };
    let lost = "It is gone for good. Export it first if it may be needed again.";
    match ask(ui, &format!("Delete {name}?"), ("Delete", "Keep it"), |ui| drop(widgets::hint(ui, lost))) {
        Answer::Open => *removing = Some(name),
        Answer::No => {}
        Answer::Yes => actions.push(Action::ChangeMacros(MacroChange::Remove(name))),
    }
}

#[cfg(test)]
mod tests;
