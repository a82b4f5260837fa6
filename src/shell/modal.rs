//! `display="modal"`: the browser's own `<dialog>`, which brings the top layer, the scrim and the focus trap.
//!
//! Escape, the back gesture and a press on the scrim only *ask* to close; the machine decides. Stripe draws its modal
//! in the page, and it cannot lie above a modal dialog. While it is open, ours steps aside as a non-modal dialog. Where
//! Stripe's layer then lies over all of it, it is hidden: two dialogs at once are one too many. It is found out by what
//! lies on top, and in every other case ours is seen.

use crate::dom;
use crate::shell::around::{self, Undo};
use crate::shell::listener::Listener;
use crate::shell::page;
use crate::shell::timer::Interval;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, KeyboardEvent, ShadowRoot};

/// How often it is looked at what lies on top while the dialog is aside, in milliseconds.
const LOOK_MS: i32 = 250;

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
    lock: RefCell<Option<Undo>>,
    /// While the dialog is aside: looks at what lies on top.
    watch: RefCell<Option<Interval>>,
    /// What lies over all of the dialog, which is hidden for it.
    over: RefCell<Option<Element>>,
}

impl Modal {
    /// A closed dialog at the end of the shadow root, or the open one that stands there already. `ask` is called when the
    /// customer asks to close.
    #[inline(never)]
    pub fn new(host: &HtmlElement, root: &ShadowRoot, ask: impl Fn() + 'static) -> Self {
        let dialog = around::frame(root).unwrap_or_else(|| {
            let dialog = page::document().create_element("dialog").expect("a dialog");
            let _ = root.append_child(&dialog);
            dialog.unchecked_into()
        });
        let inside = Rc::new(Inside {
            host: host.clone(),
            dialog: dialog.clone(),
            shown: Cell::default(),
            aside: Cell::default(),
            opener: RefCell::default(),
            lock: RefCell::default(),
            watch: RefCell::default(),
            over: RefCell::default(),
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
                Box::new(move |event| on_scrim.set(around::is_outside(&event, &dialog)))
            }),
            listen("click", {
                let (ask, dialog) = (asks(), dialog.clone());
                Box::new(move |event| {
                    if on_scrim.take() && around::is_outside(&event, &dialog) {
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
            self.inside.hold();
            // One that was open before this code was there knows itself who opened it.
            if self.inside.dialog.open() {
                self.inside.focus_heading();
            } else {
                *self.inside.opener.borrow_mut() = opener(&self.inside.host);
                self.inside.raise();
            }
        }
    }

    /// Takes it off the screen, frees the page, and returns focus to where it was, unless focus is elsewhere in the
    /// page by now. Returns whether it was on screen.
    pub fn hide(&self) -> bool {
        let was_shown = self.inside.shown.replace(false);
        if was_shown {
            self.inside.aside.set(false);
            self.inside.watch.take();
            self.inside.over.take();
            let elsewhere = around::focused().filter(|element| !self.inside.dialog.contains(Some(element)));
            let opener = self.inside.opener.take();
            // This also returns focus to whatever had it when the dialog was last opened.
            self.inside.dialog.close();
            self.inside.lock.take();
            if let Some(element) = elsewhere.or(opener).filter(|element| element.is_connected()) {
                around::focus_here(&element);
            }
        }
        was_shown
    }

    /// Makes way for Stripe's modal, or comes back.
    pub fn step_aside(&self, aside: bool) {
        if self.inside.shown.get() && self.inside.aside.replace(aside) != aside {
            self.inside.over.take();
            self.inside.raise();
            let inside = Rc::downgrade(&self.inside);
            *self.inside.watch.borrow_mut() = aside.then(|| {
                Interval::new(LOOK_MS, move || {
                    if let Some(inside) = inside.upgrade() {
                        inside.look();
                    }
                })
            });
        }
    }

    /// The element was moved in the page, which removes a dialog from the top layer, or into another document.
    pub fn moved(&self) {
        if self.inside.shown.get() {
            self.inside.hold();
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
    /// Hides the dialog while one thing lies over all of it, and shows it again as soon as none does.
    fn look(&self) {
        let over = around::lies_over(&self.dialog, &self.host, self.over.borrow().as_ref());
        let was_hidden = self.over.replace(over.clone()).is_some();
        self.dialog.set_class_name(if over.is_some() { "modal beneath unseen-now" } else { "modal beneath" });
        // Focus was lost with the dialog; whoever has it by now keeps it.
        if was_hidden && over.is_none() && around::focused().is_none() {
            self.focus_heading();
        }
    }

    fn hold(&self) {
        let held = around::hold(&self.dialog);
        *self.lock.borrow_mut() = Some(held);
    }

    fn focus_heading(&self) {
        dom::focus_heading(&self.dialog);
    }

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
        self.focus_heading();
    }
}

/// The focused element, through shadow roots. If nothing has focus, the page's button in the `trigger` slot: some
/// browsers do not focus a pressed button.
fn opener(host: &HtmlElement) -> Option<HtmlElement> {
    around::focused().or_else(|| dom::find(host, "[slot=trigger]"))
}
