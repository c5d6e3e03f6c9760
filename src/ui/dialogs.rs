//! What lies over the window for a moment: the command palette and the list of shortcuts.

use std::sync::Arc;

use egui::{
    Align2, Area, Button, Context, Frame, Id, Key, Margin, Modal, Modifiers, Response, RichText, ScrollArea,
    TextEdit, Ui,
};

use super::actions::{Action, Actions};
use super::closing::Closing;
use super::leaving::Leaving;
use super::naming::Naming;
use super::playing::Asking;
use super::search;
use super::theme::{self, Tokens, space};
use super::widgets;
use crate::model::{Model, OpenedProfile};

/// The dialog that is open, if any.
#[derive(Debug, Default)]
pub(super) enum Dialog {
    #[default]
    None,
    Palette(Palette),
    Shortcuts,
    /// Ports are searched for a module, or were.
    Search,
    /// What a macro needs before it is played.
    Play(Box<Asking>),
    /// A profile would take the place of changes that are not saved.
    Replace(Box<OpenedProfile>),
    /// Only a restart leads to the mode that is wanted.
    Leave(Leaving),
    /// Closing a module would lose something.
    Close(Closing),
    Name(Naming),
}

/// The search of the palette.
#[derive(Debug, Default)]
pub(super) struct Palette {
    search: String,
    chosen: usize,
}

impl Dialog {
    /// An empty palette.
    pub(super) fn palette() -> Self {
        Self::Palette(Palette::default())
    }

    /// Draws the dialog and closes it when it has done its work.
    pub(super) fn show(&mut self, ui: &Ui, model: &Model, actions: &mut Actions) {
        let open = match self {
            Self::None => return,
            Self::Palette(palette) => palette.show(ui, model, actions),
            Self::Shortcuts => shortcuts(ui, model),
            Self::Search => search::show(ui, model, actions),
            Self::Play(asking) => asking.show(ui, actions),
            Self::Replace(opened) => replace(ui, opened, actions),
            Self::Leave(leaving) => leaving.show(ui, model, actions),
            Self::Close(closing) => closing.show(ui, actions),
            Self::Name(naming) => naming.show(ui, actions),
        };
        if !open {
            *self = Self::None;
        }
    }
}

/// A dialog of this name; fill it with `show`.
pub(super) fn modal(ui: &Ui, name: &str) -> Modal {
    let id = Id::unique(name);
    let tokens = Tokens::of(ui);
    let area = Area::new(id).kind(egui::UiKind::Modal).order(egui::Order::Foreground).fade_in(false);
    let frame = Frame::popup(ui.style()).fill(tokens.surface).inner_margin(Margin::same(12));
    Modal::new(id)
        .area(area.anchor(Align2::CENTER_TOP, egui::vec2(0.0, 96.0)).accessible_name(name))
        .frame(frame)
}

/// Where the focus was before a dialog took it.
#[derive(Clone, Copy, Debug, Default)]
struct Origin {
    focus: Option<Id>,
    taken: bool,
}

/// Gives the focus back to where it was when a dialog closes; with the dialog, it would be lost.
pub(super) fn give_focus_back(context: &Context) {
    context.on_begin_pass(
        "focus after dialogs",
        Arc::new(|ui| {
            let id = Id::unique("origin of the focus").with(ui.viewport_id());
            let (is_modal, focused) =
                ui.memory(|memory| (memory.top_modal_layer().is_some(), memory.focused()));
            let before = ui.data(|data| data.get_temp::<Origin>(id)).unwrap_or_default();
            let origin = match (is_modal, before.taken) {
                (true, _) => Origin { taken: true, ..before },
                (false, true) => {
                    if let (Some(focus), None) = (before.focus, focused) {
                        ui.memory_mut(|memory| memory.request_focus(focus));
                    }
                    Origin::default()
                }
                (false, false) => Origin { focus: focused, ..Origin::default() },
            };
            ui.data_mut(|data| data.insert_temp(id, origin));
        }),
    );
}

/// How a question was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Not yet.
    Open,
    Yes,
    No,
}

/// Asks before something is lost; what that is, `contents` say. The safe answer has the focus, and closing is a no.
pub(super) fn ask(ui: &Ui, title: &str, (yes, no): (&str, &str), contents: impl FnOnce(&mut Ui)) -> Answer {
    let mut answer = Answer::Open;
    let modal = modal(ui, title).show(ui, |ui| {
        ui.set_width(420.0);
        widgets::section(ui, title);
        contents(ui);
        ui.add_space(space::S);
        ui.horizontal(|ui| {
            let danger = Tokens::of(ui).danger;
            if ui.add(Button::new(RichText::new(yes).color(danger))).clicked() {
                answer = Answer::Yes;
            }
            if safe_button(ui, no).clicked() {
                answer = Answer::No;
            }
        });
    });
    if modal.should_close() && answer == Answer::Open { Answer::No } else { answer }
}

/// The answer that loses nothing: it has the focus unless something else has.
pub(super) fn safe_button(ui: &mut Ui, text: &str) -> Response {
    let button = widgets::secondary_button(ui, text);
    if ui.memory(|memory| memory.focused().is_none()) {
        button.request_focus();
    }
    button
}

