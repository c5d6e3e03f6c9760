//! A file that tests drop on the window. It has a path and no content: only the shell reads files.

use std::path::{Path, PathBuf};

#[derive(Debug)]
pub(super) struct Dropped(pub(super) PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("only the shell reads files".to_owned())
    }
}
