//! Bytes from the line become lines and prompts. What a line means is the business of `meaning` and `Answer`.

use std::collections::VecDeque;

use memchr::memchr2;

/// The longest line in bytes (give or take a character); a longer one is cut and goes on as the next.
pub const MAX_LINE: usize = 64 * 1024;

/// What the decoder makes of the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A line without its end, never empty. Text that is not UTF-8 is read as ISO-8859-1.
    Line(String),
    /// The `>` that asks for raw bytes; nothing follows it (protocol.md §7.2).
    Prompt,
}

/// Cuts a byte stream into lines. CR, LF and CR LF all end a line; blank lines are dropped.
#[derive(Debug)]
pub struct Decoder {
    unread: VecDeque<u8>,
    line: Vec<u8>,
    at_line_start: bool,
    after_cr: bool,
    prompt_expected: bool,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder {
    /// A decoder at the start of a line, expecting no prompt.
    pub const fn new() -> Self {
        Self {
            unread: VecDeque::new(),
            line: Vec::new(),
            at_line_start: true,
            after_cr: false,
            prompt_expected: false,
        }
    }

    /// Takes bytes in any chunking. They are read one item at a time, by [`poll`](Self::poll).
    pub fn feed(&mut self, bytes: &[u8]) {
        self.unread.extend(bytes);
    }

    /// The next item, or `None` until more bytes come.
    pub fn poll(&mut self) -> Option<Item> {
        loop {
            self.take_run();
            let byte = self.unread.pop_front()?;
            if let Some(item) = self.read(byte) {
                return Some(item);
            }
        }
    }

    /// Says whether a `>` at the start of a line is the next prompt. The first prompt ends the expectation.
    pub fn expect_prompt(&mut self, expected: bool) {
        self.prompt_expected = expected;
    }

    /// Takes what has been polled of a line that has not ended yet; its rest comes as a line of its own.
    /// For display after a pause.
    pub fn take_partial(&mut self) -> Option<String> {
        (!self.line.is_empty()).then(|| self.take_line())
    }

    /// Takes the bytes that stand behind the last item: what follows the `OK` to `ATO1` or `ATO2` is no AT
    /// text. The LF of a line end whose CR was the last byte read is left out.
    pub fn take_rest(&mut self) -> Vec<u8> {
        if self.after_cr && self.unread.front() == Some(&b'\n') {
            self.unread.pop_front();
        }
        let mut rest = std::mem::take(&mut self.line);
        rest.extend(self.unread.drain(..));
        self.clear();
        rest
    }

    /// Forgets everything, the expectation of a prompt too.
    pub fn clear(&mut self) {
        *self = Self::new();
    }

    /// Takes what is plain up to the next line end at once. A prompt, and the cut of a long line, are left to `read`.
    fn take_run(&mut self) {
        if self.at_line_start && self.prompt_expected {
            return;
        }
        let (front, _) = self.unread.as_slices();
        let end = memchr2(b'\r', b'\n', front).unwrap_or(front.len());
        let run = end.min(MAX_LINE.saturating_sub(self.line.len()));
        let Some(plain) = front.get(..run).filter(|plain| !plain.is_empty()) else { return };
        self.line.extend_from_slice(plain);
        self.unread.drain(..run);
        (self.at_line_start, self.after_cr) = (false, false);
    }

    fn read(&mut self, byte: u8) -> Option<Item> {
        self.after_cr = byte == b'\r';
        match byte {
            b'\r' | b'\n' => {
                self.at_line_start = true;
                self.take_partial().map(Item::Line)
            }
            b'>' if self.prompt_expected && self.at_line_start => {
                self.prompt_expected = false;
                Some(Item::Prompt)
            }
            _ => {
                self.at_line_start = false;
                let cut = self.must_cut_before(byte).then(|| self.take_line());
                self.line.push(byte);
                cut.map(Item::Line)
            }
        }
    }

    /// A long line is cut between characters; a run of stray continuation bytes does not hold the cut up.
    fn must_cut_before(&self, byte: u8) -> bool {
        let continues_character = matches!(byte, 0x80..=0xBF);
        self.line.len() >= MAX_LINE && (!continues_character || self.line.len() >= MAX_LINE + 3)
    }

    fn take_line(&mut self) -> String {
        String::from_utf8(std::mem::take(&mut self.line))
            .unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(text: &str) -> Item {
        Item::Line(text.to_owned())
    }

    fn items(decoder: &mut Decoder) -> Vec<Item> {
        std::iter::from_fn(|| decoder.poll()).collect()
    }

    fn decoded(bytes: &[u8]) -> Vec<Item> {
        let mut decoder = Decoder::new();
        decoder.feed(bytes);
        items(&mut decoder)
    }

    #[test]
    fn both_spacings_between_information_and_ok_give_the_same_lines() {
        let expected = [line("AT+UDCP=x"), line("+UDCP:2"), line("OK")];
        assert_eq!(decoded(b"AT+UDCP=x\r\r\n+UDCP:2\r\nOK\r\n"), expected);
        assert_eq!(decoded(b"AT+UDCP=x\r\r\n+UDCP:2\r\n\r\nOK\r\n"), expected);
    }

    #[test]
    fn an_echo_that_ends_in_cr_is_a_line_at_once() {
        assert_eq!(decoded(b"AT\r"), [line("AT")]);
        assert_eq!(decoded(b"AT\nOK\n"), [line("AT"), line("OK")]);
    }

    #[test]
    fn a_prompt_needs_no_line_end_and_may_come_in_a_later_chunk() {
        let mut decoder = Decoder::new();
        decoder.expect_prompt(true);
        decoder.feed(b"AT+USECMNG=0,0,ca.pem,3\r\r\n");
        assert_eq!(items(&mut decoder), [line("AT+USECMNG=0,0,ca.pem,3")]);
        decoder.feed(b">");
        assert_eq!(items(&mut decoder), [Item::Prompt]);
        decoder.feed(b"\r\n+USECMNG:0,0,\"ca.pem\",\"AB\"\r\nOK\r\n");
        assert_eq!(items(&mut decoder), [line("+USECMNG:0,0,\"ca.pem\",\"AB\""), line("OK")]);
    }

    #[test]
    fn a_greater_sign_is_text_unless_a_prompt_is_expected_at_the_start_of_a_line() {
        assert_eq!(decoded(b"\r\n>\r\n"), [line(">")]);
        let mut decoder = Decoder::new();
        decoder.expect_prompt(true);
        decoder.feed(b"a>b\r\n>>\r\n");
        assert_eq!(items(&mut decoder), [line("a>b"), Item::Prompt, line(">")]);
    }

    #[test]
    fn what_stands_without_a_line_end_can_be_taken_once() {
        let mut decoder = Decoder::new();
        decoder.expect_prompt(true);
        decoder.feed(b"rst:0x1");
        assert_eq!(items(&mut decoder), []);
        assert_eq!(decoder.take_partial().as_deref(), Some("rst:0x1"));
        assert_eq!(decoder.take_partial(), None);
        decoder.feed(b">boot\r\n");
        assert_eq!(items(&mut decoder), [line(">boot")]);
    }

    #[test]
    fn what_follows_the_ok_to_a_mode_change_is_handed_over_as_bytes() {
        let edm_start = b"\xAA\x00\x02\x00\x71\x55";
        for (answer, rest) in [
            ([b"\r\nOK\r\n", &edm_start[..]].concat(), &edm_start[..]),
            (b"OK\r".to_vec(), b""),
            (b"OK\n\nx".to_vec(), b"\nx"),
        ] {
            let mut decoder = Decoder::new();
            decoder.feed(&answer);
            assert_eq!(decoder.poll(), Some(line("OK")));
            assert_eq!(decoder.take_rest(), rest);
            assert_eq!(decoder.poll(), None);
        }
    }

    #[test]
    fn text_is_utf_8_where_valid_and_iso_8859_1_otherwise() {
        assert_eq!(decoded("Café\r".as_bytes()), [line("Café")]);
        assert_eq!(decoded(b"Caf\xE9\r"), [line("Café")]);
    }

    #[test]
    fn a_line_too_long_is_cut_between_characters_and_goes_on() {
        let text = "x".repeat(MAX_LINE - 1) + "é" + "rest";
        let expected = [line(&("x".repeat(MAX_LINE - 1) + "é")), line("rest")];
        assert_eq!(decoded(format!("{text}\r").as_bytes()), expected);

        let noise = vec![0x80; MAX_LINE * 2];
        assert!(
            decoded(&noise)
                .iter()
                .all(|item| matches!(item, Item::Line(text) if text.chars().count() <= MAX_LINE + 3))
        );
        assert_eq!(decoded(&noise).len(), 1);
    }

    #[test]
    fn clearing_forgets_the_line_and_the_expected_prompt() {
        let mut decoder = Decoder::new();
        decoder.expect_prompt(true);
        decoder.feed(b"half");
        assert_eq!(decoder.poll(), None);
        decoder.clear();
        decoder.feed(b">\r");
        assert_eq!(items(&mut decoder), [line(">")]);
    }

    fn chunk() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'>'), any::<u8>()];
        prop::collection::vec(byte, 0..8)
    }

    proptest! {
        #[test]
        fn any_chunking_gives_the_same_items(
            chunks in prop::collection::vec(chunk(), 0..30),
            prompt in any::<bool>(),
        ) {
            let mut whole = Decoder::new();
            whole.expect_prompt(prompt);
            whole.feed(&chunks.concat());
            let mut pieces = Decoder::new();
            pieces.expect_prompt(prompt);
            let mut seen = Vec::new();
            for chunk in &chunks {
                pieces.feed(chunk);
                seen.extend(items(&mut pieces));
            }
            prop_assert_eq!(items(&mut whole), seen);
            prop_assert_eq!(whole.take_partial(), pieces.take_partial());
        }
    }
}