impl Palette {
    /// Gives whether it stays open.
    fn show(&mut self, ui: &Ui, model: &Model, actions: &mut Actions) -> bool {
        let mut picked = None;
        let modal = modal(ui, "Command palette").show(ui, |ui| {
            ui.set_width(520.0);
            self.keys(ui);
            let response = ui
                .add(widgets::sized(ui, TextEdit::singleline(&mut self.search).hint_text("Type what to do")));
            response.request_focus();
            if response.accessible_name("Search actions").changed() {
                self.chosen = 0;
            }
            let found = self.found(model);
            self.chosen = self.chosen.min(found.len().saturating_sub(1));
            picked = self.list(ui, &found, model);
        });
        match picked {
            Some(action) => {
                actions.push(action);
                false
            }
            None => !modal.should_close(),
        }
    }

    fn keys(&mut self, ui: &Ui) {
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::ArrowDown) {
            self.chosen += 1;
        }
        if pressed(Key::ArrowUp) {
            self.chosen = self.chosen.saturating_sub(1);
        }
    }

    /// What can be done now comes first.
    fn found(&self, model: &Model) -> Vec<Action> {
        let words: Vec<_> = self.search.split_whitespace().map(str::to_lowercase).collect();
        let fits = |action: &Action| {
            let label = action.label().unwrap_or_default().to_lowercase();
            *action != Action::Palette && words.iter().all(|word| label.contains(word))
        };
        let mut found: Vec<_> = Action::of(model).into_iter().filter(fits).collect();
        found.sort_by_key(|action| action.obstacle(model).is_some());
        found
    }

    /// Gives the action that was clicked, or chosen by Enter.
    fn list(&self, ui: &mut Ui, found: &[Action], model: &Model) -> Option<Action> {
        let enter = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        let mut picked = None;
        ScrollArea::vertical().max_height(360.0).auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            if found.is_empty() {
                widgets::hint(ui, "No action of that name");
            }
            for (index, action) in found.iter().enumerate() {
                let response = entry(ui, action, index == self.chosen, model);
                if index == self.chosen && !ui.is_rect_visible(response.rect) {
                    response.scroll_to_me(None);
                }
                let entered = enter && index == self.chosen && action.obstacle(model).is_none();
                if response.clicked() || entered {
                    picked = Some(action.clone());
                }
            }
        });
        picked
    }
}

fn entry(ui: &mut Ui, action: &Action, chosen: bool, model: &Model) -> Response {
    let tokens = Tokens::of(ui);
    let obstacle = action.obstacle(model);
    let label = action.label().unwrap_or_default();
    let icon = action.icon().map(|icon| icon.rich_text().size(theme::ICON)).unwrap_or_default();
    let shortcut = action.shortcut().map(|shortcut| ui.format_shortcut(&shortcut)).unwrap_or_default();
    let aside = RichText::new(obstacle.map_or(shortcut, str::to_owned)).small().color(tokens.text_weak);
    let button = Button::selectable(chosen, (icon, label)).right_text(aside).gap(space::S);
    let button =
        button.min_size(egui::vec2(ui.available_width(), theme::CONTROL_HEIGHT)).frame_when_inactive(chosen);
    ui.add_enabled(obstacle.is_none(), button).accessible_name(label)
}

/// Gives whether it stays open.
fn shortcuts(ui: &Ui, model: &Model) -> bool {
    let mut closed = false;
    let modal = modal(ui, "Keyboard shortcuts").show(ui, |ui| {
        ui.set_width(420.0);
        widgets::section(ui, "Keyboard shortcuts");
        for action in Action::of(model) {
            if let (Some(label), Some(shortcut)) = (action.label(), action.shortcut()) {
                row(ui, &ui.format_shortcut(&shortcut), label);
            }
        }
        for (keys, what) in [
            ("Tab", "Next control"),
            ("Esc", "Leave a field, close this"),
            ("Up, Down", "Earlier commands, in the console"),
            ("Ctrl + and −", "Larger and smaller"),
        ] {
            row(ui, keys, what);
        }
        ui.add_space(space::S);
        closed = widgets::secondary_button(ui, "Close").clicked();
    });
    !closed && !modal.should_close()
}

/// Gives whether it stays open.
fn replace(ui: &Ui, opened: &OpenedProfile, actions: &mut Actions) -> bool {
    let mut answered = false;
    let modal = modal(ui, "Changes are not saved").show(ui, |ui| {
        ui.set_width(420.0);
        widgets::section(ui, "Changes are not saved");
        let cloud = opened.profile.cloud.kind().title();
        widgets::hint(ui, format!("What is in the wizard for {cloud} was changed and not saved."));
        widgets::hint(ui, format!("{} would take its place.", opened.path.display()));
        ui.add_space(space::S);
        ui.horizontal(|ui| {
            let keep = widgets::secondary_button(ui, "Keep the changes");
            answered = keep.clicked();
            if widgets::secondary_button(ui, "Discard the changes and open").clicked() {
                actions.push(Action::Adopt(Box::new(opened.clone())));
                answered = true;
            }
        });
    });
    !answered && !modal.should_close()
}

fn row(ui: &mut Ui, keys: &str, what: &str) {
    widgets::key_value(ui, keys, what);
}
