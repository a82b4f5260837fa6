//! `Effect::Call` and `Effect::Abandon`: a request to the merchant's relink API by the browser's `fetch`.
//!
//! Every call ends in exactly one [`Input::Answered`], or in none if it was abandoned. Whatever the page, the network
//! or the backend does becomes an [`Answer`]: nothing throws.
//!
//! gloo-net builds the request but does not send it: its `send` panics if the page's own `fetch` rejects with something
//! other than an `Error` or returns something other than a `Response`.

use crate::dom;
use crate::settled::settled;
use crate::shell::settings::{self, attribute};
use crate::shell::timer::Timeout;
use crate::shell::{Raise, early, foreign, json, page};
use gloo_net::http::{Headers as GlooHeaders, Method, RequestBuilder};
use js_sys::{Date, Function, JsString, Object};
use relink_core::{Answer, Call, CallNumber, Input, RetryAfter};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    AbortController, AbortSignal, Headers, HtmlElement, Request, RequestCache, RequestCredentials,
    RequestRedirect, UrlSearchParams,
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
    exchange: Rc<Exchange>,
    _deadline: Timeout,
}

/// A call on its way to an answer.
struct Exchange {
    host: HtmlElement,
    raise: Raise,
    pending: Weak<RefCell<Vec<Pending>>>,
    as_text: Rc<Cell<bool>>,
    call: Call,
    /// None where the page has taken that from the browser: the request goes on, and nobody waits for it.
    abort: Option<AbortController>,
    /// Whether nothing was sent yet: the page's `headers` may still be pending.
    asking: Cell<bool>,
    /// Whether a [`Request`] was sent, and not an address as text.
    is_request: Cell<bool>,
}

impl Http {
    /// For this element: its attributes and `headers` are read at each call.
    pub fn new(host: &HtmlElement, raise: Raise) -> Self {
        Self { host: host.clone(), raise, pending: Rc::default(), as_text: Rc::default() }
    }

    /// Sends a request, when the page is idle again.
    #[inline(never)]
    pub fn send(&self, call: Call) {
        let begun = call.idempotency_key.as_ref().and_then(|key| early::take(&self.host, key));
        let abort = begun.as_ref().map_or_else(AbortController::new, early::Begun::abort).ok();
        let timeout_ms = call.timeout_ms;
        let exchange = Rc::new(Exchange {
            host: self.host.clone(),
            raise: self.raise.clone(),
            pending: Rc::downgrade(&self.pending),
            as_text: self.as_text.clone(),
            call,
            abort,
            asking: Cell::new(true),
            is_request: Cell::default(),
        });
        let late = Rc::clone(&exchange);
        let deadline = Timeout::new(timeout_ms, move || {
            let answer = if late.asking.get() { Answer::HeadersFailed } else { Answer::TimedOut };
            if late.finish(None, answer) {
                late.stop();
            }
        });
        self.pending.borrow_mut().push(Pending { exchange: exchange.clone(), _deadline: deadline });
        let made = begun.as_ref().is_some_and(early::Begun::made);
        if let Some(answer) = begun.as_ref().and_then(early::Begun::whole) {
            return exchange.read(&answer, made);
        }
        // What was begun is first to say whether it was sent.
        let asked = begun.as_ref().map(early::Begun::asked).unwrap_or_default();
        settled(&asked, move |_| match begun.and_then(|begun| begun.sent()) {
            Some(answer) => exchange.await_answer(&answer, made),
            None => exchange.ask(),
        });
    }

    /// Gives a call up.
    pub fn abandon(&self, number: CallNumber) {
        if let Some(pending) = take(&self.pending, number) {
            pending.exchange.stop();
        }
    }
}

impl Drop for Http {
    /// The element is gone: nobody waits for answers. Requests that must outlive the page continue.
    fn drop(&mut self) {
        for Pending { exchange, .. } in self.pending.take() {
            if !exchange.call.keepalive {
                exchange.stop();
            }
        }
    }
}

fn take(pending: &RefCell<Vec<Pending>>, number: CallNumber) -> Option<Pending> {
    let mut pending = pending.borrow_mut();
    let place = pending.iter().position(|pending| pending.exchange.call.number == number)?;
    Some(pending.swap_remove(place))
}

impl Exchange {
    /// Reports the answer, and its `Date` in Unix seconds if it may be read. False if nobody waits any longer: it was
    /// answered, timed out or abandoned.
    fn finish(&self, date: Option<i64>, answer: Answer) -> bool {
        let number = self.call.number;
        let waited = self.pending.upgrade().is_some_and(|pending| take(&pending, number).is_some());
        if waited {
            if let Some(unix) = date {
                (self.raise)(Input::ServerTime { unix });
            }
            (self.raise)(Input::Answered { call: number, answer });
        }
        waited
    }

    /// Ends the request.
    fn stop(&self) {
        if let Some(abort) = &self.abort {
            abort.abort();
        }
    }

    fn signal(&self) -> Option<AbortSignal> {
        self.abort.as_ref().map(AbortController::signal)
    }

