//! What is shown while something is awaited.

use super::node::{El, Node, el};

/// A sign of waiting, beside words that say for what.
pub fn spinner(words: impl IntoIterator<Item = Node>) -> El {
    el("p")
        .class("waiting")
        .child(el("span").class("spinner").part("spinner").attr("aria-hidden", "true"))
        .child(el("span").children(words))
}

/// The outline of a view to come: a line each for its text, its card and its button, which the style tells apart.
pub fn skeleton() -> El {
    let bars = [(); 8].map(|()| Node::from(el("span").class("bar")));
    el("div").class("skeleton").attr("aria-hidden", "true").children(bars)
}
