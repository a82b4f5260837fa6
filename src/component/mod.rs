//! `<RelinkWidget>`: the element as a Leptos component, for an app that is a merchant's (docs/leptos.md).
//!
//! It renders the tag `<relink-widget>` and loads the same loader as any page does: the flow, its style and its words are
//! the shipped ones, fetched when they are needed, and none of them is in the app's WebAssembly. No rule of the flow is
//! here. A server renders the tag without `endpoint`; in the browser, `endpoint` is written after everything else, so
//! that no flow begins before somebody listens.

mod detail;
mod page;

pub use detail::{
    Account, Analytics, AnalyticsName, Cancel, Error, Failure, Ready, Remind, State, StateChange, Success,
};
pub use page::Headers;
pub use relink_wire::{Code, FailureReason, Outcome, Rule};

use leptos::html::{Custom, custom};
use leptos::prelude::*;
use page::Loader;

/// How the widget is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Display {
    /// In the page.
    #[default]
    Inline,
    /// In a dialog above the page.
    Modal,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the page around it.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// Whether cookies go with the requests, as in `fetch`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Credentials {
    /// To the page's own origin.
    #[default]
    SameOrigin,
    /// To every origin.
    Include,
    /// Never.
    Omit,
}

impl Display {
    fn as_str(self) -> &'static str {
        match self {
            Self::Inline => "inline",
            Self::Modal => "modal",
        }
    }
}

impl Theme {
    fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Credentials {
    fn as_str(self) -> &'static str {
        match self {
            Self::SameOrigin => "same-origin",
            Self::Include => "include",
            Self::Omit => "omit",
        }
    }
}

