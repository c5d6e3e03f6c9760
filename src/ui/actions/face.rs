//! What a person sees of each action: its label, icon and shortcut stand here and nowhere else.

use egui::{Key, KeyboardShortcut, Modifiers};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons::{
    ICON_ADD, ICON_ARROW_BACK, ICON_ARROW_FORWARD, ICON_BOLT, ICON_BOTTOM_PANEL_CLOSE, ICON_CLOSE,
    ICON_CLOUD, ICON_CONTRAST, ICON_DARK_MODE, ICON_DELETE, ICON_FILE_COPY, ICON_FIND_IN_PAGE,
    ICON_FOLDER_OPEN, ICON_HELP, ICON_KEYBOARD_COMMAND_KEY, ICON_LABEL, ICON_LICENSE, ICON_LIGHT_MODE,
    ICON_LINK, ICON_LINK_OFF, ICON_MANAGE_SEARCH, ICON_MEMORY, ICON_OPEN_IN_NEW, ICON_PLAY_ARROW,
    ICON_PLAYLIST_PLAY, ICON_REFRESH, ICON_RESTART_ALT, ICON_ROCKET_LAUNCH, ICON_SAVE, ICON_SAVE_AS,
    ICON_SEARCH, ICON_SETTINGS, ICON_STOP, ICON_SWAP_VERT, ICON_SYNC, ICON_TERMINAL, ICON_TROUBLESHOOT,
    ICON_WIFI, ICON_WIFI_FIND,
};

use super::{Action, Modules};
use crate::macros::FunctionKey;
use crate::model::ThemeChoice;
use crate::plan::Mode;
use crate::profile::CloudKind;
use crate::ui::pages::Page;
use crate::ui::panes::Pane;

const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// What a person sees of an action.
pub(super) struct Face<'a> {
    pub(super) label: &'a str,
    pub(super) icon: MaterialIcon,
    pub(super) shortcut: Option<KeyboardShortcut>,
}

const fn face(label: &str, icon: MaterialIcon) -> Face<'_> {
    Face { label, icon, shortcut: None }
}

impl Face<'_> {
    const fn on(self, modifiers: Modifiers, key: Key) -> Self {
        Self { shortcut: Some(KeyboardShortcut::new(modifiers, key)), ..self }
    }
}

impl Action {
    pub(super) fn face(&self) -> Option<Face<'_>> {
        Some(match self {
            Self::Connect => face("Connect", ICON_LINK).on(Modifiers::NONE, Key::F5),
            Self::Disconnect => face("Disconnect", ICON_LINK_OFF).on(Modifiers::NONE, Key::F5),
            Self::FindModule => face("Find my module", ICON_TROUBLESHOOT),
            Self::ListPorts => face("List the ports again", ICON_REFRESH),
            Self::Find => face("Find the module again", ICON_SEARCH),
            Self::ReadModule => face("Read the module’s settings", ICON_MANAGE_SEARCH),
            Self::Enter(Mode::Command) => face("Enter command mode", ICON_TERMINAL),
            Self::Enter(Mode::Data) => face("Enter data mode", ICON_SWAP_VERT),
            Self::Enter(Mode::Extended) => face("Enter extended data mode", ICON_BOLT),
            Self::Scan => face("Look for networks", ICON_WIFI_FIND),
            Self::Restart => face("Restart module", ICON_RESTART_ALT),
            Self::Cancel => face("Cancel the set-up", ICON_STOP),
            Self::Play { name, key } => {
                let shortcut = key.map(|key| KeyboardShortcut::new(Modifiers::NONE, key_of(key)));
                Face { shortcut, ..face(name, ICON_PLAY_ARROW) }
            }
            Self::StopMacro => face("Stop the macro", ICON_STOP),
            Self::Show(page) => page_face(*page),
            Self::FoldLog => {
                face("Fold or unfold the log", ICON_BOTTOM_PANEL_CLOSE).on(Modifiers::COMMAND, Key::L)
            }
            Self::FindInLog => face("Find in the log", ICON_FIND_IN_PAGE).on(Modifiers::COMMAND, Key::F),
            Self::DetachLog => {
                face("Log in a window of its own, or back", ICON_OPEN_IN_NEW).on(CTRL_SHIFT, Key::L)
            }
            Self::ShowPane(Pane::Console) => face("Show the console", ICON_TERMINAL),
            Self::ShowPane(Pane::Traffic) => face("Show the traffic", ICON_SWAP_VERT),
            Self::NextPane => face("Next pane", ICON_SYNC).on(Modifiers::CTRL, Key::Tab),
            Self::Clear(Pane::Console) => face("Clear the console", ICON_DELETE),
            Self::Clear(Pane::Traffic) => face("Clear the traffic", ICON_DELETE),
            Self::CloseCapture => face("Back to the live traffic", ICON_SWAP_VERT),
            Self::Theme(ThemeChoice::Light) => face("Light theme", ICON_LIGHT_MODE),
            Self::Theme(ThemeChoice::Dark) => face("Dark theme", ICON_DARK_MODE),
            Self::Theme(ThemeChoice::System) => face("Theme of the system", ICON_CONTRAST),
            Self::Modules(change) => return change.face(),
            Self::NameModule => face("Name this module…", ICON_LABEL),
            Self::Open => face("Open a profile…", ICON_FOLDER_OPEN).on(Modifiers::COMMAND, Key::O),
            Self::Save => face("Save the profile", ICON_SAVE).on(Modifiers::COMMAND, Key::S),
            Self::SaveAs => face("Save the profile as…", ICON_SAVE_AS),
            Self::Duplicate => face("Duplicate the profile", ICON_FILE_COPY),
            Self::Palette => {
                face("Command palette", ICON_KEYBOARD_COMMAND_KEY).on(Modifiers::COMMAND, Key::K)
            }
            Self::Help => face("Keyboard shortcuts", ICON_HELP).on(Modifiers::NONE, Key::F1),
            Self::Order(_)
            | Self::Leave { .. }
            | Self::KeepBadge(_)
            | Self::Select(_)
            | Self::ShowEvidence(_)
            | Self::KeepValues { .. }
            | Self::SelectLines(_)
            | Self::OpenProfile(_)
            | Self::Adopt(_)
            | Self::ForgetProfile(_)
            | Self::ChangeMacros(_)
            | Self::ChangeMessages(_)
            | Self::Dismiss(_) => return None,
        })
    }
}

