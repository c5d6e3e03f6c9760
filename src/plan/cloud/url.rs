//! The URL of an MQTT peer: `mqtt://host:8883/?key=value&…` (protocol.md §8.1).
//! Values must be free of `&` and blanks; the types of a job see to that.

use crate::plan::text::{Part, Text};
use crate::secret::Secret;

/// The names under which files stand on the module.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::plan) struct Files<'a> {
    pub(in crate::plan) ca: &'a str,
    /// Device certificate and private key.
    pub(in crate::plan) identity: Option<(&'a str, &'a str)>,
}

/// Everything a URL can say. What is `None` is left out; TLS 1.2 and the client ID are always there, because the
/// clouds refuse anything older and the module's own default client ID is unknown to them.
#[derive(Clone, Copy, Debug)]
pub(in crate::plan) struct MqttUrl<'a> {
    pub(in crate::plan) host: &'a str,
    pub(in crate::plan) client: &'a str,
    pub(in crate::plan) files: Files<'a>,
    pub(in crate::plan) login: Option<(&'a str, &'a Secret)>,
    pub(in crate::plan) publish: Option<&'a str>,
    pub(in crate::plan) subscribe: Option<&'a str>,
    pub(in crate::plan) keep_alive: Option<u16>,
    pub(in crate::plan) qos: Option<u8>,
}

impl MqttUrl<'_> {
    /// The URL in the order in which the vendor's note writes it.
    pub(in crate::plan) fn text(&self) -> Text {
        let mut start = format!("mqtt://{}:8883/?encr=3&ca={}", self.host, self.files.ca);
        if let Some((certificate, key)) = self.files.identity {
            start += &format!("&cert={certificate}&privKey={key}");
        }
        start += &format!("&client={}", self.client);
        let text = match self.login {
            None => Text::new(start),
            Some((user, password)) => {
                Text::new(format!("{start}&user={user}&passwd=")).part(Part::Secret(password.clone()))
            }
        };
        let options = [
            ("pt", self.publish.map(str::to_owned)),
            ("st", self.subscribe.map(str::to_owned)),
            ("keepAlive", self.keep_alive.map(|seconds| seconds.to_string())),
            ("qos", self.qos.map(|qos| qos.to_string())),
        ];
        options.into_iter().fold(text, |text, (key, value)| match value {
            Some(value) => text.plain(format!("&{key}={value}")),
            None => text,
        })
    }
}
