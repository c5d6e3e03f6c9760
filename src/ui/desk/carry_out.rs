//! Carries out what a person asks of the module that is shown.

use super::Desk;
use crate::model::{Evidence, Order, Place, Settings};
use crate::session::Wish;
use crate::ui::actions::Action;
use crate::ui::dialogs::Dialog;
use crate::ui::panes::Pane;
use crate::ui::wizard::Saving;

impl Desk {
    pub(in crate::ui) fn apply(&mut self, action: Action, settings: &mut Settings) {
        match action {
            Action::Order(order) => self.order(order),
            Action::Select(connection) => self.select(connection),
            Action::Connect => self.connect(settings),
            Action::Disconnect => self.disconnect(),
            Action::FindModule => self.find_module(),
            Action::ListPorts => self.handle.send(Order::ListPorts),
            Action::ReadModule => self.order(Order::Wish(Wish::Report)),
            Action::Find => self.order(Order::Wish(Wish::Find)),
            Action::Enter(mode) => self.enter(mode),
            Action::Leave { mode, then } => self.leave(mode, then),
            Action::Scan => self.order(Order::Wish(Wish::Scan)),
            Action::Restart => self.order(Order::Wish(Wish::Restart)),
            Action::Cancel => self.order(Order::Wish(Wish::Cancel)),
            Action::Show(page) => self.show_page(page, settings),
            Action::FoldLog => self.panes.fold(),
            Action::FindInLog => self.panes.find(),
            Action::DetachLog => self.panes.detach(),
            Action::ShowPane(pane) => self.panes.reveal(pane),
            Action::NextPane => self.panes.next(),
            Action::ShowEvidence(evidence) => {
                if let Evidence::Traffic(_) = evidence {
                    self.model.foreign = None;
                }
                self.panes.show_evidence(evidence);
            }
            Action::CloseCapture => self.model.foreign = None,
            Action::SelectLines(select) => self.model.console.selection.apply(select),
            Action::Clear(Pane::Traffic) if self.model.foreign.is_some() => self.model.foreign = None,
            Action::Clear(pane) => {
                match pane {
                    Pane::Console => self.model.console.clear(),
                    Pane::Traffic => self.model.traffic.clear(),
                }
                self.panes.forget(pane);
            }
            Action::Open => {
                self.handle.send(Order::OpenProfile(Place::Ask { title: "Open a profile".to_owned() }));
            }
            Action::OpenProfile(path) => self.handle.send(Order::OpenProfile(Place::At(path))),
            Action::Adopt(opened) => self.adopt(&opened, settings),
            Action::ForgetProfile(path) => self.forget(&path, settings),
            Action::Save => self.save_profile(Saving::Same),
            Action::SaveAs => self.save_profile(Saving::Other),
            Action::Duplicate => self.duplicate(),
            Action::Play { name, .. } => self.play(&name, settings),
            Action::KeepValues { name, values } => self.keep_values(&name, &values, settings),
            Action::StopMacro => self.order(Order::Wish(Wish::Cancel)),
            Action::ChangeMacros(change) => self.change_macros(change),
            Action::ChangeMessages(change) => self.change_messages(change),
            Action::NameModule => self.ask_for_name(),
            Action::KeepBadge(badge) => self.keep_badge(badge, settings),
            // These belong to the window.
            Action::Theme(_) | Action::Modules(_) => {}
            Action::Palette => self.dialog = Dialog::palette(),
            Action::Help => self.dialog = Dialog::Shortcuts,
            Action::Dismiss(id) => self.model.notices.dismiss(id),
        }
    }

    /// A plan or an upload on its way is shown as running before the session has said so.
    pub(in crate::ui) fn order(&mut self, order: Order) {
        match &order {
            Order::Wish(Wish::Run(plan)) => {
                self.model.plan_started(plan);
                self.plan = Some(plan.clone());
            }
            Order::Wish(Wish::Cancel) => self.model.cancelling(),
            Order::Wish(wish) => self.model.store.asked(wish),
            _ => {}
        }
        self.handle.send(order);
    }
}
