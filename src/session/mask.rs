//! Takes secrets out of everything that crosses the wire before any event exists. It knows every secret value that
//! may pass; the secret positions of commands are known to `at`.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

use crate::at;
use crate::secret::{DOTS, Secret};

/// Shorter texts are no secrets worth masking: they would hide ordinary words.
const SHORTEST: usize = 4;

/// The secret values that may cross the wire.
#[derive(Default)]
pub(super) struct Mask {
    /// Longest first, so that a secret inside another never shows the rest of it.
    secrets: Vec<Zeroizing<Vec<u8>>>,
    /// Whether any secret starts with this byte, so that most bytes of a stream need one look.
    starts: BTreeSet<u8>,
}

impl Mask {
    /// From now on this secret is dots, as it is and as it is escaped in an AT string.
    pub(super) fn add(&mut self, secret: &Secret) {
        let plain = secret.reveal();
        let quoted = at::quote(plain);
        let escaped = quoted.trim_matches('"');
        for text in [plain, escaped].into_iter().filter(|text| text.len() >= SHORTEST) {
            self.starts.extend(text.bytes().next());
            let bytes = Zeroizing::new(text.as_bytes().to_vec());
            if !self.secrets.contains(&bytes) {
                self.secrets.push(bytes);
            }
        }
        self.secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }

    /// A whole text without its secrets.
    pub(super) fn text(&self, text: &str) -> String {
        if self.plain(text.as_bytes()) == text.len() {
            return text.to_owned();
        }
        String::from_utf8_lossy(&self.bytes(text.as_bytes())).into_owned()
    }

    /// Bytes that nothing follows, without their secrets.
    pub(super) fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = Stream::default();
        let mut shown = stream.feed(self, bytes);
        shown.extend(stream.flush());
        shown
    }

    /// How many bytes at the start of `rest` begin no secret.
    fn plain(&self, rest: &[u8]) -> usize {
        if self.starts.is_empty() {
            return rest.len();
        }
        rest.iter().position(|byte| self.starts.contains(byte)).unwrap_or(rest.len())
    }

    /// What the bytes at the start of `rest` are to a watcher of secrets.
    fn look(&self, rest: &[u8]) -> Look {
        let mut look = Look::Nothing;
        for secret in &self.secrets {
            if rest.starts_with(secret) {
                return Look::Secret(secret.len());
            }
            if secret.starts_with(rest) {
                look = Look::Beginning;
            }
        }
        look
    }
}

enum Look {
    Nothing,
    Secret(usize),
    Beginning,
}

/// One direction of one channel: secrets are found however the stream is cut.
#[derive(Default)]
pub(super) struct Stream {
    /// The beginning of what may become a secret.
    held: Vec<u8>,
    /// How much of `held` was shown already, as itself or as dots, because nothing followed for a while.
    shown: usize,
}

impl Stream {
    /// The bytes that may be shown now.
    pub(super) fn feed(&mut self, mask: &Mask, bytes: &[u8]) -> Vec<u8> {
        let mut all = std::mem::take(&mut self.held);
        let already = std::mem::take(&mut self.shown);
        all.extend_from_slice(bytes);
        let mut out = Vec::with_capacity(all.len());
        let mut at = 0;
        while let Some(rest) = all.get(at..).filter(|rest| !rest.is_empty()) {
            match mask.look(rest) {
                Look::Secret(length) => {
                    out.extend_from_slice(DOTS.as_bytes());
                    at += length;
                }
                Look::Beginning => {
                    self.shown = already.saturating_sub(at);
                    self.held = rest.to_vec();
                    // So few bytes tell nothing, and ordinary messages end with them all the time.
                    if self.held.len() < SHORTEST {
                        out.extend(self.flush());
                    }
                    return out;
                }
                Look::Nothing => {
                    // Most bytes begin no secret, and pass in runs.
                    let end = at + 1 + mask.plain(rest.get(1..).unwrap_or_default());
                    out.extend_from_slice(all.get(at.max(already)..end).unwrap_or_default());
                    at = end;
                }
            }
        }
        out
    }

    /// What is held back, because nothing more may come: as it is while it is too short to tell anything, else dots.
    pub(super) fn flush(&mut self) -> Vec<u8> {
        let waiting = self.held.get(self.shown..).unwrap_or_default();
        let out = if waiting.is_empty() {
            Vec::new()
        } else if self.held.len() < SHORTEST {
            waiting.to_vec()
        } else {
            DOTS.as_bytes().to_vec()
        };
        self.shown = self.held.len();
        out
    }

    pub(super) fn is_holding(&self) -> bool {
        self.held.len() > self.shown
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mask(secrets: &[&str]) -> Mask {
        let mut mask = Mask::default();
        secrets.iter().for_each(|secret| mask.add(&Secret::new(*secret)));
        mask
    }

    #[test]
    fn a_known_secret_becomes_dots_wherever_it_stands() {
        assert_eq!(mask(&["hunter2"]).text("a hunter2, b"), format!("a {DOTS}, b"));
    }

    #[test]
    fn a_secret_is_masked_in_its_escaped_form_too() {
        assert_eq!(mask(&["pass\"word"]).text("=\"pass\\22word\""), format!("=\"{DOTS}\""));
    }

    #[test]
    fn text_that_only_begins_like_a_secret_is_shown() {
        assert_eq!(mask(&["hunter2"]).text("the hunt is on"), "the hunt is on");
    }

    #[test]
    fn a_pause_in_the_middle_of_a_secret_shows_at_most_its_first_three_bytes() {
        let mask = mask(&["hunter2hunter2"]);
        let mut stream = Stream::default();
        let mut shown = Vec::new();
        for byte in b"hunter2hunter2" {
            shown.extend(stream.feed(&mask, &[*byte]));
            shown.extend(stream.flush());
        }
        let shown = String::from_utf8(shown).unwrap();
        assert!(!shown.contains("hunt"), "{shown}");
    }

    proptest! {
        #[test]
        fn no_split_of_the_stream_shows_a_secret(before in "[a-z2]{0,12}", after in "[a-z2]{0,12}", cuts in prop::collection::vec(1usize..6, 0..20)) {
            let mask = mask(&["hunter2", "nterx9"]);
            let all = format!("{before}hunter2{after}");
            let mut stream = Stream::default();
            let mut shown = Vec::new();
            let mut rest = all.as_bytes();
            for cut in cuts.into_iter().chain([usize::MAX]) {
                let (now, later) = rest.split_at(cut.min(rest.len()));
                shown.extend(stream.feed(&mask, now));
                rest = later;
            }
            shown.extend(stream.flush());
            let shown = String::from_utf8_lossy(&shown).into_owned();
            prop_assert!(!shown.contains("hunter2"));
            prop_assert!(shown.contains(DOTS));
        }

        #[test]
        fn a_stream_without_secrets_passes_unchanged(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut stream = Stream::default();
            let mut shown = stream.feed(&mask(&["hunter2hunter2"]), &bytes);
            shown.extend(stream.flush());
            prop_assert_eq!(shown, bytes);
        }
    }
}