/// A reference to one `<RelinkWidget>`, to call its methods. Its methods wait until the loader is there.
#[derive(Clone, Copy, Debug, Default)]
pub struct WidgetRef(NodeRef<Custom<&'static str>>);

impl WidgetRef {
    /// A reference that is given to the component as `widget`.
    pub fn new() -> Self {
        Self::default()
    }

    /// The element, once it is in the page.
    pub fn element(&self) -> Option<web_sys::HtmlElement> {
        self.0.get_untracked()
    }

    /// Shows a modal, or starts an inline one.
    pub fn show(&self) {
        self.call("show");
    }

    /// Asks to close: cancels a running flow.
    pub fn close(&self) {
        self.call("close");
    }

    /// Starts over with a new session; after a failed load, tries the load again.
    pub fn restart(&self) {
        self.call("restart");
    }

    /// Where the flow is; `None` before it has started.
    pub fn state(&self) -> Option<State> {
        self.element()?.get_attribute("state").map(State::parse)
    }

    fn call(&self, method: &'static str) {
        if let Some(element) = self.element() {
            page::call(element, method);
        }
    }
}

/// Repairs a broken bank link. Its children are what is seen without the widget, a plain link say; one with
/// `slot="trigger"` opens a modal.
#[component]
pub fn RelinkWidget(
    /// Base URL of your relink API, absolute or relative to the page.
    #[prop(into)]
    endpoint: Signal<String>,
    /// The address of the loader, `relink-widget.js`. Leave it out if the page includes the loader itself.
    #[prop(optional, into)]
    src: Option<String>,
    /// The loader's hash, from `integrity.json`: with it, everything that is loaded is checked.
    #[prop(optional, into)]
    integrity: Option<String>,
    /// The Financial Connections account to relink, `fca_…`; without it the backend decides.
    #[prop(optional, into)]
    account: MaybeProp<String>,
    /// The authorization whose accounts may be relinked, `fcauth_…`.
    #[prop(optional, into)]
    authorization: MaybeProp<String>,
    /// The id of a session that the backend has created already; then none is created.
    #[prop(optional, into)]
    session: MaybeProp<String>,
    /// In the page, or in a dialog above it.
    #[prop(optional, into)]
    display: MaybeProp<Display>,
    /// Whether a modal is shown: `true` opens it, `false` closes it. It becomes `false` when the modal leaves the screen.
    #[prop(optional, into)]
    open: Option<RwSignal<bool>>,
    /// Light or dark.
    #[prop(optional, into)]
    theme: MaybeProp<Theme>,
    /// BCP 47 language; else the nearest `lang` in the page, else the browser's.
    #[prop(optional, into)]
    lang: MaybeProp<String>,
    /// Whether cookies go with the requests.
    #[prop(optional, into)]
    credentials: MaybeProp<Credentials>,
    /// Sent as `X-CSRF-Token` with every POST.
    #[prop(optional, into)]
    csrf_token: MaybeProp<String>,
    /// Whether your page asks again tomorrow if the customer wants that: the review then offers it. Read when a flow starts.
    #[prop(optional, into)]
    remind_later: Signal<bool>,
    /// Asked for each request: headers that are added to it.
    #[prop(optional, into)]
    headers: Option<Headers>,
    /// Texts in the place of the widget's own, by name (docs/words.md).
    #[prop(optional)]
    messages: Vec<(String, String)>,
    /// To call the widget's methods.
    #[prop(optional)]
    widget: WidgetRef,
    /// The first interactive view is on screen.
    #[prop(optional, into)]
    on_ready: Option<Callback<Ready>>,
    /// The state changed.
    #[prop(optional, into)]
    on_state: Option<Callback<StateChange>>,
    /// The flow ended with a relink.
    #[prop(optional, into)]
    on_success: Option<Callback<Success>>,
    /// The flow ended without a relink.
    #[prop(optional, into)]
    on_failure: Option<Callback<Failure>>,
    /// The customer leaves, and wants to be asked again tomorrow. `on_cancel` follows.
    #[prop(optional, into)]
    on_remind: Option<Callback<Remind>>,
    /// The customer closed it.
    #[prop(optional, into)]
    on_cancel: Option<Callback<Cancel>>,
    /// Something went wrong that the customer may still get past; also if the widget could not be loaded.
    #[prop(optional, into)]
    on_error: Option<Callback<Error>>,
    /// One stream for analytics.
    #[prop(optional, into)]
    on_event: Option<Callback<Analytics>>,
    /// The widget has left the screen.
    #[prop(optional, into)]
    on_close: Option<Callback<()>>,
    /// What is seen without the widget, and the trigger of a modal.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let loader = src.map(|src| Loader { src, integrity });
    // An effect runs in a browser only, and after the element is in the page.
    Effect::new(move |listens: Option<bool>| {
        let Some(element) = widget.0.get() else { return false };
        if listens != Some(true) {
            page::listen(&element, "relink-ready", on_ready);
            page::listen(&element, "relink-state", on_state);
            page::listen(&element, "relink-success", on_success);
            page::listen(&element, "relink-failure", on_failure);
            page::listen(&element, "relink-remind", on_remind);
            page::listen(&element, "relink-cancel", on_cancel);
            page::listen(&element, "relink-error", on_error);
            page::listen(&element, "relink-event", on_event);
            page::on_close(&element, move || {
                if let Some(open) = open {
                    open.try_set(false);
                }
                on_close.and_then(|told| told.try_run(()));
            });
            page::give(&element, headers.as_ref(), &messages);
            if let Some(loader) = &loader {
                loader.load(&element);
            }
        }
        page::write(&element, "endpoint", Some(&endpoint.get()));
        if let Some(open) = open {
            page::write(&element, "open", open.get().then_some(""));
        }
        true
    });
    custom("relink-widget")
        .attr("account", move || account.get())
        .attr("authorization", move || authorization.get())
        .attr("session", move || session.get())
        .attr("display", move || display.get().map(Display::as_str))
        .attr("theme", move || theme.get().map(Theme::as_str))
        .attr("lang", move || lang.get())
        .attr("credentials", move || credentials.get().map(Credentials::as_str))
        .attr("csrf-token", move || csrf_token.get())
        .attr("remind-later", move || remind_later.get())
        .node_ref(widget.0)
        .child(children.map(|children| children()))
}
