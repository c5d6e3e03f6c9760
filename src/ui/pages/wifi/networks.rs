//! The networks that the module sees, to sort and to choose from.

use std::cmp::Reverse;

use egui::{Button, Grid, Response, RichText, Ui};

use crate::model::{Model, bars};
use crate::module::ScanEntry;
use crate::session::Activity;
use crate::ui::actions::{Action, Actions};
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets;

/// Whether the list is made anew by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Refresh {
    #[default]
    OnDemand,
    Live,
}

/// What the list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sort {
    #[default]
    Signal,
    Name,
    Channel,
    Security,
}

impl Sort {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Name, "Name"),
        (Self::Signal, "Signal"),
        (Self::Channel, "Channel"),
        (Self::Security, "Security"),
    ];

    fn sorted(self, seen: &[ScanEntry]) -> Vec<&ScanEntry> {
        let mut seen: Vec<_> = seen.iter().collect();
        match self {
            Self::Signal => seen.sort_by_key(|entry| Reverse(entry.rssi)),
            Self::Name => seen.sort_by_key(|entry| (entry.ssid.to_lowercase(), Reverse(entry.rssi))),
            Self::Channel => seen.sort_by_key(|entry| (entry.channel, Reverse(entry.rssi))),
            Self::Security => {
                seen.sort_by_key(|entry| (entry.security().to_string(), Reverse(entry.rssi)));
            }
        }
        seen
    }
}

/// Draws the list; gives the network that was clicked.
pub(super) fn show(
    ui: &mut Ui,
    model: &Model,
    (refresh, sort): (&mut Refresh, &mut Sort),
    actions: &mut Actions,
) -> Option<ScanEntry> {
    look(ui, model, refresh, actions);
    let seen = model.module.seen.as_deref().unwrap_or_default();
    if seen.is_empty() {
        let about = match (&model.module.seen, model.activity) {
            (_, Activity::Scanning) => "The module looks for networks: this takes seconds",
            (Some(_), _) => "The module sees no network: check its antenna",
            (None, _) => "The module has not looked yet",
        };
        widgets::small(ui, about);
        return None;
    }
    list(ui, seen, sort, model)
}

fn look(ui: &mut Ui, model: &Model, refresh: &mut Refresh, actions: &mut Actions) {
    let obstacle = Action::Scan.obstacle(model);
    ui.horizontal(|ui| {
        let button = ui.add_enabled_ui(obstacle.is_none(), |ui| {
            let label = Action::Scan.label().unwrap_or_default();
            match Action::Scan.icon() {
                Some(icon) => widgets::icon_text_button(ui, icon, label),
                None => widgets::secondary_button(ui, label),
            }
        });
        if button.inner.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked() {
            actions.push(Action::Scan);
        }
        let mut live = *refresh == Refresh::Live;
        if ui.checkbox(&mut live, "Refresh by itself").changed() {
            *refresh = if live { Refresh::Live } else { Refresh::OnDemand };
        }
        if let Some(at) = model.module.seen_at {
            widgets::small(ui, format!("{} s ago", model.now.since(at).as_secs()));
        }
    });
}

fn list(ui: &mut Ui, seen: &[ScanEntry], sort: &mut Sort, model: &Model) -> Option<ScanEntry> {
    let mut chosen = None;
    Grid::new("networks").num_columns(5).striped(true).spacing([space::L, space::XS]).show(ui, |ui| {
        for (by, label) in Sort::ALL {
            if ui.selectable_label(*sort == by, label).accessible_name(format!("Sort by {label}")).clicked() {
                *sort = by;
            }
        }
        cell(ui, |ui| ui.label(RichText::new("Access point").color(Tokens::of(ui).text_weak)));
        ui.end_row();
        for entry in sort.sorted(seen) {
            if row(ui, entry, model) {
                chosen = Some(entry.clone());
            }
            ui.end_row();
        }
    });
    chosen
}

/// One access point; whether it was clicked.
fn row(ui: &mut Ui, entry: &ScanEntry, model: &Model) -> bool {
    let tokens = Tokens::of(ui);
    let joined = model.module.wifi.bssid.as_deref() == Some(entry.bssid.as_str());
    let name = if entry.ssid.is_empty() { "(hidden)" } else { &entry.ssid };
    let about = format!("{} · channel {} · {} dBm", entry.security(), entry.channel, entry.rssi);
    let response = ui.add(Button::selectable(joined, name));
    let response = response.on_hover_text("Join it…").accessible_name(format!("Join {name}: {about}"));
    cell(ui, |ui| {
        widgets::icon(ui, widgets::signal(Some(bars(entry.rssi))), tokens.text);
        ui.label(format!("{} dBm", entry.rssi))
    });
    cell(ui, |ui| ui.label(entry.channel.to_string()));
    cell(ui, |ui| ui.label(entry.security().to_string()));
    cell(ui, |ui| ui.label(RichText::new(&entry.bssid).monospace().color(tokens.text_weak)));
    response.clicked()
}

/// Text that begins where that of the button at the head of its column does.
fn cell(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> Response) {
    ui.horizontal(|ui| {
        ui.add_space(ui.spacing().button_padding.x);
        contents(ui);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_sorted_by_what_was_chosen_and_the_stronger_first() {
        let seen: Vec<_> = [
            r#"+UWSCAN:000000000001,1,"beta",6,-80,18,8,8"#,
            r#"+UWSCAN:000000000002,1,"Alpha",11,-60,0,0,0"#,
            r#"+UWSCAN:000000000003,1,"beta",1,-50,18,8,8"#,
        ]
        .iter()
        .filter_map(|line| ScanEntry::parse(line))
        .collect();
        let order = |sort: Sort| sort.sorted(&seen).iter().map(|entry| entry.rssi).collect::<Vec<_>>();
        assert_eq!(order(Sort::Signal), [-50, -60, -80]);
        assert_eq!(order(Sort::Name), [-60, -50, -80]);
        assert_eq!(order(Sort::Channel), [-50, -80, -60]);
        assert_eq!(order(Sort::Security), [-50, -80, -60]);
    }
}
