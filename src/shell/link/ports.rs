//! What is plugged in: serial ports with their USB names, and the simulated module, which always is.

use std::path::Path;

use serialport::{SerialPortInfo, SerialPortType, UsbPortInfo};

use crate::model::{Port, PortName, UsbIds};

/// Every port of this computer in the order of their names, then the simulated module.
pub fn list() -> Vec<Port> {
    let mut ports: Vec<Port> = plugged_in().into_iter().filter(is_usable).map(describe).collect();
    ports.sort_by_key(|port| natural_key(&port.name));
    ports.push(Port {
        name: PortName::Simulated,
        description: "Simulated NINA-W152, needs no hardware".to_owned(),
        usb: None,
    });
    ports
}

/// The list, if this port is there. A pseudo-terminal is there without being listed, and is added.
pub(super) fn list_with(name: &PortName) -> Option<Vec<Port>> {
    let mut ports = list();
    let listed = ports.iter().any(|port| port.name == *name);
    match name {
        PortName::Serial(path) if !listed && !Path::new(path).exists() => return None,
        PortName::Serial(_) if !listed => {
            let description = "Serial port".to_owned();
            ports.insert(0, Port { name: name.clone(), description, usb: None });
        }
        PortName::Serial(_) | PortName::Tcp(_) | PortName::Simulated => {}
    }
    Some(ports)
}

fn plugged_in() -> Vec<SerialPortInfo> {
    // The library panics where a Linux system has no such folder.
    if cfg!(target_os = "linux") && !Path::new("/sys/class/tty").is_dir() {
        return Vec::new();
    }
    serialport::available_ports().unwrap_or_default()
}

/// On macOS every port is listed twice; the one named `tty` waits for a carrier that no module gives.
fn is_usable(port: &SerialPortInfo) -> bool {
    !(cfg!(target_os = "macos") && port.port_name.starts_with("/dev/tty."))
}

fn describe(port: SerialPortInfo) -> Port {
    let (description, usb) = match port.port_type {
        SerialPortType::UsbPort(usb) => (usb_name(&usb), Some(usb_ids(usb))),
        SerialPortType::BluetoothPort => ("Bluetooth serial port".to_owned(), None),
        SerialPortType::PciPort => ("Built-in serial port".to_owned(), None),
        SerialPortType::Unknown => ("Serial port".to_owned(), None),
    };
    Port { name: PortName::Serial(port.port_name), description, usb }
}

fn usb_name(usb: &UsbPortInfo) -> String {
    match (&usb.manufacturer, &usb.product) {
        (Some(manufacturer), Some(product)) if !product.starts_with(manufacturer) => {
            format!("{manufacturer} {product}")
        }
        (_, Some(product)) => product.clone(),
        (Some(manufacturer), None) => manufacturer.clone(),
        (None, None) => format!("USB device {:04x}:{:04x}", usb.vid, usb.pid),
    }
}

fn usb_ids(usb: UsbPortInfo) -> UsbIds {
    UsbIds { vendor: usb.vid, product: usb.pid, serial_number: usb.serial_number }
}

/// `COM10` comes behind `COM9`.
fn natural_key(name: &PortName) -> (String, u32) {
    let name = name.to_string();
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = name.strip_prefix(stem).and_then(|digits| digits.parse().ok()).unwrap_or(0);
    (stem.to_owned(), number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usb(manufacturer: Option<&str>, product: Option<&str>) -> UsbPortInfo {
        UsbPortInfo {
            vid: 0x0403,
            pid: 0x6010,
            serial_number: None,
            manufacturer: manufacturer.map(str::to_owned),
            product: product.map(str::to_owned),
        }
    }

    #[test]
    fn a_usb_port_is_called_what_the_device_calls_itself() {
        for (manufacturer, product, name) in [
            (Some("FTDI"), Some("Dual RS232"), "FTDI Dual RS232"),
            (Some("FTDI"), Some("FTDI Dual RS232"), "FTDI Dual RS232"),
            (None, Some("Dual RS232"), "Dual RS232"),
            (Some("FTDI"), None, "FTDI"),
            (None, None, "USB device 0403:6010"),
        ] {
            assert_eq!(usb_name(&usb(manufacturer, product)), name);
        }
    }

    #[test]
    fn ports_are_sorted_by_number() {
        let mut names = ["COM10", "COM9", "/dev/ttyUSB1", "/dev/ttyUSB0"].map(PortName::from);
        names.sort_by_key(natural_key);
        assert_eq!(names.map(|name| name.to_string()), ["/dev/ttyUSB0", "/dev/ttyUSB1", "COM9", "COM10"]);
    }

    #[test]
    fn the_simulated_module_is_always_there() {
        assert_eq!(list().last().unwrap().name, PortName::Simulated);
    }

    #[test]
    fn a_port_that_is_not_listed_is_there_as_long_as_its_file_is() {
        assert_eq!(list_with(&PortName::Serial("/nowhere/tty0".to_owned())), None);
        #[cfg(unix)]
        {
            let ports = list_with(&PortName::Serial("/dev/null".to_owned())).unwrap();
            assert_eq!(ports[0].name, PortName::Serial("/dev/null".to_owned()));
        }
    }
}
