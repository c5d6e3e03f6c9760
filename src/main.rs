//! Starts the window or a sub-command, nothing else.
#![cfg_attr(windows, windows_subsystem = "windows")]

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use eframe::egui_wgpu::WgpuSetup;
use eframe::{NativeOptions, Renderer, WgpuConfiguration, wgpu};
use xpress_center::cli::{self, Window};
use xpress_center::macros::Macro;
use xpress_center::messages::Message;
use xpress_center::model::{Connection, Handle, PortName, Settings};
use xpress_center::problem::{Kind, Problem};
use xpress_center::shell::clock::Clock;
use xpress_center::shell::link::Worker;
use xpress_center::shell::settings::Store;
use xpress_center::ui::App;

fn main() -> ExitCode {
    cli::run(std::env::args_os(), |window| open_window(&window))
}

/// Opens the window with the first renderer that works. Without graphics hardware glow comes first, as it takes a third of
/// wgpu's time for a frame; but over some remote desktops only wgpu draws, and on old machines only glow.
fn open_window(window: &Window) -> Result<(), Problem> {
    let drawn_in: Arc<OnceLock<(egui::Context, Drawing)>> = Arc::default();
    let wake = {
        let drawn_in = Arc::clone(&drawn_in);
        move || {
            if let Some((context, drawing)) = drawn_in.get() {
                context.request_repaint_after(drawing.pause());
            }
        }
    };
    let handle: Box<dyn Handle> = Box::new(Worker::start(Clock::start(), wake));
    let (settings, trouble) = settings(window);
    let start = Start {
        handle: Rc::new(RefCell::new(Some(handle))),
        drawn: Rc::default(),
        drawn_in,
        settings,
        macros: macros(),
        messages: messages(),
        trouble,
        profile: window.profile.clone(),
        others: window.ports.iter().skip(1).map(|port| PortName::from(port.as_str())).collect(),
    };
    let renderers = match window.renderer {
        Some(cli::Renderer::Wgpu) => &[Drawing::Wgpu][..],
        Some(cli::Renderer::Glow) => &[Drawing::Glow],
        None => &[Drawing::WgpuOnHardware, Drawing::Glow, Drawing::Wgpu],
    };
    let mut reason = String::new();
    for drawing in renderers {
        match start.run(*drawing) {
            Ran::Closed => return Ok(()),
            Ran::NoDisplay => return Err(no_display()),
            Ran::Failed(why) if start.drawn.get() => return Err(no_renderer(&why)),
            Ran::Failed(why) => reason = why,
        }
    }
    Err(no_renderer(&reason))
}

/// What draws the window.
#[derive(Clone, Copy)]
enum Drawing {
    WgpuOnHardware,
    Wgpu,
    Glow,
}

impl Drawing {
    const fn renderer(self) -> Renderer {
        match self {
            Self::WgpuOnHardware | Self::Wgpu => Renderer::Wgpu,
            Self::Glow => Renderer::Glow,
        }
    }

    /// News are drawn at most once in this time, so that a flood of them costs one frame. Whoever clicks or types is
    /// answered at once. Where the processor draws, a frame costs it more than everything else.
    const fn pause(self) -> Duration {
        match self {
            Self::WgpuOnHardware => Duration::from_millis(33),
            Self::Wgpu | Self::Glow => Duration::from_millis(66),
        }
    }

    fn wgpu(self) -> WgpuConfiguration {
        let mut configuration = WgpuConfiguration::default();
        if let (Self::WgpuOnHardware, WgpuSetup::CreateNew(setup)) = (self, &mut configuration.wgpu_setup) {
            setup.native_adapter_selector = Some(Arc::new(hardware));
        }
        configuration
    }
}

