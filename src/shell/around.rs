//! The page around the element, by the functions of `src/element/around.js`: what is modal in it, whether the widget can
//! be seen, and its scrolling. They are at the end of the shipped glue; where they are missing, as in a test of one part of
//! the shell, nothing is in the way and everything is seen.

use js_sys::Function;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = holdPage)]
    fn hold_page(on: bool) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = sightOf)]
    fn sight_of(element: &HtmlElement) -> Result<u32, JsValue>;
    #[wasm_bindgen(catch, js_name = stepAside)]
    fn step_aside(host: &HtmlElement) -> Result<JsValue, JsValue>;
}

/// Holds the page's scrolling until dropped. Several hold it together.
pub struct ScrollLock(());

impl ScrollLock {
    /// From now on.
    pub fn hold() -> Self {
        let _ = hold_page(true);
        Self(())
    }
}

impl Drop for ScrollLock {
    fn drop(&mut self) {
        let _ = hold_page(false);
    }
}

/// What a look at an element found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// It is not rendered.
    Absent,
    /// It is rendered, and no press would reach it.
    Unreachable,
    /// It can be seen and reached.
    There,
}

/// Looks whether it can be seen.
pub fn look(element: &HtmlElement) -> Look {
    match sight_of(element) {
        Ok(0) => Look::Absent,
        Ok(1) => Look::Unreachable,
        Ok(_) | Err(_) => Look::There,
    }
}

/// What is modal around the element has made way for the bank, until this is dropped.
pub struct Aside(Option<Function>);

impl Aside {
    /// Makes way; nothing where the bank's layer could not be reached all the same.
    pub fn step(host: &HtmlElement) -> Option<Self> {
        match step_aside(host) {
            Ok(restore) => restore.dyn_into().ok().map(|restore| Self(Some(restore))),
            Err(_) => Some(Self(None)),
        }
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if let Some(restore) = &self.0 {
            let _ = restore.call0(&JsValue::UNDEFINED);
        }
    }
}
