//! The tests that need more than one module, in one target because each further target is another large link.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests"
)]

mod architecture;
mod aws;
mod check;
mod cloud_sessions;
mod clouds;
mod data_mode;
mod data_mode_set_ups;
mod effort;
mod export;
mod keyring;
mod macros;
mod making;
mod messages;
mod module_settings;
mod pictures;
mod refusals;
mod search;
mod session;
mod several;
mod store;
mod support;
mod tape;
mod token;
mod traffic;
mod wifi;
mod window;
mod wireshark;
