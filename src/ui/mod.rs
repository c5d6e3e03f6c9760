//! The window: panels read the model and push actions, only [`App`] applies them. It is the only module that names egui,
//! and it knows nothing of ports, files and threads: it has one handle with `send` and `poll`.

pub mod actions;
mod app;
mod dialogs;
#[cfg(test)]
mod dropped;
mod leaving;
mod navigation;
mod notices;
pub mod pages;
pub mod panes;
mod playing;
pub mod saver;
mod search;
pub mod theme;
mod top_bar;
pub mod widgets;
pub mod wizard;

pub use app::App;
