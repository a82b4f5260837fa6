//! Text from outside, kept from changing how the text around it reads.

use super::node::{El, Node, el};

/// A name, a date or a number, isolated: its direction is its own, and no program that translates the page may touch it.
pub fn bdi(name: &str) -> El {
    el("bdi").attr("translate", "no").child(String::from(name))
}

/// Text that is heard and not seen.
pub fn hidden_text(text: impl Into<Node>) -> El {
    el("span").class("unseen").child(text)
}

/// The end of a number behind dots, seen as such and heard in words.
pub fn mask(last4: &str, spoken: String) -> El {
    let mut seen = String::from("•••• ");
    seen.push_str(last4);
    el("span")
        .class("mask")
        .child(bdi(&seen).attr("dir", "ltr").attr("aria-hidden", "true"))
        .child(hidden_text(spoken))
}
