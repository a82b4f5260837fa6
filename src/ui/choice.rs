//! A list to choose from: native radio buttons or checkboxes, each in a label that is a whole card, so that keyboards,
//! screen readers and touch work as usual. Long lists get a search field.

use super::icon::{Icon, icon};
use super::node::{El, Node, el};
use js_sys::JsString;
use relink_wire::fnv1a;
use std::any::Any;
use std::borrow::Cow;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement, KeyboardEvent};

/// Above this number there is a search field.
const FEW: usize = 8;

/// How many rows of a long list stand together. What is out of sight is not even looked at, group by group; a group that comes in
/// sight is laid out in one frame.
const TOGETHER: u32 = 10;

/// Up to so many rows are drawn and laid out in no time, and may be spread over many groups, each lower than the style takes it to be.
pub const MANY: usize = 100;

/// An option in the list.
pub struct Choosable {
    /// Its unique id.
    pub id: String,
    /// What is shown; `None` if its row is on the page and was drawn from the same.
    pub content: Option<Node>,
    /// What it is drawn from.
    pub source: Rc<dyn Any>,
    /// Whether it is chosen.
    pub chosen: bool,
    /// Whether it can be selected or deselected.
    pub open: bool,
    /// Whether it is what is sought.
    pub fits: bool,
}

/// A list to choose from. Its options stay in their places for as long as it is on the page.
pub struct ChoiceList {
    /// The name of the list, for screen readers.
    pub legend: Node,
    /// The options.
    pub options: Vec<Choosable>,
    /// Checkboxes instead of radio buttons.
    pub several: bool,
    /// The label of the search field.
    pub search_label: String,
    /// How many were found, or nothing if nothing is sought.
    pub found: String,
}

impl ChoiceList {
    /// The list.
    #[inline(never)]
    pub fn draw(self, toggle: impl Fn(String) + 'static, seek: impl Fn(String) + 'static) -> El {
        let long = self.options.len() > FEW;
        let kind = if self.several { "checkbox" } else { "radio" };
        let toggle = Rc::new(toggle);
        let search = long.then(|| search(self.search_label, seek, self.found));
        let mut groups = el("div").class("options");
        // What is found stands first. What is chosen stays in sight all the same, below it.
        let (mut rows, mut others) = (Vec::new(), Vec::new());
        let (mut key, mut is_seen) = (1, false);
        let last = self.options.len();
        let is_many = self.options.iter().fold(0, |fit, option| fit + usize::from(option.fits)) > MANY;
        for (option, place) in self.options.into_iter().zip(1u32..) {
            let aside = option.chosen && !option.fits;
            is_seen |= option.fits;
            (if aside { &mut others } else { &mut rows }).push(row(option, kind, Rc::clone(&toggle)).into());
            if place as usize == last || place.is_multiple_of(TOGETHER) {
                let group = el("div").key(key).class(if is_many { "options long" } else { "options" });
                groups = groups.child(group.flag("hidden", !is_seen).children(std::mem::take(&mut rows)));
                (key, is_seen) = (place + 1, false);
            }
        }
        if !others.is_empty() {
            groups = groups.child(el("div").key(u32::MAX).class("options").children(others));
        }
        el("fieldset")
            .class("choices")
            .child(el("legend").class("unseen").child(self.legend))
            .child(search)
            .child(groups)
    }
}

/// For each of these lines, each without case and with a line break at its end, whether it has what is sought; nothing if nothing
/// is sought.
#[inline(never)]
pub fn found(sought: &str, lines: &str) -> Vec<bool> {
    let mut found = Vec::new();
    let sought = String::from(without_case(sought).trim());
    if sought.is_empty() {
        return found;
    }
    let mut fits = false;
    // By bytes: the library's search in text weighs more than all of this.
    let mut rest = lines.as_bytes();
    while let [byte, after @ ..] = rest {
        fits |= rest.starts_with(sought.as_bytes());
        if *byte == b'\n' {
            found.push(fits);
            fits = false;
        }
        rest = after;
    }
    found
}

/// Removes case with the browser's functions: Rust's own tables weigh 24 KB. Many lines come as one text, since each way into the
/// browser and back takes time.
pub fn fold(text: &str) -> String {
    without_case(text).into()
}

fn without_case(text: &str) -> JsString {
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
    let class = Cow::from(if option.open { "option" } else { "option shut" });
    let row = el("label")
        .key(fnv1a(&option.id))
        .attr("class", class)
        .part("account-option")
        .flag("hidden", !option.fits && !option.chosen)
        .source(option.source);
    let Some(content) = option.content else { return row.unchanged() };
    let input = el("input")
        .attr("type", kind)
        .attr("name", "relink-choice")
        .flag("disabled", !option.open)
        .checked(option.chosen)
        .on("change", {
            let id = option.id;
            move |_| toggle(id.clone())
        });
    row.child(input).child(content)
}
