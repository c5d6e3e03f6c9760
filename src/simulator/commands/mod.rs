//! Which command does what. `None` is always the answer `ERROR`: a module gives no reasons (protocol.md §10).

mod general;
mod identity;
mod network;
mod peers;
mod security;
mod wifi;

use std::str::FromStr;
use std::time::Duration;

use super::console::{Answer, Then};
use super::settings::{Echo, Mode};
use super::{Simulator, timing};
use crate::at::{Form, Param, Request};

impl Simulator {
    /// The time from a command line to its answer.
    pub(super) fn thinking_time(&self, request: Option<&Request>) -> Duration {
        let Some(Request { name, form }) = request else { return timing::answer("", false) };
        let shared = match form {
            Form::Set(params) if name == "+UDCP" => {
                self.read_url(&url(params)).is_some_and(|url| self.peers.session(&url).is_some())
            }
            _ => false,
        };
        timing::answer(name, shared)
    }

    /// Carries a command out.
    pub(super) fn execute(&mut self, request: &Request) -> Option<Answer> {
        let name = request.name.as_str();
        match &request.form {
            Form::Execute => self.run(name),
            Form::Read => self.read(name),
            Form::Set(params) => self.set(name, params),
        }
    }

    fn run(&mut self, name: &str) -> Option<Answer> {
        match name {
            "" => Some(Answer::ok()),
            "E" | "E0" => Some(self.set_echo(Echo::Off)),
            "E1" => Some(self.set_echo(Echo::On)),
            "&W" => Some(self.mark()),
            "Z" => Some(self.forget_marks()),
            "+UFACTORY" => Some(self.order_factory()),
            "+CPWROFF" => Some(Answer::then(Then::Restart)),
            "&D" | "&D0" | "&D1" | "&D2" => Some(self.set_dtr(name)),
            "&S" | "&S0" | "&S1" | "&S2" => Some(self.set_dsr(name)),
            "O0" if self.mode() == Mode::Command => Some(Answer::ok()),
            "O" | "O1" if self.mode() == Mode::Command => Some(Answer::then(Then::Enter(Mode::Data))),
            "O2" if self.mode() == Mode::Edm => Some(Answer::ok()),
            "O2" if self.capabilities.edm => Some(Answer::then(Then::Enter(Mode::Edm))),
            "+UMSTAT" => Some(self.list_status()),
            "+CGMI" | "+GMI" => Some(Answer::line("\"u-blox\"")),
            "+CGMM" | "+GMM" => Some(self.model()),
            "+CGMR" | "+GMR" => Some(self.firmware()),
            "+CGSN" | "+GSN" => Some(self.serial_number()),
            "I" | "I0" => Some(self.type_code()),
            "I9" => Some(self.firmware_in_full()),
            "I10" => Some(self.processor_id()),
            "+UWSSTAT" => Some(self.list_station_status()),
            "+UWSCAN" => Some(self.scan(None)),
            "+UNSTAT" => Some(self.list_network_status()),
            _ => None,
        }
    }

    fn read(&self, name: &str) -> Option<Answer> {
        match name {
            "E" => Some(self.echo()),
            "S2" | "S3" | "S4" | "S5" => self.register(name),
            "+CSGT" => Some(self.banner()),
            "+UMSM" => Some(self.start_mode()),
            "+UMRS" => Some(self.line_settings()),
            "+UNHN" => Some(self.host_name()),
            "+UDLP" => Some(self.list_peers()),
            "+UDDRP" => Some(self.list_default_peers()),
            "+UDSC" => Some(self.list_servers()),
            _ => None,
        }
    }

    fn set(&mut self, name: &str, params: &[Param]) -> Option<Answer> {
        match name {
            "S2" | "S3" | "S4" | "S5" => self.set_register(name, params),
            "+CSGT" => self.set_banner(params),
            "+UMSM" => self.set_start_mode(params),
            "+UMRS" => self.set_line_settings(params),
            "+UMSTAT" => self.status(params),
            "+UMLA" => self.local_address(params),
            "+UWSC" => self.station_config(params),
            "+UWSCA" => self.station_action(params),
            "+UWSSTAT" => self.station_status(params),
            "+UWSCAN" => Some(self.scan(params.first())),
            "+UWCFG" => self.radio_option(params),
            "+UWAPSTAT" | "+UWAPC" | "+UWAPCA" => access_point(name, params),
            "+UNSTAT" => self.network_status(params),
            "+UNHN" => self.set_host_name(params),
            "+UPING" => self.start_ping(params),
            "+USECMNG" => self.manage_credentials(params),
            "+UDUV" => self.set_url_value(params),
            "+UDCP" => self.connect_peer(params),
            "+UDCPC" => self.close_peer(params),
            "+UDDRP" => self.default_peer(params),
            "+UDCFG" => self.peer_option(params),
            "+UDSC" => self.server(params),
            _ => None,
        }
    }
}

/// A module as an access point of its own is not simulated; it is off, and ubxlib makes sure of that.
fn access_point(name: &str, params: &[Param]) -> Option<Answer> {
    match (name, texts(params).as_slice()) {
        ("+UWAPSTAT", ["3"]) => Some(Answer::line("+UWAPSTAT:3,0")),
        // Its factory values, as far as they are no secret.
        ("+UWAPC", ["0"]) => Some(Answer::lines(
            ["0,0", "2,\"UBXWifi\"", "4,6", "106,0"].map(|value| format!("+UWAPC:0,{value}")),
        )),
        ("+UWAPC", ["0", "0", "0"]) | ("+UWAPCA", ["0", "4"]) => Some(Answer::ok()),
        _ => None,
    }
}

/// A URL may stand without quotes, and its commas are its own.
fn url(params: &[Param]) -> String {
    texts(params).join(",")
}

fn texts(params: &[Param]) -> Vec<&str> {
    params.iter().map(|param| param.text.as_str()).collect()
}

/// The number at this place; one that was left out is 0 (protocol.md §2.1).
fn number<T: FromStr + Default>(params: &[Param], index: usize) -> Option<T> {
    match params.get(index).map(|param| param.text.as_str()) {
        None | Some("") => Some(T::default()),
        Some(text) => text.parse().ok(),
    }
}

/// The number at this place, or this one if it was left out.
fn number_or<T: FromStr>(params: &[Param], index: usize, default: T) -> Option<T> {
    match params.get(index).map(|param| param.text.as_str()) {
        None | Some("") => Some(default),
        Some(text) => text.parse().ok(),
    }
}
