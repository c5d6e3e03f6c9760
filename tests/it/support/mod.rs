//! What several tests share: waiting for what can be observed, finding programs, ending them.

pub(crate) mod cloud_server;
pub(crate) mod corpus;
pub(crate) mod keyring;
pub(crate) mod lab;
pub(crate) mod mosquitto;
pub(crate) mod person;
pub(crate) mod program;
pub(crate) mod rust_source;
pub(crate) mod set_up;

use std::path::PathBuf;
use std::process::Child;
use std::sync::OnceLock;
use std::time::{Duration, Instant, UNIX_EPOCH};
use std::{env, thread};

use xpress_center::credential::make::Validity;
use xpress_center::moment::UnixTime;

/// Looks every few milliseconds until there is something to see; nothing within `limit` is `None`.
pub(crate) fn wait_until<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + limit;
    loop {
        let seen = look();
        if seen.is_some() || Instant::now() >= deadline {
            return seen;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// From an hour ago to a year ahead: what ends within 30 days has to be agreed to. It is the same for all, because nothing
/// may outlast the authority that signed it.
pub(crate) fn valid_now() -> Validity {
    static NOW: OnceLock<i64> = OnceLock::new();
    let now = NOW.get_or_init(|| i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap());
    Validity { not_before: UnixTime(now - 3600), not_after: UnixTime(now + 365 * 86_400) }
}

/// The path of a program that a Debian package brings; a missing one fails the test with the package's name.
pub(crate) fn program(name: &str, package: &str) -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin")])
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
        .unwrap_or_else(|| panic!("{name} is missing: apt-get install {package}"))
}

/// A process that ends with the test that started it.
pub(crate) struct Running(pub(crate) Child);

impl Running {
    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // An error here means that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
