//! `display="modal"`: the browser's own `<dialog>`, which brings the top layer, the scrim and the focus trap.
//!
//! Escape, the back gesture and a press on the scrim only *ask* to close; the machine decides. Stripe draws its modal
//! in the page, and it cannot lie above a modal dialog. While it is open, ours steps aside and stays visible below as a
//! non-modal dialog.

use crate::shell::around::ScrollLock;
use crate::shell::listener::Listener;
use crate::shell::page;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, UnwrapThrowExt};
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, KeyboardEvent, MouseEvent, ShadowRoot};

/// The dialog of one element.
pub struct Modal {
    inside: Rc<Inside>,
    _listeners: [Listener; 5],
}

struct Inside {
    host: HtmlElement,
    dialog: HtmlDialogElement,
    /// Whether it should be on screen; the browser may briefly disagree.
    shown: Cell<bool>,
    aside: Cell<bool>,
    opener: RefCell<Option<HtmlElement>>,
    lock: RefCell<Option<ScrollLock>>,
}

impl Modal {
    /// A closed dialog at the end of the shadow root. `ask` is called when the customer asks to close.
    pub fn new(host: &HtmlElement, root: &ShadowRoot, ask: impl Fn() + 'static) -> Self {
        let dialog = page::document().create_element("dialog").expect_throw("a dialog");
        let dialog: HtmlDialogElement = dialog.unchecked_into();
        let _ = root.append_child(&dialog);
        let inside = Rc::new(Inside {
            host: host.clone(),
            dialog: dialog.clone(),
            shown: Cell::default(),
            aside: Cell::default(),
            opener: RefCell::default(),
            lock: RefCell::default(),
        });
        let ask = Rc::new(ask);
        let on_scrim = Rc::new(Cell::new(false));
        let listen = |name, react: Box<dyn Fn(Event)>| Listener::new(&dialog, name, react);
        let asks = || Rc::clone(&ask);
        let listeners = [
            // Handled before the browser's own "close request", which does not ask twice.
            listen("keydown", {
                let ask = asks();
                Box::new(move |event| {
                    let key: &KeyboardEvent = event.unchecked_ref();
                    if key.key() == "Escape" && !event.default_prevented() {
                        // An Escape that ends the composing of a character asks nothing, and WebKit would close for it.
                        event.prevent_default();
                        if !key.repeat() && !key.is_composing() {
                            ask();
                        }
                    }
                })
            }),
            listen("cancel", {
                let ask = asks();
                Box::new(move |event| {
                    event.prevent_default();
                    ask();
                })
            }),
            // The browser closed it without asking.
            listen("close", {
                let (ask, inside) = (asks(), Rc::downgrade(&inside));
                Box::new(move |_| {
                    let inside =
                        inside.upgrade().filter(|inside| inside.shown.get() && !inside.dialog.open());
                    if let Some(inside) = inside {
                        inside.raise();
                        ask();
                    }
                })
            }),
            // A press must begin and end on the scrim: a text selection that ends outside is not a press.
            listen("pointerdown", {
                let (on_scrim, dialog) = (Rc::clone(&on_scrim), dialog.clone());
                Box::new(move |event| on_scrim.set(is_outside(&event, &dialog)))
            }),
            listen("click", {
                let (ask, dialog) = (asks(), dialog.clone());
                Box::new(move |event| {
                    if on_scrim.take() && is_outside(&event, &dialog) {
                        ask();
                    }
                })
            }),
        ];
        Self { inside, _listeners: listeners }
    }

    /// Where the view is drawn.
    pub fn element(&self) -> &HtmlElement {
        &self.inside.dialog
    }

    /// Whether it is on screen.
    pub fn is_shown(&self) -> bool {
        self.inside.shown.get()
    }

    /// Whether it is on screen, and above everything.
    pub fn is_on_top(&self) -> bool {
        self.inside.shown.get() && !self.inside.aside.get()
    }

    /// Brings it on screen.
    pub fn show(&self) {
        if !self.inside.shown.replace(true) {
            *self.inside.opener.borrow_mut() = opener(&self.inside.host);
            *self.inside.lock.borrow_mut() = Some(ScrollLock::hold());
            self.inside.raise();
        }
    }

    /// Takes it off the screen, frees the page, and returns focus to where it was, unless focus is elsewhere in the
    /// page by now. Returns whether it was on screen.
    pub fn hide(&self) -> bool {
        let was_shown = self.inside.shown.replace(false);
        if was_shown {
            self.inside.aside.set(false);
            let elsewhere = focused().filter(|element| !self.inside.dialog.contains(Some(element)));
            let opener = self.inside.opener.take();
            // This also returns focus to whatever had it when the dialog was last opened.
            self.inside.dialog.close();
            self.inside.lock.take();
            if let Some(element) = elsewhere.or(opener).filter(|element| element.is_connected()) {
                let _ = element.focus();
            }
        }
        was_shown
    }

    /// Makes way for Stripe's modal, or comes back.
    pub fn step_aside(&self, aside: bool) {
        if self.inside.shown.get() && self.inside.aside.replace(aside) != aside {
            self.inside.raise();
        }
    }

    /// The element was moved in the page, which removes a dialog from the top layer.
    pub fn moved(&self) {
        if self.inside.shown.get() {
            self.inside.raise();
        }
    }
}

impl Drop for Modal {
    fn drop(&mut self) {
        self.hide();
        self.inside.dialog.remove();
    }
}

impl Inside {
    fn raise(&self) {
        self.dialog.close();
        if self.aside.get() {
            self.dialog.set_class_name("modal beneath");
            self.dialog.show();
        } else {
            self.dialog.set_class_name("modal");
            // Fails only if the element is not in the page; being inserted brings us back here.
            let _ = self.dialog.show_modal();
        }
        // The browser would focus the first button, which closes: a second Enter would press it.
        if let Ok(Some(heading)) = self.dialog.query_selector("[part~=heading]") {
            let _ = heading.unchecked_into::<HtmlElement>().focus();
        }
    }
}

/// The focused element, through shadow roots. If nothing has focus, the page's button in the `trigger` slot: some
/// browsers do not focus a pressed button.
fn opener(host: &HtmlElement) -> Option<HtmlElement> {
    focused().or_else(|| host.query_selector("[slot=trigger]").ok().flatten()?.dyn_into().ok())
}

/// The focused element, through shadow roots.
fn focused() -> Option<HtmlElement> {
    let mut active = page::document().active_element().filter(|element| element.local_name() != "body");
    while let Some(inner) =
        active.as_ref().and_then(Element::shadow_root).and_then(|root| root.active_element())
    {
        active = Some(inner);
    }
    active?.dyn_into().ok()
}

/// Whether a pointer event is on the scrim, which belongs to the dialog but lies outside its box.
fn is_outside(event: &Event, dialog: &HtmlDialogElement) -> bool {
    let Some(mouse) = event.dyn_ref::<MouseEvent>() else { return false };
    let on_itself = event.target().as_ref() == Some(dialog);
    let (x, y, rect) =
        (f64::from(mouse.client_x()), f64::from(mouse.client_y()), dialog.get_bounding_client_rect());
    on_itself && (x < rect.left() || x > rect.right() || y < rect.top() || y > rect.bottom())
}
