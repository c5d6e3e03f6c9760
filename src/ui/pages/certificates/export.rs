//! Writing the certificate that is shown to a file. How a file is saved stands in `ui::saver`.

use egui::Ui;

use super::make::file_stem;
use super::part::whose;
use crate::credential::Certificate;
use crate::model::{NewContent, NewFile, News};
use crate::ui::actions::Actions;
use crate::ui::saver::Saver;

/// The last export.
pub(super) struct Export(Saver);

impl Default for Export {
    fn default() -> Self {
        Self(Saver::new("certificates.export", "Path of the export"))
    }
}

impl Export {
    /// Takes the answers that belong here.
    pub(super) fn handle_news(&mut self, news: &News) {
        self.0.handle_news(news);
    }

    /// Another certificate is shown.
    pub(super) fn forget(&mut self) {
        self.0.forget();
    }

    /// Asks the person where to.
    pub(super) fn ask(&mut self, certificate: &Certificate, actions: &mut Actions) {
        let title = format!("Export the certificate of {}", whose(certificate));
        self.0.ask(title, file(certificate), actions);
    }

    /// Draws what became of it.
    pub(super) fn show(&mut self, ui: &mut Ui, certificate: &Certificate, actions: &mut Actions) {
        self.0.show(ui, || file(certificate), actions);
    }
}

fn file(certificate: &Certificate) -> NewFile {
    let name = format!("{}.pem", file_stem(whose(certificate)));
    NewFile { name, content: NewContent::Public(certificate.pem()) }
}
