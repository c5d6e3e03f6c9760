//! Starts the window or a sub-command, nothing else.
#![cfg_attr(windows, windows_subsystem = "windows")]

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use eframe::{NativeOptions, Renderer};
use xpress_center::cli::{self, Window};
use xpress_center::macros::Macro;
use xpress_center::messages::Message;
use xpress_center::model::{Connection, Handle, PortName, Settings};
use xpress_center::problem::{Kind, Problem};
use xpress_center::shell::clock::Clock;
use xpress_center::shell::link::Worker;
use xpress_center::shell::settings::Store;
use xpress_center::ui::App;

/// News are drawn at most this often; it is also what makes a flood of them cost one frame (thirty a second).
const FRAME: Duration = Duration::from_millis(33);

fn main() -> ExitCode {
    cli::run(std::env::args_os(), |window| open_window(&window))
}

/// Opens the window with the first renderer that works: wgpu draws over remote desktops where glow does not, glow on
/// old machines where wgpu does not.
fn open_window(window: &Window) -> Result<(), Problem> {
    let context: Arc<OnceLock<egui::Context>> = Arc::default();
    let wake = {
        let context = Arc::clone(&context);
        move || {
            if let Some(context) = context.get() {
                context.request_repaint_after(FRAME);
            }
        }
    };
    let handle: Box<dyn Handle> = Box::new(Worker::start(Clock::start(), wake));
    let (settings, trouble) = settings(window);
    let start = Start {
        handle: Rc::new(RefCell::new(Some(handle))),
        drawn: Rc::default(),
        context,
        settings,
        macros: macros(),
        messages: messages(),
        trouble,
        profile: window.profile.clone(),
    };
    let renderers = match window.renderer {
        Some(cli::Renderer::Wgpu) => &[Renderer::Wgpu][..],
        Some(cli::Renderer::Glow) => &[Renderer::Glow],
        None => &[Renderer::Wgpu, Renderer::Glow],
    };
    let mut reason = String::new();
    for renderer in renderers {
        match start.run(*renderer) {
            Ran::Closed => return Ok(()),
            Ran::NoDisplay => return Err(no_display()),
            Ran::Failed(why) if start.drawn.get() => return Err(no_renderer(&why)),
            Ran::Failed(why) => reason = why,
        }
    }
    Err(no_renderer(&reason))
}

/// What a window is opened with; a failed attempt leaves it for the next.
struct Start {
    handle: Rc<RefCell<Option<Box<dyn Handle>>>>,
    drawn: Rc<Cell<bool>>,
    context: Arc<OnceLock<egui::Context>>,
    settings: Settings,
    /// A person's own macros, and what was wrong with them.
    macros: (Vec<Macro>, Option<Problem>),
    /// A person's own messages, and what was wrong with them.
    messages: (Vec<Message>, Option<Problem>),
    /// What was wrong with the settings.
    trouble: Option<Problem>,
    /// The profile that the arguments name.
    profile: Option<PathBuf>,
}

/// How an attempt to open the window ended.
enum Ran {
    Closed,
    /// There is nothing to draw on: another renderer will not help.
    NoDisplay,
    Failed(String),
}

impl Start {
    fn run(&self, renderer: Renderer) -> Ran {
        let (handle, drawn, context) =
            (Rc::clone(&self.handle), Rc::clone(&self.drawn), Arc::clone(&self.context));
        let (settings, trouble, profile) =
            (self.settings.clone(), self.trouble.clone(), self.profile.clone());
        let (macros, macro_trouble) = self.macros.clone();
        let (messages, message_trouble) = self.messages.clone();
        let create: eframe::AppCreator<'_> = Box::new(move |creation| {
            let handle = handle.borrow_mut().take().ok_or("the window was opened before")?;
            // A second attempt has a context of its own, but the first one was never drawn in.
            drop(context.set(creation.egui_ctx.clone()));
            drawn.set(true);
            let app = App::new(creation, handle, settings).with_macros(macros).with_messages(messages);
            let troubles = [trouble, macro_trouble, message_trouble];
            Ok(Box::new(troubles.into_iter().fold(app, App::troubled).opening(profile)))
        });
        let run = || eframe::run_native("xpress-center", self.options(renderer), create);
        // wgpu reports some failures by panicking.
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(Ok(())) => Ran::Closed,
            Ok(Err(eframe::Error::WinitEventLoop(_))) => Ran::NoDisplay,
            Ok(Err(error)) => Ran::Failed(error.to_string()),
            Err(_) => Ran::Failed("the renderer gave up".to_owned()),
        }
    }

    fn options(&self, renderer: Renderer) -> NativeOptions {
        let (width, height) = self.settings.window;
        let viewport = egui::ViewportBuilder::default()
            .with_title("Xpress Center")
            .with_app_id("xpress-center")
            .with_inner_size([width, height])
            .with_min_inner_size([900.0, 600.0]);
        NativeOptions { viewport, renderer, ..NativeOptions::default() }
    }
}

/// What was remembered, with the port that the arguments name; and what was wrong with it.
fn settings(window: &Window) -> (Settings, Option<Problem>) {
    let (mut settings, trouble) = Store::of_user().map(|store| store.load()).unwrap_or_default();
    if let Some(port) = &window.port {
        let connection = settings.connection.unwrap_or_else(|| Connection::to(PortName::Simulated));
        settings.connection = Some(Connection { port: PortName::from(port.as_str()), ..connection });
    }
    (settings, trouble)
}

/// A person's own macros, and what was wrong with their file.
fn macros() -> (Vec<Macro>, Option<Problem>) {
    Store::of_user().map(|store| store.load_macros()).unwrap_or_default()
}

/// A person's own messages, and what was wrong with their file.
fn messages() -> (Vec<Message>, Option<Problem>) {
    Store::of_user().map(|store| store.load_messages()).unwrap_or_default()
}

fn no_display() -> Problem {
    Problem::new(
        Kind::WindowUnavailable,
        "There is no display for the window; the sub-commands ports, simulate, plan and apply need none",
        "Start it in a desktop session to see the window",
    )
}

fn no_renderer(why: &str) -> Problem {
    Problem::new(
        Kind::WindowUnavailable,
        format!("Nothing here can draw the window: {why}"),
        "Install a graphics driver (on Debian mesa-vulkan-drivers or libgl1-mesa-dri), or use a sub-command",
    )
}
