//! A page for the tests of the shell: elements, stand-ins for what the browser and Stripe give, and the facts that
//! effects raise, awaited one by one.

use js_sys::{Function, Promise, Reflect};
use relink_core::Input;
use relink_widget::shell::Raise;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

/// What an effect raised, in order.
#[derive(Clone, Default)]
pub struct Facts {
    seen: Rc<RefCell<VecDeque<Input>>>,
    waiting: Rc<RefCell<Option<Function>>>,
}

impl Facts {
    /// None yet.
    pub fn new() -> Self {
        bring_settled();
        Self::default()
    }

    /// For an effect to raise to.
    pub fn raise(&self) -> Raise {
        let Self { seen, waiting } = self.clone();
        Rc::new(move |input| {
            seen.borrow_mut().push_back(input);
            let waiting = waiting.borrow_mut().take();
            if let Some(waiting) = waiting {
                waiting.call0(&JsValue::UNDEFINED).expect("a promise's resolve");
            }
        })
    }

    /// The next, once it is there.
    pub async fn next(&self) -> Input {
        loop {
            if let Some(input) = self.take() {
                return input;
            }
            let more = Promise::new(&mut |resolve, _| *self.waiting.borrow_mut() = Some(resolve));
            JsFuture::from(more).await.expect("never rejected");
        }
    }

    /// The next, where it is there.
    pub fn take(&self) -> Option<Input> {
        self.seen.borrow_mut().pop_front()
    }

    /// Whether nothing was raised.
    pub fn is_empty(&self) -> bool {
        self.seen.borrow().is_empty()
    }
}

/// Puts what tells of promises where the shell finds it, as the shipped glue has it at its end.
fn bring_settled() {
    let script =
        [include_str!("../../src/element/settled.js"), "globalThis.whenSettled = whenSettled;"].concat();
    Function::new_no_args(&script).call0(&JsValue::UNDEFINED).expect("a function is defined");
}

/// A script's value.
pub fn run(script: &str) -> JsValue {
    js_sys::eval(script).unwrap_or_else(|error| panic!("{script}: {error:?}"))
}

/// A script's value, awaited.
pub async fn settled(script: &str) -> JsValue {
    JsFuture::from(Promise::resolve(&run(script))).await.expect("a promise that resolves")
}

/// Lets everything happen that was due before now.
pub async fn turn() {
    settled("new Promise((done) => setTimeout(done, 0))").await;
}

/// An element of the page with those attributes, as text of a tag.
pub fn element(attributes: &str) -> HtmlElement {
    bring_settled();
    let document = web_sys::window().and_then(|window| window.document()).expect("a document");
    let place = document.create_element("div").expect("an element");
    place.set_inner_html(&format!("<relink-tested {attributes}></relink-tested>"));
    let host: HtmlElement = place.first_element_child().expect("the element").unchecked_into();
    document.body().expect("a body").append_child(&host).expect("appended");
    host
}

/// A property.
pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).expect("a property that can be read")
}
