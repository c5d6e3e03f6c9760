//! Any bytes as a file that somebody brings: reading and judging them must neither panic nor run away.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xpress_center::credential::check::{File, Naming, together};
use xpress_center::credential::read;
use xpress_center::moment::UnixTime;
use xpress_center::secret::Secret;

fuzz_target!(|bytes: &[u8]| {
    let password = Secret::new("example");
    if let Ok(content) = read(bytes, Some(&password)) {
        let file = File { name: "x", content: &content };
        together(&[file], &Naming::DeviceId("device1"), Some(&password), UnixTime(1_900_000_000));
    }
});
