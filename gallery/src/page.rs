//! What the page's script may call: the names of the rows, and a row drawn into a shadow root. The presses of a
//! row change what the rows are for: a choice is chosen, and nothing else happens.

use crate::rows::{Names, Row, facets, rows};
use relink_core::view::{Action, Pane, View};
use relink_widget::panes::Screen;
use relink_widget::words::Words;
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;

thread_local! {
    /// The rows on the page, which stay as long as the page does.
    static SHOWN: RefCell<Vec<Rc<Screen>>> = RefCell::default();
}

/// A language as the page has fetched it, and the locale to write by.
#[wasm_bindgen]
pub struct Wording {
    locale: String,
    text: String,
}

#[wasm_bindgen]
impl Wording {
    /// From the text of its file.
    #[wasm_bindgen(constructor)]
    pub fn new(locale: String, text: String) -> Self {
        Self { locale, text }
    }
}

impl Wording {
    fn words(&self) -> Words {
        Words::new(self.locale.clone(), &self.text)
    }
}

/// The table with names of a kind. The last one is kept: it is asked for row by row.
fn table<T>(kind: &str, read: impl FnOnce(&[Row]) -> T) -> T {
    thread_local!(static LAST: RefCell<(String, Vec<Row>)> = RefCell::default());
    LAST.with_borrow_mut(|(last, table)| {
        if last != kind {
            (*last, *table) = (kind.into(), rows(&Names::of_kind(kind)));
        }
        read(table)
    })
}

fn view_of(name: &str, kind: &str) -> Option<View> {
    table(kind, |rows| rows.iter().find(|row| row.name == name).map(|row| row.view.clone()))
}

/// The names of all rows.
#[wasm_bindgen(js_name = rowNames)]
pub fn row_names() -> Vec<String> {
    table("usual", |rows| rows.iter().map(|row| row.name.clone()).collect())
}

/// The kinds of names that there are.
#[wasm_bindgen(js_name = nameKinds)]
pub fn name_kinds() -> Vec<String> {
    Names::KINDS.map(String::from).into()
}

/// State, reason and rule of the row.
#[wasm_bindgen(js_name = facetsOf)]
pub fn facets_of(name: &str) -> Option<Vec<String>> {
    Some(facets(&view_of(name, "usual")?).into())
}

/// Draws the row of that name into an element; `pressed` hears of each press. Whether there is such a row.
#[wasm_bindgen(js_name = drawRow)]
pub fn draw_row(
    place: &Element,
    name: &str,
    names: &str,
    words: &Wording,
    pressed: js_sys::Function,
) -> bool {
    let Some(view) = view_of(name, names) else { return false };
    let screen = Rc::new_cyclic(|screen: &Weak<Screen>| {
        let screen = screen.clone();
        Screen::new(place, words.words(), move |action: Action, _| {
            // What the page does with it is its own business.
            let _ = pressed.call1(&wasm_bindgen::JsValue::NULL, &name_of(&action).into());
            if let (Action::Toggle(id), Some(screen)) = (action, screen.upgrade()) {
                let mut view = View::clone(&screen.view());
                toggle(&mut view, &id);
                screen.show(view);
            }
        })
    });
    screen.show(view);
    SHOWN.with_borrow_mut(|shown| shown.push(screen));
    true
}

/// Lets go of every row that was drawn.
#[wasm_bindgen(js_name = clearRows)]
pub fn clear_rows() {
    SHOWN.take();
}

/// What a live region would say of the row, and how urgently.
#[wasm_bindgen(js_name = announcementOf)]
pub fn announcement_of(name: &str, names: &str, words: &Wording) -> Option<Vec<String>> {
    let said = words.words().announcement(&view_of(name, names)?, false);
    let urgency = match said.urgency {
        relink_widget::words::Urgency::Polite => "polite",
        relink_widget::words::Urgency::Assertive => "assertive",
    };
    Some(vec![urgency.into(), said.text])
}

fn toggle(view: &mut View, id: &str) {
    let Pane::Choose(choose) = &mut view.pane else { return };
    for choice in &mut choose.options {
        if choice.card.id == id {
            choice.chosen = !choice.chosen;
        } else if !choose.several {
            choice.chosen = false;
        }
    }
    let any = choose.options.iter().any(|choice| choice.chosen);
    view.primary = view.primary.take().map(|offer| offer.only_if(any));
}

fn name_of(action: &Action) -> &'static str {
    match action {
        Action::Continue => "continue",
        Action::Reopen => "reopen",
        Action::CheckAgain => "check-again",
        Action::Toggle(_) => "toggle",
        Action::UseChosen => "use-chosen",
        Action::TryAgain => "try-again",
        Action::StartAgain => "start-again",
        Action::Close => "close",
        Action::Remind => "remind",
        Action::KeepGoing => "keep-going",
        Action::LeaveAnyway => "leave-anyway",
        Action::Dismiss => "dismiss",
        Action::FollowLink => "follow-link",
    }
}
