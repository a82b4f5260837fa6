//! The page around the element, through the functions of `src/element/around.js`: which of its parts are modal, whether
//! the widget can be seen, and page scrolling. They are at the end of the shipped glue. If they are missing, as in a
//! test of one part of the shell, nothing is in the way and everything counts as seen.

use js_sys::Function;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlDialogElement, HtmlElement, ShadowRoot};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = holdPage)]
    fn hold_page(on: bool) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = tend)]
    fn tend_place(place: &HtmlElement) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = sightOf)]
    fn sight_of(element: &HtmlElement) -> Result<u32, JsValue>;
    #[wasm_bindgen(catch, js_name = stepAside)]
    fn step_aside(host: &HtmlElement) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = takeFrame)]
    fn take_frame(root: &ShadowRoot) -> Result<Option<HtmlDialogElement>, JsValue>;
}

/// Locks the page's scrolling until dropped. Several locks may exist at once.
pub struct ScrollLock(());

impl ScrollLock {
    /// Locks scrolling from now on.
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

/// Looks after the place where a view is drawn, from now on: its clicks stay in it, and its height changes as it should.
pub fn tend(place: &HtmlElement) {
    let _ = tend_place(place);
}

/// The empty dialog that `src/element/frame.js` has opened while this code was on its way.
pub fn frame(root: &ShadowRoot) -> Option<HtmlDialogElement> {
    take_frame(root).ok().flatten()
}

/// The result of checking an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// It is not rendered.
    Absent,
    /// It is rendered, but no press would reach it.
    Unreachable,
    /// It can be seen and reached.
    There,
}

/// Checks whether the element can be seen.
pub fn look(element: &HtmlElement) -> Look {
    match sight_of(element) {
        Ok(0) => Look::Absent,
        Ok(1) => Look::Unreachable,
        Ok(_) | Err(_) => Look::There,
    }
}

/// The modal parts of the page around the element are put aside for the bank until this is dropped.
pub struct Aside(Option<Function>);

impl Aside {
    /// Puts them aside; `None` if the bank's layer still could not be reached.
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
