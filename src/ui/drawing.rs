//! Brings a [`Node`] onto the page, and changes what is there into another one: an element with the same tag and
//! key in the same place stays the same element, so that focus and what was typed stay where they are.

use super::listening::Listening;
use super::node::{El, Node};
use leptos::tachys::renderer::Rndr;
use leptos::tachys::view::{Mountable, Render};
use std::borrow::Cow;
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
    listening: Vec<Listening>,
    children: Vec<Drawn>,
}

impl Drawn {
    fn node(&self) -> &web_sys::Node {
        match self {
            Self::Text(node, _) => node,
            Self::Element(drawn) => &drawn.element,
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
        Rndr::set_attribute(&element, name, value);
    }
    check(&element, el.checked);
    let listening =
        el.handlers.into_iter().map(|(event, handler)| Listening::begin(&element, event, handler));
    let listening = listening.collect();
    let children: Vec<Drawn> = el.children.into_iter().map(draw).collect();
    for child in &children {
        Rndr::insert_node(&element, child.node(), None);
    }
    DrawnElement { element, tag: el.tag, key: el.key, attributes: el.attributes, listening, children }
}

fn check(element: &web_sys::Element, checked: Option<bool>) {
    if let (Some(checked), Some(input)) = (checked, element.dyn_ref::<web_sys::HtmlInputElement>()) {
        input.set_checked(checked);
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
                // Both are where the line above found them.
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
            Rndr::set_attribute(element, name, value);
        }
    }
    for (name, _) in &there.attributes {
        if !el.attributes.iter().any(|now| now.0 == *name) {
            Rndr::remove_attribute(element, name);
        }
    }
    there.attributes = el.attributes;
    check(element, el.checked);
    there.listening.retain(|listening| el.handlers.iter().any(|now| now.0 == listening.event));
    for (event, handler) in el.handlers {
        match there.listening.iter().find(|listening| listening.event == event) {
            Some(listening) => listening.exchange(handler),
            None => there.listening.push(Listening::begin(element, event, handler)),
        }
    }
    for surplus in there.children.drain(el.children.len().min(there.children.len())..) {
        Rndr::remove(surplus.node());
    }
    for (place, child) in el.children.into_iter().enumerate() {
        match there.children.get_mut(place) {
            Some(before) => redraw(child, before),
            None => {
                let new = draw(child);
                Rndr::insert_node(element, new.node(), None);
                there.children.push(new);
            }
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
