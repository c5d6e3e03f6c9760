//! What a person can do, as values: panels push them, `app` carries them out, the palette lists them.
//! What is seen of them stands in `face`.

mod face;

use std::path::PathBuf;

use egui::{Button, KeyboardShortcut, Ui};
use egui_material_icons::MaterialIcon;

use super::leaving::AfterRestart;
use super::pages::Page;
use super::panes::Pane;
use super::{theme, widgets};
use crate::macros::{FunctionKey, Macro, Values};
use crate::messages::Message;
use crate::model::{
    Badge, Connection, Evidence, Line, Model, Neighbour, OpenedProfile, Order, Select, ThemeChoice,
};
use crate::plan::Mode;
use crate::session::Wish;

/// Something to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Hand this to the shell; a plan on its way is shown as running.
    Order(Order),
    /// Choose where the next connection leads.
    Select(Connection),
    /// Connect to what is selected.
    Connect,
    Disconnect,
    /// Search the ports for a module.
    FindModule,
    /// List the ports again.
    ListPorts,
    /// Ask for everything that the module says of itself.
    ReadModule,
    /// Ask again whether and how the module answers.
    Find,
    /// Enter a mode; out of extended data mode, a person is asked first.
    Enter(Mode),
    /// Restart the module to leave extended data mode for this mode.
    Leave {
        mode: Mode,
        then: AfterRestart,
    },
    /// Ask which Wi-Fi networks the module sees.
    Scan,
    Restart,
    /// Stop the plan that runs.
    Cancel,
    Show(Page),
    /// Fold the console and traffic away, or unfold them.
    FoldLog,
    ShowPane(Pane),
    NextPane,
    /// Look for a text in the console.
    FindInLog,
    /// Give the panes a window of their own, or take them back.
    DetachLog,
    /// Unfold the pane and scroll to this.
    ShowEvidence(Evidence),
    /// Select lines of the console.
    SelectLines(Select),
    /// Forget what this pane shows.
    Clear(Pane),
    /// Show the module's traffic again in place of a capture.
    CloseCapture,
    Theme(ThemeChoice),
    /// Change which modules are open, or which one is shown.
    Modules(Modules),
    /// Let the person give the module a name and a colour.
    NameModule,
    KeepBadge(Badge),
    /// Let the person choose a profile and open it.
    Open,
    /// Open the profile at this path.
    OpenProfile(PathBuf),
    /// Show this profile, whatever was in the wizard before.
    Adopt(Box<OpenedProfile>),
    /// Take this path out of the list of recent profiles.
    ForgetProfile(PathBuf),
    /// Save the profile of the wizard, to its file if it has one.
    Save,
    SaveAs,
    /// Go on with a copy of the profile.
    Duplicate,
    /// Play the macro of this name, once its values are known and its dangers agreed to.
    Play {
        name: String,
        key: Option<FunctionKey>,
    },
    /// Fill in these values the next time that the macro of this name is played, but for its secrets.
    KeepValues {
        name: String,
        values: Values,
    },
    /// Stop the macro that is played.
    StopMacro,
    /// Change the macros that there are.
    ChangeMacros(MacroChange),
    /// Change the messages that there are.
    ChangeMessages(MessageChange),
    Palette,
    Help,
    /// Take the notice with this id away.
    Dismiss(u64),
}

/// What becomes of the modules that are open.
#[derive(Clone, Debug, PartialEq)]
pub enum Modules {
    /// One more, with all that belongs to it.
    Open,
    /// Another one is shown.
    Show(Neighbour),
    Next,
    Previous,
    /// The one with this id is closed, or the one that is shown; a person is asked first where that loses something.
    Close(Option<u64>),
    /// The one that is shown is closed without asking.
    Drop,
}

/// What a person does to their own macros.
#[derive(Clone, Debug, PartialEq)]
pub enum MacroChange {
    /// Keep this one in the place of the one of the name `before`, or as a new one.
    Put {
        before: Option<String>,
        new: Box<Macro>,
    },
    Import(Vec<Macro>),
    Duplicate(String),
    Remove(String),
    Assign {
        name: String,
        key: Option<FunctionKey>,
    },
}

