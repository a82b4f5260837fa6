//! What is drawn, as data: one type for every element.
//!
//! Leptos gives each shape of markup its own type, and each type gets its own copy of the drawing code in the
//! WebAssembly. With one type there is one copy. It also cannot do two things: set HTML, which a page with Trusted
//! Types refuses, and write a `style` attribute, which a strict Content-Security-Policy refuses.

use std::any::Any;
use std::borrow::Cow;
use std::rc::Rc;
use web_sys::Event;

/// Text, or an element.
pub enum Node {
    /// Text. Empty text draws nothing, and keeps the place of an absent sibling.
    Text(Cow<'static, str>),
    /// An element.
    Element(El),
}

impl Node {
    /// Nothing, as a placeholder.
    pub const NOTHING: Self = Self::Text(Cow::Borrowed(""));
}

/// An event handler.
pub type Handler = Rc<dyn Fn(&Event)>;

/// An element to draw. It is boxed because each builder call passes it on: moving it by value was an eighth of the
/// WebAssembly.
pub struct El(pub(super) Box<Said>);

/// The properties of an element.
pub(super) struct Said {
    pub(super) tag: &'static str,
    pub(super) key: u32,
    pub(super) attributes: Vec<(&'static str, Cow<'static, str>)>,
    pub(super) checked: Option<bool>,
    pub(super) handlers: Vec<(&'static str, Handler)>,
    pub(super) children: Vec<Node>,
    pub(super) source: Option<Rc<dyn Any>>,
    pub(super) unchanged: bool,
}

/// An element of that name.
pub fn el(tag: &'static str) -> El {
    El(Box::new(Said {
        tag,
        key: 0,
        attributes: Vec::new(),
        checked: None,
        handlers: Vec::new(),
        children: Vec::new(),
        source: None,
        unchanged: false,
    }))
}

impl El {
    /// With classes.
    pub fn class(self, class: &'static str) -> Self {
        self.attr("class", class)
    }

    /// With a shadow part's name.
    pub fn part(self, part: &'static str) -> Self {
        self.attr("part", part)
    }

    /// With an attribute.
    pub fn attr(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.0.attributes.push((name, value.into()));
        self
    }

    /// With a boolean attribute.
    pub fn flag(self, name: &'static str, on: bool) -> Self {
        if on { self.attr(name, "") } else { self }
    }

    /// A different key makes a new element instead of updating the old one. Among siblings, an element is recognised by
    /// its key, wherever it is now.
    pub fn key(mut self, key: u32) -> Self {
        self.0.key = key;
        self
    }

    /// Checked or not, for a radio button or a checkbox. Every draw sets it again, whatever the customer did.
    pub fn checked(mut self, checked: bool) -> Self {
        self.0.checked = Some(checked);
        self
    }

    /// With a listener. Each event has its own; there is no delegation.
    pub fn on(mut self, event: &'static str, handler: impl Fn(&Event) + 'static) -> Self {
        self.0.handlers.push((event, Rc::new(handler)));
        self
    }

    /// With what it is drawn from, which is held for as long as the element is on the page.
    pub fn source(mut self, source: Rc<dyn Any>) -> Self {
        self.0.source = Some(source);
        self
    }

    /// Drawn from the same as the element that is on the page, which therefore keeps its listeners and its children; none
    /// are given here. Attributes are set as usual, and what can be checked is checked as it was drawn.
    pub fn unchanged(mut self) -> Self {
        self.0.unchanged = true;
        self
    }

    /// With one more child.
    pub fn child(mut self, child: impl Into<Node>) -> Self {
        self.0.children.push(child.into());
        self
    }

    /// With many more children.
    pub fn children(mut self, children: impl IntoIterator<Item = Node>) -> Self {
        for child in children {
            self.0.children.push(child);
        }
        self
    }
}

impl From<El> for Node {
    fn from(el: El) -> Self {
        Self::Element(el)
    }
}

impl From<&'static str> for Node {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<T: Into<Node>> From<Option<T>> for Node {
    fn from(node: Option<T>) -> Self {
        node.map_or(Self::NOTHING, Into::into)
    }
}
