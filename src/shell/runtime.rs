//! The loop: facts go into the machine, its commands are carried out, its view is drawn.
//!
//! - A fact that arrives while another is handled waits its turn; the machine must never be entered twice.
//! - Commands run at once and in order, so that what a click asks for happens within the click: browsers open windows
//!   only there. Only events wait until the matching view is in the page.
//! - The one [`Runtime`] owns everything here: when it is dropped, no timer, listener, request or node is left.
//!
//! Past 400 lines, since the order of these steps has to be read together.

use crate::panes::Screen;
use crate::settled::later;
use crate::shell::container::Container;
use crate::shell::handoff::{hosted, stripe_js};
use crate::shell::modal::Modal;
use crate::shell::storage::Place;
use crate::shell::{
    Raise, announce::Voice, around, device, emit, focus::Focus, http::Http, moment, nudge::Nudges, page,
    settings, timer::Interval, timer::Timers,
};
use crate::words::Words;
use relink_core::view::Action;
use relink_core::{Effect, Input, Machine, Sight};
use relink_wire::Event;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::{HtmlElement, ShadowRoot};

/// How often to check whether a modal can still be seen, in milliseconds.
const LOOK_MS: i32 = 250;
/// After this many failed checks in a row it counts as lost: a page in transition hides everything for a moment.
const PATIENCE: u8 = 3;

/// One element while it is in the page.
pub struct Runtime {
    host: HtmlElement,
    /// Whether the first view is still to be drawn.
    undrawn: Cell<bool>,
    /// Called with `{type, …detail}` when a flow has ended.
    ended: js_sys::Function,
    machine: RefCell<Machine>,
    inbox: RefCell<Vec<Input>>,
    busy: Cell<bool>,
    outbox: RefCell<Vec<Outgoing>>,
    flushing: Cell<bool>,
    /// Shared, because the page's storage may ask for a restart while it is being written.
    place: RefCell<Option<Rc<Place>>>,
    raise: Raise,
    http: Http,
    timers: Timers,
    window: hosted::BankWindow,
    nudges: Nudges,
    focus: Focus,
    voice: Voice,
    /// What was put aside in the page for the bank's layer, and whether focus was inside before.
    aside: RefCell<Option<(around::Undo, bool)>>,
    sight: Cell<Sight>,
    /// How many checks in a row have failed.
    missed: Cell<u8>,
    looking: RefCell<Option<Interval>>,
    _watch: page::Watch,
    // Declared before the node it is drawn in, so that it is dropped first.
    screen: Screen,
    container: Container,
}

/// What waits until the view is in the page.
enum Outgoing {
    Event(Option<String>, String, Event),
    Dismissal,
}

impl Runtime {
    /// Puts an element's inside into its shadow root, and nothing to be seen yet. No request is made before
    /// [`start`](Self::start).
    pub fn mount(host: &HtmlElement, root: &ShadowRoot, ended: js_sys::Function, words: Words) -> Rc<Self> {
        Rc::new_cyclic(|weak: &std::rc::Weak<Self>| {
            let weak = weak.clone();
            let raise: Raise = Rc::new(move |input| {
                if let Some(runtime) = weak.upgrade() {
                    runtime.take(input);
                }
            });
            let ask = raise.clone();
            let container = Container::new(host, root, move || ask(Input::CloseAsked));
            let pressed = raise.clone();
            let press = move |action, by_key| {
                pressed(if by_key && action == Action::Close {
                    Input::CloseAsked
                } else {
                    Input::Pressed(action)
                });
            };
            let screen = Screen::new(container.element(), words, press);
            Self {
                host: host.clone(),
                undrawn: Cell::new(container.modal().is_none()),
                ended,
                machine: RefCell::new(Machine::new()),
                inbox: RefCell::default(),
                busy: Cell::default(),
                outbox: RefCell::default(),
                flushing: Cell::default(),
                place: RefCell::default(),
                http: Http::new(host, raise.clone()),
                timers: Timers::new(raise.clone()),
                window: hosted::BankWindow::new(window_name(), raise.clone()),
                nudges: Nudges::new(raise.clone()),
                focus: Focus::new(root),
                voice: Voice::new(root),
                aside: RefCell::new(None),
                sight: Cell::new(Sight::Clear),
                missed: Cell::default(),
                looking: RefCell::default(),
                _watch: page::Watch::new(&raise),
                raise,
                screen,
                container,
            }
        })
    }

