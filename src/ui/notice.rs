//! A notice: an icon and a sentence or two, set apart.

use super::icon::{Icon, icon};
use super::node::{El, Node, el};

/// How serious it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Calm,
    /// Take care.
    Warning,
}

/// The notice.
pub fn note(tone: Tone, children: impl IntoIterator<Item = Node>) -> El {
    let (class, sign) = match tone {
        Tone::Calm => ("notice", Icon::Info),
        Tone::Warning => ("notice warning", Icon::Alert),
    };
    el("div").class(class).part("notice").child(icon(sign)).child(el("div").children(children))
}
