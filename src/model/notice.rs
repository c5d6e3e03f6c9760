//! Problems to show until a person dismisses them.

use crate::problem::{Fault, Kind, Problem};

/// The most notices that are kept; the oldest go first.
const MOST: usize = 5;

/// The problems to show, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notices {
    list: Vec<Notice>,
    next: u64,
}

/// One problem to show.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// By which it is dismissed.
    pub id: u64,
    pub problem: Problem,
}

impl Notices {
    pub fn iter(&self) -> impl Iterator<Item = &Notice> {
        self.list.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Takes a notice away for good.
    pub fn dismiss(&mut self, id: u64) {
        self.list.retain(|notice| notice.id != id);
    }

    /// The same problem is shown once, as the newest.
    pub(super) fn add(&mut self, problem: Problem) {
        self.list.retain(|notice| notice.problem != problem);
        if self.list.len() == MOST {
            self.list.remove(0);
        }
        self.list.push(Notice { id: self.next, problem });
        self.next += 1;
    }

    /// What was wrong with the last connection is of no interest once there is another.
    pub(super) fn forget_connection(&mut self) {
        let about_connection = |problem: &Problem| match problem.kind {
            Kind::ModuleSilent => true,
            kind => kind.fault() == Fault::Computer,
        };
        self.list.retain(|notice| !about_connection(&notice.problem));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(message: &str) -> Problem {
        Problem::new(Kind::ModuleBusy, message, "wait")
    }

    #[test]
    fn a_problem_that_happens_again_is_shown_once() {
        let mut notices = Notices::default();
        ["busy", "silent", "busy"].into_iter().for_each(|message| notices.add(problem(message)));
        let shown: Vec<_> = notices.iter().map(|notice| notice.problem.message.as_str()).collect();
        assert_eq!(shown, ["silent", "busy"]);
    }

    #[test]
    fn a_new_connection_takes_what_was_wrong_with_the_old_one_away() {
        let mut notices = Notices::default();
        notices.add(Problem::new(Kind::PortBusy, "in use", "close it"));
        notices.add(problem("busy"));
        notices.forget_connection();
        let kinds: Vec<_> = notices.iter().map(|notice| notice.problem.kind).collect();
        assert_eq!(kinds, [Kind::ModuleBusy]);
    }

    #[test]
    fn old_notices_make_room_for_new_ones() {
        let mut notices = Notices::default();
        (0..9).for_each(|number| notices.add(problem(&number.to_string())));
        assert_eq!(notices.iter().next().unwrap().problem.message, "4");
    }
}
