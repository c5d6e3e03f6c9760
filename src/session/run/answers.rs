//! JSON answers out of a stream of bytes. A long answer comes in several packets (protocol.md §5.5), and in data mode
//! nothing says where one ends (§9): so it is cut where the JSON itself ends, and what follows is kept for the next.

use serde_json::{Deserializer, Value};

/// What has come from a peer and was not taken yet.
#[derive(Default)]
pub(super) struct Answers(Vec<u8>);

/// What came is not JSON, however much may follow.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotJson;

impl Answers {
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// The next answer, once all of it is there.
    pub(super) fn take(&mut self) -> Result<Option<Value>, NotJson> {
        let mut values = Deserializer::from_slice(&self.0).into_iter();
        let value = match values.next() {
            None => None,
            Some(Ok(value)) => Some(value),
            Some(Err(error)) if error.is_eof() => return Ok(None),
            Some(Err(_)) => return Err(NotJson),
        };
        let end = values.byte_offset();
        self.0.drain(..end);
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FIRST: &str = r#"{"operationId":"5.b0","status":"assigning","text":"grüß dich } \" {"}"#;
    const SECOND: &str = r#"{"status":"assigned","registrationState":{"assignedHub":"h"}}"#;

    /// The answers of a stream that comes in these pieces.
    fn answers<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
        let (mut answers, mut taken) = (Answers::default(), Vec::new());
        for piece in pieces {
            answers.feed(piece);
            while let Some(value) = answers.take().unwrap() {
                taken.push(value["status"].as_str().unwrap().to_owned());
            }
        }
        taken
    }

    #[test]
    fn two_answers_cut_at_any_byte_are_two_answers() {
        let stream = format!("\r\n{FIRST}{SECOND}");
        for at in 0..=stream.len() {
            let (one, other) = stream.as_bytes().split_at(at);
            assert_eq!(answers([one, other]), ["assigning", "assigned"], "{at}");
        }
    }

    #[test]
    fn what_is_no_json_is_told_at_once_and_half_an_answer_is_waited_for() {
        let mut answers = Answers::default();
        answers.feed(&FIRST.as_bytes()[..20]);
        assert_eq!(answers.take(), Ok(None));
        let mut answers = Answers::default();
        answers.feed(b"Bad Request");
        assert_eq!(answers.take(), Err(NotJson));
    }

    proptest! {
        #[test]
        fn answers_come_out_of_pieces_of_any_size(sizes in prop::collection::vec(1_usize..40, 1..60)) {
            let stream = [FIRST, SECOND, FIRST].concat();
            let (mut rest, mut pieces) = (stream.as_bytes(), Vec::new());
            for size in sizes {
                let (piece, more) = rest.split_at(size.min(rest.len()));
                pieces.push(piece);
                rest = more;
            }
            pieces.push(rest);
            prop_assert_eq!(answers(pieces), ["assigning", "assigned", "assigning"]);
        }
    }
}
