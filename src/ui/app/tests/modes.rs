//! Ways out of extended data mode.

use super::*;
use crate::plan::{Act, Plan, Stage, Step, Text};
use crate::session::{Activity, PlanEvent, PlanResult};

fn plan() -> Plan {
    let act = Act::Command { text: Text::new("AT+UDCP=mqtt://broker"), limit: Duration::from_secs(5) };
    Plan { steps: vec![Step::new(Stage::Cloud, "Connect", vec![act])] }
}

impl Bench {
    /// In extended data mode with a peer that a set-up has connected.
    fn set_up(plan: Plan) -> Self {
        let mut bench = Self::connected(Mode::Command);
        bench.act(Action::Order(Order::Wish(Wish::Run(plan))));
        bench.tell(Event::Peer(PeerEvent::Connected { handle: 2, channel: None, remote: None }));
        bench.finished();
        bench.tell(Event::Mode(Some(Mode::Extended)));
        bench.shell.orders.borrow_mut().clear();
        bench
    }

    fn finished(&mut self) {
        self.tell(Event::Plan(PlanEvent::Started { of: 1 }));
        self.tell(Event::Plan(PlanEvent::Finished(PlanResult::Done { bound: Vec::new() })));
        self.tell(Event::Activity(Activity::Nothing));
    }

    fn choose(&mut self, mode: &str) {
        self.click("Mode");
        self.click(mode);
    }
}

#[test]
fn leaving_extended_data_mode_asks_first_and_says_what_it_costs() {
    let mut bench = Bench::connected(Mode::Extended);
    bench.tell(Event::Peer(PeerEvent::Connected { handle: 7, channel: Some(0), remote: None }));
    bench.choose("Enter command mode");
    assert!(bench.sees("It loses the connection to peer 7, and settings that are not stored."));
    assert!(!bench.sees("Restart and connect again"), "no set-up is known");
    bench.click("Stay in extended data mode");
    assert_eq!(bench.wishes(), []);
    bench.choose("Enter data mode");
    bench.click("Restart");
    assert_eq!(bench.wishes(), [Wish::RestartInto(Mode::Data)]);
}

#[test]
fn the_last_set_up_is_carried_out_again_behind_the_restart_and_then_the_mode_is_entered() {
    let mut bench = Bench::set_up(plan());
    bench.choose("Enter data mode");
    bench.click("Restart and connect again");
    bench.tell(Event::Activity(Activity::Switching));
    bench.tell(Event::Restarted);
    bench.tell(Event::Mode(Some(Mode::Command)));
    assert_eq!(bench.wishes(), [Wish::RestartInto(Mode::Command)]);
    bench.tell(Event::Activity(Activity::Nothing));
    bench.finished();
    let wishes = [Wish::RestartInto(Mode::Command), Wish::Run(plan()), Wish::Enter(Mode::Data)];
    assert_eq!(bench.wishes(), wishes);
    bench.tell(Event::Activity(Activity::Nothing));
    assert_eq!(bench.wishes().len(), 3, "that was all");
}

#[test]
fn a_restart_that_goes_wrong_is_not_followed_by_a_set_up() {
    let mut bench = Bench::set_up(plan());
    bench.choose("Enter command mode");
    bench.click("Restart and connect again");
    let problem = Problem::new(Kind::ModuleSilent, "Nobody answers", "Look at the cable");
    bench.tell(Event::Refused(problem));
    bench.tell(Event::Activity(Activity::Nothing));
    assert_eq!(bench.wishes(), [Wish::RestartInto(Mode::Command)]);
}

#[test]
fn a_set_up_that_itself_enters_the_mode_is_not_offered_as_a_way_out_of_it() {
    let steps = vec![Step::new(Stage::Finish, "Packets", vec![Act::Enter(Mode::Extended)])];
    let mut bench = Bench::set_up(Plan { steps });
    bench.choose("Enter command mode");
    assert!(!bench.sees("Restart and connect again"));
}
