//! `ports`: what is plugged in.

use serde::Serialize;

use super::output::{Exit, say, say_json};
use crate::model::{Port, UsbIds};
use crate::shell::link;

/// What is plugged in, one port a line.
///
/// The simulated module comes last; its name is a port like the others.
#[derive(Debug, clap::Args)]
pub(super) struct PortsArguments {
    /// Print a JSON array of {"port","description","usb":{"vendor","product","serial_number"}}
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Written<'a> {
    /// As it is given to `--port`.
    port: String,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    usb: Option<&'a UsbIds>,
}

pub(super) fn run(arguments: &PortsArguments) -> Exit {
    let ports = link::list();
    if arguments.json {
        say_json(&ports.iter().map(written).collect::<Vec<_>>());
        return Exit::Done;
    }
    let width = ports.iter().map(|port| port.name.to_string().len()).max().unwrap_or(0);
    for port in &ports {
        let usb = port.usb.as_ref().map(usb_text).unwrap_or_default();
        say(format_args!("{:width$}  {}{usb}", port.name.to_string(), port.description));
    }
    Exit::Done
}

fn written(port: &Port) -> Written<'_> {
    Written { port: port.name.to_string(), description: &port.description, usb: port.usb.as_ref() }
}

fn usb_text(usb: &UsbIds) -> String {
    let serial = usb.serial_number.as_ref().map(|serial| format!(", serial {serial}")).unwrap_or_default();
    format!(" (USB {:04x}:{:04x}{serial})", usb.vendor, usb.product)
}