/// What a person does to their own messages.
#[derive(Clone, Debug, PartialEq)]
pub enum MessageChange {
    /// Keep this one in the place of the one of the name `before`, or as a new one.
    Put {
        before: Option<String>,
        new: Box<Message>,
    },
    Import(Vec<Message>),
    Remove(String),
}

/// Where panels put what a person wants.
#[derive(Debug, Default)]
pub struct Actions(Vec<Action>);

impl Actions {
    pub fn push(&mut self, action: Action) {
        self.0.push(action);
    }

    /// Hands an order to the shell.
    pub fn order(&mut self, order: Order) {
        self.push(Action::Order(order));
    }

    /// Hands a wish to the session.
    pub fn wish(&mut self, wish: Wish) {
        self.order(Order::Wish(wish));
    }

    /// The orders pushed so far.
    pub fn take_orders(&mut self) -> Vec<Order> {
        let orders = self.take().into_iter().filter_map(|action| match action {
            Action::Order(order) => Some(order),
            _ => None,
        });
        orders.collect()
    }

    /// Everything pushed so far.
    pub fn take(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.0)
    }
}

impl Action {
    /// Every action that needs no more to be said, in the order of the palette.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::Connect, Self::Disconnect, Self::FindModule, Self::ListPorts, Self::Find];
        all.extend([Mode::Command, Mode::Data, Mode::Extended].map(Self::Enter));
        all.extend([Self::ReadModule, Self::Scan, Self::Restart, Self::Cancel, Self::StopMacro]);
        all.extend([Self::Open, Self::Save, Self::SaveAs, Self::Duplicate]);
        all.extend(Page::all().into_iter().map(Self::Show));
        all.extend([
            Self::ShowPane(Pane::Console),
            Self::ShowPane(Pane::Traffic),
            Self::NextPane,
            Self::FindInLog,
            // Before the one whose keys are part of its keys.
            Self::DetachLog,
            Self::FoldLog,
        ]);
        all.extend([Pane::Console, Pane::Traffic].map(Self::Clear));
        all.push(Self::CloseCapture);
        all.extend([ThemeChoice::Light, ThemeChoice::Dark, ThemeChoice::System].map(Self::Theme));
        all.extend([
            Self::Modules(Modules::Open),
            Self::NameModule,
            Self::Modules(Modules::Next),
            Self::Modules(Modules::Previous),
        ]);
        all.push(Self::Modules(Modules::Close(None)));
        all.extend([Self::Palette, Self::Help]);
        all
    }

    /// The macros that there are, as actions.
    pub fn macros(model: &Model) -> impl Iterator<Item = Self> {
        model.macros.all().map(|(_, found, key)| Self::Play { name: found.name.clone(), key })
    }

    /// [`Self::all`], every other module that is open, and every macro.
    pub fn of(model: &Model) -> Vec<Self> {
        let others = model.neighbours.iter().cloned().map(|other| Self::Modules(Modules::Show(other)));
        Self::all().into_iter().chain(others).chain(Self::macros(model)).collect()
    }

    /// What it is called; `None` for actions that only mean something where they are pushed.
    pub fn label(&self) -> Option<&str> {
        self.face().map(|face| face.label)
    }

    pub fn icon(&self) -> Option<MaterialIcon> {
        self.face().map(|face| face.icon)
    }

    pub fn shortcut(&self) -> Option<KeyboardShortcut> {
        self.face().and_then(|face| face.shortcut)
    }

    /// Why it cannot be done now; `None` if it can.
    pub fn obstacle(&self, model: &Model) -> Option<&'static str> {
        match self {
            Self::Connect if model.line.is_held() => Some("A module is connected"),
            Self::Disconnect if model.line == Line::Closed => Some("Nothing is connected"),
            Self::FindModule if matches!(model.line, Line::Open(_)) => obstacle_to_wishes(model),
            Self::Enter(mode) => mode_obstacle(*mode, model),
            Self::Find | Self::Restart => obstacle_to_wishes(model),
            Self::ReadModule | Self::Scan | Self::Play { .. } => obstacle_to_commands(model),
            Self::Modules(Modules::Next)
            | Self::Modules(Modules::Previous)
            | Self::Modules(Modules::Close(_))
                if model.neighbours.is_empty() =>
            {
                Some("No other module is open")
            }
            Self::StopMacro if model.playing().is_none() => Some("No macro is played"),
            Self::Save | Self::SaveAs | Self::Duplicate if model.wizard.is_none() => {
                Some("No set-up is shown")
            }
            Self::Open if model.is_running() => Some("A set-up is running"),
            Self::CloseCapture if model.foreign.is_none() => Some("No capture is open"),
            Self::Cancel if !model.is_running() => Some("No set-up is running"),
            _ => None,
        }
    }
}

