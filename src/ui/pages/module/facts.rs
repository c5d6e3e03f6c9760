//! What is known of the module, as rows and as text.

use egui::Ui;

use crate::model::{Link, Model, Peer, Wifi, line_words};
use crate::module::{Capabilities, Identity, LinkDownReason, Report};
use crate::ui::widgets::{self, Tone};

/// What the module is.
pub(super) fn identity(ui: &mut Ui, identity: &Identity, report: Option<&Report>) {
    ui.spacing_mut().item_spacing.y = 0.0;
    for (key, value) in facts(identity, report) {
        widgets::key_value_copy(ui, key, &value);
    }
}

fn facts(identity: &Identity, report: Option<&Report>) -> Vec<(&'static str, String)> {
    let firmware =
        identity.firmware.map_or_else(|| "Not readable".to_owned(), |firmware| firmware.to_string());
    let given = |text: &str| if text.is_empty() { "Not given".to_owned() } else { text.to_owned() };
    let mut facts = vec![
        ("Model", identity.model.to_string()),
        ("Firmware", firmware),
        ("Serial number", given(&identity.serial)),
        ("Wi-Fi address", given(&identity.mac)),
        ("Manufacturer", given(&identity.manufacturer)),
    ];
    let reported = report.map(|report| {
        [
            ("Type code", report.text("ATI0")),
            ("Bluetooth address", report.address(1)),
            ("Ethernet address", report.address(3)),
            ("Access point address", report.address(4)),
            ("Starts in", report.start_mode().map(|mode| mode.to_string())),
            ("Serial line", report.line().map(line_words)),
            ("Running for", report.uptime().map(widgets::duration)),
            (
                "Settings",
                report.is_saved().map(|saved| if saved { "Stored" } else { "Not all stored" }.to_owned()),
            ),
        ]
    });
    facts.extend(reported.into_iter().flatten().filter_map(|(key, value)| Some((key, value?))));
    facts
}

/// What this firmware can do and what not.
pub(super) fn capabilities(ui: &mut Ui, identity: &Identity) {
    let can = Capabilities::of(&identity.model, identity.firmware.as_ref());
    widgets::chips(ui, |ui| {
        for (what, is_there) in abilities(&can) {
            let (tone, word) = if is_there { (Tone::Ok, "yes") } else { (Tone::Neutral, "no") };
            widgets::chip(ui, tone, &format!("{what}: {word}"));
        }
    });
    widgets::small(ui, format!("A command has at most {} characters", can.command_length));
}

const fn abilities(can: &Capabilities) -> [(&'static str, bool); 7] {
    [
        ("Extended data mode", can.edm),
        ("WPA3", can.wpa3),
        ("# in subscriptions", can.hash_wildcard),
        ("Azure tokens", can.sas),
        ("Bluetooth", can.bluetooth),
        ("PPP", can.ppp),
        ("Dates in the certificate list", can.list_details),
    ]
}

/// Everything as text, for whoever gets the ticket.
pub(super) fn ticket(identity: &Identity, model: &Model) -> String {
    let report = model.module.report.as_ref();
    let mut text: String =
        facts(identity, report).into_iter().map(|(key, value)| format!("{key}: {value}\n")).collect();
    let can = Capabilities::of(&identity.model, identity.firmware.as_ref());
    text.extend(
        abilities(&can).map(|(what, is_there)| format!("{what}: {}\n", if is_there { "yes" } else { "no" })),
    );
    if let Some(report) = report {
        text.push('\n');
        text.push_str(&report.to_string());
    }
    text
}

/// How the station is doing.
pub(super) fn wifi(ui: &mut Ui, wifi: &Wifi) {
    let unknown = || "Not known".to_owned();
    widgets::key_value(ui, "Link", &link(wifi.link));
    if wifi.link != Link::Up {
        return;
    }
    widgets::key_value(ui, "Network", &wifi.ssid.clone().unwrap_or_else(unknown));
    widgets::key_value(ui, "Address", &wifi.address.map_or_else(unknown, |address| address.to_string()));
    widgets::key_value(ui, "Signal", &wifi.signal.map_or_else(unknown, |dbm| format!("{dbm} dBm")));
    if let (Some(bssid), Some(channel)) = (&wifi.bssid, wifi.channel) {
        widgets::key_value(ui, "Access point", &format!("{bssid}, channel {channel}"));
    }
}

/// The link in words.
pub(in crate::ui::pages) fn link(link: Link) -> String {
    match link {
        Link::Unknown => "Not known".to_owned(),
        Link::Up => "Up".to_owned(),
        Link::Down(None) => "Down".to_owned(),
        Link::Down(Some(reason)) => format!("Down: {}", why(reason)),
    }
}

const fn why(reason: LinkDownReason) -> &'static str {
    match reason {
        LinkDownReason::Unknown => "no reason given",
        LinkDownReason::RemoteClose => "the access point closed the link",
        LinkDownReason::OutOfRange => "out of range, or there is no network of that name",
        LinkDownReason::Roaming => "on the way to another access point",
        LinkDownReason::Security => "security, most often a wrong passphrase",
        LinkDownReason::Disabled => "deactivated by command",
        LinkDownReason::Other(_) => "a reason this program does not know",
    }
}

/// The peers that are connected.
pub(super) fn peers(ui: &mut Ui, peers: &[Peer]) {
    if peers.is_empty() {
        widgets::hint(ui, "No peer is connected");
    }
    for peer in peers {
        let channel = peer.channel.map(|channel| format!(", channel {channel}")).unwrap_or_default();
        let remote = peer.remote.map(|remote| format!(", {remote}")).unwrap_or_default();
        widgets::key_value(
            ui,
            &format!("Peer {}", peer.handle),
            &format!("{}{remote}{channel}", peer.name()),
        );
    }
}
