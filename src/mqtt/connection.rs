//! The core that client and server share: TCP bytes to MQTT packets and back, acknowledgements, timers.
//! What a packet means for a connection is decided by its role.

use std::time::Duration;

use mqtt_protocol_core::mqtt::common::Cursor;
use mqtt_protocol_core::mqtt::connection::{ConnectionOptions, Event, TimerKind};
use mqtt_protocol_core::mqtt::packet::{self, GenericPacketTrait, Packet, v3_1_1};
use mqtt_protocol_core::mqtt::result_code::MqttError;
use mqtt_protocol_core::mqtt::role::RoleType;
use mqtt_protocol_core::mqtt::{Connection as Codec, Version};

use super::tls::{Flow, Transport};
use super::{Failure, Qos};
use crate::moment::Moment;

/// The largest packet taken or sent. Every cloud stops at 256 KB or earlier (clouds.md §2).
const MAX_PACKET: u32 = 1 << 20;

/// One end of a connection in the given role.
pub(super) struct Connection<R: RoleType> {
    transport: Transport,
    codec: Codec<R>,
    /// Plain bytes, of which the first `decoded` have been read.
    incoming: Vec<u8>,
    decoded: usize,
    timers: Vec<(TimerKind, Moment)>,
    now: Moment,
}

impl<R: RoleType> Connection<R> {
    pub(super) fn new(transport: Transport) -> Self {
        let options = ConnectionOptions::new().maximum_packet_size_recv(MAX_PACKET);
        let mut codec = Codec::with_options(Version::V3_1_1, options);
        codec.set_auto_ping_response(true);
        Self { transport, codec, incoming: Vec::new(), decoded: 0, timers: Vec::new(), now: Moment::START }
    }

    pub(super) fn transport(&mut self) -> &mut Transport {
        &mut self.transport
    }

    /// Takes TCP bytes. What came before an error or the end is there for [`Self::next_packet`].
    pub(super) fn receive(&mut self, bytes: &[u8], now: Moment) -> Result<Flow, Failure> {
        self.now = now;
        self.incoming.drain(..self.decoded);
        self.decoded = 0;
        self.transport.receive(bytes, &mut self.incoming)
    }

    /// The next packet that has come in whole.
    /// The later packets of a QoS 1 or 2 exchange are answered here and not passed on.
    pub(super) fn next_packet(&mut self) -> Result<Option<Packet>, Failure> {
        while let Some(rest) = self.incoming.get(self.decoded..).filter(|rest| !rest.is_empty()) {
            let mut cursor = Cursor::new(rest);
            let events = self.codec.recv(&mut cursor);
            self.decoded += rest.len() - cursor.remaining_slice().len();
            if let Some(packet) = self.apply(events)? {
                return Ok(Some(packet));
            }
        }
        Ok(None)
    }

    /// Sends a packet.
    pub(super) fn send(&mut self, packet: impl Into<Packet>) -> Result<(), Failure> {
        let events = self.codec.send(packet.into());
        self.apply(events).map(drop)
    }

    /// Sends a message.
    pub(super) fn publish(
        &mut self,
        topic: &str,
        payload: &[u8],
        qos: Qos,
        retain: bool,
    ) -> Result<(), Failure> {
        if topic.is_empty() || payload.len() >= MAX_PACKET as usize {
            return Err(Failure::Unsendable("an empty topic or a payload over 1 MiB"));
        }
        let builder = v3_1_1::Publish::builder()
            .topic_name(topic)
            .map_err(|_| Failure::Unsendable("this topic"))?
            .qos(qos.into())
            .retain(retain)
            .payload(payload);
        let packet = match qos {
            Qos::AtMostOnce => builder.build(),
            Qos::AtLeastOnce | Qos::ExactlyOnce => builder.packet_id(self.new_packet_id()?).build(),
        };
        self.send(packet.map_err(protocol)?)
    }

    /// Answers a received message as its QoS asks.
    pub(super) fn acknowledge(&mut self, qos: Qos, packet_id: u16) -> Result<(), Failure> {
        match qos {
            Qos::AtMostOnce => Ok(()),
            Qos::AtLeastOnce => {
                self.send(v3_1_1::Puback::builder().packet_id(packet_id).build().map_err(protocol)?)
            }
            Qos::ExactlyOnce => {
                self.send(v3_1_1::Pubrec::builder().packet_id(packet_id).build().map_err(protocol)?)
            }
        }
    }

    /// A packet ID that is not in use.
    ///
    /// # Errors
    /// `Protocol` if 65 535 packets wait for an answer.
    pub(super) fn new_packet_id(&mut self) -> Result<u16, Failure> {
        self.codec.acquire_packet_id().map_err(protocol)
    }

