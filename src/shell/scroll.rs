//! The page behind a modal does not scroll while it is open. Several modals hold it together, and the last one to
//! let go gives the page back as it was.

use crate::shell::page;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{CssStyleDeclaration, HtmlElement};

/// What is changed on the page's root, through CSSOM, which a strict policy allows. The gutter keeps the place of a
/// scroll bar that goes, so that nothing shifts.
const HELD: [(&str, &str); 2] = [("overflow", "hidden"), ("scrollbar-gutter", "stable")];

thread_local! {
    static HOLDS: RefCell<Holds> = const { RefCell::new(Holds { count: 0, before: Vec::new() }) };
}

/// How many hold the page, and what its style said before.
struct Holds {
    count: u32,
    before: Vec<(&'static str, String)>,
}

/// Holds the page until dropped.
pub struct ScrollLock(());

impl ScrollLock {
    /// From now on.
    pub fn hold() -> Self {
        HOLDS.with_borrow_mut(|holds| {
            holds.count += 1;
            if let (1, Some(style)) = (holds.count, style()) {
                let has_bar = page::window().inner_width().ok().and_then(|width| width.as_f64())
                    > page::document().document_element().map(|root| f64::from(root.client_width()));
                for (name, value) in &HELD[..if has_bar { 2 } else { 1 }] {
                    holds.before.push((name, style.get_property_value(name).unwrap_or_default()));
                    let _ = style.set_property(name, value);
                }
            }
        });
        Self(())
    }
}

impl Drop for ScrollLock {
    fn drop(&mut self) {
        HOLDS.with_borrow_mut(|holds| {
            holds.count -= 1;
            if let (0, Some(style)) = (holds.count, style()) {
                for (name, value) in holds.before.drain(..) {
                    let _ = style.set_property(name, &value);
                }
            }
        });
    }
}

fn style() -> Option<CssStyleDeclaration> {
    page::document().document_element().map(|root| root.unchecked_into::<HtmlElement>().style())
}
