//! Something went wrong: shows the reference number, by which the merchant can look it up.

use super::desk::{Desk, Touch};
use crate::dom;
use crate::settled::settled;
use crate::ui::{Node, bdi, el};
use crate::words::Message;
use relink_core::view::Problem;
use std::rc::Rc;
use wasm_bindgen::JsCast;

/// Below the heading.
pub fn draw(desk: &Desk, problem: &Problem) -> Vec<Node> {
    vec![problem.reference.as_ref().map(|reference| self::reference(desk, reference.as_str())).into()]
}

#[inline(never)]
fn reference(desk: &Desk, reference: &str) -> Node {
    let copy = clipboard().map(|clipboard| {
        let (text, touched) = (String::from(reference), Rc::clone(desk.touched));
        el("button")
            .class("copy")
            .attr("type", "button")
            .on("click", move |_| {
                let touched = Rc::clone(&touched);
                settled(&clipboard.write_text(&text), move |written| {
                    touched(Touch::Copied(written.is_some()));
                });
            })
            .child(desk.text(Message::COPY))
    });
    el("p")
        .class("fine reference")
        .child(el("span").child(desk.text(Message::REFERENCE)))
        .child(" ")
        .child(el("code").child(bdi(reference)))
        .child(" ")
        .child(copy)
        .child(el("span").attr("role", "status").child(desk.local.copied.then(|| desk.text(Message::COPIED))))
        .into()
}

/// The clipboard, if this page may use it.
fn clipboard() -> Option<web_sys::Clipboard> {
    let navigator = web_sys::window()?.navigator();
    let clipboard = dom::get(&navigator, "clipboard")?;
    clipboard.is_object().then(|| clipboard.unchecked_into())
}