/// An action in a menu, with icon and shortcut; where it cannot be done, the tooltip says why.
pub fn menu_item(ui: &mut Ui, action: Action, model: &Model, actions: &mut Actions) {
    let label = action.label().unwrap_or_default().to_owned();
    let icon = action.icon().map(|icon| icon.rich_text().size(theme::ICON)).unwrap_or_default();
    let shortcut = action.shortcut().map(|shortcut| ui.format_shortcut(&shortcut)).unwrap_or_default();
    let obstacle = action.obstacle(model);
    let button = Button::new((icon, label.as_str())).shortcut_text(shortcut);
    let response = ui.add_enabled(obstacle.is_none(), button).accessible_name(label);
    if response.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked() {
        actions.push(action);
    }
}

/// An action as an icon, its label as tooltip and name.
pub fn icon_button(ui: &mut Ui, action: Action, actions: &mut Actions) {
    if let (Some(icon), Some(label)) = (action.icon(), action.label())
        && widgets::icon_button(ui, icon, label).clicked()
    {
        actions.push(action);
    }
}

/// What was pressed, taken out of the input so that no field sees it.
pub fn pressed(ui: &Ui, model: &Model) -> Vec<Action> {
    let hit = |action: &Action| {
        let shortcut = action.shortcut().filter(|_| action.obstacle(model).is_none());
        shortcut.is_some_and(|shortcut| ui.input_mut(|input| input.consume_shortcut(&shortcut)))
    };
    Action::of(model).into_iter().filter(hit).collect()
}

/// Why the session would refuse a wish now.
fn obstacle_to_wishes(model: &Model) -> Option<&'static str> {
    match model.line {
        Line::Open(_) if model.is_free() => None,
        Line::Open(_) => Some("Something else is under way with the module"),
        Line::Closed | Line::Opening(_) | Line::Lost { .. } => Some("Nothing is connected"),
    }
}

/// Why the module cannot be asked for anything now.
pub(crate) fn obstacle_to_commands(model: &Model) -> Option<&'static str> {
    obstacle_to_wishes(model).or(match model.mode {
        _ if model.store.errand.is_some() => Some("Something else is under way with the module"),
        None => Some("No module answers"),
        Some(Mode::Data) => Some("The module is in data mode"),
        Some(Mode::Command | Mode::Extended) => None,
    })
}

fn mode_obstacle(mode: Mode, model: &Model) -> Option<&'static str> {
    obstacle_to_wishes(model).or(match model.mode {
        None => Some("No module answers"),
        Some(present) if present == mode => Some("The module is in this mode"),
        Some(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_in_the_palette_has_a_label_and_an_icon() {
        for action in Action::all() {
            assert!(action.label().is_some() && action.icon().is_some(), "{action:?}");
        }
    }

    #[test]
    fn labels_differ() {
        let all = Action::of(&Model::default());
        let mut labels: Vec<_> = all.iter().filter_map(Action::label).collect();
        labels.sort_unstable();
        let count = labels.len();
        labels.dedup();
        assert_eq!(labels.len(), count);
    }

    #[test]
    fn no_two_actions_that_are_possible_at_once_share_a_shortcut() {
        let model = Model::default();
        let is_possible =
            |action: &Action| action.obstacle(&model).is_none() || matches!(action, Action::Play { .. });
        let mut shortcuts: Vec<_> = Action::of(&model)
            .into_iter()
            .filter(is_possible)
            .filter_map(|action| action.shortcut())
            .map(|shortcut| format!("{shortcut:?}"))
            .collect();
        shortcuts.sort_unstable();
        let count = shortcuts.len();
        shortcuts.dedup();
        assert_eq!(shortcuts.len(), count);
    }
}
