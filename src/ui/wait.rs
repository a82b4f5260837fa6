//! What is shown during a wait.

use super::icon::{Icon, icon};
use super::node::{El, Node, el};

/// A spinner, beside words that say what we are waiting for.
pub fn spinner(words: impl IntoIterator<Item = Node>) -> El {
    el("p")
        .class("waiting")
        .child(
            el("span")
                .class("spinner")
                .part("spinner")
                .attr("aria-hidden", "true")
                // Seen where nothing may turn.
                .child(icon(Icon::Clock)),
        )
        .child(el("span").children(words))
}

/// The outline of a coming view: one line each for its text, its card and its button. The style sheet shapes them.
pub fn skeleton() -> El {
    let bars = [(); 8].map(|()| Node::from(el("span").class("bar")));
    el("div").class("skeleton").attr("aria-hidden", "true").children(bars)
}
