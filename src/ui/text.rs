//! Text from outside, isolated so that it cannot change how the text around it reads.

use super::node::{El, Node, el};

/// A name, a date or a number, isolated: it has its own direction, and translation programs must not change it.
pub fn bdi(name: &str) -> El {
    el("bdi").attr("translate", "no").child(String::from(name))
}

/// Visually hidden text, for screen readers.
pub fn hidden_text(text: impl Into<Node>) -> El {
    el("span").class("unseen").child(text)
}

/// The end of a number after dots; screen readers get it in words.
pub fn mask(last4: &str, spoken: String) -> El {
    let mut seen = String::from("•••• ");
    seen.push_str(last4);
    el("span")
        .class("mask")
        .child(bdi(&seen).attr("dir", "ltr").attr("aria-hidden", "true"))
        .child(hidden_text(spoken))
}
