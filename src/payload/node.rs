//! The tree that a message is read into. Every value knows its bytes, so that a tree and a hex view can point at each other.

use std::ops::Range;

use super::{Form, Path, Reading};

/// A value and what is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub key: Key,
    pub kind: Kind,
    /// The value in words: a string without quotes and with its escapes undone, a number with all its digits, bytes in hex;
    /// empty for an object and an array.
    pub text: String,
    /// The bytes of the value in the message, with tags and with quotes.
    pub span: Range<usize>,
    /// The bytes of its key, where it has one in the message.
    pub key_span: Option<Range<usize>>,
    /// What goes with the value: tags of CBOR, the type of an extension, a string that is not UTF-8.
    pub remark: Option<String>,
    /// In the order of the message; a key that comes twice is here twice.
    pub children: Vec<Node>,
}

/// Where a value stands in the one around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// In none.
    Root,
    /// Under this text in an object.
    Name(String),
    /// Under a key that is no text, in words: CBOR and MessagePack have such maps.
    Other(String),
    /// At this place in an array, from 0.
    Index(usize),
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An object of JSON, or a map.
    Object,
    Array,
    String,
    Number,
    Bool,
    Null,
    /// CBOR's `undefined`.
    Undefined,
    /// A simple value of CBOR that has no name; the text is its number.
    Simple,
    Bytes,
    /// An extension of MessagePack; its type is in the remark.
    Extension,
}

/// One node on the way through the trees of a message.
#[derive(Clone, Debug)]
pub struct Visit<'a> {
    pub node: &'a Node,
    /// 0 for a root.
    pub depth: usize,
    pub path: Path,
}

impl Node {
    /// A value without children.
    pub(super) fn leaf(kind: Kind, text: impl Into<String>, span: Range<usize>) -> Self {
        let text = text.into();
        Self { key: Key::Root, kind, text, span, key_span: None, remark: None, children: Vec::new() }
    }

    /// An object or an array.
    pub(super) fn container(kind: Kind, children: Vec<Self>, span: Range<usize>) -> Self {
        Self { children, ..Self::leaf(kind, "", span) }
    }

    pub(super) fn at_index(mut self, index: usize) -> Self {
        self.key = Key::Index(index);
        self
    }

    /// The same value under this key.
    pub(super) fn under(mut self, key: &Self) -> Self {
        self.key = match key.kind {
            Kind::String => Key::Name(key.text.clone()),
            _ => Key::Other(key.in_a_line()),
        };
        self.key_span = Some(key.span.clone());
        if let Some(remark) = &key.remark {
            self.remark(format!("key: {remark}"));
        }
        self
    }

    pub(super) fn remark(&mut self, remark: impl Into<String>) {
        let remark = remark.into();
        self.remark = Some(match self.remark.take() {
            Some(before) => format!("{before}, {remark}"),
            None => remark,
        });
    }

    /// Whether it is an object or an array.
    pub const fn is_container(&self) -> bool {
        matches!(self.kind, Kind::Object | Kind::Array)
    }

    /// The value as a number for a plot; an integer beyond 2⁵³ is rounded, and what is not finite has no place there.
    pub fn number(&self) -> Option<f64> {
        let number = if self.kind == Kind::Number { self.text.parse::<f64>().ok() } else { None };
        number.filter(|number| number.is_finite())
    }

    /// The value with what is in it on one line, as diagnosis writes it: `{"a": [1, 2]}`.
    pub fn in_a_line(&self) -> String {
        let children = |f: fn(&Self) -> String| self.children.iter().map(f).collect::<Vec<_>>().join(", ");
        match self.kind {
            Kind::Object => {
                format!("{{{}}}", children(|child| format!("{}: {}", child.key, child.in_a_line())))
            }
            Kind::Array => format!("[{}]", children(Self::in_a_line)),
            Kind::String => format!("{:?}", self.text),
            Kind::Bytes => format!("h'{}'", self.text.replace(' ', "")),
            _ => self.text.clone(),
        }
    }

    /// How many members of maps in it have text for a key.
    pub(super) fn text_keys(&self) -> usize {
        let own = |child: &Self| usize::from(matches!(child.key, Key::Name(_)));
        self.children.iter().map(|child| own(child) + child.text_keys()).sum()
    }

    /// Everything at this path from here: several values where a key comes twice.
    pub fn find(&self, path: &Path) -> Vec<&Self> {
        path.steps().iter().fold(vec![self], |nodes, step| {
            nodes
                .into_iter()
                .flat_map(|node| node.children.iter().filter(|child| step.leads_to(&child.key)))
                .collect()
        })
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Root => f.write_str("$"),
            Self::Name(name) => write!(f, "{name:?}"),
            Self::Other(text) => f.write_str(text),
            Self::Index(index) => write!(f, "{index}"),
        }
    }
}

impl Reading {
    pub(super) fn new(form: Form, roots: Vec<Node>, reason: impl Into<String>) -> Self {
        Self { form, roots, reason: reason.into(), also: Vec::new() }
    }

    /// Every node, each before what is in it, with its depth and path. In a message of several JSON texts each starts at `$`.
    pub fn nodes(&self) -> impl Iterator<Item = Visit<'_>> {
        let root = |node| Visit { node, depth: 0, path: Path::default() };
        let mut ahead: Vec<_> = self.roots.iter().rev().map(root).collect();
        std::iter::from_fn(move || {
            let visit = ahead.pop()?;
            ahead.extend(visit.node.children.iter().rev().map(|node| Visit {
                node,
                depth: visit.depth + 1,
                path: visit.path.to(&node.key),
            }));
            Some(visit)
        })
    }

    /// Every number with its path, in the order of the message.
    pub fn numbers(&self) -> impl Iterator<Item = (Path, f64)> {
        self.nodes().filter_map(|visit| Some((visit.path, visit.node.number()?)))
    }

    /// Everything at this path: several values where a key comes twice, and in several JSON texts.
    pub fn find(&self, path: &Path) -> Vec<&Node> {
        self.roots.iter().flat_map(|root| root.find(path)).collect()
    }

    /// The innermost node that this byte of the message belongs to, with its key, as its place in [`nodes`](Self::nodes).
    pub fn place_of_byte(&self, offset: usize) -> Option<usize> {
        let holds = |node: &Node| {
            node.span.contains(&offset) || node.key_span.as_ref().is_some_and(|span| span.contains(&offset))
        };
        let mut ahead: Vec<_> = self.roots.iter().rev().collect();
        let in_order = std::iter::from_fn(|| {
            let node = ahead.pop()?;
            ahead.extend(node.children.iter().rev());
            Some(node)
        });
        // A node comes before what is in it, so that the last is the innermost.
        in_order.enumerate().filter(|(_, node)| holds(node)).last().map(|(place, _)| place)
    }
}
