//! A button, or a link that looks like one.

use super::icon::{Icon, icon};
use super::node::{El, Node, el};
use web_sys::Event;

/// The rank of a button in its view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rank {
    /// The main action.
    Primary,
    /// The other action.
    Secondary,
}

/// A button to draw.
pub struct Button<'a> {
    /// Its rank in the view.
    pub rank: Rank,
    /// Its label.
    pub label: Vec<Node>,
    /// Whether it can be pressed.
    pub enabled: bool,
    /// For a link: the address, and the note about the new tab if it opens in one.
    pub href: Option<(&'a str, Option<String>)>,
}

impl Button<'_> {
    /// The button; `press` runs inside the click.
    pub fn draw(self, press: impl Fn(&Event) + 'static) -> El {
        let (class, part) = match self.rank {
            Rank::Primary => ("button primary", "primary-button"),
            Rank::Secondary => ("button secondary", "secondary-button"),
        };
        let (element, suffix) = match self.href {
            None => (el("button").attr("type", "button").flag("disabled", !self.enabled), None),
            Some((href, None)) => (el("a").attr("href", String::from(href)), None),
            Some((href, Some(hint))) => {
                let link = el("a").attr("href", String::from(href));
                let link = link.attr("target", "_blank").attr("rel", "noopener noreferrer");
                (link, Some((icon(Icon::Out), super::hidden_text(hint))))
            }
        };
        let element = element.class(class).part(part).on("click", press);
        let element = element.child(el("span").children(self.label));
        match suffix {
            None => element,
            Some((sign, hint)) => element.child(sign).child(hint),
        }
    }
}
