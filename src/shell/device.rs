//! What this browser can do: above all, whether a window of its own would open and come back.

use crate::shell::page;
use js_sys::Reflect;
use relink_core::Device;
use wasm_bindgen::JsValue;

/// Browsers inside apps, by what they say of themselves: they open no second window, or lose the first.
const IN_APP: [&str; 5] = ["FBAN", "FBAV", "Instagram", "Line/", "; wv)"];

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
    !agent.contains("Mobi") && !IN_APP.iter().any(|name| agent.contains(name))
}

/// `navigator.userAgentData.mobile`, where the browser has it.
fn says_mobile(navigator: &JsValue) -> bool {
    let get = |object: &JsValue, name: &str| Reflect::get(object, &JsValue::from_str(name)).ok();
    get(navigator, "userAgentData").filter(JsValue::is_object).and_then(|data| get(&data, "mobile"))
        == Some(JsValue::TRUE)
}
