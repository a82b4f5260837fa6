//! `Effect::Collect`: Stripe's modal, by `collectFinancialConnectionsAccounts` of Stripe.js.
//!
//! `window.Stripe` is used where the page has it; else Stripe's script is loaded from Stripe, once for the page, and
//! a script of Stripe's that is still on its way is waited for. However it ends (accounts, none, an error, a throw,
//! something odd, a script that never comes), it ends in one input; where Stripe.js never answers, in none.

use crate::shell::listener::Listener;
use crate::shell::timer::Timeout;
use crate::shell::{Raise, json, later, page};
use js_sys::{Function, Object, Promise, Reflect};
use relink_core::{Attempt, HandoffFailure, Input};
use relink_wire::{Account, Collected, StripeJsHandoff};
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlScriptElement};

/// Where Stripe says that its script must come from (never bundled, never pinned), by its current release.
const SCRIPT: &str = "https://js.stripe.com/endive/stripe.js";
/// Any release of it that the page may have included.
const ANY_SCRIPT: &str = "script[src^='https://js.stripe.com/']";
/// How long the script is waited for, in milliseconds.
const PATIENCE_MS: u64 = 15_000;

/// Opens Stripe's modal. `aside` is called before it comes up (true), because it cannot lie above anything modal, and when
/// it is gone (false); it answers whether the way is free.
pub fn collect(
    attempt: Attempt,
    handoff: StripeJsHandoff,
    raise: Raise,
    aside: impl Fn(bool) -> bool + 'static,
) {
    let aside = Rc::new(aside);
    let make_way = Rc::clone(&aside);
    let open = move |stripe: &Function| match make_way(true) {
        true => open(stripe, &handoff).map_err(|_| HandoffFailure::Broken),
        false => Err(HandoffFailure::Unreachable),
    };
    // Within the customer's click where Stripe.js is there already.
    let opened = stripe().map(|stripe| open(&stripe));
    later(async move {
        let opened = match opened {
            Some(opened) => opened,
            None => match load().await {
                Some(stripe) => open(&stripe),
                None => {
                    return raise(Input::HandoffFailed { attempt, failure: HandoffFailure::ScriptNotLoaded });
                }
            },
        };
        let result = match opened {
            Ok(opened) => JsFuture::from(opened).await.map_err(|_| HandoffFailure::Broken),
            Err(failure) => Err(failure),
        };
        aside(false);
        raise(match result.and_then(|result| read(&result)) {
            Ok(accounts) => Input::HandoffReturned { attempt, accounts },
            Err(failure) => Input::HandoffFailed { attempt, failure },
        });
    });
}

/// `window.Stripe`.
fn stripe() -> Option<Function> {
    Reflect::get(&page::window(), &"Stripe".into()).ok()?.dyn_into().ok()
}

fn open(stripe: &Function, handoff: &StripeJsHandoff) -> Result<Promise, JsValue> {
    let object = |name: &str, value: &str| {
        let object = JsValue::from(Object::new());
        Reflect::set(&object, &name.into(), &value.into()).map(|_| object)
    };
    let key = JsValue::from_str(&handoff.publishable_key);
    let instance = match &handoff.stripe_account {
        Some(account) => stripe.call2(&JsValue::UNDEFINED, &key, &object("stripeAccount", account)?)?,
        None => stripe.call1(&JsValue::UNDEFINED, &key)?,
    };
    let collect = Reflect::get(&instance, &"collectFinancialConnectionsAccounts".into())?;
    let options = object("clientSecret", handoff.client_secret.expose())?;
    collect.dyn_into::<Function>()?.call1(&instance, &options).map(|opened| Promise::resolve(&opened))
}

/// The accounts that Stripe.js resolved with, or how it failed.
fn read(result: &JsValue) -> Result<Vec<Account>, HandoffFailure> {
    match Collected::decode(&json::from_js(result)) {
        Ok(Collected::Accounts(accounts)) => Ok(accounts),
        Ok(Collected::Refused { code }) => Err(HandoffFailure::Refused { code }),
        Err(_) => Err(HandoffFailure::Broken),
    }
}

/// Stripe's script: the page's own that is on its way, else one of ours. One that brought nothing is replaced, so
/// that another try may go better.
async fn load() -> Option<Function> {
    let document = page::document();
    if let Some(script) = document.query_selector(ANY_SCRIPT).ok().flatten()
        && !has_ended(&script)
        && ends(&script).await
    {
        return stripe();
    }
    let script: HtmlScriptElement = document.create_element("script").ok()?.unchecked_into();
    script.set_async(true);
    Reflect::set(&script, &"src".into(), &trusted_address()).ok()?;
    document.head()?.append_child(&script).ok()?;
    if !ends(&script).await {
        script.remove();
    }
    stripe()
}

/// The script's address as a page that enforces Trusted Types takes it: by a policy of ours that knows this one
/// address and no other.
fn trusted_address() -> JsValue {
    let trusted = || {
        let types = Reflect::get(&page::window(), &"trustedTypes".into()).ok()?;
        let create: Function = Reflect::get(&types, &"createPolicy".into()).ok()?.dyn_into().ok()?;
        let rules = Object::new();
        let only = Closure::<dyn Fn() -> String>::new(|| String::from(SCRIPT));
        Reflect::set(&rules, &"createScriptURL".into(), only.as_ref()).ok()?;
        let policy = create.call2(&types, &"relink-widget".into(), &rules).ok()?;
        let make: Function = Reflect::get(&policy, &"createScriptURL".into()).ok()?.dyn_into().ok()?;
        make.call1(&policy, &SCRIPT.into()).ok()
    };
    trusted().unwrap_or_else(|| SCRIPT.into())
}

/// Whether the script was loaded, or failed to, before anyone listened.
fn has_ended(script: &Element) -> bool {
    let address = script.get_attribute("src").unwrap_or_default();
    page::window().performance().is_some_and(|page| page.get_entries_by_name(&address).length() > 0)
}

/// Waits for the end of a script's load; false where it failed or took too long.
async fn ends(script: &Element) -> bool {
    let mut answer = None;
    let ended = Promise::new(&mut |resolve, _| answer = Some(resolve));
    let Some(answer) = answer else { return false };
    let with = |loaded: bool| {
        let answer = answer.clone();
        move || {
            let _ = answer.call1(&JsValue::UNDEFINED, &JsValue::from_bool(loaded));
        }
    };
    let (loaded, failed) = (with(true), with(false));
    let _listeners =
        [Listener::new(script, "load", move |_| loaded()), Listener::new(script, "error", move |_| failed())];
    let _deadline = Timeout::new(PATIENCE_MS, with(false));
    JsFuture::from(ended).await == Ok(JsValue::TRUE)
}