impl Modules {
    fn face(&self) -> Option<Face<'_>> {
        Some(match self {
            Self::Open => face("Open another module", ICON_ADD).on(Modifiers::COMMAND, Key::T),
            Self::Show(other) => {
                let shortcut = digit(other.place).map(|key| KeyboardShortcut::new(Modifiers::COMMAND, key));
                Face { shortcut, ..face(&other.title, ICON_MEMORY) }
            }
            Self::Next => face("Next module", ICON_ARROW_FORWARD).on(Modifiers::COMMAND, Key::PageDown),
            Self::Previous => face("Previous module", ICON_ARROW_BACK).on(Modifiers::COMMAND, Key::PageUp),
            Self::Close(_) => face("Close this module", ICON_CLOSE).on(Modifiers::COMMAND, Key::W),
            Self::Drop => return None,
        })
    }
}

/// What a person reads to begin a set-up.
const fn set_up_label(cloud: CloudKind) -> &'static str {
    match cloud {
        CloudKind::Thingstream => "Set up for Thingstream",
        CloudKind::Aws => "Set up for AWS IoT Core",
        CloudKind::AzureX509 => "Set up for Azure IoT Hub with a certificate",
        CloudKind::AzureSas => "Set up for Azure IoT Hub with a key or token",
        CloudKind::AzureDps => "Set up for Azure Device Provisioning Service",
    }
}

const fn key_of(key: FunctionKey) -> Key {
    match key {
        FunctionKey::F2 => Key::F2,
        FunctionKey::F3 => Key::F3,
        FunctionKey::F4 => Key::F4,
        FunctionKey::F6 => Key::F6,
        FunctionKey::F7 => Key::F7,
        FunctionKey::F8 => Key::F8,
        FunctionKey::F9 => Key::F9,
        FunctionKey::F10 => Key::F10,
        FunctionKey::F11 => Key::F11,
        FunctionKey::F12 => Key::F12,
    }
}

/// The key of the module at this place, from the left.
fn digit(place: usize) -> Option<Key> {
    let keys =
        [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];
    keys.get(place).copied()
}

const fn page_face(page: Page) -> Face<'static> {
    match page {
        Page::Home => face("Set up", ICON_ROCKET_LAUNCH),
        Page::Wizard(cloud) => face(set_up_label(cloud), ICON_CLOUD),
        Page::Module => face("Module", ICON_MEMORY),
        Page::Wifi => face("Wi-Fi", ICON_WIFI),
        Page::Certificates => face("Certificates", ICON_LICENSE),
        Page::Macros => face("Macros", ICON_PLAYLIST_PLAY),
        Page::Settings => face("Settings", ICON_SETTINGS),
    }
}
