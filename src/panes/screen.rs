//! The surface on the page: the component is redrawn for each view, and the existing elements are updated to match.
//!
//! The machine gives one whole view at a time, so a graph of signals would have nothing to track. It would be a sixth
//! of what a customer downloads (docs/size.md has the figures).

use super::desk::{Local, Touch, Touched};
use super::{Surface, SurfaceProps};
use crate::dom;
use crate::settled::painted;
use crate::ui::{Drawn, MANY, Watch};
use crate::words::{Announcement, Words};
use leptos::tachys::view::{Mountable, Render};
use relink_core::view::{Action, Pane, Subject, View};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use web_sys::Element;

/// A surface on the page; dropping this removes it.
pub struct Screen {
    inside: Rc<Inside>,
}

struct Inside {
    place: Element,
    words: RefCell<Words>,
    touched: Touched,
    view: RefCell<Rc<View>>,
    local: RefCell<Local>,
    drawn: RefCell<Turns>,
    watch: Watch,
    /// Whether something has changed since the last draw.
    stale: Cell<bool>,
    /// Whether the list to choose from is left as it is for now.
    waits: Cell<bool>,
}

/// What is on the page, and how many subjects there have been.
struct Turns {
    drawn: Option<Drawn>,
    subject: Subject,
    turn: u32,
}

impl Screen {
    /// Draws the empty view into an element that must have no other content: the live regions have to be there before anything is
    /// said. `press` is called inside the click, so that it may open a window; its second argument is true for a key.
    #[inline(never)]
    pub fn new(place: &Element, words: Words, press: impl Fn(Action, bool) + 'static) -> Self {
        let inside = Rc::new_cyclic(|inside: &Weak<Inside>| {
            let touch = (inside.clone(), press);
            Inside {
                place: place.clone(),
                words: RefCell::new(words),
                touched: Rc::new(move |touch_of| {
                    let (inside, press) = &touch;
                    let Some(inside) = inside.upgrade() else { return };
                    match touch_of {
                        Touch::Press(action, by_key) => {
                            inside.stale.set(true);
                            if matches!(action, Action::Toggle(_)) {
                                put_off(&inside);
                            }
                            return press(action, by_key);
                        }
                        Touch::Seek(text) => {
                            inside.local.borrow_mut().sought = text;
                            if put_off(&inside) {
                                return;
                            }
                        }
                        Touch::Copied(copied) => inside.local.borrow_mut().copied = copied,
                    }
                    inside.draw();
                }),
                view: RefCell::new(Rc::new(View::empty())),
                local: RefCell::default(),
                drawn: RefCell::new(Turns { drawn: None, subject: Subject::Nothing, turn: 0 }),
                watch: Watch::default(),
                stale: Cell::default(),
                waits: Cell::default(),
            }
        });
        inside.draw();
        Self { inside }
    }

    /// Shows another view. The same view is not redrawn, unless the customer has touched it: a translation program
    /// would have to start over.
    pub fn show(&self, view: View) {
        if self.inside.stale.get() || **self.inside.view.borrow() != view {
            *self.inside.view.borrow_mut() = Rc::new(view);
            self.inside.draw();
        }
    }

    /// Redraws the same view in other words.
    pub fn speak(&self, words: Words) {
        *self.inside.words.borrow_mut() = words;
        let mut local = self.inside.local.borrow_mut();
        (local.rows, local.lines) = Default::default();
        drop(local);
        self.inside.draw();
    }

    /// The live-region text for the view; `heard` says whether a screen reader has already read its heading.
    pub fn announcement(&self, heard: bool) -> Announcement {
        self.inside.words.borrow().announcement(&self.view(), heard)
    }

    /// What is on screen.
    pub fn view(&self) -> Rc<View> {
        self.inside.view.borrow().clone()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if let Some(drawn) = &mut self.inside.drawn.borrow_mut().drawn {
            drawn.unmount();
        }
    }
}

/// The browser itself shows a letter in the search, and a mark in a box. What a long list makes of it takes longer than a frame
/// lasts: it follows when that is painted. Only the drawing of the list waits. All else knows of it at once. Whether it is so long.
fn put_off(inside: &Rc<Inside>) -> bool {
    let is_long = matches!(&inside.view.borrow().pane, Pane::Choose(choose) if choose.options.len() > MANY);
    if is_long && !inside.waits.replace(true) {
        let inside = Rc::downgrade(inside);
        painted(move || {
            if let Some(inside) = inside.upgrade().filter(|inside| inside.waits.take()) {
                inside.draw();
            }
        });
    }
    is_long
}

impl Inside {
    /// Draws. The page may ask for another draw meanwhile (when focus is lost, for example): that one waits its turn.
    fn draw(&self) {
        self.stale.set(true);
        let Ok(mut turns) = self.drawn.try_borrow_mut() else { return };
        while self.stale.take() {
            let view = self.view.borrow().clone();
            if view.pane.subject() != turns.subject {
                turns.subject = view.pane.subject();
                turns.turn += 1;
                *self.local.borrow_mut() = Local::default();
                self.waits.set(false);
            }
            if self.watch.has_changed() {
                self.local.borrow_mut().rows = Rc::default();
            }
            let local = Local { waits: self.waits.get(), ..self.local.borrow().clone() };
            let surface = Surface(SurfaceProps {
                view: &view,
                words: &self.words.borrow(),
                touched: &self.touched,
                local: &local,
                turn: turns.turn,
            });
            match &mut turns.drawn {
                Some(drawn) => surface.rebuild(drawn),
                None => {
                    let mut drawn = surface.build();
                    drawn.mount(&self.place, None);
                    turns.drawn = Some(drawn);
                }
            }
            self.watch.begin(dom::find(&self.place, ".choices").as_deref());
        }
    }
}
