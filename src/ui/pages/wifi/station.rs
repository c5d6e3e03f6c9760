//! How the station is doing: its link, its addresses, its signal over time, and whether a host answers.

use egui::Ui;
use egui_plot::{Line, Plot, PlotPoints, uniform_grid_spacer};

use crate::model::{Link, Model, PingResult, PingState, Pings, Wifi};
use crate::session::Wish;
use crate::ui::actions::{self, Actions};
use crate::ui::pages::module::link;
use crate::ui::theme::{Tokens, space};
use crate::ui::widgets;

/// The height of the plot, in points.
const PLOT: f32 = 120.0;
/// What a Wi-Fi signal is between, in dBm.
const SIGNALS: std::ops::RangeInclusive<f64> = -100.0..=-20.0;
/// IPv6 addresses in the answer of `AT+UNSTAT` (protocol.md §6.6).
const IPV6: [(u32, &str); 4] =
    [(201, "IPv6 link-local"), (210, "IPv6"), (211, "IPv6, second"), (212, "IPv6, third")];
const IPV4: [(u32, &str); 4] =
    [(102, "Network mask"), (103, "Gateway"), (104, "Name server"), (105, "Name server, second")];

/// The link and the addresses, with the way off the network.
pub(super) fn show(ui: &mut Ui, model: &Model, actions: &mut Actions) {
    let wifi = &model.module.wifi;
    widgets::key_value(ui, "Link", &link(wifi.link));
    if wifi.link != Link::Up {
        return;
    }
    widgets::key_value(ui, "State", wifi.progress());
    widgets::key_value(ui, "Network", wifi.ssid.as_deref().unwrap_or("Not known"));
    if let (Some(bssid), Some(channel)) = (&wifi.bssid, wifi.channel) {
        widgets::key_value(ui, "Access point", &format!("{bssid}, channel {channel}"));
    }
    let signal = wifi.signal.map_or_else(|| "Not known".to_owned(), |dbm| format!("{dbm} dBm"));
    widgets::key_value(ui, "Signal", &signal);
    let address = wifi.address.map_or_else(|| "None".to_owned(), |address| address.to_string());
    widgets::key_value(ui, "IPv4 address", &address);
    for (id, label) in IPV4.into_iter().chain(IPV6) {
        if let Some(address) = wifi.address_at(id) {
            widgets::key_value(ui, label, &address.to_string());
        }
    }
    ui.add_space(space::XS);
    let obstacle = actions::obstacle_to_commands(model);
    let leave =
        ui.add_enabled_ui(obstacle.is_none(), |ui| widgets::secondary_button(ui, "Leave the network"));
    if leave.inner.on_disabled_hover_text(obstacle.unwrap_or_default()).clicked() {
        actions.wish(Wish::LeaveNetwork);
    }
    widgets::small(ui, "Peers close. What is stored for the next start stays.");
}

/// The signal as it was while the page was looked at.
pub(super) fn signals(ui: &mut Ui, wifi: &Wifi) {
    if wifi.signals.len() < 2 {
        widgets::small(ui, "The signal is drawn here while the page is open and the module is on a network");
        return;
    }
    let color = Tokens::of(ui).accent;
    let points: PlotPoints<'_> =
        wifi.signals.iter().map(|(at, dbm)| [at.since_start().as_secs_f64(), f64::from(*dbm)]).collect();
    let plot = Plot::new("signal").height(PLOT).include_y(*SIGNALS.start()).include_y(*SIGNALS.end());
    let plot = plot.y_grid_spacer(uniform_grid_spacer(|_| [20.0, 40.0, 80.0])).show_grid([false, true]);
    let plot = plot.allow_drag(false).allow_zoom(false).allow_scroll(false).show_x(false);
    plot.y_axis_label("dBm").x_axis_label("seconds since the program started").show(ui, |plot| {
        plot.line(Line::new("Signal", points).color(color));
    });
}

/// A host to ping, and what came of it.
pub(super) fn ping(ui: &mut Ui, model: &Model, host: &mut String, actions: &mut Actions) {
    let obstacle = actions::obstacle_to_commands(model);
    widgets::field(ui, "Host to ping", host, "A name or an address; the module sends four", None);
    let ready = obstacle.is_none() && !host.trim().is_empty();
    let button = ui.add_enabled_ui(ready, |ui| widgets::secondary_button(ui, "Ping"));
    if button.inner.on_disabled_hover_text(obstacle.unwrap_or("Enter a host")).clicked() {
        actions.wish(Wish::Ping(host.trim().to_owned()));
    }
    if let Some(pings) = &model.module.pings {
        results(ui, pings);
    }
}

fn results(ui: &mut Ui, pings: &Pings) {
    for result in &pings.results {
        widgets::hint(ui, result_words(result));
    }
    let answered = pings.results.iter().filter(|result| matches!(result, PingResult::Reply(_))).count();
    let text = match pings.state {
        PingState::UnderWay => format!("Pinging {}", pings.host),
        PingState::Over => format!("{}: {answered} of {} answered", pings.host, pings.of),
    };
    widgets::small(ui, text);
}

fn result_words(result: &PingResult) -> String {
    match result {
        PingResult::Reply(reply) => {
            format!("Reply {} from {} in {} ms", reply.number, reply.address, reply.millis)
        }
        PingResult::Failed(code) => format!("No reply: {}", failure(*code)),
    }
}

/// Why a ping failed (protocol.md §10).
const fn failure(code: u32) -> &'static str {
    match code {
        7 | 12 => "the host has no name, or too long a one",
        8 => "the name cannot be resolved, so check the name and the name server",
        9..=11 => "the address is malformed",
        13..=16 => "the module refuses a value of the command",
        17 => "the module is on no network",
        108 => "it could not be sent, so check the gateway",
        109 => "the host does not answer in time",
        110 => "something else came back",
        _ => "the module gives an internal reason",
    }
}
