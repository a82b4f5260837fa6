//! `Effect::Call` and `Effect::Abandon`: a request to the merchant's relink API by the browser's `fetch`.
//!
//! Every call ends in exactly one [`Input::Answered`], or in none if it was abandoned. Whatever the page, the network
//! or the backend does becomes an [`Answer`]: nothing throws.
//!
//! gloo-net builds the request but does not send it: its `send` panics if the page's own `fetch` rejects with something
//! other than an `Error` or returns something other than a `Response`.

use crate::shell::settings::{self, attribute};
use crate::shell::timer::Timeout;
use crate::shell::{Raise, early, foreign, json, later, page};
use gloo_net::http::{Headers as GlooHeaders, Method, RequestBuilder};
use js_sys::{Date, Function, JsString, Object, Reflect};
use relink_core::{Answer, Call, CallNumber, Input, RetryAfter};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    AbortController, Headers, HtmlElement, Request, RequestCache, RequestCredentials, RequestRedirect,
    UrlSearchParams,
};

/// The largest answer to read, in bytes: a session with a thousand accounts is half of it.
const LARGEST: u32 = 1_000_000;

/// The calls of one element.
pub struct Http {
    host: HtmlElement,
    raise: Raise,
    pending: Rc<RefCell<Vec<Pending>>>,
    /// Whether the last call got no answer for a [`Request`]: the page's `fetch` may know addresses only.
    as_text: Rc<Cell<bool>>,
}

/// A call that waits for its answer.
struct Pending {
    number: CallNumber,
    keepalive: bool,
    abort: AbortController,
    _deadline: Timeout,
}

impl Http {
    /// For this element: its attributes and `headers` are read at each call.
    pub fn new(host: &HtmlElement, raise: Raise) -> Self {
        Self { host: host.clone(), raise, pending: Rc::default(), as_text: Rc::default() }
    }

