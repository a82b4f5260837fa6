//! `Effect::Collect`: Stripe's modal, by `collectFinancialConnectionsAccounts` of Stripe.js.
//!
//! Uses `window.Stripe` if the page has it. Otherwise Stripe's script is loaded from Stripe, once per page; a Stripe
//! script that is already loading is waited for. Every ending (accounts, none, an error, a throw, something odd, a
//! script that never loads) becomes one input. If Stripe.js never answers, there is none.

use crate::dom;
use crate::settled::settled;
use crate::shell::{Raise, json, page};
use js_sys::{Function, Object};
use relink_core::{Attempt, HandoffFailure, Input};
use relink_wire::{Account, Agreed, Collected, StripeJsHandoff};
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

/// Stripe's script, at its current release. Stripe requires loading it from here: never bundle it, never pin it.
const SCRIPT: &str = "https://js.stripe.com/endive/stripe.js";
/// How long to wait for the script, in milliseconds.
const PATIENCE_MS: u32 = 15_000;

// A function of `src/element/around.js`. Its promise settles when there is nothing more to wait for.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = loadStripe)]
    fn load_stripe(address: &str, patience_ms: u32) -> Result<JsValue, JsValue>;
}

/// One opening of Stripe's modal.
struct Opening<A> {
    attempt: Attempt,
    handoff: StripeJsHandoff,
    agreed: Option<Agreed>,
    raise: Raise,
    aside: A,
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
    let opening = Opening { attempt, handoff, agreed, raise, aside };
    // Runs within the customer's click if Stripe.js is already loaded.
    match stripe() {
        Some(stripe) => opening.open(&stripe),
        None => {
            let loaded = load_stripe(SCRIPT, PATIENCE_MS).unwrap_or_default();
            settled(&loaded, move |_| match stripe() {
                Some(stripe) => opening.open(&stripe),
                None => opening.fail(HandoffFailure::ScriptNotLoaded),
            });
        }
    }
}

impl<A: Fn(bool) -> bool + 'static> Opening<A> {
    fn open(self, stripe: &Function) {
        let opened = match (self.aside)(true) {
            true => open(stripe, &self.handoff, self.agreed.as_ref()).ok_or(HandoffFailure::Broken),
            false => Err(HandoffFailure::Unreachable),
        };
        match opened {
            Ok(opened) => settled(&opened, move |result| {
                (self.aside)(false);
                match result.ok_or(HandoffFailure::Broken).and_then(|result| read(&result)) {
                    Ok(accounts) => {
                        (self.raise)(Input::HandoffReturned { attempt: self.attempt, accounts });
                    }
                    Err(failure) => self.fail(failure),
                }
            }),
            Err(failure) => {
                (self.aside)(false);
                self.fail(failure);
            }
        }
    }

    fn fail(&self, failure: HandoffFailure) {
        (self.raise)(Input::HandoffFailed { attempt: self.attempt, failure });
    }
}

/// `window.Stripe`.
fn stripe() -> Option<Function> {
    dom::get(&page::window(), "Stripe")?.dyn_into().ok()
}

fn open(stripe: &Function, handoff: &StripeJsHandoff, agreed: Option<&Agreed>) -> Option<JsValue> {
    let object = |name: &str, value: &str| {
        let object = Object::new();
        dom::set(&object, name, &value.into());
        object
    };
    let key = JsValue::from_str(&handoff.publishable_key);
    let instance = match &handoff.stripe_account {
        Some(account) => stripe.call2(&JsValue::UNDEFINED, &key, &object("stripeAccount", account)),
        None => stripe.call1(&JsValue::UNDEFINED, &key),
    };
    let options = object("clientSecret", handoff.client_secret.expose());
    if let Some(agreed) = agreed {
        let consent = object("consent", &agreed.id);
        dom::set(&consent, "collectedAt", &JsValue::from_f64(agreed.collected_at as f64));
        dom::set(&options, "preCollectedConsent", &consent);
    }
    let instance = instance.ok()?;
    let collect = dom::get(&instance, "collectFinancialConnectionsAccounts")?;
    collect.dyn_into::<Function>().ok()?.call1(&instance, &options).ok()
}

/// The accounts Stripe.js resolved with, or how it failed.
fn read(result: &JsValue) -> Result<Vec<Rc<Account>>, HandoffFailure> {
    match Collected::decode(&json::from_js(result)) {
        Ok(Collected::Accounts(accounts)) => Ok(accounts),
        Ok(Collected::Refused { code }) => Err(HandoffFailure::Refused { code }),
        Err(_) => Err(HandoffFailure::Broken),
    }
}
