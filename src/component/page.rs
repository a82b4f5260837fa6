//! The browser's side of the component: listeners, attributes and properties of one element, and the loader's script.

use super::detail;
use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::{Callable, Callback};
use serde::de::DeserializeOwned;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::{CustomEvent, CustomEventInit, Document, Element, Event, HtmlElement, HtmlScriptElement};

const TAG: &str = "relink-widget";

type Answer = Pin<Box<dyn Future<Output = Result<Vec<(String, String)>, String>>>>;

/// Headers that are added to each request, names and values: an async function that is asked for each of them. If it
/// fails, the request is not sent.
#[derive(Clone)]
pub struct Headers(Rc<dyn Fn() -> Answer>);

impl<F, A> From<F> for Headers
where
    F: Fn() -> A + 'static,
    A: Future<Output = Result<Vec<(String, String)>, String>> + 'static,
{
    fn from(ask: F) -> Self {
        Self(Rc::new(move || Box::pin(ask())))
    }
}

impl Headers {
    /// As the element takes them.
    fn to_js(&self) -> JsValue {
        let ask = Rc::clone(&self.0);
        Closure::<dyn Fn() -> Promise>::new(move || {
            let answer = ask();
            future_to_promise(async move { answer.await.map(|pairs| record(&pairs)).map_err(JsValue::from) })
        })
        .into_js_value()
    }
}

fn record(pairs: &[(String, String)]) -> JsValue {
    let record = Object::new();
    for (name, value) in pairs {
        set(&record, name, &value.into());
    }
    record.into()
}

fn set(of: &JsValue, name: &str, value: &JsValue) {
    // Fails on what is frozen only: neither a new object nor the element is.
    let _ = Reflect::set(of, &name.into(), value);
}

fn on(element: &Element, name: &str, react: impl Fn(Event) + 'static) {
    // The function lives as long as the element keeps it.
    let function = Closure::<dyn Fn(Event)>::new(react).into_js_value();
    let _ = element.add_event_listener_with_callback(name, function.unchecked_ref());
}

/// Calls back with each event's detail.
pub fn listen<T>(element: &HtmlElement, name: &'static str, told: Option<Callback<T>>)
where
    T: DeserializeOwned + 'static,
{
    let Some(told) = told else { return };
    let ours = element.clone();
    on(element, name, move |event| {
        // Another widget in the children tells its own.
        if event.target().as_deref() != Some(&ours) {
            return;
        }
        match detail::read(&event.unchecked_ref::<CustomEvent>().detail()) {
            // A component that is gone is told nothing.
            Ok(detail) => drop(told.try_run(detail)),
            Err(why) => web_sys::console::error_1(&format!("relink-widget: {name}: {why}").into()),
        }
    });
}

/// Calls back when the widget has left the screen.
pub fn on_close(element: &HtmlElement, told: impl Fn() + 'static) {
    let ours = element.clone();
    on(element, "close", move |event| {
        if event.target().as_deref() == Some(&ours) {
            told();
        }
    });
}

/// The properties that are no attributes.
pub fn give(element: &HtmlElement, headers: Option<&Headers>, messages: &[(String, String)]) {
    if let Some(headers) = headers {
        set(element, "headers", &headers.to_js());
    }
    if !messages.is_empty() {
        set(element, "messages", &record(messages));
    }
}

/// Sets or removes an attribute if it differs: the element itself writes `open`.
pub fn write(element: &HtmlElement, name: &str, value: Option<&str>) {
    if element.get_attribute(name).as_deref() == value {
        return;
    }
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

/// Calls a method of the element, at once if its class is defined, otherwise when it is.
pub fn call(element: HtmlElement, method: &'static str) {
    if run(&element, method) {
        return;
    }
    let defined = leptos::prelude::window().custom_elements().when_defined(TAG);
    spawn_local(async move {
        if let Ok(defined) = defined
            && JsFuture::from(defined).await.is_ok()
        {
            run(&element, method);
        }
    });
}

fn run(element: &HtmlElement, method: &str) -> bool {
    let function =
        Reflect::get(element, &method.into()).ok().and_then(|found| found.dyn_into::<Function>().ok());
    function.is_some_and(|function| function.call0(element).is_ok())
}

/// The loader: one script for the page, however many widgets it has.
pub struct Loader {
    /// Its address.
    pub src: String,
    /// Its hash.
    pub integrity: Option<String>,
}

impl Loader {
    /// Adds the script to the page, unless it is there. If it cannot be loaded, the element reports that as it would
    /// itself.
    pub fn load(&self, element: &HtmlElement) {
        let window = leptos::prelude::window();
        if window.custom_elements().get(TAG).is_function() {
            return;
        }
        let Some(document) = window.document() else { return };
        let Some(script) = self.find(&document).or_else(|| self.put(&document)) else { return };
        let (failed, src, place) = (element.clone(), self.src.clone(), script.clone());
        on(&script, "error", move |_| {
            // So that the next widget tries again.
            place.remove();
            tell_unloaded(&failed, &src);
        });
    }

    fn find(&self, document: &Document) -> Option<HtmlScriptElement> {
        let scripts = document.query_selector_all("script[src]").ok()?;
        (0..scripts.length())
            .filter_map(|place| scripts.item(place)?.dyn_into::<HtmlScriptElement>().ok())
            .find(|script| script.get_attribute("src").as_deref() == Some(self.src.as_str()))
    }

    fn put(&self, document: &Document) -> Option<HtmlScriptElement> {
        let script: HtmlScriptElement = document.create_element("script").ok()?.dyn_into().ok()?;
        script.set_type("module");
        if let Some(integrity) = &self.integrity {
            let _ = script.set_attribute("integrity", integrity);
            let _ = script.set_attribute("crossorigin", "");
        }
        let _ = script.set_attribute("src", &self.src);
        document.head()?.append_child(&script).ok()?;
        Some(script)
    }
}

fn tell_unloaded(element: &HtmlElement, src: &str) {
    let detail = Object::new();
    for (name, value) in [
        ("session", JsValue::NULL),
        ("flow", JsValue::NULL),
        ("code", "network_error".into()),
        ("message", format!("{src} could not be loaded").into()),
        ("retryable", true.into()),
        ("request_id", JsValue::NULL),
    ] {
        set(&detail, name, &value);
    }
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    init.set_detail(&detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict("relink-error", &init) {
        let _ = element.dispatch_event(&event);
    }
}
