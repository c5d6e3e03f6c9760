//! What a log must keep, whatever is written and however the tape behaves.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use proptest::prelude::*;

use super::*;
use crate::problem::Kind;

/// A tape that can be full, and whose bytes can be damaged.
#[derive(Clone, Debug, Default)]
struct Disk {
    bytes: Rc<RefCell<Vec<u8>>>,
    full: Rc<RefCell<bool>>,
}

impl Tape for Disk {
    fn append(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        if *self.full.borrow() {
            return Err(Problem::new(Kind::FileUnwritable, "The disk is full", "Free some room"));
        }
        self.bytes.borrow_mut().extend_from_slice(bytes);
        Ok(())
    }

    fn read(&self, offset: u64, into: &mut [u8]) -> Result<(), Problem> {
        let bytes = self.bytes.borrow();
        let end = offset as usize + into.len();
        let found = bytes.get(offset as usize..end);
        into.copy_from_slice(found.ok_or_else(|| Problem::new(Kind::Internal, "cut", "?"))?);
        Ok(())
    }

    fn clear(&mut self) {
        self.bytes.borrow_mut().clear();
    }
}

fn record(number: u64, text: &[u8]) -> Record<'_> {
    Record { at: Moment::from_millis(number), kind: LineKind::Note, answers: 0, text }
}

/// A log with as many lines, each `length` bytes long and beginning with its number.
fn filled(log: &mut Log, lines: Range<u64>, length: usize) {
    for number in lines {
        let mut text = number.to_string().into_bytes();
        text.resize(length, b' ');
        log.add(&record(number, &text));
    }
}

fn text(log: &Log, number: u64) -> String {
    log.show(number, |record| String::from_utf8_lossy(record.text).trim_end().to_owned()).unwrap()
}

fn missing(log: &Log) -> Vec<u64> {
    let mut missing = Vec::new();
    log.turn_pages(0, |sheet| {
        let kinds = (sheet.first..).zip(sheet.records().map(|record| record.kind));
        let gone = kinds.filter(|(_, kind)| *kind == LineKind::Mark(Mark::Missing));
        missing.extend(gone.map(|(number, _)| number));
        ControlFlow::Continue(())
    });
    missing
}

#[test]
fn a_full_disk_loses_nothing_for_a_while_is_told_once_and_may_be_cured() {
    let disk = Disk::default();
    let mut log = Log::on(Box::new(disk.clone()));
    filled(&mut log, 0..5_000, 100);
    *disk.full.borrow_mut() = true;
    filled(&mut log, 5_000..10_000, 100);
    assert_eq!(log.take_trouble().unwrap().message, "The disk is full");
    filled(&mut log, 10_000..50_000, 100);
    assert_eq!((log.take_trouble(), log.lost()), (None, 0));
    *disk.full.borrow_mut() = false;
    filled(&mut log, 50_000..60_000, 100);
    for number in (0..60_000).step_by(777) {
        assert_eq!(text(&log, number), number.to_string());
    }
    assert!(log.newest.len() <= 2 * BLOCK);
}

#[test]
fn what_fits_nowhere_is_counted_and_says_so_in_its_place() {
    let disk = Disk::default();
    let mut log = Log::on(Box::new(disk.clone()));
    filled(&mut log, 0..2_000, 1_000);
    *disk.full.borrow_mut() = true;
    filled(&mut log, 2_000..60_000, 1_000);
    let lost = missing(&log);
    assert!(log.newest.len() <= SPARE + 2 * BLOCK);
    assert_eq!(lost.len() as u64, log.lost());
    assert!(lost.len() > 35_000 && lost.windows(2).all(|pair| pair[1] == pair[0] + 1), "one gap");
    let near = Moment::from_millis(lost[0]);
    assert!(log.show(lost[0], |record| record.at >= near && record.text == NOT_KEPT.as_bytes()).unwrap());
    *disk.full.borrow_mut() = false;
    filled(&mut log, 60_000..65_000, 1_000);
    assert_eq!(missing(&log), lost);
    for number in (0..65_000).filter(|number| lost.binary_search(number).is_err()).step_by(97) {
        assert_eq!(text(&log, number), number.to_string());
    }
}

#[test]
fn a_cut_tape_shows_which_lines_are_gone() {
    let disk = Disk::default();
    let mut log = Log::on(Box::new(disk.clone()));
    filled(&mut log, 0..10_000, 50);
    disk.bytes.borrow_mut().truncate(66 * 5_000);
    assert_eq!(text(&log, 4_900), "4900");
    assert_eq!(text(&log, 5_100), UNREADABLE);
    assert_eq!(text(&log, 9_999), "9999", "it was not written yet");
}

#[test]
fn a_log_of_long_lines_reads_little_to_find_one() {
    let mut log = Log::default();
    filled(&mut log, 0..1_000, 60_000);
    assert_eq!(text(&log, 500), "500");
    assert!(log.pages.iter().all(|page| page.length < 2 * 60_016));
}

#[test]
fn a_cleared_log_begins_again() {
    let mut log = Log::default();
    filled(&mut log, 0..10_000, 20);
    log.clear();
    assert_eq!((log.len(), log.show(0, |_| ())), (0, None));
    filled(&mut log, 0..10_000, 30);
    assert_eq!(text(&log, 9_000), "9000");
}

fn any_lines() -> impl Strategy<Value = Vec<Vec<u8>>> {
    // Most lines are short; a page may also be full with one.
    let line = prop_oneof![8 => 0..60_usize, 1 => 0..5_000_usize, 1 => 15_000..70_000_usize];
    let text = (line, any::<u8>()).prop_map(|(length, seed)| {
        (0..length).map(|place| seed.wrapping_add(place as u8)).collect::<Vec<_>>()
    });
    prop::collection::vec(text, 0..400)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn whatever_is_written_is_read_back(lines in any_lines(), fails in prop::collection::vec(any::<bool>(), 8)) {
        let disk = Disk::default();
        let mut log = Log::on(Box::new(disk.clone()));
        for (number, line) in lines.iter().enumerate() {
            *disk.full.borrow_mut() = fails[number / 50 % 8];
            prop_assert_eq!(log.add(&record(number as u64, line)), number as u64);
        }
        for (number, line) in lines.iter().enumerate() {
            let same = log.show(number as u64, |read| *read == record(number as u64, line));
            prop_assert_eq!(same, Some(true), "line {}", number);
        }
        let mut number = 0;
        log.turn_pages(0, |sheet| {
            for read in sheet.records() {
                assert_eq!(read, record(number, &lines[number as usize]));
                number += 1;
            }
            ControlFlow::Continue(())
        });
        prop_assert_eq!(number, lines.len() as u64);
    }

    #[test]
    fn a_damaged_tape_costs_lines_but_never_more(
        lines in any_lines(), damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..50),
    ) {
        let disk = Disk::default();
        let mut log = Log::on(Box::new(disk.clone()));
        for line in &lines {
            log.add(&record(0, line));
        }
        for (place, byte) in damage {
            let mut bytes = disk.bytes.borrow_mut();
            if !bytes.is_empty() {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
        }
        let mut count = 0;
        log.turn_pages(0, |sheet| {
            count += sheet.records().count();
            ControlFlow::Continue(())
        });
        prop_assert_eq!(count, lines.len());
        prop_assert!((0..log.len()).all(|number| log.show(number, |_| ()).is_some()));
    }
}
