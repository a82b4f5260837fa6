//! What is shown while something is awaited.

use super::node::{El, Node, el};

/// A sign of waiting, beside words that say for what.
pub fn spinner(words: impl IntoIterator<Item = Node>) -> El {
    el("p")
        .class("waiting")
        .child(el("span").class("spinner").part("spinner").attr("aria-hidden", "true"))
        .child(el("span").children(words))
}

/// The outline of a view to come.
pub fn skeleton() -> El {
    let bar = |class| Node::from(el("span").class(class));
    let bars = ["bar wide", "bar", "bar card-like", "bar wide", "bar button-like"];
    el("div").class("skeleton").attr("aria-hidden", "true").children(bars.map(bar))
}
