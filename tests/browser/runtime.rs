//! One element from its start to its end: the order of events, what is in the page when they come, and what is left.

use crate::page::{element, run, settled, turn};
use js_sys::Function;
use relink_widget::shell::runtime::Runtime;
use relink_widget::words::Words;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, ShadowRootInit, ShadowRootMode};

/// A backend that answers every call with one session, and a page that notes each event with what it sees then.
const AROUND: &str = "
    sessionStorage.clear();
    window.seen = []; window.ended = undefined; window.calls = [];
    window.session = { id: 'rls_1', status: 'pending', merchant: { name: 'Shop' }, institution: { name: 'Harbour Bank' },
        permissions: [], relink_options: { account: 'fca_1' }, accounts: [{ id: 'fca_1', status: 'inactive',
        status_details: { inactive: { cause: 'access_expired', action: 'relink_required' } } }],
        handoff: { type: 'stripe_js', publishable_key: 'pk', client_secret: 'secret_canary' }, relink_result: null };
    window.fetch = async (url, init) => { calls.push(init.method + ' ' + new URL(url.url ?? url).pathname); return new Response(JSON.stringify(session)); };
    window.Stripe = () => ({ collectFinancialConnectionsAccounts: async () => {
        session = { ...session, status: 'succeeded', accounts: [{ id: 'fca_1', status: 'active' }], relink_result: { account: 'fca_1', authorization: 'fcauth_1', failure_reason: null } };
        return { financialConnectionsSession: { accounts: [{ id: 'fca_1', status: 'active' }] } }; } });
    window.watch = (host) => { for (const name of ['ready', 'state', 'success', 'failure', 'cancel', 'error', 'event'])
        host.addEventListener('relink-' + name, (event) => { seen.push({ name: event.type, detail: event.detail, attribute: host.getAttribute('state'),
            heading: host.shadowRoot.querySelector('[part~=heading]')?.textContent ?? '', target: event.target === host });
            dispatchEvent(new Event('noted')); }); };
    window.until = (found) => new Promise((done) => { const look = () => { if (found()) { removeEventListener('noted', look); done(); } }; addEventListener('noted', look); look(); });
    window.press = (host) => host.shadowRoot.querySelector('[part~=primary-button]').click(); 0";

fn started() -> (HtmlElement, Rc<Runtime>) {
    run(AROUND);
    let host = element("endpoint=/relink account=fca_1");
    let root = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).expect("a shadow root");
    call("watch", &host);
    let ended: Function =
        run("(end) => { window.ended = end; dispatchEvent(new Event('noted')); }").unchecked_into();
    let runtime = Runtime::mount(&host, &root, ended, Words::english());
    runtime.start();
    runtime.draw_first();
    (host, runtime)
}

fn call(function: &str, host: &HtmlElement) {
    let function: Function = run(function).unchecked_into();
    function.call1(&wasm_bindgen::JsValue::UNDEFINED, host).expect("no throw");
}

async fn at(state: &str) {
    settled(&format!("until(() => seen.some((event) => event.detail.state === '{state}'))")).await;
}

fn seen(what: &str) -> String {
    run(&format!("seen.map((event) => {what}).join(' ')")).as_string().unwrap_or_default()
}

#[wasm_bindgen_test]
async fn events_come_in_order_after_the_view_of_their_moment() {
    let (host, _runtime) = started();
    at("review").await;
    turn().await;
    assert_eq!(seen("event.name"), "relink-state relink-state relink-ready relink-event");
    assert_eq!(seen("event.attribute"), "loading review review review");
    let heading = run("seen[1].heading").as_string().unwrap_or_default();
    assert!(heading.contains("Harbour Bank"), "{heading}");
    assert_eq!(seen("event.target"), "true true true true");
    host.remove();
}

#[wasm_bindgen_test]
async fn a_flow_ends_with_one_event_and_the_promise_says_the_same() {
    let (host, _runtime) = started();
    at("review").await;
    call("press", &host);
    settled("until(() => window.ended)").await;
    let ends = "seen.filter((event) => /success|failure|cancel$/.test(event.name))";
    assert_eq!(run(&format!("{ends}.length")), 1);
    let same = format!(
        "JSON.stringify({{ type: 'relink-success', ...{ends}[0].detail }}) === JSON.stringify(ended)"
    );
    assert_eq!(run(&same), true);
    assert_eq!(run("ended.outcome"), "relinked");
    assert_eq!(run("JSON.stringify(seen).includes('secret_canary')"), false);
    host.remove();
}

#[wasm_bindgen_test]
async fn a_listener_that_throws_stops_nothing() {
    run(
        "addEventListener('error', (event) => { event.preventDefault(); event.stopImmediatePropagation(); }, { once: true, capture: true })",
    );
    run(
        "document.addEventListener('relink-state', () => { throw new Error('the page') }, { once: true, capture: true })",
    );
    let (host, _runtime) = started();
    at("review").await;
    host.remove();
}

#[wasm_bindgen_test]
async fn an_element_that_goes_leaves_nothing_and_sends_nothing() {
    let (host, runtime) = started();
    at("review").await;
    turn().await;
    let (events, calls) = (seen("event.name"), run("calls.length"));
    let weak = Rc::downgrade(&runtime);
    drop(runtime);
    assert!(weak.upgrade().is_none());
    run("dispatchEvent(new Event('online')); document.dispatchEvent(new Event('visibilitychange'))");
    turn().await;
    assert_eq!(seen("event.name"), events);
    assert_eq!(run("calls.length"), calls);
    assert!(host.shadow_root().is_some_and(|root| root.child_element_count() == 0));
    assert_eq!(run("Object.keys(sessionStorage).length"), 1);
    host.remove();
}

#[wasm_bindgen_test]
async fn focus_follows_the_subject_only_where_the_customer_is_inside() {
    let (host, _runtime) = started();
    at("review").await;
    turn().await;
    let focused = |host: &HtmlElement| {
        let root = host.shadow_root().expect("a shadow root");
        root.active_element().and_then(|element| element.get_attribute("part"))
    };
    assert_eq!(focused(&host), None);
    call("(host) => host.shadowRoot.querySelector('[part~=primary-button]').focus()", &host);
    call("press", &host);
    at("succeeded").await;
    assert_eq!(focused(&host).as_deref(), Some("heading"));
    host.remove();
}