/// The fastest adapter that is graphics hardware and can draw on this surface.
fn hardware(
    adapters: &[wgpu::Adapter],
    surface: Option<&wgpu::Surface<'_>>,
) -> Result<wgpu::Adapter, String> {
    let rank = |adapter: &&wgpu::Adapter| match adapter.get_info().device_type {
        wgpu::DeviceType::DiscreteGpu => 3,
        wgpu::DeviceType::IntegratedGpu => 2,
        wgpu::DeviceType::VirtualGpu | wgpu::DeviceType::Other => 1,
        wgpu::DeviceType::Cpu => 0,
    };
    let fits = |adapter: &&wgpu::Adapter| surface.is_none_or(|surface| adapter.is_surface_supported(surface));
    let best = adapters.iter().filter(fits).filter(|adapter| rank(adapter) > 0).max_by_key(rank);
    best.cloned().ok_or_else(|| "there is no graphics hardware".to_owned())
}

/// What a window is opened with; a failed attempt leaves it for the next.
struct Start {
    handle: Rc<RefCell<Option<Box<dyn Handle>>>>,
    drawn: Rc<Cell<bool>>,
    drawn_in: Arc<OnceLock<(egui::Context, Drawing)>>,
    settings: Settings,
    /// A person's own macros, and what was wrong with them.
    macros: (Vec<Macro>, Option<Problem>),
    /// A person's own messages, and what was wrong with them.
    messages: (Vec<Message>, Option<Problem>),
    /// What was wrong with the settings.
    trouble: Option<Problem>,
    /// The profile that the arguments name.
    profile: Option<PathBuf>,
    /// The ports that they name beside the first.
    others: Vec<PortName>,
}

/// How an attempt to open the window ended.
enum Ran {
    Closed,
    /// There is nothing to draw on: another renderer will not help.
    NoDisplay,
    Failed(String),
}

impl Start {
    fn run(&self, drawing: Drawing) -> Ran {
        let (handle, drawn, drawn_in) =
            (Rc::clone(&self.handle), Rc::clone(&self.drawn), Arc::clone(&self.drawn_in));
        let (settings, trouble, profile) =
            (self.settings.clone(), self.trouble.clone(), self.profile.clone());
        let others = self.others.clone();
        let (macros, macro_trouble) = self.macros.clone();
        let (messages, message_trouble) = self.messages.clone();
        let create: eframe::AppCreator<'_> = Box::new(move |creation| {
            let handle = handle.borrow_mut().take().ok_or("the window was opened before")?;
            // A second attempt has a context of its own, but the first one was never drawn in.
            drop(drawn_in.set((creation.egui_ctx.clone(), drawing)));
            drawn.set(true);
            let app = App::new(creation, handle, settings);
            let app = app.with_macros(macros).with_messages(messages).beside(others);
            let troubles = [trouble, macro_trouble, message_trouble];
            Ok(Box::new(troubles.into_iter().fold(app, App::troubled).opening(profile)))
        });
        let run = || eframe::run_native("xpress-center", self.options(drawing), create);
        // wgpu reports some failures by panicking.
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(Ok(())) => Ran::Closed,
            Ok(Err(eframe::Error::WinitEventLoop(_))) => Ran::NoDisplay,
            Ok(Err(error)) => Ran::Failed(error.to_string()),
            Err(_) => Ran::Failed("the renderer gave up".to_owned()),
        }
    }

    fn options(&self, drawing: Drawing) -> NativeOptions {
        let (width, height) = self.settings.window;
        let viewport = egui::ViewportBuilder::default()
            .with_title("Xpress Center")
            .with_app_id("xpress-center")
            .with_inner_size([width, height])
            .with_min_inner_size([900.0, 600.0]);
        NativeOptions {
            viewport,
            renderer: drawing.renderer(),
            wgpu_options: drawing.wgpu(),
            // It would smooth gradients, of which there are none, at a cost for every pixel.
            dithering: false,
            ..NativeOptions::default()
        }
    }
}

/// What was remembered, with the port that the arguments name; and what was wrong with it.
fn settings(window: &Window) -> (Settings, Option<Problem>) {
    let (mut settings, trouble) = Store::of_user().map(|store| store.load()).unwrap_or_default();
    if let Some(port) = window.ports.first() {
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
