//! Everything impure: ports, sockets, files, threads, clocks and the environment. It moves bytes and news between the
//! world and the core, and decides nothing that the core could decide.

pub mod clock;
pub mod demonstration;
mod deposit;
pub mod errands;
pub mod files;
pub mod keyring;
pub mod link;
pub mod log;
pub mod net;
pub mod profiles;
#[cfg(unix)]
pub mod pty;
pub mod recording;
pub mod saving;
pub mod serve;
pub mod settings;
pub mod simulation;
pub mod tape;
mod threads;
pub mod vault;
