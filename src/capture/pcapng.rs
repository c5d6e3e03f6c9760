//! Captures as Wireshark reads and writes them. Blocks are `pcap-file`'s business; here messages become packets and back.
//! Frames of extended data mode and bursts of data mode are interfaces of their own, because a link type says what the bytes
//! of a packet are. Times are written in nanoseconds, the direction as a flag, peer and topic as a comment.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::time::Duration;

use pcap_file::DataLink;
use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption, InterfaceTsResolution,
};
use pcap_file::pcapng::blocks::opt_common::CommonOption;
use pcap_file::pcapng::blocks::packet::{PacketBlock, PacketOption};
use pcap_file::pcapng::blocks::section_header::{SectionHeaderBlock, SectionHeaderOption};
use pcap_file::pcapng::{
    Block, PcapNgBlock, PcapNgReadError, PcapNgReader, PcapNgWriteError, PcapNgWriter, RawBlock,
};

use super::{BURST_LINK_TYPE, Direction, EDM_LINK_TYPE, Frame, FrameKind, UnixNanos};

/// Wireshark takes no longer packets, in bytes.
const MAX_PACKET: usize = 262_144;

/// The longest block that is read, in bytes.
const MAX_BLOCK: usize = 1024 * 1024;

/// The direction in the last two bits of a packet's flags.
const INBOUND: u32 = 1;
const OUTBOUND: u32 = 2;
const DIRECTION_BITS: u32 = 3;

/// Writes a section, with an interface for each link type when it is first needed.
pub(super) struct Writer<W: Write> {
    blocks: PcapNgWriter<W>,
    interfaces: BTreeMap<u16, u32>,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(to: W) -> io::Result<Self> {
        let program = concat!("Xpress Center ", env!("CARGO_PKG_VERSION"));
        let section = SectionHeaderBlock {
            options: vec![SectionHeaderOption::UserApplication(program.into())],
            ..SectionHeaderBlock::default()
        };
        let blocks = PcapNgWriter::with_section_header(to, section).map_err(write_error)?;
        Ok(Self { blocks, interfaces: BTreeMap::new() })
    }

    /// What is longer than Wireshark takes is cut, and the packet says how long it was.
    pub(super) fn write(&mut self, frame: &Frame) -> io::Result<()> {
        let bytes = frame.bytes();
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let packet = EnhancedPacketBlock {
            interface_id: self.interface(link_type(frame.kind()))?,
            timestamp: frame.at().since_epoch(),
            original_len: frame.original_length().unwrap_or(length),
            data: bytes.get(..MAX_PACKET).unwrap_or(bytes).into(),
            options: options(frame),
        };
        self.block(packet)
    }

    pub(super) fn into_inner(self) -> W {
        self.blocks.into_inner()
    }

    fn interface(&mut self, link_type: u16) -> io::Result<u32> {
        if let Some(interface) = self.interfaces.get(&link_type) {
            return Ok(*interface);
        }
        let (name, description) = match link_type {
            EDM_LINK_TYPE => ("edm", "u-connectXpress, extended data mode: whole frames"),
            BURST_LINK_TYPE => ("data", "u-connectXpress, data mode: payload without frames"),
            _ => ("other", "From another capture"),
        };
        let mut interface = InterfaceDescriptionBlock::new(DataLink::from(u32::from(link_type)), 0);
        interface.options = vec![
            InterfaceDescriptionOption::IfName(name.into()),
            InterfaceDescriptionOption::IfDescription(description.into()),
            InterfaceDescriptionOption::IfTsResol(InterfaceTsResolution::NANO),
        ];
        self.block(interface)?;
        // The table has one entry for each of at most 65536 link types.
        let number = u32::try_from(self.interfaces.len()).unwrap_or(u32::MAX);
        self.interfaces.insert(link_type, number);
        Ok(number)
    }

    fn block<'a>(&mut self, block: impl PcapNgBlock<'a>) -> io::Result<()> {
        self.blocks.write_pcapng_block(block).map(drop).map_err(write_error)
    }
}

const fn link_type(kind: FrameKind) -> u16 {
    match kind {
        FrameKind::Burst => BURST_LINK_TYPE,
        FrameKind::Foreign { link_type } => link_type,
        _ => EDM_LINK_TYPE,
    }
}

fn options(frame: &Frame) -> Vec<EnhancedPacketOption<'_>> {
    let flags = match frame.direction() {
        Direction::Received => Some(INBOUND),
        Direction::Sent => Some(OUTBOUND),
        Direction::Unknown => None,
    };
    let comment = frame.comment().map(|comment| CommonOption::Comment(comment.into()));
    let flags = flags.map(EnhancedPacketOption::Flags).into_iter();
    flags.chain(comment.map(EnhancedPacketOption::Common)).collect()
}

fn write_error(error: PcapNgWriteError) -> io::Error {
    match error {
        PcapNgWriteError::Io(error) => error,
        other => io::Error::other(in_words(&other)),
    }
}

/// Reads the packets of any capture, in any number of sections.
pub(super) struct Reader<R: Read> {
    blocks: PcapNgReader<R>,
    /// Why what was passed over, and how often.
    passed_over: BTreeMap<String, u64>,
}

