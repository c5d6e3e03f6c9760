//! Who issued whom among the certificates that were looked at, as a small tree: roots at the top, each certificate below
//! the one that issued it. Built-in roots stand in it where they issued something.

use egui::accesskit::Role;
use egui::{Button, RichText, Sense, Stroke, Ui, WidgetInfo};

use super::part::whose;
use crate::credential::Certificate;
use crate::credential::chain::{Issuer, issuers};
use crate::ui::theme::{self, Tokens, space};
use crate::ui::widgets::{self, Tone};

/// How far a level is moved to the right, in points.
const INDENT: f32 = 22.0;

/// A certificate in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) md5: String,
    pub(super) title: String,
    pub(super) depth: usize,
    pub(super) place: Place,
    /// For each level above it, whether a further branch of that level follows below.
    continued: Vec<bool>,
}

/// What is known of the issuer of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It names itself as its issuer.
    Root,
    BuiltInRoot,
    /// Below the one that issued it.
    Issued,
    /// Its issuer is none of these.
    Orphan {
        issuer: String,
    },
    /// Below one with its issuer's name that did not sign it.
    Forged,
}

/// Puts certificates in their places: those that were looked at, and of the built-in ones those that they lead to.
pub(super) fn nodes(looked_at: &[&Certificate], builtin: &[&Certificate]) -> Vec<Node> {
    let mut all: Vec<&Certificate> = Vec::new();
    for certificate in looked_at.iter().chain(builtin) {
        if !all.contains(certificate) {
            all.push(certificate);
        }
    }
    let issuers = issuers(&all);
    let tree = Tree { looked_at, all: &all, issuers: &issuers };
    let tops: Vec<_> =
        (0..all.len()).filter(|place| tree.parent(*place).is_none() && tree.is_shown(*place)).collect();
    let mut nodes = Vec::new();
    for top in &tops {
        tree.add(*top, &[], &mut nodes);
    }
    nodes
}

struct Tree<'a> {
    looked_at: &'a [&'a Certificate],
    all: &'a [&'a Certificate],
    issuers: &'a [Issuer],
}

impl Tree<'_> {
    /// The place of the certificate that one stands below.
    fn parent(&self, place: usize) -> Option<usize> {
        match self.issuers.get(place)? {
            Issuer::Among(issuer) | Issuer::Impostor(issuer) => Some(*issuer),
            Issuer::Itself | Issuer::Absent => None,
        }
    }

    fn is_looked_at(&self, place: usize) -> bool {
        self.all.get(place).is_some_and(|certificate| self.looked_at.contains(certificate))
    }

    /// Roots are shown above what they issued, and not by themselves.
    fn is_shown(&self, place: usize) -> bool {
        let is_root = self.issuers.get(place) == Some(&Issuer::Itself);
        !is_root || (0..self.all.len()).any(|child| self.parent(child) == Some(place))
    }

    fn add(&self, place: usize, continued: &[bool], nodes: &mut Vec<Node>) {
        let Some(certificate) = self.all.get(place) else { return };
        nodes.push(Node {
            md5: certificate.md5(),
            title: whose(certificate).to_owned(),
            depth: continued.len(),
            place: self.place(place, certificate),
            continued: continued.to_vec(),
        });
        let children: Vec<_> =
            (0..self.all.len()).filter(|child| self.parent(*child) == Some(place)).collect();
        for (index, child) in children.iter().enumerate() {
            let below = [continued, &[index + 1 < children.len()]].concat();
            // A circle of certificates that issued each other has no top and is never entered.
            self.add(*child, &below, nodes);
        }
    }

    fn place(&self, place: usize, certificate: &Certificate) -> Place {
        match self.issuers.get(place) {
            Some(Issuer::Itself) if !self.is_looked_at(place) => Place::BuiltInRoot,
            Some(Issuer::Itself) => Place::Root,
            Some(Issuer::Impostor(_)) => Place::Forged,
            Some(Issuer::Among(_)) => Place::Issued,
            Some(Issuer::Absent) | None => Place::Orphan { issuer: certificate.issuer().to_owned() },
        }
    }
}

