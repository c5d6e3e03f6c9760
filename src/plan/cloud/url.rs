//! The URL of an MQTT peer: `mqtt://host:8883/?key=value&…` (protocol.md §8.1).
//! Values must be free of `&` and blanks; the types of a job see to that.

use crate::plan::text::{Part, Text};
use crate::profile::{Identity, Options, Qos, StoredFile};
use crate::secret::Secret;

/// Everything a URL can say. What is `None` is left out; TLS 1.2 and the client ID are always there, because the
/// clouds refuse anything older and the module's own default client ID is unknown to them.
#[derive(Clone, Debug)]
pub(in crate::plan) struct MqttUrl<'a> {
    pub(in crate::plan) host: Text,
    pub(in crate::plan) client: Text,
    pub(in crate::plan) ca: &'a StoredFile,
    pub(in crate::plan) identity: Option<&'a Identity>,
    pub(in crate::plan) login: Option<Login>,
    pub(in crate::plan) publish: Option<Text>,
    pub(in crate::plan) subscribe: Option<Text>,
    pub(in crate::plan) options: Options,
}

/// User name, and password if there is one.
#[derive(Clone, Debug)]
pub(in crate::plan) struct Login {
    pub(in crate::plan) user: Text,
    pub(in crate::plan) password: Password,
}

/// How a password gets into the URL.
#[derive(Clone, Debug)]
pub(in crate::plan) enum Password {
    None,
    /// As it is.
    Here(Secret),
    /// As the URL value of this index, set with `AT+UDUV` before (protocol.md §8.2).
    Stored(u8),
}

impl MqttUrl<'_> {
    /// The URL in the order in which the vendor's note writes it.
    pub(in crate::plan) fn text(self) -> Text {
        let mut text =
            Text::new("mqtt://").text(self.host).plain(format!(":8883/?encr=3&ca={}", self.ca.name));
        if let Some(Identity { certificate, private_key }) = self.identity {
            text = text.plain(format!("&cert={}&privKey={}", certificate.name, private_key.name));
        }
        text = text.plain("&client=").text(self.client);
        if let Some(login) = self.login {
            text = text.plain("&user=").text(login.user);
            text = match login.password {
                Password::None => text,
                Password::Here(password) => text.plain("&passwd=").part(Part::Secret(password)),
                Password::Stored(index) => text.plain(format!("&passwd=%%{index}")),
            };
        }
        let topics = [("pt", self.publish), ("st", self.subscribe)];
        text = topics.into_iter().fold(text, |text, (key, topic)| match topic {
            Some(topic) => text.plain(format!("&{key}=")).text(topic),
            None => text,
        });
        let Options { keep_alive, qos } = self.options;
        let numbers = [("keepAlive", keep_alive), ("qos", qos.map(|qos| u16::from(Qos::code(qos))))];
        numbers.into_iter().fold(text, |text, (key, number)| match number {
            Some(number) => text.plain(format!("&{key}={number}")),
            None => text,
        })
    }
}
