//! What the window writes down by itself: the tape of its console. It lies on a disk, so it is searched for secrets.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use xpress_center::model::{MemoryTape, Model, News, Tape};
use xpress_center::moment::Moment;
use xpress_center::problem::{Kind, Problem};
use xpress_center::session::{Direction, Event, PlanResult, Wire, WireKind, Wish};

use crate::support::lab::{Lab, LabSettings, PASSPHRASE, account, aws_job};

/// A tape whose bytes can be looked at.
#[derive(Clone, Debug, Default)]
struct Open(Rc<RefCell<Vec<u8>>>);

impl Tape for Open {
    fn append(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(())
    }

    fn read(&self, offset: u64, into: &mut [u8]) -> Result<(), Problem> {
        let start = usize::try_from(offset).unwrap();
        let bytes = self.0.borrow();
        let found = bytes.get(start..start + into.len());
        into.copy_from_slice(found.ok_or_else(|| Problem::new(Kind::Internal, "too short", "?"))?);
        Ok(())
    }

    fn clear(&mut self) {
        self.0.borrow_mut().clear();
    }
}

#[test]
fn no_secret_of_a_set_up_or_of_a_typed_command_is_on_the_tape() {
    let mut lab = Lab::connected(LabSettings::default());
    assert!(matches!(lab.set_up(&aws_job()), PlanResult::Done { .. }));
    lab.wish(Wish::Send("AT+UWSC=1,8,\"typed-by-hand\"".to_owned()));
    lab.run_for(Duration::from_secs(5));

    let tape = Open::default();
    let mut model = Model::on(Box::new(tape.clone()), Box::<MemoryTape>::default());
    for event in &lab.events {
        model.handle(News::Session(event.clone()), lab.now);
    }
    // What is still in memory follows once there is enough of it.
    let filling = Wire {
        at: Moment::START,
        direction: Direction::Received,
        kind: WireKind::Answer,
        bytes: vec![b'x'; 1000],
    };
    (0..200).for_each(|_| model.handle(News::Session(Event::Wire(filling.clone())), lab.now));

    let tape = tape.0.borrow();
    let contains = |text: &str| tape.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(contains("AT+UWSC=0,2,\"lab-ap\"") && contains("AT+UWSC=1,8,"), "the commands are there");
    let key = account().device.key_pem().reveal().to_owned();
    let pieces = key.lines().filter(|line| !line.starts_with('-')).map(|line| &line[..16.min(line.len())]);
    for secret in pieces.chain([PASSPHRASE, "typed-by-hand"]) {
        assert!(!contains(secret), "a secret is on the tape");
    }
}
