//! The search for a module, live: what is tried on which port, and in the end what that means.

use egui::{RichText, ScrollArea, Ui};

use super::actions::Actions;
use super::dialogs::{modal, safe_button};
use super::theme::{Tokens, space};
use super::widgets::{self, Tone};
use crate::model::{Model, PortSearch, PortState, Search, line_words};
use crate::session::{Consent, Doubt, Heard, SearchAttempt, Wish};

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
        match search.question() {
            Some(doubt) => question(ui, doubt),
            None => drop(widgets::hint(ui, "No setting of the module is changed")),
        }
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

/// What there is to be agreed to before the search goes on.
fn question(ui: &mut Ui, doubt: Doubt) {
    widgets::remark(ui, Tone::Warn, doubt.words());
    widgets::hint(
        ui,
        "What is sent next to find the module may reach its cloud as bytes without meaning. If you go on, you are not \
         asked again in this search.",
    );
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
        PortState::Asking(_) => drop(widgets::small(ui, "Waiting for your answer")),
        PortState::Unusable(problem) => {
            widgets::hint(ui, problem.message.as_str());
            widgets::small(ui, problem.help.as_str());
        }
        PortState::Nobody(heard) => {
            widgets::hint(ui, heard.meaning());
            widgets::small(ui, heard.advice());
        }
        PortState::Found(line) => drop(widgets::hint(ui, format!("Found at {}", line_words(*line)))),
        PortState::Left => drop(widgets::small(ui, "Left alone")),
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
    ui.horizontal(|ui| {
        if search.question().is_some() {
            answers(ui, actions);
        }
        if widgets::secondary_button(ui, "Cancel").clicked() {
            actions.wish(Wish::Cancel);
        }
    });
    true
}

/// Both answers; the safe one has the focus.
fn answers(ui: &mut Ui, actions: &mut Actions) {
    if widgets::secondary_button(ui, "Go on").clicked() {
        actions.wish(Wish::Answer(Consent::GoOn));
    }
    if safe_button(ui, "Leave this port").clicked() {
        actions.wish(Wish::Answer(Consent::LeavePort));
    }
}

#[cfg(test)]
mod tests {
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    use super::*;
    use crate::model::{Connection, News, Order, Port, PortName, SearchNews};
    use crate::moment::Moment;
    use crate::session::{Event, FlowControl, LineSettings, SearchEvent};
    use crate::ui::theme;

    struct Desk {
        model: Model,
        orders: Vec<Order>,
    }

    /// The dialog of a search that asks.
    fn asking(doubt: Doubt) -> Harness<'static, Desk> {
        let name = PortName::from("COM1");
        let port = Port { name: name.clone(), description: String::new(), usb: None };
        let line = LineSettings { speed: 9600, flow: FlowControl::None };
        let mut model = Model::default();
        for news in [
            News::Search(SearchNews::Began(vec![port])),
            News::Search(SearchNews::Opening(Connection::to(name))),
            News::Session(Event::Search(SearchEvent::Trying { line, attempt: SearchAttempt::Escape })),
            News::Session(Event::Search(SearchEvent::Asks(doubt))),
        ] {
            model.handle(news, Moment::START);
        }
        let draw = |ui: &mut Ui, desk: &mut Desk| {
            let mut actions = Actions::default();
            show(ui, &desk.model, &mut actions);
            desk.orders.extend(actions.take_orders());
        };
        let desk = Desk { model, orders: Vec::new() };
        let mut harness = Harness::builder().with_context_setup(theme::install).build_ui_state(draw, desk);
        harness.run();
        harness
    }

    fn sees(harness: &Harness<'_, Desk>, text: &str) -> bool {
        harness.query_all_by_label_contains(text).next().is_some()
    }

    #[test]
    fn whoever_is_asked_reads_why_and_what_can_happen() {
        for doubt in [Doubt::Silence, Doubt::Talk] {
            let harness = asking(doubt);
            assert!(sees(&harness, doubt.words()));
            assert!(sees(&harness, "may reach its cloud"));
            assert!(sees(&harness, "Waiting for your answer"));
        }
    }

    #[test]
    fn both_answers_reach_the_session() {
        for (button, consent) in [("Go on", Consent::GoOn), ("Leave this port", Consent::LeavePort)] {
            let mut harness = asking(Doubt::Silence);
            harness.get_by_label(button).click();
            harness.run();
            assert_eq!(harness.state().orders, [Order::Wish(Wish::Answer(consent))]);
        }
    }

    #[test]
    fn enter_alone_sends_nothing_to_a_module() {
        let mut harness = asking(Doubt::Silence);
        harness.key_press(egui::Key::Enter);
        harness.run();
        assert_eq!(harness.state().orders, [Order::Wish(Wish::Answer(Consent::LeavePort))]);
    }

    #[test]
    fn the_question_is_gone_once_the_search_goes_on() {
        let mut harness = asking(Doubt::Silence);
        let line = LineSettings { speed: 9600, flow: FlowControl::None };
        let next = SearchEvent::Trying { line, attempt: SearchAttempt::Ask };
        harness.state_mut().model.handle(News::Session(Event::Search(next)), Moment::START);
        harness.run();
        assert!(!sees(&harness, "Go on"));
    }
}
