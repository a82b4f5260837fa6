//! Draws a [`Node`] on the page, and updates the existing elements to match a new one. An element with the same tag and
//! key in the same place stays the same element, so that focus and typed text stay.
//!
//! Others also change the page: a translation program replaces, wraps and moves text nodes. So before an element is
//! updated, its children are restored as they were drawn; otherwise the customer could read something other than what
//! is meant.

use super::listening::Listening;
use super::node::{El, Node};
use leptos::tachys::renderer::Rndr;
use leptos::tachys::view::{Mountable, Render};
use relink_wire::Gather;
use std::any::Any;
use std::borrow::Cow;
use std::rc::Rc;
use wasm_bindgen::JsCast;

const SVG: &str = "http://www.w3.org/2000/svg";

/// What is on the page.
pub enum Drawn {
    /// A text node and its text.
    Text(web_sys::Text, Cow<'static, str>),
    /// An element and what was set on it.
    Element(Box<DrawnElement>),
}

/// An element on the page.
pub struct DrawnElement {
    element: web_sys::Element,
    tag: &'static str,
    key: u32,
    attributes: Vec<(&'static str, Cow<'static, str>)>,
    checked: Option<bool>,
    listening: Vec<Listening>,
    children: Vec<Drawn>,
    // Only held.
    _source: Option<Rc<dyn Any>>,
}

impl Drawn {
    fn node(&self) -> &web_sys::Node {
        match self {
            Self::Text(node, _) => node,
            Self::Element(drawn) => &drawn.element,
        }
    }

    fn key(&self) -> u32 {
        match self {
            Self::Text(..) => 0,
            Self::Element(drawn) => drawn.key,
        }
    }

