//! Stripe's modal, against a stand-in for `window.Stripe`.

use crate::page::{Facts, run};
use relink_core::{Attempt, HandoffFailure, Input};
use relink_widget::shell::handoff::stripe_js::collect;
use relink_wire::{Agreed, Secret, StripeJsHandoff};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

async fn collected(stand_in: &str, stripe_account: Option<&str>) -> Input {
    collected_with(stand_in, stripe_account, None).await
}

async fn collected_with(stand_in: &str, stripe_account: Option<&str>, agreed: Option<Agreed>) -> Input {
    run(&format!(
        "window.Stripe = (...key) => {{ window.given = {{ key }}; return {{ collectFinancialConnectionsAccounts(options) {{ given.options = options; {stand_in} }} }} }}; 0"
    ));
    let facts = Facts::new();
    let handoff = StripeJsHandoff {
        publishable_key: "pk_test_1".into(),
        client_secret: Secret::new("fcsess_secret"),
        stripe_account: stripe_account.map(Into::into),
        consent: None,
    };
    collect(Attempt(3), handoff, agreed, facts.raise(), |_| true);
    facts.next().await
}

fn failed(failure: HandoffFailure) -> Input {
    Input::HandoffFailed { attempt: Attempt(3), failure }
}

#[wasm_bindgen_test]
async fn accounts_come_back_as_a_list_or_as_a_list_object() {
    for list in [
        "[{ id: 'fca_1' }, { id: 'fca_2' }]",
        "{ object: 'list', data: [{ id: 'fca_1' }, {}, { id: 'fca_2' }] }",
    ] {
        let stand_in = format!(
            "return Promise.resolve({{ financialConnectionsSession: {{ id: 'x', accounts: {list} }} }})"
        );
        let Input::HandoffReturned { attempt: Attempt(3), accounts } = collected(&stand_in, None).await
        else {
            panic!("{list}")
        };
        let ids: Vec<_> = accounts.iter().map(|account| account.id.as_str()).collect();
        assert_eq!(ids, ["fca_1", "fca_2"]);
    }
}

#[wasm_bindgen_test]
async fn stripe_is_given_the_key_the_secret_and_the_connected_account() {
    collected("return { error: {} }", Some("acct_1")).await;
    let given = run("JSON.stringify(given)").as_string();
    let expected =
        r#"{"key":["pk_test_1",{"stripeAccount":"acct_1"}],"options":{"clientSecret":"fcsess_secret"}}"#;
    assert_eq!(given.as_deref(), Some(expected));
    collected("return { error: {} }", None).await;
    assert_eq!(run("given.key.length"), 1);
}

#[wasm_bindgen_test]
async fn stripe_is_given_what_the_customer_agreed_to_and_when() {
    let agreed = Agreed { id: "fccons_1".into(), collected_at: 1_795_000_000 };
    collected_with("return { error: {} }", None, Some(agreed)).await;
    let given = run("JSON.stringify(given.options.preCollectedConsent)").as_string();
    assert_eq!(given.as_deref(), Some(r#"{"consent":"fccons_1","collectedAt":1795000000}"#));
}

#[wasm_bindgen_test]
async fn a_modal_that_was_closed_returns_no_accounts() {
    let closed = collected("return { financialConnectionsSession: { accounts: [] } }", None).await;
    assert_eq!(closed, Input::HandoffReturned { attempt: Attempt(3), accounts: Vec::new() });
}

#[wasm_bindgen_test]
async fn an_error_of_stripes_keeps_its_code() {
    let refused =
        collected("return Promise.resolve({ error: { code: 'bank_down', message: 'x' } })", None).await;
    assert_eq!(refused, failed(HandoffFailure::Refused { code: Some("bank_down".into()) }));
}

#[wasm_bindgen_test]
async fn a_throw_a_rejection_and_an_odd_value_are_a_broken_handoff() {
    for odd in ["throw new Error('x')", "return Promise.reject('x')", "return 7", "return null", "return {}"]
    {
        assert_eq!(collected(odd, None).await, failed(HandoffFailure::Broken), "{odd}");
    }
}

#[wasm_bindgen_test]
async fn the_dialog_steps_aside_while_stripes_modal_is_up() {
    run(
        "window.Stripe = () => ({ collectFinancialConnectionsAccounts: async () => ({ financialConnectionsSession: {} }) }); 0",
    );
    let steps = Rc::new(RefCell::new(Vec::new()));
    let facts = Facts::new();
    let handoff = StripeJsHandoff {
        publishable_key: "pk".into(),
        client_secret: Secret::new("s"),
        stripe_account: None,
        consent: None,
    };
    let told = Rc::clone(&steps);
    collect(Attempt(1), handoff, None, facts.raise(), move |aside| {
        told.borrow_mut().push(aside);
        true
    });
    facts.next().await;
    assert_eq!(*steps.borrow(), [true, false]);
}

#[wasm_bindgen_test]
async fn a_way_that_is_not_free_is_a_fact_and_stripe_js_is_not_called() {
    run(
        "window.called = 0; window.Stripe = () => ({ collectFinancialConnectionsAccounts: async () => { called += 1; return {}; } })",
    );
    let facts = Facts::new();
    let handoff = StripeJsHandoff {
        publishable_key: "pk".into(),
        client_secret: Secret::new("secret"),
        stripe_account: None,
        consent: None,
    };
    collect(Attempt(1), handoff, None, facts.raise(), |aside| !aside);
    let unreachable = HandoffFailure::Unreachable;
    assert_eq!(facts.next().await, Input::HandoffFailed { attempt: Attempt(1), failure: unreachable });
    assert_eq!(run("called"), 0);
}
