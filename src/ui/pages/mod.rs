//! The pages in the middle of the window, one at a time.

pub(super) mod certificates;
pub(super) mod home;
pub(super) mod macros;
pub(super) mod module;
pub(super) mod profiles;
pub(super) mod settings;
pub(super) mod wifi;

use egui::{ScrollArea, Ui};

use super::theme::space;
use super::widgets;
use crate::profile::CloudKind;

/// The page that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Page {
    Home,
    Wizard(CloudKind),
    Module,
    Wifi,
    Certificates,
    Macros,
    Settings,
}

impl Page {
    /// Every page there is, in the order of the palette.
    pub fn all() -> Vec<Self> {
        let wizards = CloudKind::ALL.map(Self::Wizard);
        [Self::Home]
            .into_iter()
            .chain(wizards)
            .chain([Self::Module, Self::Wifi, Self::Certificates, Self::Macros, Self::Settings])
            .collect()
    }
}

/// A page that scrolls, in a column of reading width.
pub(super) fn scrolling(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().id_salt(name).auto_shrink(false).show(ui, |ui| {
        widgets::column(ui, |ui| {
            contents(ui);
            ui.add_space(space::XL);
        });
    });
}
