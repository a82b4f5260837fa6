//! What this browser can do: above all, whether a window of its own would open and come back.

use crate::shell::page;
use js_sys::{Reflect, RegExp};
use relink_core::Device;
use wasm_bindgen::JsValue;

/// Phones, and browsers inside apps, by what they say of themselves: they open no second window, or lose the first.
/// The browser looks for it: Rust's search is 2 KB of tables and cases.
const ONE_WINDOW: &str = r"Mobi|FBA[NV]|Instagram|Line/|; wv\)";

/// This browser, now.
pub fn device() -> Device {
    let navigator = page::window().navigator();
    let agent = navigator.user_agent().unwrap_or_default();
    Device {
        windows: !says_mobile(&navigator) && opens_windows(&agent),
        online: navigator.on_line(),
        visible: page::is_visible(),
    }
}

/// Whether a browser that calls itself so keeps windows beside each other.
pub fn opens_windows(agent: &str) -> bool {
    !RegExp::new(ONE_WINDOW, "").test(agent)
}

/// `navigator.userAgentData.mobile`, where the browser has it.
fn says_mobile(navigator: &JsValue) -> bool {
    let get = |object: &JsValue, name: &str| Reflect::get(object, &JsValue::from_str(name)).ok();
    get(navigator, "userAgentData").filter(JsValue::is_object).and_then(|data| get(&data, "mobile"))
        == Some(JsValue::TRUE)
}
