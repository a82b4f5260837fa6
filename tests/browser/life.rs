//! What an element keeps and leaves behind: its record, its timers, its listeners, its hold on the page's scroll.

use crate::page::{Facts, element, run, turn};
use relink_core::{Input, Saved, Timer};
use relink_widget::shell::modal::Modal;
use relink_widget::shell::nudge::Nudges;
use relink_widget::shell::storage::Place;
use relink_widget::shell::timer::Timers;
use relink_widget::shell::{device, page as around, settings};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{ShadowRootInit, ShadowRootMode};

fn saved() -> Saved {
    Saved { session: Some("rls_1".into()), ..Saved::default() }
}

#[wasm_bindgen_test]
fn a_record_is_found_again_by_an_element_with_the_same_attributes() {
    let host = element("endpoint=/a account=fca_secretly");
    Place::of(&host).remember(&saved());
    host.remove();
    let again = element("endpoint=/a account=fca_secretly");
    assert_eq!(Place::of(&again).recall(), Some(saved()));
    assert_eq!(Place::of(&element("endpoint=/a account=fca_other")).recall(), None);
    let kept = run("JSON.stringify(sessionStorage)").as_string().unwrap_or_default();
    assert!(!kept.contains("fca_secretly"), "{kept}");
    Place::of(&again).forget();
    assert_eq!(Place::of(&again).recall(), None);
}

#[wasm_bindgen_test]
fn equal_elements_keep_different_records() {
    let (first, second) = (element("endpoint=/twice"), element("endpoint=/twice"));
    let held = Place::of(&first);
    assert_ne!(held, Place::of(&second));
    let kept = format!("{held:?}");
    drop(held);
    assert_eq!(format!("{:?}", Place::of(&second)), kept, "what is free again is the next one's");
}

#[wasm_bindgen_test]
fn a_record_that_was_altered_is_none() {
    let host = element("endpoint=/altered");
    Place::of(&host).remember(&saved());
    run("for (const key of Object.keys(sessionStorage)) sessionStorage[key] = '{'; 0");
    assert_eq!(Place::of(&host).recall(), None);
    run("sessionStorage.clear()");
}

#[wasm_bindgen_test]
async fn a_timer_fires_once_and_replaces_one_of_its_name() {
    let facts = Facts::new();
    let timers = Timers::new(facts.raise());
    timers.start(Timer::Poll, 0);
    timers.start(Timer::Poll, 1);
    assert_eq!(facts.next().await, Input::TimerFired(Timer::Poll));
    turn().await;
    assert!(facts.is_empty());
}

#[wasm_bindgen_test]
async fn a_timer_that_was_stopped_or_whose_element_is_gone_never_fires() {
    let facts = Facts::new();
    let timers = Timers::new(facts.raise());
    timers.start(Timer::Wait, 0);
    timers.stop(Timer::Wait);
    timers.start(Timer::Reopen, 0);
    drop(timers);
    turn().await;
    assert!(facts.is_empty());
}

#[wasm_bindgen_test]
fn what_befalls_the_page_is_told_until_the_element_is_gone() {
    let facts = Facts::new();
    let watch = around::Watch::new(&facts.raise());
    run(
        "dispatchEvent(new Event('offline')); dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))",
    );
    drop(watch);
    run("dispatchEvent(new Event('online'))");
    let told = [facts.take(), facts.take(), facts.take()];
    assert_eq!(told, [Some(Input::Connectivity { online: false }), Some(Input::Restored), None]);
}

#[wasm_bindgen_test]
async fn the_end_of_our_session_elsewhere_is_heard_and_of_others_is_not() {
    let facts = Facts::new();
    let (here, there) = (Nudges::new(facts.raise()), Nudges::new(Rc::new(|_| {})));
    here.about("rls_1");
    there.tell("rls_2");
    run(
        "const channel = new BroadcastChannel('relink-widget'); channel.postMessage(null); channel.postMessage({ session: 1 }); channel.close()",
    );
    there.tell("rls_1");
    assert_eq!(facts.next().await, Input::Nudged);
    assert!(facts.is_empty());
}

fn modal() -> (Modal, Rc<Cell<u32>>) {
    let host = element("display=modal");
    let root = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).expect("a shadow root");
    let asked = Rc::new(Cell::new(0));
    let count = Rc::clone(&asked);
    (Modal::new(&host, &root, move || count.set(count.get() + 1)), asked)
}

/// What the page's root does with what does not fit; the page's own wish is `scroll`.
fn overflow() -> String {
    run("getComputedStyle(document.documentElement).overflow").as_string().unwrap_or_default()
}

#[wasm_bindgen_test]
fn the_page_scrolls_again_when_the_last_modal_is_gone_however_it_goes() {
    // What the shipped glue has at its end.
    run(&format!(
        "(0, eval)({})",
        js_sys::JSON::stringify(&include_str!("../../src/element/around.js").into()).expect("text")
    ));
    run("document.documentElement.style.overflow = 'scroll'");
    let (first, second) = (modal().0, modal().0);
    first.show();
    second.show();
    first.hide();
    assert_eq!(overflow(), "hidden");
    drop(second);
    assert_eq!(overflow(), "scroll");
    run("document.documentElement.style.overflow = ''");
}

#[wasm_bindgen_test]
fn escape_only_asks() {
    let (modal, asked) = modal();
    modal.show();
    let event = run("new KeyboardEvent('keydown', { key: 'Escape', cancelable: true })");
    modal.element().dispatch_event(wasm_bindgen::JsCast::unchecked_ref(&event)).expect("dispatched");
    assert_eq!(asked.get(), 1);
    assert!(modal.is_on_top());
}

#[wasm_bindgen_test]
fn focus_returns_to_what_had_it() {
    run(
        "document.body.insertAdjacentHTML('beforeend', '<button id=opener>x</button>'); document.getElementById('opener').focus()",
    );
    let (modal, _) = modal();
    modal.show();
    modal.hide();
    assert_eq!(run("document.activeElement.id"), "opener");
}

#[wasm_bindgen_test]
fn language_is_the_nearest_in_the_page() {
    run("document.documentElement.lang = 'fr'");
    assert_eq!(settings::locale(&element("")), "fr");
    assert_eq!(settings::locale(&element("lang=de-CH")), "de-CH");
    run("document.documentElement.lang = ''");
}

#[wasm_bindgen_test]
fn phones_and_browsers_inside_apps_have_no_second_window() {
    for (agent, windows) in [
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/130 Safari/537.36", true),
        ("Mozilla/5.0 (iPhone) Version/17 Mobile/15E148 Safari/604.1", false),
        ("Mozilla/5.0 (Linux; Android 14; wv) Chrome/130 Safari/537.36", false),
        ("Mozilla/5.0 (Macintosh) [FBAN/FBIOS]", false),
    ] {
        assert_eq!(device::opens_windows(agent), windows, "{agent}");
    }
}
