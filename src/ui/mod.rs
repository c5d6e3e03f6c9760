//! The window: panels read the model and push actions, only [`App`] applies them. It is the only module that names egui,
//! and it knows nothing of ports, files and threads: it has one handle with `send` and `poll`.

pub mod actions;
mod app;
mod closing;
mod desk;
mod dialogs;
#[cfg(test)]
mod dropped;
mod leaving;
mod naming;
mod navigation;
mod notices;
pub mod pages;
pub mod panes;
mod playing;
mod row;
pub mod saver;
mod search;
mod tab_bar;
pub mod theme;
mod top_bar;
pub mod widgets;
pub mod wizard;

pub use app::App;
