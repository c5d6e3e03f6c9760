//! The search for a module, live: what is tried on which port, and in the end what that means.

use egui::{RichText, ScrollArea, Ui};

use super::actions::Actions;
use super::dialogs::modal;
use super::theme::{Tokens, space};
use super::widgets::{self, Tone};
use crate::model::{Model, PortSearch, PortState, Search, line_words};
use crate::session::{Heard, SearchAttempt, Wish};

/// The room for the ports, in points.
const MOST: f32 = 380.0;

pub(super) const TITLE: &str = "Find my module";

/// Draws the dialog; gives whether it stays open.
pub(super) fn show(ui: &Ui, model: &Model, actions: &mut Actions) -> bool {
    let mut open = true;
    let modal = modal(ui, TITLE).show(ui, |ui| {
        ui.set_width(560.0);
        widgets::section(ui, TITLE);
        match &model.search {
            Some(search) => {
                summary(ui, model, search);
                ports(ui, search);
                ui.add_space(space::S);
                open = buttons(ui, search, actions);
            }
            None => {
                widgets::hint(ui, "Looking which ports there are");
            }
        }
    });
    if modal.should_close() {
        match &model.search {
            Some(search) if search.is_under_way() => actions.wish(Wish::Cancel),
            Some(_) | None => open = false,
        }
    }
    open
}

fn summary(ui: &mut Ui, model: &Model, search: &Search) {
    if search.is_under_way() {
        let seconds = model.now.since(search.began).as_secs();
        let ports = search.ports.len();
        let present = search.ports.iter().take_while(|port| port.state != PortState::Waiting).count();
        widgets::hint(ui, format!("Port {present} of {ports}, {seconds} s"));
        widgets::hint(
            ui,
            "No setting of the module is changed. One that is connected to a cloud in data mode may pass a few stray \
             bytes on.",
        );
        return;
    }
    match search.found() {
        Some(found) => {
            let what = model.module.identity.as_ref().map_or_else(
                || "A module".to_owned(),
                |identity| {
                    let firmware = identity.firmware.map(|firmware| format!(" {firmware}"));
                    format!("{}{}", identity.model, firmware.unwrap_or_default())
                },
            );
            let text = format!("{what} answers on {} at {}", found.port.title(), line_words(found.line()));
            widgets::remark(ui, Tone::Ok, &text);
        }
        None if search.ports.is_empty() => {
            widgets::remark(
                ui,
                Tone::Warn,
                "There is no serial port. Plug the module in, then search again.",
            );
        }
        None => widgets::remark(ui, Tone::Warn, "No module was found"),
    }
}

fn ports(ui: &mut Ui, search: &Search) {
    // The dialog grows with its ports instead of keeping the height of its first frame.
    let area = ScrollArea::vertical().max_height(MOST).min_scrolled_height(MOST).auto_shrink([false, true]);
    area.show(ui, |ui| {
        for port in &search.ports {
            ui.add_space(space::XS);
            widgets::card(ui, |ui| one_port(ui, port));
        }
    });
}

fn one_port(ui: &mut Ui, search: &PortSearch) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        ui.label(RichText::new(search.port.name.title()).color(tokens.text_strong));
        ui.label(RichText::new(&search.port.description).small().color(tokens.text_weak));
    });
    match &search.state {
        PortState::Waiting => drop(widgets::small(ui, "Waiting")),
        PortState::Trying(None) => drop(widgets::small(ui, "Opening the port")),
        PortState::Trying(Some((line, attempt))) => {
            widgets::small(ui, format!("{}: {}", line_words(*line), attempt_words(*attempt)));
        }
        PortState::Unusable(problem) => {
            widgets::hint(ui, problem.message.as_str());
            widgets::small(ui, problem.help.as_str());
        }
        PortState::Nobody(heard) => {
            widgets::hint(ui, heard.meaning());
            widgets::small(ui, heard.advice());
        }
        PortState::Found(line) => drop(widgets::hint(ui, format!("Found at {}", line_words(*line)))),
        PortState::Stopped => drop(widgets::small(ui, "Stopped")),
    }
    speeds(ui, search);
}

/// What was heard at which speed.
fn speeds(ui: &mut Ui, search: &PortSearch) {
    let found = if let PortState::Found(line) = search.state { Some(line.speed) } else { None };
    let tried = search.speeds();
    if tried.is_empty() {
        return;
    }
    widgets::chips(ui, |ui| {
        // The module answers to the last try at its speed, whatever was heard before.
        for (speed, heard) in tried.into_iter().filter(|(speed, _)| found != Some(*speed)) {
            let tone = if heard <= Heard::Nothing { Tone::Neutral } else { Tone::Warn };
            widgets::chip(ui, tone, &format!("{speed}: {}", heard.words()));
        }
    });
}

const fn attempt_words(attempt: SearchAttempt) -> &'static str {
    match attempt {
        SearchAttempt::Listen => "listening",
        SearchAttempt::Escape => "leaving data mode",
        SearchAttempt::Ask => "asking in command mode and extended data mode",
        SearchAttempt::Command => "asking in command mode",
        SearchAttempt::Pad => "ending an upload that was broken off",
    }
}

/// Gives whether the dialog stays open.
fn buttons(ui: &mut Ui, search: &Search, actions: &mut Actions) -> bool {
    if !search.is_under_way() {
        return !widgets::secondary_button(ui, "Close").clicked();
    }
    if widgets::secondary_button(ui, "Cancel").clicked() {
        actions.wish(Wish::Cancel);
    }
    true
}
