//! What the page asks for, read from the element when it is needed.

use crate::dom;
use crate::shell::page;
use relink_core::Settings;
use relink_wire::{DisplayText, SafeUrl};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, Url};

/// The element's attributes as the machine takes them.
pub fn settings(host: &HtmlElement) -> Settings {
    Settings {
        account: attribute(host, "account"),
        authorization: attribute(host, "authorization"),
        session: attribute(host, "session"),
        locale: Some(locale(host)).filter(|locale| !locale.is_empty()),
        merchant_name: attribute(host, "merchant-name").and_then(|name| DisplayText::parse(&name)),
        sign_in_url: address(host, "sign-in-url").and_then(|url| SafeUrl::https_or_loopback(&url.href())),
        // React before 19 writes the second.
        remind_later: ["remind-later", "remindlater"].iter().any(|name| host.has_attribute(name)),
    }
}

/// An attribute that is not empty.
pub fn attribute(host: &Element, name: &str) -> Option<String> {
    host.get_attribute(name).map(|value| value.trim_ascii().to_owned()).filter(|value| !value.is_empty())
}

/// An attribute that is an address, resolved against the page.
pub fn address(host: &Element, name: &str) -> Option<Url> {
    let base = page::document().base_uri().ok().flatten()?;
    Url::new_with_base(&attribute(host, name)?, &base).ok()
}

/// What names a language: an empty `lang` does not.
const LANG: &str = "[lang]:not([lang=''])";

/// The requested language: the element's own, else the nearest in the page (through the shadow roots around it), else
/// the browser's. `src/element/words.js` chooses the words by the same rule before this code is loaded.
pub fn locale(host: &HtmlElement) -> String {
    let mut from: Option<Element> = Some(host.clone().into());
    while let Some(element) = from {
        if let Some(lang) = element.closest(LANG).ok().flatten().and_then(|e| attribute(&e, "lang")) {
            return lang;
        }
        let host = dom::get(&element.get_root_node(), "host");
        from = host.filter(JsValue::is_object).map(JsCast::unchecked_into);
    }
    page::window().navigator().language().unwrap_or_default()
}
