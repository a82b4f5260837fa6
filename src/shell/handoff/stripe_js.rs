//! `Effect::Collect`: Stripe's modal, by `collectFinancialConnectionsAccounts` of Stripe.js.
//!
//! Uses `window.Stripe` if the page has it. Otherwise Stripe's script is loaded from Stripe, once per page; a Stripe
//! script that is already loading is waited for. Every ending (accounts, none, an error, a throw, something odd, a
//! script that never loads) becomes one input. If Stripe.js never answers, there is none.

use crate::shell::{Raise, foreign, json, later, page};
use js_sys::{Function, Object, Reflect};
use relink_core::{Attempt, HandoffFailure, Input};
use relink_wire::{Account, Agreed, Collected, StripeJsHandoff};
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlScriptElement};

/// Stripe's script, at its current release. Stripe requires loading it from here: never bundle it, never pin it.
const SCRIPT: &str = "https://js.stripe.com/endive/stripe.js";
/// Any release of it that the page may have included.
const ANY_SCRIPT: &str = "script[src^='https://js.stripe.com/']";
/// How long to wait for the script, in milliseconds.
const PATIENCE_MS: u32 = 15_000;

// Functions of `src/element/around.js`.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = trustedScript)]
    fn trusted_script(address: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = scriptEnded)]
    fn script_ended(script: &Element, patience_ms: u32) -> Result<JsValue, JsValue>;
}

/// Opens Stripe's modal. `aside` is called with true before it opens, because it cannot lie above anything modal, and
/// with false when it is gone. It returns whether the way is free.
pub fn collect(
    attempt: Attempt,
    handoff: StripeJsHandoff,
    agreed: Option<Agreed>,
    raise: Raise,
    aside: impl Fn(bool) -> bool + 'static,
) {
    let aside = Rc::new(aside);
    let make_way = Rc::clone(&aside);
    let open = move |stripe: &Function| match make_way(true) {
        true => open(stripe, &handoff, agreed.as_ref()).map_err(|_| HandoffFailure::Broken),
        false => Err(HandoffFailure::Unreachable),
    };
    // Runs within the customer's click if Stripe.js is already loaded.
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
            Ok(opened) => foreign::settled(&opened).await.map_err(|_| HandoffFailure::Broken),
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

fn open(stripe: &Function, handoff: &StripeJsHandoff, agreed: Option<&Agreed>) -> Result<JsValue, JsValue> {
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
    if let Some(agreed) = agreed {
        let consent = object("consent", &agreed.id)?;
        Reflect::set(&consent, &"collectedAt".into(), &JsValue::from_f64(agreed.collected_at as f64))?;
        Reflect::set(&options, &"preCollectedConsent".into(), &consent)?;
    }
    collect.dyn_into::<Function>()?.call1(&instance, &options)
}

/// The accounts Stripe.js resolved with, or how it failed.
fn read(result: &JsValue) -> Result<Vec<Account>, HandoffFailure> {
    match Collected::decode(&json::from_js(result)) {
        Ok(Collected::Accounts(accounts)) => Ok(accounts),
        Ok(Collected::Refused { code }) => Err(HandoffFailure::Refused { code }),
        Err(_) => Err(HandoffFailure::Broken),
    }
}

/// Stripe's script: the page's own if it is still loading, else ours. A script that brought nothing is replaced, so
/// that another try may work.
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

/// The script's URL in the form a page with Trusted Types accepts: our policy allows this one URL only.
fn trusted_address() -> JsValue {
    trusted_script(SCRIPT).ok().filter(JsValue::is_object).unwrap_or_else(|| SCRIPT.into())
}

/// Whether the script loaded, or failed, before anyone listened.
fn has_ended(script: &Element) -> bool {
    let address = script.get_attribute("src").unwrap_or_default();
    page::window().performance().is_some_and(|page| page.get_entries_by_name(&address).length() > 0)
}

/// Waits for the script to load; false if it failed or took too long.
async fn ends(script: &Element) -> bool {
    let Ok(ended) = script_ended(script, PATIENCE_MS) else { return false };
    foreign::settled(&ended).await == Ok(JsValue::TRUE)
}