    /// Asks the page for its headers.
    fn ask(self: Rc<Self>) {
        let Some(url) = address(&self.host, &self.call.path) else {
            self.finish(None, Answer::NotAddressed);
            return;
        };
        let given = dom::get(&self.host, "headers");
        match given.as_ref().and_then(|given| given.dyn_ref::<Function>()) {
            Some(function) => match function.call0(&self.host) {
                Ok(promise) => settled(&promise, move |given| self.fetch(&url, given, true)),
                Err(_) => self.fetch(&url, None, true),
            },
            None => self.fetch(&url, given, false),
        }
    }

    /// Sends the request with the page's headers, if there are any; `made` says whether a function made them.
    fn fetch(self: Rc<Self>, url: &str, given: Option<JsValue>, made: bool) {
        let Some(headers) = given.and_then(|given| headers(&self.host, &self.call, given)) else {
            self.finish(None, Answer::HeadersFailed);
            return;
        };
        let options = options(&self.host, &self.call, &headers, self.signal());
        // gloo-net has no word for `keepalive`, so that call goes by its address.
        let request = if self.as_text.take() || self.call.keepalive {
            None
        } else {
            request(&self.host, &self.call, url, headers, self.signal())
        };
        self.is_request.set(request.is_some());
        let what = request.map_or_else(|| url.into(), JsValue::from);
        let answer = foreign::call(&page::window(), "fetch", &what, &options).unwrap_or_default();
        self.await_answer(&answer, made);
    }

    fn await_answer(self: Rc<Self>, answer: &JsValue, made: bool) {
        self.asking.set(false);
        settled(answer, move |answer| self.read(&answer.unwrap_or_default(), made));
    }

    /// Reads the head of the answer, and then its body.
    fn read(self: Rc<Self>, answer: &JsValue, made: bool) {
        // `status` is 0 if there was none.
        let status = dom::get(answer, "status").and_then(|status| status.as_f64());
        let status = status.unwrap_or_default() as u16;
        if !(100..600).contains(&status) {
            self.as_text.set(self.is_request.get());
            self.finish(None, Answer::NoAnswer);
            return;
        }
        let header = |name: &str| {
            let headers = dom::get(answer, "headers")?;
            foreign::call(&headers, "get", &name.into(), &JsValue::UNDEFINED)?.as_string()
        };
        let date = header("Date").and_then(|text| read_date(&text));
        if status == 401 && made && self.call.may_renew {
            self.finish(date, Answer::HeadersRefused);
            return;
        }
        let retry_after = header("Retry-After").and_then(|text| read_retry_after(&text));
        let told = header("Content-Length").and_then(|length| length.parse().ok());
        let finish = move |text: Option<JsValue>| {
            // The body as text, if it arrived whole.
            let text = text.and_then(|text| text.dyn_into::<JsString>().ok());
            let answer = if text.as_ref().map(JsString::length).max(told) > Some(LARGEST) {
                self.stop();
                match status < 300 {
                    true => Answer::TooLarge,
                    false => Answer::Http { status, retry_after, body: None },
                }
            } else {
                let body = text.and_then(|text| json::parse(&text.as_string()?));
                Answer::Http { status, retry_after, body }
            };
            self.finish(date, answer);
        };
        // What `early.js` has read is there as it is.
        let text = dom::get(answer, "text").filter(JsValue::is_string);
        if text.is_some() {
            return finish(text);
        }
        let text = match told > Some(LARGEST) {
            true => None,
            false => foreign::call(answer, "text", &JsValue::UNDEFINED, &JsValue::UNDEFINED),
        };
        settled(&text.unwrap_or_default(), finish);
    }
}

/// What `fetch` takes beside the request. It says the same: a page's own `fetch` often looks here alone.
fn options(host: &HtmlElement, call: &Call, headers: &Headers, signal: Option<AbortSignal>) -> Object {
    let options = Object::new();
    let set = |name: &str, value: &JsValue| dom::set(&options, name, value);
    set("method", &method(call).as_str().into());
    set("headers", headers);
    set("credentials", &credentials(host).into());
    set("cache", &"no-store".into());
    // The page's headers are for the endpoint only. They must not go to a place it redirects to.
    set("redirect", &"error".into());
    set("signal", &signal.into());
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
    signal: Option<AbortSignal>,
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
        .abort_signal(signal.as_ref());
    let built = match &call.body {
        Some(body) => builder.body(json::write(body)),
        None => builder.build(),
    };
    built.ok().map(Request::from).filter(|request| request.url() == url)
}

fn method(call: &Call) -> Method {
    if call.idempotency_key.is_some() { Method::POST } else { Method::GET }
}

/// The URL of a call: the path below the endpoint, which is resolved against the page.
fn address(host: &HtmlElement, path: &str) -> Option<String> {
    let url = settings::address(host, "endpoint")?;
    if !matches!(url.protocol().as_str(), "http:" | "https:") {
        return None;
    }
    let mut below = url.pathname();
    while below.ends_with('/') {
        below.pop();
    }
    below.push_str(path);
    url.set_pathname(&below);
    Some(url.href())
}

/// The page's headers and ours; `None` if the page's cannot be used.
fn headers(host: &HtmlElement, call: &Call, given: JsValue) -> Option<Headers> {
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
    Some(headers)
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