impl<R: Read> Reader<R> {
    /// # Errors
    /// What is wrong with the start of the file, in words.
    pub(super) fn new(from: R) -> Result<Self, String> {
        let blocks = PcapNgReader::with_capacity(from, MAX_BLOCK).map_err(|error| read_error(0, &error))?;
        Ok(Self { blocks, passed_over: BTreeMap::new() })
    }

    /// The next message.
    ///
    /// # Errors
    /// What is wrong and where, in words; there is nothing to be read behind it.
    pub(super) fn next(&mut self) -> Result<Option<Frame>, String> {
        loop {
            let at = self.blocks.bytes_parsed();
            let (block, state) = match self.blocks.next_raw_block() {
                None => return Ok(None),
                Some(Err(error)) => return Err(read_error(at, &error)),
                Some(Ok(block)) => block,
            };
            let kind = block.type_;
            let frame = match typed(block, state) {
                Ok(Some((packet, interface))) => packet.into_frame(interface).map(Some),
                Ok(None) => Ok(None),
                Err(reason) => Err(reason),
            };
            match frame {
                Ok(Some(frame)) => return Ok(Some(frame)),
                Ok(None) => {}
                Err(reason) => {
                    let reason = format!("{reason} (block type {kind:#x})");
                    *self.passed_over.entry(reason).or_default() += 1;
                }
            }
        }
    }

    pub(super) fn passed_over(&self) -> impl Iterator<Item = (&str, u64)> {
        self.passed_over.iter().map(|(reason, count)| (reason.as_str(), *count))
    }
}

/// What a packet block of either kind says.
struct Packet<'a> {
    timestamp: Duration,
    original_length: u32,
    data: Cow<'a, [u8]>,
    flags: Option<u32>,
    comments: Vec<String>,
}

/// A packet with the link type of its interface; `None` for blocks that hold none.
fn typed<'a>(
    block: RawBlock<'a>,
    state: &pcap_file::pcapng::PcapNgState,
) -> Result<Option<(Packet<'a>, u16)>, String> {
    let (packet, interface) = match block.try_into_block(state).map_err(|error| in_words(&error))? {
        Block::EnhancedPacket(block) => (enhanced(&block), block.interface_id),
        Block::Packet(block) => (obsolete(&block), u32::from(block.interface_id)),
        Block::SimplePacket(_) => return Err("A packet without a time".to_owned()),
        Block::Unknown(_) => return Err("A block of an unknown type".to_owned()),
        _ => return Ok(None),
    };
    let interface = usize::try_from(interface).ok().and_then(|number| state.interfaces().get(number));
    let link_type = interface.map(|interface| u32::from(interface.linktype));
    let link_type = link_type
        .and_then(|link_type| u16::try_from(link_type).ok())
        .ok_or("A packet without an interface")?;
    Ok(Some((packet, link_type)))
}

fn enhanced<'a>(block: &EnhancedPacketBlock<'a>) -> Packet<'a> {
    let flags = block.options.iter().find_map(|option| match option {
        EnhancedPacketOption::Flags(flags) => Some(*flags),
        _ => None,
    });
    let common = block.options.iter().filter_map(|option| match option {
        EnhancedPacketOption::Common(common) => Some(common),
        _ => None,
    });
    Packet {
        timestamp: block.timestamp,
        original_length: block.original_len,
        data: block.data.clone(),
        flags,
        comments: common.filter_map(comment).collect(),
    }
}

fn obsolete<'a>(block: &PacketBlock<'a>) -> Packet<'a> {
    let flags = block.options.iter().find_map(|option| match option {
        PacketOption::Flags(flags) => Some(*flags),
        _ => None,
    });
    let common = block.options.iter().filter_map(|option| match option {
        PacketOption::Common(common) => Some(common),
        _ => None,
    });
    Packet {
        timestamp: block.timestamp,
        original_length: block.original_len,
        data: block.data.clone(),
        flags,
        comments: common.filter_map(comment).collect(),
    }
}

fn comment(option: &CommonOption<'_>) -> Option<String> {
    if let CommonOption::Comment(comment) = option { Some(comment.clone().into_owned()) } else { None }
}

impl Packet<'_> {
    fn into_frame(self, link_type: u16) -> Result<Frame, String> {
        let nanos = u64::try_from(self.timestamp.as_nanos())
            .map_err(|_| "A packet with a time after the year 2554")?;
        let (at, bytes) = (UnixNanos(nanos), self.data.into_owned());
        let direction = match self.flags.map(|flags| flags & DIRECTION_BITS) {
            Some(INBOUND) => Direction::Received,
            Some(OUTBOUND) => Direction::Sent,
            _ => Direction::Unknown,
        };
        let frame = match link_type {
            EDM_LINK_TYPE => Frame::edm(at, direction, bytes),
            BURST_LINK_TYPE => Frame::burst(at, direction, bytes),
            _ => Frame::foreign(at, direction, link_type, bytes),
        };
        let frame = frame.cut_from(self.original_length);
        Ok(if self.comments.is_empty() { frame } else { frame.with_comment(self.comments.join("\n")) })
    }
}

fn read_error(at: u64, error: &PcapNgReadError) -> String {
    match error {
        PcapNgReadError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            format!("the block at byte {at} is not whole, or longer than {} MiB", MAX_BLOCK / (1024 * 1024))
        }
        error => format!("the block at byte {at} cannot be read, {}", in_words(error)),
    }
}

/// An error with its causes.
fn in_words(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    causes.fold(error.to_string(), |words, cause| format!("{words}: {cause}"))
}
