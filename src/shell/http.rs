//! `Effect::Call` and `Effect::Abandon`: a request to the merchant's relink API by the browser's `fetch`.
//!
//! Every call ends in exactly one [`Input::Answered`], or in none where it was abandoned. Whatever the page, the
//! network or the backend does here becomes an [`Answer`]: nothing throws.

use crate::shell::settings::attribute;
use crate::shell::timer::Timeout;
use crate::shell::{Raise, json, later, page};
use js_sys::{Date, Function, Promise, Reflect};
use relink_core::{Answer, Call, CallNumber, Input, RetryAfter};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, HtmlElement, RequestCache, RequestCredentials, RequestInit, Response, Url,
};

/// The largest answer that is read, in bytes: a session with a thousand accounts fits in half of it.
const LARGEST: u32 = 1_000_000;

/// The calls of one element.
pub struct Http {
    host: HtmlElement,
    raise: Raise,
    pending: Rc<RefCell<Vec<Pending>>>,
}

/// A call whose answer is awaited.
struct Pending {
    number: CallNumber,
    keepalive: bool,
    abort: AbortController,
    _deadline: Timeout,
}

impl Http {
    /// For that element: its attributes and its `headers` are read at each call.
    pub fn new(host: &HtmlElement, raise: Raise) -> Self {
        Self { host: host.clone(), raise, pending: Rc::default() }
    }

    /// Sends a request.
    pub fn send(&self, call: Call) {
        // Exists wherever WebAssembly does.
        let Ok(abort) = AbortController::new() else { return };
        let number = call.number;
        let (raise, pending) = (self.raise.clone(), Rc::downgrade(&self.pending));
        let finish = move |answer| {
            // Answered, timed out or abandoned before: then nobody waits any longer.
            let waited = pending.upgrade().is_some_and(|pending| take(&pending, number).is_some());
            if waited {
                raise(Input::Answered { call: number, answer });
            }
            waited
        };
        let (late, cut) = (finish.clone(), abort.clone());
        let deadline = Timeout::new(call.timeout_ms, move || {
            if late(Answer::TimedOut) {
                cut.abort();
            }
        });
        let keepalive = call.keepalive;
        let waiting = Pending { number, keepalive, abort: abort.clone(), _deadline: deadline };
        self.pending.borrow_mut().push(waiting);
        let host = self.host.clone();
        later(async move {
            finish(exchange(&host, &call, &abort).await);
        });
    }

    /// Gives a call up.
    pub fn abandon(&self, number: CallNumber) {
        if let Some(pending) = take(&self.pending, number) {
            pending.abort.abort();
        }
    }
}

impl Drop for Http {
    /// The element is gone: nobody waits for answers. What must outlive the page is left to go its way.
    fn drop(&mut self) {
        for pending in self.pending.take() {
            if !pending.keepalive {
                pending.abort.abort();
            }
        }
    }
}

fn take(pending: &RefCell<Vec<Pending>>, number: CallNumber) -> Option<Pending> {
    let mut pending = pending.borrow_mut();
    let place = pending.iter().position(|pending| pending.number == number)?;
    Some(pending.swap_remove(place))
}

async fn exchange(host: &HtmlElement, call: &Call, abort: &AbortController) -> Answer {
    let Some(url) = address(host, &call.path) else {
        // The page's mistake, in the words in which a backend would say it.
        let fields = [("code", "invalid_request"), ("detail", "`endpoint` is no HTTP address")]
            .map(|(name, said)| (name, said.into()));
        let body = relink_wire::object(fields.into());
        return Answer::Http { status: 400, retry_after: None, body: Some(body) };
    };
    let Some(headers) = headers(host, call).await else { return Answer::HeadersFailed };
    let request = RequestInit::new();
    request.set_method(if call.idempotency_key.is_some() { "POST" } else { "GET" });
    request.set_headers(&headers);
    request.set_credentials(credentials(host));
    request.set_cache(RequestCache::NoStore);
    request.set_signal(Some(&abort.signal()));
    if call.keepalive {
        let _ = Reflect::set(&request, &"keepalive".into(), &JsValue::TRUE);
    }
    if let Some(body) = &call.body {
        request.set_body(&JsValue::from_str(&json::write(body)));
    }
    let answer = JsFuture::from(page::window().fetch_with_str_and_init(&url, &request)).await;
    let Some(answer) = answer.ok().and_then(|answer| answer.dyn_into::<Response>().ok()) else {
        return Answer::NoAnswer;
    };
    let header = |name| answer.headers().get(name).ok().flatten();
    let retry_after = header("Retry-After").and_then(|text| read_retry_after(&text));
    let too_large = header("Content-Length").and_then(|length| length.parse().ok()) > Some(LARGEST);
    let body = if too_large {
        abort.abort();
        None
    } else {
        let Ok(text) = answer.text() else { return Answer::NoAnswer };
        let Ok(text) = JsFuture::from(text).await else { return Answer::NoAnswer };
        let text: js_sys::JsString = text.unchecked_into();
        if text.length() > LARGEST { None } else { json::parse(&String::from(text)) }
    };
    Answer::Http { status: answer.status(), retry_after, body }
}

/// The address of a call, below the endpoint as the page means it.
fn address(host: &HtmlElement, path: &str) -> Option<String> {
    let base = page::document().base_uri().ok().flatten()?;
    let url = Url::new_with_base(&attribute(host, "endpoint")?, &base).ok()?;
    if !matches!(url.protocol().as_str(), "http:" | "https:") {
        return None;
    }
    let mut below = url.pathname().trim_end_matches('/').to_owned();
    below.push_str(path);
    url.set_pathname(&below);
    Some(url.href())
}

/// The page's own headers and ours; nothing where the page's `headers` fail.
async fn headers(host: &HtmlElement, call: &Call) -> Option<Headers> {
    let mut given = Reflect::get(host, &"headers".into()).ok()?;
    if let Some(function) = given.dyn_ref::<Function>() {
        given = JsFuture::from(Promise::resolve(&function.call0(host).ok()?)).await.ok()?;
    }
    let headers = if given.is_object() {
        Headers::new_with_record_from_str_to_str(given.unchecked_ref()).ok()?
    } else {
        Headers::new().ok()?
    };
    headers.set("Accept", "application/json, application/problem+json").ok()?;
    if let Some(key) = &call.idempotency_key {
        headers.set("Idempotency-Key", key).ok()?;
        headers.set("Content-Type", "application/json").ok()?;
        if let Some(token) = attribute(host, "csrf-token") {
            headers.set("X-CSRF-Token", &token).ok()?;
        }
    }
    Some(headers)
}

fn credentials(host: &HtmlElement) -> RequestCredentials {
    match attribute(host, "credentials").as_deref() {
        Some("include") => RequestCredentials::Include,
        Some("omit") => RequestCredentials::Omit,
        Some(_) | None => RequestCredentials::SameOrigin,
    }
}

/// `Retry-After` in either form (RFC 9110, 10.2.3).
fn read_retry_after(text: &str) -> Option<RetryAfter> {
    let text = text.trim_ascii();
    if let Ok(seconds) = text.parse() {
        return Some(RetryAfter::Seconds(seconds));
    }
    let at = Date::parse(text);
    (!at.is_nan()).then_some(RetryAfter::At((at / 1000.0) as i64))
}
