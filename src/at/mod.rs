//! AT text in both directions: lines and prompts out of bytes, answers and commands out of lines, and the
//! places in a command that are secret. It knows the grammar (protocol.md §2), not what any single command
//! does.

mod answer;
mod command;
mod decoder;
mod masking;
mod meaning;
mod quote;
mod request;

pub use answer::Answer;
pub use command::Command;
pub use decoder::{Decoder, Item, MAX_LINE};
pub use masking::{masked, secret_spans};
pub use meaning::{Meaning, meaning};
pub use quote::{fields, quote, unquote};
pub use request::{Form, Param, Request};

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod transcripts;