/// Draws the tree; gives the MD5 of a certificate whose details are wanted.
pub(super) fn show(ui: &mut Ui, nodes: &[Node], chosen: Option<&str>) -> Option<String> {
    let mut wanted = None;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for node in nodes {
            if show_node(ui, node, chosen == Some(&node.md5)) {
                wanted = Some(node.md5.clone());
            }
        }
    });
    wanted
}

fn show_node(ui: &mut Ui, node: &Node, chosen: bool) -> bool {
    ui.horizontal(|ui| {
        branches(ui, node);
        let tokens = Tokens::of(ui);
        let text = RichText::new(&node.title).color(if chosen { tokens.accent } else { tokens.text_strong });
        let button = ui.add(Button::selectable(chosen, text).truncate());
        let level = node.depth + 1;
        button.widget_info(|| WidgetInfo::selected(Role::TreeItem, true, chosen, &node.title));
        ui.ctx().accesskit_node_builder(button.id, |access| access.set_level(level));
        remark(ui, &node.place);
        button.clicked()
    })
    .inner
}

fn remark(ui: &mut Ui, place: &Place) {
    let (tone, text) = match place {
        Place::Root => (Tone::Neutral, "Root".to_owned()),
        Place::BuiltInRoot => (Tone::Ok, "Built-in root".to_owned()),
        Place::Issued => return,
        Place::Orphan { issuer } => (Tone::Warn, format!("Its issuer is not here: {issuer}")),
        Place::Forged => (Tone::Danger, "Not signed by the one above".to_owned()),
    };
    widgets::chip(ui, tone, &text);
}

/// The lines that lead from a certificate to its issuer.
fn branches(ui: &mut Ui, node: &Node) {
    if node.depth == 0 {
        return;
    }
    let width = INDENT * node.depth as f32;
    let (rect, _) =
        ui.allocate_exact_size(egui::vec2(width - space::S, theme::CONTROL_HEIGHT), Sense::hover());
    let stroke = Stroke::new(1.0, Tokens::of(ui).border_strong);
    for (level, continued) in node.continued.iter().enumerate() {
        let x = rect.left() + INDENT * level as f32 + INDENT / 2.0;
        let own = level + 1 == node.depth;
        if own || *continued {
            let bottom = if *continued { rect.bottom() } else { rect.center().y };
            ui.painter().vline(x, rect.top()..=bottom, stroke);
        }
        if own {
            // As far as the text of the button beside it.
            ui.painter().hline(x..=rect.right() + space::M, rect.center().y, stroke);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::fixtures::{BALTIMORE, EC_CERTIFICATE, ROOT, RSA_CERTIFICATE};

    fn outline(looked_at: &[&str], builtin: &[&str]) -> Vec<(String, usize, Place)> {
        let read = |texts: &[&str]| -> Vec<Certificate> {
            texts.iter().map(|text| Certificate::parse(text.as_bytes()).unwrap()).collect()
        };
        let (looked_at, builtin) = (read(looked_at), read(builtin));
        let (looked_at, builtin): (Vec<_>, Vec<_>) = (looked_at.iter().collect(), builtin.iter().collect());
        nodes(&looked_at, &builtin).into_iter().map(|node| (node.title, node.depth, node.place)).collect()
    }

    #[test]
    fn certificates_stand_below_the_one_that_issued_them() {
        let device = |name: &str| (name.to_owned(), 1, Place::Issued);
        let root = |place| ("Example Root".to_owned(), 0, place);
        let both = [root(Place::Root), device("device1"), device("device2")];
        assert_eq!(outline(&[EC_CERTIFICATE, ROOT, RSA_CERTIFICATE], &[]), both);
        assert_eq!(
            outline(&[EC_CERTIFICATE, EC_CERTIFICATE], &[BALTIMORE, ROOT]),
            [root(Place::BuiltInRoot), device("device1")]
        );
    }

    #[test]
    fn an_issuer_that_is_not_there_is_named() {
        assert_eq!(outline(&[ROOT, BALTIMORE], &[]), [], "of roots alone there is nothing to say");
        let issuer = "O=Example, CN=Example Root".to_owned();
        let orphan = ("device1".to_owned(), 0, Place::Orphan { issuer });
        assert_eq!(outline(&[EC_CERTIFICATE], &[BALTIMORE]), [orphan]);
    }
}
