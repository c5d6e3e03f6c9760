//! Captures in the window: one at a time is looked at in place of the module's traffic.

use egui::Context;

use super::Desk;
use crate::model::{Foreign, News, OPEN_CAPTURE};
use crate::problem::Problem;
use crate::ui::panes::Pane;

impl Desk {
    /// Takes what belongs to a capture and gives back what does not.
    pub(super) fn capture_news(&mut self, news: News) -> Option<News> {
        match news {
            News::File { purpose, result } if purpose == OPEN_CAPTURE => {
                self.captures += 1;
                let tape = self.handle.tape();
                let opened = result.and_then(|content| {
                    let name = content.path.display().to_string();
                    Foreign::open(content, tape, self.captures).map_err(|problem| Problem {
                        message: format!("{name}: {}", problem.message),
                        ..problem
                    })
                });
                match opened {
                    Ok(foreign) => {
                        self.model.foreign = Some(foreign);
                        self.panes.reveal(Pane::Traffic);
                    }
                    Err(problem) => self.trouble(problem),
                }
                None
            }
            News::DialogFailed { purpose, problem } if purpose == OPEN_CAPTURE => {
                let help = "Drop the capture on the window while the traffic is shown".to_owned();
                self.trouble(Problem { help, ..problem });
                None
            }
            news => Some(news),
        }
    }

    /// Reads on in the capture that is open.
    pub(super) fn read_capture(&mut self, context: &Context) {
        if let Some(foreign) = &mut self.model.foreign
            && foreign.is_reading()
        {
            foreign.go_on();
            context.request_repaint();
        }
    }
}
