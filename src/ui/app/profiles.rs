//! Profiles in the window: opened ones go into their wizard unless that would lose something, and the last ones are
//! remembered.

use std::path::{Path, PathBuf};

use super::App;
use crate::model::{News, OPEN_PROFILE, OpenedProfile, Order, Place, remember};
use crate::problem::{Kind, Problem};
use crate::ui::actions::Actions;
use crate::ui::dialogs::Dialog;
use crate::ui::pages::Page;
use crate::ui::wizard::{Saving, Wizard};

impl App {
    /// Opens this profile at once.
    #[must_use]
    pub fn opening(mut self, profile: Option<PathBuf>) -> Self {
        profile.into_iter().for_each(|path| self.handle.send(Order::OpenProfile(Place::At(path))));
        self
    }

    pub(super) fn looking_at_profiles(mut self) -> Self {
        self.look_at_profiles();
        self
    }

    fn look_at_profiles(&mut self) {
        self.profiles.recent.retain(|glance| self.settings.recent.contains(&glance.path));
        if !self.settings.recent.is_empty() {
            self.handle.send(Order::Glance(self.settings.recent.clone()));
        }
    }

    pub(super) fn profile_news(&mut self, news: &News) {
        match news {
            News::Profile { result: Ok(opened), .. } => self.opened(opened),
            News::Profile { path, result: Err(problems) } => {
                let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
                for problem in problems {
                    let message = format!("{name}: {problem}");
                    self.trouble(Problem { message, field: None, ..problem.clone() });
                }
            }
            News::ProfileSaved { result: Ok(saved), .. } => self.remember(&saved.path),
            News::DialogFailed { purpose, problem } if purpose == OPEN_PROFILE => {
                self.show_page(Page::Home);
                self.trouble(problem.clone());
            }
            News::Glances(glances) => {
                let known = glances.iter().filter(|glance| self.settings.recent.contains(&glance.path));
                self.profiles.recent = known.cloned().collect();
            }
            _ => {}
        }
    }

    fn opened(&mut self, opened: &OpenedProfile) {
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
            self.adopt(opened);
        }
    }

    /// Shows a profile in its wizard.
    pub(super) fn adopt(&mut self, opened: &OpenedProfile) {
        let cloud = opened.profile.cloud.kind();
        self.wizards.insert(cloud, Wizard::of_profile(opened));
        self.show_page(Page::Wizard(cloud));
        self.remember(&opened.path);
    }

    /// Shows a page; the list of profiles is looked at anew.
    pub(super) fn show_page(&mut self, page: Page) {
        self.page = page;
        self.model.wizard = match page {
            Page::Wizard(cloud) => Some(cloud),
            Page::Home | Page::Module | Page::Wifi | Page::Certificates | Page::Macros | Page::Settings => {
                None
            }
        };
        if page == Page::Home {
            self.look_at_profiles();
        }
    }

    pub(super) fn save(&mut self, saving: Saving) {
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

    pub(super) fn forget(&mut self, path: &Path) {
        self.settings.recent.retain(|known| known != path);
        self.look_at_profiles();
        self.save_settings();
    }

    fn remember(&mut self, path: &Path) {
        remember(&mut self.settings.recent, path);
        self.look_at_profiles();
        self.save_settings();
    }

    pub(super) fn trouble(&mut self, problem: Problem) {
        let now = self.handle.now();
        self.model.handle(News::Trouble(problem), now);
    }
}
