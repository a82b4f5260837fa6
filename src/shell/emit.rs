//! `Effect::Emit`: the element's events, as docs/contract.md lists them.

use crate::dom;
use crate::shell::json;
use js_sys::Object;
use relink_wire::Event;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit, HtmlElement};

/// Dispatches an event. If a listener throws, the browser reports it and nothing stops.
pub fn emit(host: &HtmlElement, session: Option<&str>, flow: &str, event: &Event) {
    if let Event::State { state, .. } = event {
        // Set before the event, so that a listener finds the attribute matching it.
        let _ = host.set_attribute("state", state.as_str());
    }
    let init = CustomEventInit::new();
    for name in ["bubbles", "composed"] {
        dom::set(&init, name, &JsValue::TRUE);
    }
    dom::set(&init, "detail", &json::to_js(&event.detail(session, flow)));
    if let Ok(custom) = CustomEvent::new_with_event_init_dict(event.name(), &init) {
        let _ = host.dispatch_event(&custom);
    }
}

/// `{type, …detail}`, the value `show()` resolves to. A fresh object: a listener may have changed the event's detail.
pub fn ending(session: Option<&str>, flow: &str, event: &Event) -> JsValue {
    let ending = Object::new();
    dom::set(&ending, "type", &event.name().into());
    let detail = json::to_js(&event.detail(session, flow));
    Object::assign(&ending, detail.unchecked_ref()).into()
}

/// Reports that the widget left the screen, as `<dialog>` does: an event that does not bubble.
pub fn closed(host: &HtmlElement) {
    if let Ok(event) = web_sys::Event::new("close") {
        let _ = host.dispatch_event(&event);
    }
}
