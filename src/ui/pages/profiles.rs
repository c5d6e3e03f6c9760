//! The profiles on the first page: those that were used last, and a way to any other.

use std::path::PathBuf;

use egui::{Align, Layout, RichText, TextEdit, Ui};
use egui_material_icons::icons::{ICON_DESCRIPTION, ICON_WARNING};

use crate::model::Glance;
use crate::ui::actions::{Action, Actions};
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets;

const PATH: &str = "Path of a profile";
const OPEN: &str = "Open";
const CHOOSE: &str = "Choose a profile…";

/// What is known of profiles on disk, and what is being typed.
#[derive(Default)]
pub(crate) struct Profiles {
    pub(crate) recent: Vec<Glance>,
    path: String,
}

impl Profiles {
    /// Draws them.
    pub(crate) fn show(&mut self, ui: &mut Ui, actions: &mut Actions) {
        for file in ui.input(|input| input.raw.dropped_files.clone()) {
            actions.push(Action::OpenProfile(file.path().to_owned()));
        }
        widgets::section(ui, "Profiles");
        widgets::card(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            for glance in &self.recent {
                row(ui, glance, actions);
            }
            if self.recent.is_empty() {
                widgets::hint(ui, "A set-up that was saved is found here again");
            }
            self.other(ui, actions);
        });
    }

    /// Any other profile, by path or dialog.
    fn other(&mut self, ui: &mut Ui, actions: &mut Actions) {
        ui.horizontal(|ui| {
            let edit = TextEdit::singleline(&mut self.path).hint_text("Path of a profile, or drop it here");
            let room = widgets::room_for(ui, &[OPEN, CHOOSE]);
            let edit = widgets::sized(ui, edit).desired_width(ui.available_width() - room);
            let field = ui.add(edit).accessible_name(PATH);
            let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            let clicked = widgets::secondary_button(ui, OPEN)
                .accessible_name("Open the profile at this path")
                .clicked();
            // Windows copies paths with quotes around them.
            let typed = self.path.trim().trim_matches('"');
            if (entered || clicked) && !typed.is_empty() {
                actions.push(Action::OpenProfile(PathBuf::from(typed)));
            }
            if widgets::secondary_button(ui, CHOOSE).clicked() {
                actions.push(Action::Open);
            }
        });
    }
}

fn row(ui: &mut Ui, glance: &Glance, actions: &mut Actions) {
    let tokens = Tokens::of(ui);
    let file = glance.path.file_name().unwrap_or(glance.path.as_os_str()).to_string_lossy().into_owned();
    let path = glance.path.display().to_string();
    ui.horizontal(|ui| {
        let (sign, color, name, what) = match &glance.seen {
            Ok(seen) => {
                let name = seen.name.clone().unwrap_or(file);
                (ICON_DESCRIPTION, tokens.accent, name, format!("{} · {path}", seen.cloud.title()))
            }
            Err(problem) => (ICON_WARNING, tokens.warn, file, format!("{problem}. {}", problem.help)),
        };
        widgets::icon(ui, sign, color);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::close_button(ui, &format!("Forget {path}")).clicked() {
                actions.push(Action::ForgetProfile(glance.path.clone()));
            }
            if glance.seen.is_ok() {
                let open = widgets::secondary_button(ui, OPEN).accessible_name(format!("Open {name}"));
                if open.clicked() {
                    actions.push(Action::OpenProfile(glance.path.clone()));
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.label(RichText::new(name).color(tokens.text_strong));
                widgets::truncated(ui, RichText::new(what).small().color(tokens.text_weak))
                    .on_hover_text(path);
            });
        });
    });
}
