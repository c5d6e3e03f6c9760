//! What the connected module cannot do of what a page asks for, told there and not only when the plan is made.

use egui::Ui;

use crate::model::Model;
use crate::plan::{Facts, Need};
use crate::problem::Problem;
use crate::profile::{CloudKind, Mode, WifiSecurity};
use crate::ui::widgets::{self, Tone};
use crate::ui::wizard::form::{Form, Network, NetworkChoice, Proof};

/// What the credentials ask of a module.
pub(super) fn of_credentials(form: &Form) -> Vec<Need> {
    let token = matches!(form.proof, Proof::Key | Proof::GroupKey | Proof::Token).then_some(Need::Token);
    let needs: Vec<_> = match form.cloud {
        CloudKind::Thingstream | CloudKind::Aws => {
            form.subscribe_topic.contains('#').then_some(Need::HashWildcard).into_iter().collect()
        }
        CloudKind::AzureX509 => vec![Need::HashWildcard],
        CloudKind::AzureSas => vec![Need::Token, Need::HashWildcard],
        CloudKind::AzureDps => token.into_iter().chain([Need::HashWildcard]).collect(),
    };
    let packets = (form.end_mode == Some(Mode::Edm)).then_some(Need::ExtendedData);
    needs.into_iter().chain(packets).collect()
}

/// What the network asks of a module.
pub(super) fn of_network(network: &Network) -> Vec<Need> {
    let joins = network.choice == NetworkChoice::Wifi;
    (joins && network.security == WifiSecurity::Wpa3).then_some(Need::Wpa3).into_iter().collect()
}

/// Draws which commands would be too long for the module, and what is shortened with the least effort.
pub(in crate::ui::wizard) fn show_too_long(ui: &mut Ui, too_long: &[Problem]) {
    for problem in too_long {
        widgets::remark(ui, Tone::Warn, &format!("{}. {}", problem.message, problem.help));
    }
}

/// Draws what the module that is connected cannot do of it, if anything.
pub(super) fn show(ui: &mut Ui, needs: &[Need], model: &Model) {
    let facts = model.module.identity.as_ref().map(Facts::of).filter(Facts::names_model);
    let Some(facts) = facts else { return };
    for problem in needs.iter().filter_map(|need| need.unmet(&facts)) {
        widgets::remark(ui, Tone::Warn, &format!("{}. {}.", problem.message, problem.help));
    }
}
