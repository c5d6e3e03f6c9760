//! The dialog in which a person gives a module a name and a colour, to tell it from others.

use egui::{Key, TextEdit, Ui};

use super::actions::{Action, Actions};
use super::dialogs::modal;
use super::theme::{Tokens, space};
use super::widgets;
use crate::model::Badge;

const TITLE: &str = "Name this module";
/// The longest name, in characters: more do not fit on a tab.
const LONGEST: usize = 40;

/// What is being typed and chosen.
#[derive(Clone, Debug)]
pub(super) struct Naming {
    name: String,
    hue: usize,
}

impl Naming {
    pub(super) fn of(badge: &Badge) -> Self {
        Self { name: badge.name.clone().unwrap_or_default(), hue: badge.hue }
    }

    /// Gives whether it stays open.
    pub(super) fn show(&mut self, ui: &Ui, actions: &mut Actions) -> bool {
        let mut answered = false;
        let modal = modal(ui, TITLE).show(ui, |ui| {
            ui.set_width(420.0);
            widgets::section(ui, TITLE);
            widgets::hint(ui, "It is remembered by the module’s serial number, and shown on its tab.");
            let entered = self.field(ui);
            self.colours(ui);
            ui.add_space(space::S);
            ui.horizontal(|ui| {
                if widgets::primary_button(ui, "Keep").clicked() || entered {
                    actions.push(Action::KeepBadge(self.badge()));
                    answered = true;
                }
                answered |= widgets::secondary_button(ui, "Leave it").clicked();
            });
        });
        !answered && !modal.should_close()
    }

    /// Gives whether Enter was pressed in it.
    fn field(&mut self, ui: &mut Ui) -> bool {
        let edit = TextEdit::singleline(&mut self.name).hint_text("Name").char_limit(LONGEST);
        let field = ui.add(widgets::sized(ui, edit)).accessible_name("Name of the module");
        if ui.memory(|memory| memory.focused().is_none()) && !field.lost_focus() {
            field.request_focus();
        }
        field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
    }

    fn colours(&mut self, ui: &mut Ui) {
        let tokens = Tokens::of(ui);
        ui.horizontal(|ui| {
            for hue in 0..tokens.series.len() {
                if widgets::swatch(ui, tokens.series(hue), hue == self.hue, &format!("Colour {}", hue + 1))
                    .clicked()
                {
                    self.hue = hue;
                }
            }
        });
    }

    fn badge(&self) -> Badge {
        let name = self.name.trim();
        Badge { name: (!name.is_empty()).then(|| name.to_owned()), hue: self.hue }
    }
}