    /// Whether the node still has the text we wrote into it.
    fn says(&self, node: &web_sys::Node) -> bool {
        match self {
            Self::Text(_, text) => node.node_value().as_deref() == Some(text),
            Self::Element(_) => true,
        }
    }
}

fn draw(node: Node) -> Drawn {
    match node {
        Node::Text(text) => Drawn::Text(Rndr::create_text_node(&text), text),
        Node::Element(el) => Drawn::Element(Box::new(draw_element(el))),
    }
}

fn draw_element(el: El) -> DrawnElement {
    let el = *el.0;
    let element = Rndr::create_element(el.tag, matches!(el.tag, "svg" | "path").then_some(SVG));
    for (name, value) in &el.attributes {
        set(&element, name, value);
    }
    check(&element, el.checked);
    let listening =
        el.handlers.into_iter().map(|(event, handler)| Listening::begin(&element, event, handler));
    let listening = listening.gather();
    let children: Vec<Drawn> = el.children.into_iter().map(draw).gather();
    for child in &children {
        Rndr::insert_node(&element, child.node(), None);
    }
    DrawnElement {
        element,
        tag: el.tag,
        key: el.key,
        attributes: el.attributes,
        checked: el.checked,
        listening,
        children,
        _source: el.source,
    }
}

fn set(element: &web_sys::Element, name: &str, value: &str) {
    if !hide(element, name, true) {
        Rndr::set_attribute(element, name, value);
    }
}

/// Whether this attribute says that an element is hidden, which then is done. As text it takes twice as long, and a key in a search
/// may hide a thousand rows.
fn hide(element: &web_sys::Element, name: &str, hidden: bool) -> bool {
    let says_so = name == "hidden";
    if says_so {
        element.unchecked_ref::<web_sys::HtmlElement>().set_hidden(hidden);
    }
    says_so
}

fn check(element: &web_sys::Element, checked: Option<bool>) {
    if let Some(checked) = checked {
        element.unchecked_ref::<web_sys::HtmlInputElement>().set_checked(checked);
    }
}

fn redraw(node: Node, drawn: &mut Drawn) {
    match (node, &mut *drawn) {
        (Node::Text(text), Drawn::Text(there, before)) => {
            if text != *before {
                Rndr::set_text(there, &text);
                *before = text;
            }
        }
        (Node::Element(el), Drawn::Element(there)) if el.0.tag == there.tag && el.0.key == there.key => {
            redraw_element(el, there);
        }
        (node, there) => {
            let new = draw(node);
            if let Some(parent) = there.node().parent_node() {
                // Both nodes are where the line above found them.
                let _ = parent.replace_child(new.node(), there.node());
            }
            *there = new;
        }
    }
}

fn redraw_element(el: El, there: &mut DrawnElement) {
    let el = *el.0;
    let element = &there.element;
    for (name, value) in &el.attributes {
        if !there.attributes.iter().any(|before| before.0 == *name && before.1 == *value) {
            set(element, name, value);
        }
    }
    for (name, _) in &there.attributes {
        if !el.attributes.iter().any(|now| now.0 == *name) && !hide(element, name, false) {
            Rndr::remove_attribute(element, name);
        }
    }
    there.attributes = el.attributes;
    if el.unchanged {
        for child in &there.children {
            if let Drawn::Element(child) = child {
                check(&child.element, child.checked);
            }
        }
        return;
    }
    there._source = el.source;
    there.checked = el.checked;
    check(element, el.checked);
    let is_over = |listening: &Listening| !el.handlers.iter().any(|now| now.0 == listening.event);
    while let Some(place) = there.listening.iter().position(is_over) {
        there.listening.swap_remove(place);
    }
    for (event, handler) in el.handlers {
        match there.listening.iter().find(|listening| listening.event == event) {
            Some(listening) => listening.exchange(handler),
            None => there.listening.push(Listening::begin(element, event, handler)),
        }
    }
    mend(element, &there.children);
    let keys: Vec<u32> = el.children.iter().map(keyed).gather();
    for (place, child) in el.children.into_iter().enumerate() {
        let key = keys[place];
        let of_key = |drawn: &Drawn| key != 0 && drawn.key() == key;
        let ahead = there.children.iter().skip(place).position(of_key).unwrap_or_default();
        if ahead > 0 {
            let next = there.children[place].node();
            Rndr::insert_node(element, there.children[place + ahead].node(), Some(next));
            let moved = there.children.remove(place + ahead);
            there.children.insert(place, moved);
        }
        match there.children.get_mut(place) {
            // The node here is needed further on.
            Some(other) if other.key() != key && other.key() != 0 && keys[place..].contains(&other.key()) => {
                let new = draw(child);
                Rndr::insert_node(element, new.node(), Some(other.node()));
                there.children.insert(place, new);
            }
            Some(before) => redraw(child, before),
            None => {
                let new = draw(child);
                Rndr::insert_node(element, new.node(), None);
                there.children.push(new);
            }
        }
    }
    while there.children.len() > keys.len() {
        if let Some(surplus) = there.children.pop() {
            Rndr::remove(surplus.node());
        }
    }
}

fn keyed(node: &Node) -> u32 {
    match node {
        Node::Text(_) => 0,
        Node::Element(el) => el.0.key,
    }
}

/// Restores children that others have changed. An element without children of ours is left alone: the shell writes to
/// the live regions.
fn mend(element: &web_sys::Element, children: &[Drawn]) {
    let mut at = element.first_child();
    let whole = children.iter().all(|child| {
        let here = at.take().filter(|at| at.is_same_node(Some(child.node())));
        at = here.as_ref().and_then(web_sys::Node::next_sibling);
        here.is_some_and(|here| child.says(&here))
    });
    if !children.is_empty() && (!whole || at.is_some()) {
        element.set_text_content(None);
        for child in children {
            if let Drawn::Text(node, text) = child {
                Rndr::set_text(node, text);
            }
            Rndr::insert_node(element, child.node(), None);
        }
    }
}

impl Render for Node {
    type State = Drawn;

    fn build(self) -> Drawn {
        draw(self)
    }

    fn rebuild(self, state: &mut Drawn) {
        redraw(self, state);
    }
}

impl Mountable for Drawn {
    fn unmount(&mut self) {
        Rndr::remove(self.node());
    }

    fn mount(&mut self, parent: &web_sys::Element, marker: Option<&web_sys::Node>) {
        Rndr::insert_node(parent, self.node(), marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let parent = self.node().parent_node().and_then(|parent| parent.dyn_into().ok());
        parent.is_some_and(|parent| {
            child.mount(&parent, Some(self.node()));
            true
        })
    }

    fn elements(&self) -> Vec<web_sys::Element> {
        match self {
            Self::Text(..) => Vec::new(),
            Self::Element(drawn) => vec![drawn.element.clone()],
        }
    }
}
