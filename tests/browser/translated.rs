//! A page that a program translates while the customer chooses: whatever happens to the text nodes between two drawings,
//! what a row says and what its choice posts are one account.

use crate::page::{element, run};
use relink_core::view::{AccountCard, Action, Bank, Choice, Choose, Label, Offer, Pane, View};
use relink_widget::panes::Screen;
use relink_widget::words::Words;
use relink_wire::{DisplayText, FlowState, Last4};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// What a translator does to text nodes, at random but the same for the same seed. Google's wraps each in two elements,
/// Firefox writes into them, others move or remove them, or leave text of their own.
const TRANSLATE: &str = "(place, seed) => {
    let state = seed;
    const random = (below) => { state = (Math.imul(state, 1103515245) + 12345) >>> 0; return (state >>> 8) % below; };
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
        const other = texts[random(texts.length)];
        switch (random(8)) {
            case 0: { const font = document.createElement('font'); const inner = document.createElement('font');
                inner.textContent = 'X' + text.data; font.append(inner); text.replaceWith(font); break; }
            case 1: { const font = document.createElement('font'); text.replaceWith(font); font.append(text); break; }
            case 2: text.data = 'Y' + text.data; break;
            case 3: text.remove(); break;
            case 4: other.after(text); break;
            case 5: text.after('Z' + other.data); break;
            case 6: { const there = other.data; other.data = text.data; text.data = there; break; }
        }
    }
    place.normalize();
}";

fn account(number: usize) -> AccountCard {
    AccountCard {
        id: format!("fca_{number}"),
        bank: Bank { name: DisplayText::parse("Harbour Bank"), logo_url: None },
        name: DisplayText::parse(&format!("Name{number}")),
        subcategory: None,
        last4: Last4::parse(&format!("{:04}", 1000 + number)),
        has_namesake: false,
        chip: None,
        names_bank: true,
    }
}

fn choosing(numbers: &[usize], chosen: usize) -> View {
    let choice =
        |number: &usize| Choice { card: Rc::new(account(*number)), chosen: *number == chosen, open: true };
    let options = numbers.iter().map(choice).collect();
    View {
        state: Some(FlowState::Selecting),
        pane: Pane::Choose(Choose { options, refused: Vec::new(), several: false, most: Some(1) }),
        primary: Some(Offer::button(Label::UseThisAccount, Action::UseChosen)),
        ..View::empty()
    }
}

fn rows(place: &HtmlElement) -> Vec<Element> {
    let list = place.query_selector_all("[part~=account-option]").expect("a selector");
    (0..list.length()).filter_map(|at| list.item(at)?.dyn_into().ok()).collect()
}

#[wasm_bindgen_test]
fn what_a_row_says_and_what_its_choice_posts_are_one_account() {
    let place = element("");
    let pressed: Rc<RefCell<Vec<Action>>> = Rc::default();
    let presses = Rc::clone(&pressed);
    let screen = Screen::new(&place, Words::english(), move |action, _| presses.borrow_mut().push(action));
    let translate: js_sys::Function = run(TRANSLATE).unchecked_into();
    // One after the other: more, fewer, in another order, enough for a search, and a language in between.
    // The last ones twice: most of their rows are as they were, and are not drawn again.
    let lists: [&[usize]; 8] = [
        &[1, 2, 3],
        &[3, 1],
        &[2, 3, 1, 4],
        &[1, 9, 5],
        &[5, 1, 9],
        &[5, 1, 9],
        &[9, 8, 7, 6, 5, 4, 3, 2, 1],
        &[9, 8, 7, 6, 5, 4, 3, 2, 1],
    ];
    for seed in 0..300u32 {
        let numbers = lists[seed as usize % lists.len()];
        screen.show(choosing(numbers, numbers[seed as usize % numbers.len()]));
        if seed % 7 == 0 {
            screen.speak(Words::english());
        }
        let rows = rows(&place);
        assert_eq!(rows.len(), numbers.len(), "seed {seed}");
        for (row, number) in rows.iter().zip(numbers) {
            let said = row.text_content().unwrap_or_default();
            assert_eq!(said.matches("Name").count(), 1, "seed {seed}: {said}");
            assert!(said.contains(&format!("Name{number} ")), "seed {seed}: {said} is not {number}");
            assert!(said.contains(&format!("•••• {}", 1000 + number)), "seed {seed}: {said}");
            assert!(!said.contains(['X', 'Y', 'Z']), "seed {seed}: {said}");
            let input = row.query_selector("input").ok().flatten().expect("an input");
            let input: HtmlInputElement = input.unchecked_into();
            if !input.checked() {
                pressed.borrow_mut().clear();
                input.click();
                assert_eq!(*pressed.borrow(), [Action::Toggle(format!("fca_{number}"))], "seed {seed}");
            }
        }
        translate
            .call2(&wasm_bindgen::JsValue::UNDEFINED, &place, &seed.into())
            .expect("the page is translated");
    }
    place.remove();
}

#[wasm_bindgen_test]
fn names_numbers_and_marks_are_not_for_translating() {
    let place = element("");
    let screen = Screen::new(&place, Words::english(), |_, _| {});
    screen.show(choosing(&[1, 2], 1));
    let stray =
        place.query_selector_all("bdi:not([translate=no]), .mark:not([translate=no])").expect("a selector");
    assert_eq!(stray.length(), 0);
    place.remove();
}
