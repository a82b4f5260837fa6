//! `Effect::Emit`: the element's events, as docs/contract.md lists them.

use crate::shell::json;
use js_sys::{Object, Reflect};
use relink_wire::Event;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit, HtmlElement};

/// Dispatches an event. A listener that throws is reported by the browser and stops nothing.
pub fn emit(host: &HtmlElement, session: Option<&str>, event: &Event) {
    if let Event::State { state, .. } = event {
        // So that a listener finds the attribute as the event says.
        let _ = host.set_attribute("state", state.as_str());
    }
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(&json::to_js(&event.detail(session)));
    if let Ok(custom) = CustomEvent::new_with_event_init_dict(event.name(), &init) {
        let _ = host.dispatch_event(&custom);
    }
}

/// `{type, …detail}`, as `show()` resolves to it: made anew, whatever a listener did to the event's.
pub fn ending(session: Option<&str>, event: &Event) -> JsValue {
    let ending = Object::new();
    let _ = Reflect::set(&ending, &"type".into(), &event.name().into());
    let detail = json::to_js(&event.detail(session));
    Object::assign(&ending, detail.unchecked_ref()).into()
}

/// Tells that the widget left the screen, as `<dialog>` does: an event that does not bubble.
pub fn closed(host: &HtmlElement) {
    if let Ok(event) = web_sys::Event::new("close") {
        let _ = host.dispatch_event(&event);
    }
}
