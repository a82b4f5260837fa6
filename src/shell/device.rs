//! What this browser can do: above all, whether a window of its own would open and come back.

use crate::dom::get;
use crate::shell::page;
use js_sys::RegExp;
use relink_core::Device;
use wasm_bindgen::JsValue;

/// Phones and in-app browsers, by their user agent: they open no second window, or lose the first. The browser runs the
/// search, because Rust's search code is 2 KB of tables.
const ONE_WINDOW: &str = r"Mobi|FBA[NV]|Instagram|Line/|; wv\)";

/// This browser, now.
pub fn device() -> Device {
    let navigator = page::window().navigator();
    // Not `navigator.user_agent()`: where the page has put something else than text there, that corrupts memory.
    let agent = get(&navigator, "userAgent").and_then(|agent| agent.as_string()).unwrap_or_default();
    Device {
        windows: !says_mobile(&navigator) && opens_windows(&agent),
        online: navigator.on_line(),
        visible: page::is_visible(),
    }
}

/// Whether a browser with this user agent can show windows side by side.
pub fn opens_windows(agent: &str) -> bool {
    !RegExp::new(ONE_WINDOW, "").test(agent)
}

/// `navigator.userAgentData.mobile`, if the browser has it.
fn says_mobile(navigator: &JsValue) -> bool {
    get(navigator, "userAgentData").filter(JsValue::is_object).and_then(|data| get(&data, "mobile"))
        == Some(JsValue::TRUE)
}
