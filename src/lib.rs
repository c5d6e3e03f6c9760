//! Sets up u-connectXpress Wi-Fi modules for the cloud and shows everything that happens on the wire.
//!
//! The architecture in one page: a pure core without I/O, clock or threads, and a thin shell with all of them.
//! `ARCHITECTURE.md` has the map, and the table of who may use whom.

// Words that everybody uses.
pub mod moment;
pub mod problem;
pub mod secret;

// What crosses the wire.
pub mod at;
pub mod edm;
pub mod payload;

// What is known: of commands, of modules, of certificates and keys, of a person's wishes.
pub mod catalogue;
pub mod credential;
pub mod module;
pub mod profile;

// What will be done, and doing it.
pub mod macros;
pub mod messages;
pub mod plan;
pub mod session;
pub mod shelf;

// The make-believe world: a module, and the clouds it talks to.
pub mod cloud;
pub mod mqtt;
pub mod simulator;

// What is kept and what is shown.
pub mod capture;
pub mod model;
pub mod record;
pub mod roundtrip;
pub mod ui;

// Everything impure.
pub mod cli;
pub mod shell;
