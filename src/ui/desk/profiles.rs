//! Profiles in the window: opened ones go into their wizard unless that would lose something, and the last ones are
//! remembered.

use std::path::Path;

use super::Desk;
use crate::model::{News, OPEN_PROFILE, OpenedProfile, Order, Settings, remember};
use crate::problem::{Kind, Problem};
use crate::ui::actions::Actions;
use crate::ui::dialogs::Dialog;
use crate::ui::pages::Page;
use crate::ui::wizard::{Saving, Wizard};

impl Desk {
    /// Asks anew what the last profiles are.
    pub(in crate::ui) fn look_at_profiles(&mut self, settings: &Settings) {
        self.profiles.recent.retain(|glance| settings.recent.contains(&glance.path));
        if !settings.recent.is_empty() {
            self.handle.send(Order::Glance(settings.recent.clone()));
        }
    }

    pub(super) fn profile_news(&mut self, news: &News, settings: &mut Settings) {
        match news {
            News::Profile { result: Ok(opened), .. } => self.opened(opened, settings),
            News::Profile { path, result: Err(problems) } => {
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
                for problem in problems {
                    let message = format!("{name}: {problem}");
                    self.trouble(Problem { message, field: None, ..problem.clone() });
                }
            }
            News::ProfileSaved { result: Ok(saved), .. } => self.remember(&saved.path, settings),
            News::DialogFailed { purpose, problem } if purpose == OPEN_PROFILE => {
                self.show_page(Page::Home, settings);
                self.trouble(problem.clone());
            }
            News::Glances(glances) => {
                let known = glances.iter().filter(|glance| settings.recent.contains(&glance.path));
                self.profiles.recent = known.cloned().collect();
            }
            _ => {}
        }
    }

    fn opened(&mut self, opened: &OpenedProfile, settings: &mut Settings) {
        let before = self.wizards.get(&opened.profile.cloud.kind());
        if self.model.is_running() {
            self.trouble(Problem::new(
                Kind::ModuleBusy,
                "No profile can be opened while a set-up is running",
                "Wait for its end, or cancel it",
            ));
        } else if before.is_some_and(Wizard::is_unsaved) {
            self.dialog = Dialog::Replace(Box::new(opened.clone()));
        } else {
            self.adopt(opened, settings);
        }
    }

    /// Shows a profile in its wizard.
    pub(super) fn adopt(&mut self, opened: &OpenedProfile, settings: &mut Settings) {
        let cloud = opened.profile.cloud.kind();
        self.wizards.insert(cloud, Wizard::of_profile(opened));
        self.show_page(Page::Wizard(cloud), settings);
        self.remember(&opened.path, settings);
    }

    /// Shows a page; the list of profiles is looked at anew.
    pub(super) fn show_page(&mut self, page: Page, settings: &Settings) {
        self.page = page;
        self.model.wizard = match page {
            Page::Wizard(cloud) => Some(cloud),
            Page::Home | Page::Module | Page::Wifi | Page::Certificates | Page::Macros | Page::Settings => {
                None
            }
        };
        if page == Page::Home {
            self.look_at_profiles(settings);
        }
    }

    pub(super) fn save_profile(&mut self, saving: Saving) {
        let mut actions = Actions::default();
        if let Some(wizard) = self.wizard_on_page() {
            wizard.save(saving, &mut actions);
        }
        for order in actions.take_orders() {
            self.order(order);
        }
    }

    pub(super) fn duplicate(&mut self) {
        if let Some(wizard) = self.wizard_on_page() {
            wizard.duplicate();
        }
    }

    fn wizard_on_page(&mut self) -> Option<&mut Wizard> {
        self.model.wizard.and_then(|cloud| self.wizards.get_mut(&cloud))
    }

    pub(super) fn forget(&mut self, path: &Path, settings: &mut Settings) {
        settings.recent.retain(|known| known != path);
        self.look_at_profiles(settings);
        self.save(settings);
    }

    fn remember(&mut self, path: &Path, settings: &mut Settings) {
        remember(&mut settings.recent, path);
        self.look_at_profiles(settings);
        self.save(settings);
    }
}
