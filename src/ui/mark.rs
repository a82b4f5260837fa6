//! A bank's or a merchant's mark: its logo, or its initials in a box coloured by its name, or an icon if it has no
//! name.

use super::icon::{Icon, icon};
use super::node::{El, Node, el};
use relink_wire::{HUES, fnv1a, hue};
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The classes of the box; a name gets one of them.
const CLASSES: [&str; HUES as usize] =
    ["mark hue-0", "mark hue-1", "mark hue-2", "mark hue-3", "mark hue-4", "mark hue-5"];

/// The mark. The initials are shown from the first moment, and stay if the logo does not load.
pub fn mark(name: &str, logo_url: Option<&str>, nameless: Icon) -> El {
    let class = usize::try_from(hue(name)).unwrap_or_default();
    let logo = logo_url.map(|url| {
        el("img")
            .key(fnv1a(url))
            .attr("alt", "")
            .attr("referrerpolicy", "no-referrer")
            .attr("decoding", "async")
            .on("load", |event| {
                if let Some(image) = event.target() {
                    // Cannot fail for this attribute name.
                    let _ = image.unchecked_into::<Element>().set_attribute("data-loaded", "");
                }
            })
            .attr("src", String::from(url))
    });
    el("span")
        .class(CLASSES[class])
        .attr("translate", "no")
        .attr("aria-hidden", "true")
        .child(Node::from(logo))
        .child(el("span").child(if name.is_empty() {
            icon(nameless).into()
        } else {
            Node::from(initials(name))
        }))
}

/// The first letters of the first two words, in capitals. The browser does this: Rust's own tables weigh 24 KB.
fn initials(name: &str) -> String {
    let letter = |word: &str| word.chars().find(|c| !c.is_ascii() || c.is_ascii_alphanumeric());
    let letters: String = name.split_whitespace().filter_map(letter).take(2).collect();
    js_sys::JsString::from(letters).to_upper_case().as_string().unwrap_or_default()
}
