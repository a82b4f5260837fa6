//! The frame around every page, and the pages that belong to no visit.

use maud::{DOCTYPE, Markup, html};

use super::scene::Scene;
use crate::world::institution::Institution;
use crate::world::visit::Frame;

/// A whole page. `class` says where it is shown; `data` is read by `bank.js`.
pub fn document(
    title: &str,
    class: &str,
    scene: Option<&Scene<'_>>,
    result: Option<&str>,
    content: Markup,
) -> Markup {
    let origin = scene.and_then(|scene| match &scene.visit.frame {
        Frame::Framed(origin) => Some(origin.as_str()),
        Frame::Hosted => None,
    });
    let awaits = scene.is_some_and(|scene| scene.has_bank_window());
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/assets/bank.css";
                script defer src="/assets/bank.js" {}
            }
            body class=(class)
                data-parent-origin=[origin]
                data-result=[result]
                data-address=[scene.map(Scene::address)]
                data-step=[scene.filter(|_| awaits).map(|scene| scene.visit.step)] {
                (content)
            }
        }
    }
}

/// The bank's mark: its initials in a box whose colour follows from its name.
pub fn mark(bank: &Institution) -> Markup {
    let initials: String = bank
        .name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .take(2)
        .collect();
    let colour = relink_wire::hue(bank.name);
    html! { span class=(format!("mark mark-{colour}")) aria-hidden="true" { (initials.to_uppercase()) } }
}

/// The top of a card: the bank, and the way out.
pub fn header(scene: &Scene<'_>) -> Markup {
    html! {
        header {
            (mark(scene.bank))
            span class="bank" { (scene.bank.name) }
            form method="post" action=(format!("{}/close", scene.address())) id="close" {
                button class="close" type="submit" aria-label="Close" {
                    svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" {
                        path d="M5 5l10 10M15 5L5 15" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" {}
                    }
                }
            }
        }
    }
}

/// The line that says that this is not a bank.
pub fn fine_print() -> Markup {
    html! { p class="fine" { "Test bank. Nothing here is real, and nothing you type is kept." } }
}

/// What Stripe.js loads into its frame. It is empty until it learns its session.
pub fn frame_shell() -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                title { "Connect your bank" }
                link rel="stylesheet" href="/assets/bank.css";
                script src="/assets/frame.js" {}
            }
            body class="framed" {}
        }
    }
}

/// The front page of the sandbox.
pub fn front() -> Markup {
    document(
        "Sandbox",
        "hosted",
        None,
        None,
        html! {
            main class="card" {
                h1 { "The sandbox is running" }
                p { "It stands in for Stripe and for banks. The API is below " code { "/v1/" } ", Stripe.js is at " code { "/v3/" } "." }
            }
        },
    )
}

/// The page for an unknown visit.
pub fn nothing_here() -> Markup {
    document(
        "Nothing here",
        "hosted",
        None,
        None,
        html! {
            main class="card" {
                h1 { "This page is no longer here" }
                p { "The link is wrong, or has been used. Go back to the business that sent you and begin again." }
            }
        },
    )
}