    /// From now on a ping goes out after this time without another packet, and must be answered within as much.
    pub(super) fn keep_alive(&mut self, interval: Duration) -> Result<(), Failure> {
        let millis = u64::try_from(interval.as_millis()).unwrap_or(u64::MAX);
        self.codec.set_pingresp_recv_timeout(millis);
        let events = self.codec.set_pingreq_send_interval(Some(millis));
        self.apply(events).map(drop)
    }

    /// When [`Self::handle_time`] wants to be called.
    pub(super) fn poll_time(&self) -> Option<Moment> {
        self.timers.iter().map(|(_, at)| *at).min()
    }

    /// Sends what is due.
    ///
    /// # Errors
    /// `Silent` if the other side has let its time run out.
    pub(super) fn handle_time(&mut self, now: Moment) -> Result<(), Failure> {
        self.now = now;
        let due: Vec<TimerKind> =
            self.timers.extract_if(.., |(_, at)| *at <= now).map(|(kind, _)| kind).collect();
        if due.iter().any(|kind| *kind != TimerKind::PingreqSend) {
            return Err(Failure::Silent);
        }
        for kind in due {
            let events = self.codec.notify_timer_fired(kind);
            self.apply(events)?;
        }
        Ok(())
    }

    /// Says goodbye; afterwards nothing is due any more.
    pub(super) fn close(&mut self) {
        self.timers.clear();
        self.transport.close();
    }

    /// Does what the codec wants; gives back the packet that the role must see.
    fn apply(&mut self, events: Vec<Event>) -> Result<Option<Packet>, Failure> {
        let mut received = None;
        for event in events {
            match event {
                Event::NotifyPacketReceived(packet) => received = self.take(packet)?,
                Event::RequestSendPacket { packet, .. } => {
                    self.transport.send(&packet.to_continuous_buffer());
                }
                Event::RequestTimerReset { kind, duration_ms } => {
                    self.cancel(kind);
                    self.timers.push((kind, self.now + Duration::from_millis(duration_ms)));
                }
                Event::RequestTimerCancel(kind) => self.cancel(kind),
                Event::NotifyError(error) => return Err(protocol(error)),
                // A close always comes with its reason: an error, a timer or a packet of ours.
                Event::RequestClose | Event::NotifyPacketIdReleased(_) => {}
            }
        }
        Ok(received)
    }

    /// Answers what belongs to an exchange under way; gives back what the role must see.
    fn take(&mut self, packet: Packet) -> Result<Option<Packet>, Failure> {
        match packet {
            // The codec would build answers to packet ID 0 and panic, so it is not let so far.
            Packet::V3_1_1Publish(publish) if publish.packet_id() == Some(0) => {
                Err(Failure::Protocol("a message with packet ID 0".to_owned()))
            }
            Packet::V3_1_1Pubrec(pubrec) => {
                let pubrel =
                    v3_1_1::Pubrel::builder().packet_id(pubrec.packet_id()).build().map_err(protocol)?;
                self.send(pubrel).map(|()| None)
            }
            Packet::V3_1_1Pubrel(pubrel) => {
                let pubcomp =
                    v3_1_1::Pubcomp::builder().packet_id(pubrel.packet_id()).build().map_err(protocol)?;
                self.send(pubcomp).map(|()| None)
            }
            Packet::V3_1_1Puback(_) | Packet::V3_1_1Pubcomp(_) => Ok(None),
            packet => Ok(Some(packet)),
        }
    }

    fn cancel(&mut self, kind: TimerKind) {
        self.timers.retain(|(other, _)| *other != kind);
    }
}

/// What the codec found wrong, in its words.
pub(super) fn protocol(error: MqttError) -> Failure {
    Failure::Protocol(error.to_string())
}

/// What came where it has no place.
pub(super) fn misplaced(packet: &Packet) -> Failure {
    Failure::Protocol(format!("an unexpected {:?}", packet.packet_type()))
}

impl From<Qos> for packet::Qos {
    fn from(qos: Qos) -> Self {
        match qos {
            Qos::AtMostOnce => Self::AtMostOnce,
            Qos::AtLeastOnce => Self::AtLeastOnce,
            Qos::ExactlyOnce => Self::ExactlyOnce,
        }
    }
}

impl From<packet::Qos> for Qos {
    fn from(qos: packet::Qos) -> Self {
        match qos {
            packet::Qos::AtMostOnce => Self::AtMostOnce,
            packet::Qos::AtLeastOnce => Self::AtLeastOnce,
            packet::Qos::ExactlyOnce => Self::ExactlyOnce,
        }
    }
}
