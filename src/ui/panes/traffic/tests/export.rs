//! Rows into files and captures out of them.

use std::path::PathBuf;
use std::sync::Arc;

use super::*;
use crate::capture::{Frame, Reader};
use crate::model::{Foreign, MemoryTape, NewContent, Part, Place, Tape};
use crate::problem::{Kind, Problem};
use crate::session::Framed;
use crate::ui::dropped::Dropped;

const PATH: &str = "/tmp/lab/traffic.file";

impl Screen {
    /// Chooses this item of the menu for saving.
    fn save(&mut self, item: &str) {
        self.click("Save the traffic");
        self.click(item);
    }

    fn news(&mut self, news: &News) {
        self.0.state_mut().pane.handle_news(news);
        self.0.run();
    }

    /// Does what the shell would do, and gives the slices that went into the file.
    fn serve(&mut self) -> Vec<Vec<u8>> {
        let mut slices = Vec::new();
        loop {
            let orders = std::mem::take(&mut self.0.state_mut().orders);
            if orders.is_empty() {
                return slices;
            }
            for order in orders {
                match order {
                    Order::SaveFiles { purpose, files, .. } => {
                        assert_eq!(files[0].content, NewContent::Public(String::new()));
                        let result = Ok(vec![PathBuf::from(PATH)]);
                        self.news(&News::Saved { purpose, place: PATH.into(), result });
                    }
                    Order::AppendFile { purpose, path, bytes, .. } => {
                        assert_eq!(path, PathBuf::from(PATH));
                        slices.push(bytes);
                        self.news(&News::Appended { purpose, result: Ok(()) });
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }

    fn exported(&mut self, item: &str) -> String {
        self.save(item);
        String::from_utf8_lossy(&self.serve().concat()).into_owned()
    }

    fn frames(&mut self) -> Vec<Frame> {
        self.save("Save as pcapng for Wireshark…");
        let bytes = self.serve().concat();
        Reader::new(bytes.as_slice()).unwrap().map(Result::unwrap).collect()
    }

    /// As the window does when the shell has read a capture.
    fn open(&mut self, number: u64, bytes: &[u8]) {
        let content = FileContent { path: "/tmp/lab/theirs.pcapng".into(), bytes: bytes.to_vec().into() };
        let mut foreign = Foreign::open(content, Box::<MemoryTape>::default(), number).unwrap();
        foreign.go_on();
        assert!(!foreign.is_reading());
        self.0.state_mut().model.foreign = Some(foreign);
        self.0.run();
    }
}

#[test]
fn every_format_holds_every_message() {
    let mut screen = Screen::new();
    let text = screen.exported("Save as text…");
    assert_eq!(text.lines().count(), 4);
    assert!(text.contains("→ data on channel 0, 10 bytes (peer 2): one"), "{text}");
    assert!(screen.sees("Saved 4 rows: /tmp/lab/traffic.file"));
    let dump = screen.exported("Save as a hex dump…");
    assert!(dump.contains("00 36 00 6F 6E 65 55") || dump.contains("00 36 00 6f 6e 65 55"), "{dump}");
    let json = screen.exported("Save as JSON lines…");
    assert!(json.lines().all(|line| line.starts_with('{')) && json.contains(r#""text":"four""#), "{json}");
    let csv = screen.exported("Save as CSV…");
    assert_eq!(csv.lines().count(), 5, "with its head");
    let payloads: Vec<_> = screen.frames().iter().map(|frame| frame.payload().to_vec()).collect();
    assert_eq!(payloads, [&b"one"[..], b"two", b"three", b"four"]);
}

#[test]
fn what_the_filter_shows_or_the_selection_is_saved_alone() {
    let mut screen = Screen::new();
    screen.click("Filter the traffic");
    screen.0.get_by_role_and_label(Role::TextInput, "Filter by text").type_text("o");
    screen.0.run();
    screen.click("Save the traffic");
    assert!(screen.sees("Shown by the filter, 3 rows") && screen.sees("All, 4 rows"));
    screen.click("Save as JSON lines…");
    let json = String::from_utf8(screen.serve().concat()).unwrap();
    assert_eq!(json.lines().count(), 3);
    assert!(!json.contains("three"), "{json}");
    screen.click("Received 3 bytes: two");
    screen.click("Save the traffic");
    screen.click("Selected, 1 row");
    screen.click("Save as text…");
    let text = String::from_utf8(screen.serve().concat()).unwrap();
    assert!(text.lines().count() == 1 && text.ends_with("two\n"), "{text}");
    screen.click("Save the traffic");
    screen.click("All, 4 rows");
    screen.click("Save as text…");
    assert_eq!(String::from_utf8(screen.serve().concat()).unwrap().lines().count(), 4);
}

#[test]
fn many_rows_go_in_slices_one_at_a_time_and_can_be_stopped_between_them() {
    let mut screen = Screen::new();
    let long = "x".repeat(2000);
    (0..2000).for_each(|_| screen.0.state_mut().data(Direction::Received, 0, &long));
    screen.0.run();
    screen.save("Save as JSON lines…");
    let slices = screen.serve();
    let most = slices.iter().map(Vec::len).max().unwrap();
    assert!(slices.len() > 5 && most < 600 * 1024, "{} slices, {most}", slices.len());
    assert_eq!(String::from_utf8(slices.concat()).unwrap().lines().count(), 2004);

    screen.save("Save as JSON lines…");
    screen.0.state_mut().orders.clear();
    screen.news(&News::Saved {
        purpose: "traffic.export".to_owned(),
        place: PATH.into(),
        result: Ok(vec![PATH.into()]),
    });
    screen.0.run();
    let count = screen.0.state().orders.len();
    assert_eq!(count, 1, "the next slice waits until this one is on the disk");
    assert!(matches!(screen.0.state().orders[0], Order::AppendFile { part: Part::More, .. }));
    assert!(screen.sees("Saving, 12 %"));
    screen.click("Cancel saving");
    assert!(screen.sees("Saving was cancelled: "));
    screen.news(&News::Appended { purpose: "traffic.export.2".to_owned(), result: Ok(()) });
    assert_eq!(screen.0.state().orders.len(), 1, "nothing more is sent");
}

#[test]
fn a_full_disk_ends_the_saving_and_is_said_once() {
    let mut screen = Screen::new();
    screen.save("Save as text…");
    screen.0.state_mut().orders.clear();
    let purpose = || "traffic.export".to_owned();
    screen.news(&News::Saved { purpose: purpose(), place: PATH.into(), result: Ok(vec![PATH.into()]) });
    screen.0.state_mut().orders.clear();
    let full = Problem::new(Kind::FileUnwritable, "There is no room left for it", "Make room");
    screen.news(&News::Appended { purpose: "traffic.export.1".to_owned(), result: Err(full) });
    assert_eq!(screen.0.query_all_by_label_contains("There is no room left").count(), 1);
    assert_eq!(screen.0.state().orders.len(), 0);
    screen.click("Close what is said about saving");
    assert!(!screen.sees("There is no room left"));
}

#[test]
fn rows_that_are_cleared_while_they_are_saved_end_it() {
    let mut screen = Screen::new();
    screen.save("Save as text…");
    screen.0.state_mut().orders.clear();
    screen.0.state_mut().model.traffic.clear();
    let purpose = "traffic.export".to_owned();
    screen.0.state_mut().pane.handle_news(&News::Saved {
        purpose,
        place: PATH.into(),
        result: Ok(vec![PATH.into()]),
    });
    screen.0.run();
    assert!(screen.sees("The rows are not shown any more: 0 rows are in the file"));
    assert!(screen.0.state().orders.is_empty());
}

#[test]
fn a_file_that_is_there_is_replaced_only_with_a_yes() {
    let mut screen = Screen::new();
    screen.save("Save as CSV…");
    screen.0.state_mut().orders.clear();
    let taken = Problem::new(Kind::FileExists, "There is a file of that name already", "Agree");
    let purpose = "traffic.export".to_owned();
    screen.news(&News::Saved { purpose, place: PATH.into(), result: Err(taken) });
    assert!(screen.0.state().orders.is_empty());
    screen.click("Replace what is there");
    let csv = String::from_utf8(screen.serve().concat()).unwrap();
    assert_eq!(csv.lines().count(), 5);
}

/// A disk that takes nothing.
#[derive(Debug)]
struct Full;

impl Tape for Full {
    fn append(&mut self, _: &[u8]) -> Result<(), Problem> {
        Err(Problem::new(Kind::FileUnwritable, "full", "make room"))
    }

    fn read(&self, _: u64, _: &mut [u8]) -> Result<(), Problem> {
        Err(Problem::new(Kind::WrongFile, "nothing there", "make room"))
    }

    fn clear(&mut self) {}
}

#[test]
fn rows_that_could_not_be_kept_are_named_in_text_and_counted_where_a_format_has_no_words() {
    let mut screen = Screen::new();
    screen.0.state_mut().model = Model::on(Box::<MemoryTape>::default(), Box::new(Full));
    let long = "x".repeat(4000);
    (0..4500).for_each(|_| screen.0.state_mut().data(Direction::Received, 0, &long));
    screen.0.run();
    let missing = usize::try_from(screen.0.state().model.traffic.missing()).unwrap();
    assert!(missing > 0);
    let text = screen.exported("Save as text…");
    assert_eq!(text.lines().filter(|line| line.contains("(a row that could not be kept)")).count(), missing);
    let json = screen.exported("Save as JSON lines…");
    assert_eq!(json.lines().count(), 4500 - missing);
    assert!(
        screen
            .sees(&format!("Saved {} rows; {missing} rows that could not be kept left out", 4500 - missing))
    );
}

#[test]
fn raw_bytes_and_control_packets_are_saved_too() {
    let mut screen = Screen::new();
    let desk = screen.0.state_mut();
    desk.tell(Event::Mode(Some(Mode::Extended)));
    let at = desk.model.now;
    let direction = Direction::Received;
    desk.tell(Event::Packet(Framed { at, direction, packet: crate::edm::Packet::Start }));
    desk.tell(Event::Wire(Wire { at, direction, kind: WireKind::Noise, bytes: b"noise".to_vec() }));
    screen.0.run();
    let text = screen.exported("Save as text…");
    assert!(text.contains("(bytes outside packets)"), "{text}");
    assert_eq!(screen.frames().last().unwrap().bytes(), b"noise");
}

#[test]
fn a_message_of_a_capture_is_not_taken_for_the_live_one_of_its_number_and_length() {
    let mut screen = Screen::new();
    screen.click("Sent 3 bytes: one");
    assert!(screen.sees("6f 6e"));
    let mut writer = crate::capture::Writer::new(crate::capture::Format::JsonLines, Vec::new()).unwrap();
    let at = crate::capture::UnixNanos(1_769_860_800_000_000_000);
    writer.write(&Frame::burst(at, crate::capture::Direction::Sent, b"two".to_vec())).unwrap();
    screen.open(1, &writer.finish().unwrap());
    screen.click("Sent 3 bytes: two");
    assert!(screen.sees("74 77 6f"));
}

#[test]
fn a_capture_is_looked_at_like_the_live_traffic_and_left_again_as_it_was() {
    let mut screen = Screen::new();
    screen.click("Received 4 bytes: four");
    screen.key(Modifiers::COMMAND, Key::B);
    let mut writer = crate::capture::Writer::new(crate::capture::Format::JsonLines, Vec::new()).unwrap();
    for text in ["their first", "their second"] {
        let at = crate::capture::UnixNanos(1_769_860_800_000_000_000);
        let frame = Frame::burst(at, crate::capture::Direction::Sent, text.as_bytes().to_vec());
        writer.write(&frame).unwrap();
    }
    let bytes = writer.finish().unwrap();
    screen.open(1, &bytes);
    assert!(screen.sees("theirs.pcapng · 2 messages"));
    assert_eq!(screen.rows(), ["their first", "their second"]);
    screen.click("Filter the traffic");
    screen.0.get_by_role_and_label(Role::TextInput, "Filter by text").type_text("second");
    screen.0.run();
    assert_eq!(screen.rows(), ["their second"]);
    screen.click("Sent 12 bytes: their second");
    assert!(screen.sees("74 68 65 69 72"), "in full");
    screen.open(2, &bytes);
    assert_eq!(screen.rows().len(), 2, "another one begins without a filter");
    screen.0.state_mut().data(Direction::Received, 1, "live");
    screen.click("Back to the live traffic");
    assert!(screen.0.state().changes.contains(&Action::CloseCapture));
    screen.0.state_mut().model.foreign = None;
    screen.0.run();
    assert_eq!(screen.rows(), ["one", "two", "three", "four", "live"]);
    let pane = &screen.0.state().pane;
    assert_eq!((pane.sight.selection.head(), pane.sight.bookmarks.len()), (Some(3), 1));
}

#[test]
fn a_capture_that_is_dropped_is_opened_and_other_files_are_left_to_others() {
    let mut screen = Screen::new();
    let files = ["/tmp/a.pem", "/tmp/theirs.PCAPNG"]
        .map(|path| -> Arc<dyn egui::DroppedFile + Send + Sync> { Arc::new(Dropped(path.into())) });
    screen.0.input_mut().dropped_files = files.to_vec();
    screen.0.run();
    let orders = &screen.0.state().orders;
    assert_eq!(orders.as_slice(), [Order::OpenCapture(Place::At("/tmp/theirs.PCAPNG".into()))]);
}
