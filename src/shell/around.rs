//! The page around the element, through the functions of `src/element/around.js`: which of its parts are modal, whether
//! the widget can be seen, and page scrolling. They are at the end of the shipped glue. If they are missing, as in a
//! test of one part of the shell, nothing is in the way and everything counts as seen.

use js_sys::Function;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, ShadowRoot};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = holdPage)]
    fn hold_page(dialog: &HtmlElement) -> Result<Function, JsValue>;
    #[wasm_bindgen(catch, js_name = tend)]
    fn tend_place(place: &HtmlElement) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = sightOf)]
    fn sight_of(element: &HtmlElement) -> Result<u32, JsValue>;
    #[wasm_bindgen(catch, js_name = stepAside)]
    fn step_aside(host: &HtmlElement) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = focusedElement)]
    fn focused_element() -> Result<Option<HtmlElement>, JsValue>;
    #[wasm_bindgen(catch, js_name = focusHere)]
    fn focus_without_scrolling(element: &HtmlElement) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = isOutside)]
    fn is_outside_of(event: &Event, dialog: &HtmlElement) -> Result<bool, JsValue>;
    #[wasm_bindgen(catch, js_name = liesOver)]
    fn what_lies_over(
        dialog: &HtmlElement,
        host: &HtmlElement,
        before: Option<&Element>,
    ) -> Result<Option<Element>, JsValue>;
    #[wasm_bindgen(catch, js_name = takeFrame)]
    fn take_frame(root: &ShadowRoot) -> Result<Option<HtmlDialogElement>, JsValue>;
}

/// Something that was done to the page, undone when this is dropped.
pub struct Undo(Option<Function>);

impl Drop for Undo {
    fn drop(&mut self) {
        if let Some(undo) = &self.0 {
            let _ = undo.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Locks the scrolling of the document that the dialog is in. Several locks may exist at once.
pub fn hold(dialog: &HtmlElement) -> Undo {
    Undo(hold_page(dialog).ok())
}

/// Looks after the place where a view is drawn, from now on: presses stay in it, and its height changes as it should.
pub fn tend(place: &HtmlElement) {
    let _ = tend_place(place);
}

/// The empty dialog that `src/element/frame.js` has opened while this code was on its way.
pub fn frame(root: &ShadowRoot) -> Option<HtmlDialogElement> {
    take_frame(root).ok().flatten()
}

/// The focused element, through shadow roots; none if only the page itself has focus.
pub fn focused() -> Option<HtmlElement> {
    focused_element().ok().flatten()
}

/// Gives focus without scrolling the page to it, as the browser itself does when a dialog closes.
pub fn focus_here(element: &HtmlElement) {
    let _ = focus_without_scrolling(element);
}

/// Whether a pointer event is on the scrim, which belongs to the dialog but lies outside its box.
pub fn is_outside(event: &Event, dialog: &HtmlElement) -> bool {
    is_outside_of(event, dialog) == Ok(true)
}

/// What lies over all of the dialog, unless it is around the host. `before` is what did when last asked.
pub fn lies_over(dialog: &HtmlElement, host: &HtmlElement, before: Option<&Element>) -> Option<Element> {
    what_lies_over(dialog, host, before).ok().flatten()
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

/// Puts the modal parts of the page around the element aside for the bank; `None` if its layer still could not be reached.
pub fn put_aside(host: &HtmlElement) -> Option<Undo> {
    match step_aside(host) {
        Ok(restore) => restore.dyn_into().ok().map(|restore| Undo(Some(restore))),
        Err(_) => Some(Undo(None)),
    }
}