    /// The flow is wanted; a modal comes on screen. If a flow is running, does nothing else.
    pub fn start(self: &Rc<Self>) {
        if let Some(modal) = self.container.modal().filter(|_| self.host.has_attribute("open")) {
            modal.show();
            self.focus.to_heading();
        }
        if self.machine.borrow().view().state.is_none_or(relink_wire::FlowState::is_terminal) {
            self.place.take();
            *self.place.borrow_mut() = Some(Rc::new(Place::of(&self.host)));
        }
        let saved = self.place().and_then(|place| place.recall()).map(Box::new);
        let settings = settings::settings(&self.host);
        // Inline this is known before anything is drawn: asked after that, the browser would lay out the first view for it. It counts
        // before the answer to the early request, which may be there: what nobody sees is not said to be ready.
        let found = self.container.modal().is_none().then(|| self.find());
        self.inbox.borrow_mut().push(Input::Started { settings, saved, device: device::device() });
        if found == Some(around::Look::Absent) {
            self.unseen();
        }
        self.handle();
        self.look_out(found.unwrap_or_else(|| self.find()));
    }

    /// The page called `close()`: do not ask the customer. The page is notified at once, because it may start another
    /// flow next.
    pub fn close(self: &Rc<Self>) {
        self.undrawn.set(false);
        self.take(Input::Withdrawn);
        if !self.busy.get() {
            self.flush();
        }
    }

    /// The page took a modal off the screen.
    pub fn hide(self: &Rc<Self>) {
        if self.container.modal().is_some_and(Modal::hide) {
            self.close();
        }
    }

    /// Checks regularly whether the widget can be seen: a modal for as long as it is shown, because it holds the page;
    /// inline until it was seen once.
    fn look_out(self: &Rc<Self>, found: around::Look) {
        self.missed.set(0);
        let weak = Rc::downgrade(self);
        *self.looking.borrow_mut() = Some(Interval::new(LOOK_MS, move || {
            if let Some(runtime) = weak.upgrade() {
                runtime.look(runtime.find());
            }
        }));
        self.look(found);
    }

    fn find(&self) -> around::Look {
        around::look(self.container.element())
    }

    fn look(self: &Rc<Self>, found: around::Look) {
        let sight = judge(found);
        let Some(modal) = self.container.modal() else {
            if sight == Sight::Clear {
                self.looking.take();
            }
            return self.sighted(sight);
        };
        if !modal.is_shown() {
            self.looking.take();
        } else if modal.is_on_top() && page::is_visible() {
            self.missed.set(if sight == Sight::Clear { 0 } else { self.missed.get() + 1 });
            if found == around::Look::Absent || self.missed.get() >= PATIENCE {
                return self.lost(modal);
            }
            self.sighted(sight);
        }
    }

    fn sighted(self: &Rc<Self>, sight: Sight) {
        if self.sight.replace(sight) != sight {
            self.take(Input::Sighted(sight));
        }
    }

    /// Nobody can see it: release the page at once. The flow stays, in case the page shows it again.
    fn lost(self: &Rc<Self>, modal: &Modal) {
        self.looking.take();
        modal.hide();
        let _ = self.host.remove_attribute("open");
        emit::closed(&self.host);
        self.unseen();
    }

    /// It was shown where nobody sees it.
    fn unseen(self: &Rc<Self>) {
        self.sight.set(Sight::Unsure);
        self.take(Input::Sighted(Sight::Lost));
    }

    /// Makes way for Stripe's layer, or comes back. Returns whether the way is free.
    fn step_aside(&self, aside: bool) -> bool {
        let put_aside = self.aside.take();
        let mut inside = self.focus.is_inside();
        if let Some((before, was_inside)) = put_aside {
            inside |= was_inside;
            drop(before);
        }
        if let Some(modal) = self.container.modal() {
            modal.step_aside(aside);
        }
        let way = if aside { around::put_aside(&self.host) } else { None };
        let is_free = way.is_some();
        *self.aside.borrow_mut() = way.map(|way| (way, inside));
        if let Some(modal) = self.container.modal().filter(|_| !is_free) {
            modal.step_aside(false);
        }
        if inside {
            self.focus.to_heading();
        }
        is_free
    }

    /// The page asks to start over.
    pub fn restart(self: &Rc<Self>) {
        // The attributes may have changed since the record was saved.
        if let Some(before) = self.place.take() {
            before.forget();
        }
        *self.place.borrow_mut() = Some(Rc::new(Place::of(&self.host)));
        self.take(Input::RestartAsked { settings: settings::settings(&self.host) });
        let found = self.find();
        self.look_out(found);
        if self.container.modal().is_none() && found == around::Look::Absent {
            self.unseen();
        }
    }

    /// Redraws the same view in other words.
    pub fn speak(&self, words: Words) {
        self.screen.speak(words);
        self.voice.hush();
    }

    /// The element stands elsewhere in the page now.
    pub fn moved(&self) {
        if let Some(modal) = self.container.modal() {
            modal.moved();
        }
    }

    fn place(&self) -> Option<Rc<Place>> {
        self.place.borrow().clone()
    }

