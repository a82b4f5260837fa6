//! A list to choose from: native radio buttons or checkboxes, each in a label that is a whole card, so that keyboards,
//! screen readers and touch work as usual. Long lists get a search field.

use super::icon::{Icon, icon};
use super::node::{El, Node, el};
use js_sys::JsString;
use relink_wire::fnv1a;
use std::borrow::Cow;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, KeyboardEvent};

/// Above this number there is a search field.
const FEW: usize = 8;

/// An option in the list.
pub struct Choosable {
    /// Its unique id.
    pub id: String,
    /// The text to search.
    pub text: String,
    /// What is shown.
    pub content: Node,
    /// Whether it is chosen.
    pub chosen: bool,
    /// Whether it can be selected or deselected.
    pub open: bool,
}

/// A list to choose from.
pub struct ChoiceList {
    /// The name of the list, for screen readers.
    pub legend: Node,
    /// The options.
    pub options: Vec<Choosable>,
    /// Checkboxes instead of radio buttons.
    pub several: bool,
    /// The text in the search field.
    pub sought: String,
    /// The label of the search field.
    pub search_label: String,
}

impl ChoiceList {
    /// Whether the list is long enough for a search field.
    pub fn is_long(&self) -> bool {
        self.options.len() > FEW
    }

    /// The list. `found` gives the text for the number of search results.
    #[inline(never)]
    pub fn draw(
        self,
        found: impl Fn(usize) -> String,
        toggle: impl Fn(String) + 'static,
        seek: impl Fn(String) + 'static,
    ) -> El {
        let long = self.is_long();
        let sought = String::from(fold(&self.sought).trim());
        let fits = |option: &Choosable| sought.is_empty() || fold(&option.text).includes(&sought, 0);
        let kind = if self.several { "checkbox" } else { "radio" };
        let toggle = Rc::new(toggle);
        // What is found stands first. What is chosen stays in sight all the same, below it.
        let (mut options, mut others) = (Vec::new(), Vec::new());
        for option in self.options {
            let fits = !long || fits(&option);
            if fits || option.chosen {
                let place = if fits { &mut options } else { &mut others };
                place.push(Node::from(row(option, kind, Rc::clone(&toggle))));
            }
        }
        let search = long.then(|| {
            let count = if sought.is_empty() { String::new() } else { found(options.len()) };
            search(self.search_label, seek, count)
        });
        options.append(&mut others);
        el("fieldset")
            .class("choices")
            .child(el("legend").class("unseen").child(self.legend))
            .child(search)
            .child(el("div").class(if long { "options long" } else { "options" }).children(options))
    }
}

/// Removes case with the browser's functions: Rust's own tables weigh 24 KB.
fn fold(text: &str) -> JsString {
    JsString::from(text).to_lower_case()
}

fn field_of(event: &Event) -> Option<HtmlInputElement> {
    event.target()?.dyn_into().ok()
}

#[inline(never)]
fn search(label: String, seek: impl Fn(String) + 'static, count: String) -> El {
    let seek = Rc::new(seek);
    let field = el("input")
        .attr("type", "search")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr("enterkeyhint", "search")
        .attr("placeholder", label.clone())
        .attr("aria-label", label)
        .on("input", {
            let seek = Rc::clone(&seek);
            move |event| {
                if let Some(field) = field_of(event) {
                    seek(field.value());
                }
            }
        })
        // Escape first clears the search text; only the next one asks to close.
        .on("keydown", move |event| {
            let key: &KeyboardEvent = event.unchecked_ref();
            let filled = field_of(event).filter(|field| !field.value().is_empty());
            if let Some(field) = filled.filter(|_| key.key() == "Escape" && !key.is_composing()) {
                event.prevent_default();
                field.set_value("");
                seek(String::new());
            }
        });
    el("div")
        .class("search")
        .child(icon(Icon::Search))
        .child(field)
        .child(el("p").class("fine").attr("role", "status").child(count))
}

/// An account that cannot be chosen, with the reason: it looks and reads like the others, but cannot be pressed.
#[inline(never)]
pub fn shut(place: usize, several: bool, content: Node, why: Vec<Node>) -> El {
    // In letters: the library's way to write numbers weighs a kilobyte.
    let mut id = String::from("why-");
    let mut left = place;
    while left > 0 || id.len() == 4 {
        id.push(char::from(b'a' + (left % 26) as u8));
        left /= 26;
    }
    let input = el("input")
        .attr("type", if several { "checkbox" } else { "radio" })
        .attr("name", "relink-refused")
        .attr("aria-describedby", id.clone())
        .flag("disabled", true);
    let why = el("span").class("why").attr("id", id).children(why);
    el("label")
        .class("option refused")
        .part("account-option")
        .child(input)
        .child(el("span").class("told").child(content).child(why))
}

#[inline(never)]
fn row(option: Choosable, kind: &'static str, toggle: Rc<impl Fn(String) + 'static>) -> El {
    let input = el("input")
        .attr("type", kind)
        .attr("name", "relink-choice")
        .flag("disabled", !option.open)
        .checked(option.chosen)
        .on("change", {
            let id = option.id.clone();
            move |_| toggle(id.clone())
        });
    let class = Cow::from(if option.open { "option" } else { "option shut" });
    el("label")
        .key(fnv1a(&option.id))
        .attr("class", class)
        .part("account-option")
        .child(input)
        .child(option.content)
}