    /// Sends a request.
    pub fn send(&self, call: Call) {
        let begun = call.idempotency_key.as_ref().and_then(|key| early::take(&self.host, key));
        let abort = begun.as_ref().map_or_else(AbortController::new, early::Begun::abort);
        // Exists wherever WebAssembly does.
        let Ok(abort) = abort else { return };
        let number = call.number;
        let (raise, pending) = (self.raise.clone(), Rc::downgrade(&self.pending));
        let finish = move |date: Option<i64>, answer| {
            // Already answered, timed out or abandoned: nobody waits any longer.
            let waited = pending.upgrade().is_some_and(|pending| take(&pending, number).is_some());
            if waited {
                if let Some(unix) = date {
                    raise(Input::ServerTime { unix });
                }
                raise(Input::Answered { call: number, answer });
            }
            waited
        };
        let (late, cut) = (finish.clone(), abort.clone());
        let asking = Rc::new(Cell::new(true));
        let still_asking = asking.clone();
        let deadline = Timeout::new(call.timeout_ms, move || {
            // If the page's `headers` are still pending, nothing was sent.
            let answer = if still_asking.get() { Answer::HeadersFailed } else { Answer::TimedOut };
            if late(None, answer) {
                cut.abort();
            }
        });
        let keepalive = call.keepalive;
        let waiting = Pending { number, keepalive, abort: abort.clone(), _deadline: deadline };
        self.pending.borrow_mut().push(waiting);
        let (host, as_text) = (self.host.clone(), self.as_text.clone());
        later(async move {
            let (date, answer) = exchange(&host, &call, begun, &abort, &asking, &as_text).await;
            finish(date, answer);
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
    /// The element is gone: nobody waits for answers. Requests that must outlive the page continue.
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

/// The answer to a call, and its `Date` in Unix seconds if it may be read. `begun` was sent for it already.
async fn exchange(
    host: &HtmlElement,
    call: &Call,
    begun: Option<early::Begun>,
    abort: &AbortController,
    asking: &Cell<bool>,
    as_text: &Cell<bool>,
) -> (Option<i64>, Answer) {
    let mut is_request = false;
    let mut sent = None;
    if let Some(begun) = begun {
        let _ = foreign::settled(&begun.asked()).await;
        sent = begun.sent();
    }
    if sent.is_none() {
        let Some(url) = address(host, &call.path) else {
            // The page's mistake, worded as a backend would word it.
            let fields = [("code", "invalid_request"), ("detail", "`endpoint` is no HTTP address")]
                .map(|(name, said)| (name, said.into()));
            let body = relink_wire::object(fields.into());
            return (None, Answer::Http { status: 400, retry_after: None, body: Some(body) });
        };
        let Some((headers, made)) = headers(host, call).await else { return (None, Answer::HeadersFailed) };
        let options = options(host, call, &headers, abort);
        // gloo-net has no word for `keepalive`, so that call goes by its address.
        let by_address = as_text.take() || call.keepalive;
        let request = if by_address { None } else { request(host, call, &url, headers, abort) };
        is_request = request.is_some();
        let what = request.map_or_else(|| url.into(), JsValue::from);
        let answer = foreign::call(&page::window(), "fetch", &what, &options).unwrap_or_default();
        sent = Some((answer, made));
    }
    asking.set(false);
    let (sent, made) = sent.unwrap_or_default();
    let answer = foreign::settled(&sent).await.unwrap_or_default();
    // `status` is 0 if there was none.
    let status =
        foreign::get(&answer, "status").and_then(|status| status.as_f64()).unwrap_or_default() as u16;
    if !(100..600).contains(&status) {
        as_text.set(is_request);
        return (None, Answer::NoAnswer);
    }
    let header = |name: &str| {
        let headers = foreign::get(&answer, "headers")?;
        foreign::call(&headers, "get", &name.into(), &JsValue::UNDEFINED)?.as_string()
    };
    let date = header("Date").and_then(|text| read_date(&text));
    if status == 401 && made && call.may_renew {
        return (date, Answer::HeadersRefused);
    }
    let retry_after = header("Retry-After").and_then(|text| read_retry_after(&text));
    let is_told = header("Content-Length").and_then(|length| length.parse().ok()) > Some(LARGEST);
    let text = if is_told { None } else { read(&answer).await };
    if is_told || text.as_ref().is_some_and(|text| text.length() > LARGEST) {
        abort.abort();
        if status < 300 {
            return (date, Answer::TooLarge);
        }
        return (date, Answer::Http { status, retry_after, body: None });
    }
    let body = text.and_then(|text| json::parse(&text.as_string()?));
    (date, Answer::Http { status, retry_after, body })
}

/// What `fetch` takes beside the request. It says the same: a page's own `fetch` often looks here alone.
fn options(host: &HtmlElement, call: &Call, headers: &Headers, abort: &AbortController) -> Object {
    let options = Object::new();
    let set = |name: &str, value: &JsValue| {
        // Setting a property on a fresh object cannot fail.
        let _ = Reflect::set(&options, &name.into(), value);
    };
    set("method", &method(call).as_str().into());
    set("headers", headers);
    set("credentials", &credentials(host).into());
    set("cache", &"no-store".into());
    // The page's headers are for the endpoint only. They must not go to a place it redirects to.
    set("redirect", &"error".into());
    set("signal", &abort.signal());
    set("keepalive", &call.keepalive.into());
    if let Some(body) = &call.body {
        set("body", &json::write(body).into());
    }
    options
}

/// The request as gloo-net builds it. `None` if it would not be what was meant: gloo-net rewrites an endpoint's query, and
/// a page's own `Request` may return anything.
fn request(
    host: &HtmlElement,
    call: &Call,
    url: &str,
    headers: Headers,
    abort: &AbortController,
) -> Option<Request> {
    // gloo-net panics if the page's own does not work.
    UrlSearchParams::new().ok()?.to_string().as_string()?;
    let credentials = match credentials(host).as_str() {
        "include" => RequestCredentials::Include,
        "omit" => RequestCredentials::Omit,
        _ => RequestCredentials::SameOrigin,
    };
    let builder = RequestBuilder::new(url)
        .method(method(call))
        .headers(GlooHeaders::from_raw(headers))
        .credentials(credentials)
        .cache(RequestCache::NoStore)
        .redirect(RequestRedirect::Error)
        .abort_signal(Some(&abort.signal()));
    let built = match &call.body {
        Some(body) => builder.body(json::write(body)),
        None => builder.build(),
    };
    built.ok().map(Request::from).filter(|request| request.url() == url)
}

fn method(call: &Call) -> Method {
    if call.idempotency_key.is_some() { Method::POST } else { Method::GET }
}

/// The body as text, if it arrives whole.
async fn read(answer: &JsValue) -> Option<JsString> {
    let text = foreign::call(answer, "text", &JsValue::UNDEFINED, &JsValue::UNDEFINED)?;
    foreign::settled(&text).await.ok()?.dyn_into().ok()
}

/// The URL of a call: the path below the endpoint, which is resolved against the page.
fn address(host: &HtmlElement, path: &str) -> Option<String> {
    let url = settings::address(host, "endpoint")?;
    if !matches!(url.protocol().as_str(), "http:" | "https:") {
        return None;
    }
    let mut below = url.pathname().trim_end_matches('/').to_owned();
    below.push_str(path);
    url.set_pathname(&below);
    Some(url.href())
}

/// The page's headers and ours, and whether a function made them; `None` if the page's `headers` fail.
async fn headers(host: &HtmlElement, call: &Call) -> Option<(Headers, bool)> {
    let mut given = Reflect::get(host, &"headers".into()).ok()?;
    let function = given.dyn_ref::<Function>().cloned();
    if let Some(function) = &function {
        given = foreign::settled(&function.call0(host).ok()?).await.ok()?;
    }
    let headers = if given.is_object() {
        Headers::new_with_record_from_str_to_str(given.unchecked_ref()).ok()?
    } else if given.is_falsy() {
        Headers::new().ok()?
    } else {
        return None;
    };
    headers.set("Accept", "application/json, application/problem+json").ok()?;
    if let Some(key) = &call.idempotency_key {
        headers.set("Idempotency-Key", key).ok()?;
        headers.set("Content-Type", "application/json").ok()?;
        // React before version 19 writes a property's name as the attribute.
        if let Some(token) = attribute(host, "csrf-token").or_else(|| attribute(host, "csrftoken")) {
            headers.set("X-CSRF-Token", &token).ok()?;
        }
    }
    Some((headers, function.is_some()))
}

fn credentials(host: &HtmlElement) -> String {
    attribute(host, "credentials")
        .filter(|said| matches!(said.as_str(), "include" | "omit"))
        .unwrap_or_else(|| "same-origin".into())
}

/// `Retry-After` in either form (RFC 9110, 10.2.3).
fn read_retry_after(text: &str) -> Option<RetryAfter> {
    let text = text.trim_ascii();
    if let Ok(seconds) = text.parse() {
        return Some(RetryAfter::Seconds(seconds));
    }
    read_date(text).map(RetryAfter::At)
}

/// A date as HTTP writes it, in Unix seconds.
fn read_date(text: &str) -> Option<i64> {
    let at = Date::parse(text);
    (!at.is_nan()).then_some((at / 1000.0) as i64)
}