    fn take(self: &Rc<Self>, input: Input) {
        self.inbox.borrow_mut().push(input);
        self.handle();
    }

    fn handle(self: &Rc<Self>) {
        if self.busy.replace(true) {
            return;
        }
        self.focus.notice();
        while let Some(input) = first(&self.inbox) {
            let effects = self.machine.borrow_mut().handle(input, moment::now());
            effects.into_iter().for_each(|effect| self.carry_out(effect));
        }
        self.busy.set(false);
        if !self.undrawn.get() {
            self.draw();
        }
    }

    /// Draws the first view of an inline element, in the task after [`start`](Self::start): a slow phone takes as long to draw as to come
    /// that far. A modal has to be seen at once.
    pub fn draw_first(self: &Rc<Self>) {
        if self.undrawn.get() {
            self.draw();
        }
    }

    /// Shows what the machine shows now; the page hears of it afterwards.
    fn draw(self: &Rc<Self>) {
        self.undrawn.set(false);
        let view = self.machine.borrow().view();
        self.screen.show(view);
        self.flush_soon();
    }

    #[inline(never)]
    fn carry_out(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Call(call) => self.http.send(call),
            Effect::Abandon(number) => self.http.abandon(number),
            Effect::StartTimer { timer, after_ms } => self.timers.start(timer, after_ms),
            Effect::StopTimer(timer) => self.timers.stop(timer),
            Effect::Collect { attempt, handoff, agreed } => {
                let runtime = Rc::downgrade(self);
                stripe_js::collect(attempt, handoff, agreed, self.raise.clone(), move |aside| {
                    runtime.upgrade().is_none_or(|runtime| runtime.step_aside(aside))
                });
            }
            Effect::PrepareWindow { attempt } => self.window.prepare(attempt),
            Effect::OpenWindow { attempt, url, or_leave } => self.window.open(attempt, &url, or_leave),
            Effect::LeavePage { url } => hosted::leave(&url),
            Effect::CloseWindow => self.window.close(),
            Effect::Remember(saved) => {
                if let Some(session) = &saved.session {
                    self.nudges.about(session);
                }
                if let Some(place) = self.place() {
                    place.remember(&saved);
                }
            }
            Effect::Forget => {
                if let Some(place) = self.place() {
                    place.forget();
                }
            }
            Effect::Nudge { session } => self.nudges.tell(&session),
            Effect::Emit { session, flow, event } => {
                self.outbox.borrow_mut().push(Outgoing::Event(session, flow, event));
            }
            Effect::Dismiss => self.outbox.borrow_mut().push(Outgoing::Dismissal),
        }
    }

    /// Runs after the current call is over: the view is then in the page, and nothing else is in progress.
    fn flush_soon(self: &Rc<Self>) {
        if !self.flushing.replace(true) {
            let runtime = Rc::clone(self);
            later(move || {
                runtime.flushing.set(false);
                runtime.flush();
            });
        }
    }

    fn flush(&self) {
        let view = self.screen.view();
        let modal = self.container.modal();
        let subject = view.pane.subject();
        let is_new = self.focus.follow(subject, modal.is_some_and(|modal| modal.is_on_top()));
        self.voice.say(self.screen.announcement(self.focus.has_been_heard()), is_new);
        // One at a time: a listener may do something that changes what is sent next.
        while let Some(outgoing) = first(&self.outbox) {
            match outgoing {
                Outgoing::Event(session, flow, event) => {
                    if event.is_terminal() {
                        let ending = emit::ending(session.as_deref(), &flow, &event);
                        let _ = self.ended.call1(&JsValue::UNDEFINED, &ending);
                    }
                    emit::emit(&self.host, session.as_deref(), &flow, &event);
                }
                Outgoing::Dismissal => self.dismiss(),
            }
        }
    }

    fn dismiss(&self) {
        // If the page took it off the screen, it may have opened it again by now.
        if self.container.modal().is_some_and(Modal::hide) {
            let _ = self.host.remove_attribute("open");
        }
        emit::closed(&self.host);
    }
}

/// Whether the customer can use it, by what was found.
fn judge(found: around::Look) -> Sight {
    if found == around::Look::There { Sight::Clear } else { Sight::Unsure }
}

/// The one that has waited longest. Few wait at a time, so that moving the others up costs nothing.
fn first<T>(waiting: &RefCell<Vec<T>>) -> Option<T> {
    let mut waiting = waiting.borrow_mut();
    (!waiting.is_empty()).then(|| waiting.remove(0))
}

/// A name for the bank's window, unique to this element.
fn window_name() -> String {
    let mut name = String::from("relink-");
    for byte in moment::now().random.to_le_bytes() {
        name.push(char::from(b'a' + byte % 26));
    }
    name
}
