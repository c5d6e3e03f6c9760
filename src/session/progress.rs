//! How far an upload has got on its way out of the computer. The engine hands bytes over at once; whoever owns the port
//! says how many of them it has taken.

/// Bytes that were handed over for the port and bytes that it has taken, since the line was opened.
#[derive(Debug, Default)]
pub(super) struct Progress {
    given: u64,
    taken: u64,
    upload: Option<Upload>,
}

/// The upload that leaves now: where it begins and ends in what was given, and how many bytes it has without packets
/// around them.
#[derive(Debug)]
struct Upload {
    begin: u64,
    end: u64,
    bytes: usize,
}

/// So many bytes of an upload have left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) bytes: usize,
    pub(super) of: usize,
}

impl Progress {
    /// Bytes were handed over.
    pub(super) fn give(&mut self, bytes: usize) {
        self.given += bytes as u64;
    }

    /// How much was handed over so far.
    pub(super) const fn given(&self) -> u64 {
        self.given
    }

    /// Everything handed over from `begin` on is an upload of this many bytes.
    pub(super) fn watch(&mut self, begin: u64, bytes: usize) {
        self.upload = Some(Upload { begin, end: self.given, bytes });
    }

    /// The port has taken bytes; says so if some of them belong to the upload.
    pub(super) fn take(&mut self, bytes: usize) -> Option<Written> {
        self.taken += bytes as u64;
        let upload = self.upload.take_if(|upload| self.taken > upload.begin)?;
        let whole = (upload.end - upload.begin).max(1);
        let part = self.taken.min(upload.end) - upload.begin;
        let of = upload.bytes;
        let bytes = usize::try_from(of as u64 * part / whole).unwrap_or(of);
        if self.taken < upload.end {
            self.upload = Some(upload);
        }
        Some(Written { bytes, of })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_bytes_of_the_upload_count_and_its_packets_do_not() {
        let mut progress = Progress::default();
        progress.give(30);
        let begin = progress.given();
        progress.give(220);
        progress.watch(begin, 200);
        progress.give(10);
        assert_eq!(progress.take(20), None, "these came before it");
        assert_eq!(progress.take(120), Some(Written { bytes: 100, of: 200 }));
        assert_eq!(progress.take(115), Some(Written { bytes: 200, of: 200 }));
        assert_eq!(progress.take(5), None, "these came after it");
    }
}
