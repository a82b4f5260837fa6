//! One function for each page of a visit. Markup only: `world::visit` decides what a button does.

use maud::{Markup, html};
use serde_json::Value;

use super::dates::day_and_time;
use super::layout::{document, fine_print, header, mark};
use super::scene::Scene;
use crate::world::account::Account;
use crate::world::institution::{Door, Outage};
use crate::world::session::Status;
use crate::world::visit::{Frame, Question, Stage, Stop};

/// A list of more accounts gets a search field.
const SEARCH_ABOVE: usize = 12;

/// The current page of a visit.
pub fn page(scene: &Scene<'_>, result: &Value) -> Markup {
    let (class, in_frame) = match scene.visit.frame {
        Frame::Framed(_) => ("framed", true),
        Frame::Hosted => ("hosted", false),
    };
    let body = match &scene.visit.stage {
        Stage::Introducing => introducing(scene),
        Stage::AwaitingBankWindow if in_frame => awaiting(scene),
        Stage::AwaitingBankWindow => bank_window(scene),
        Stage::SigningIn { again } => signing_in(scene, *again),
        Stage::Asking(question) => asking(scene, *question),
        Stage::Choosing { again } => choosing(scene, *again),
        Stage::Confirming(chosen) => confirming(scene, chosen),
        Stage::ChangingLogin => changing_login(scene),
        Stage::Stopped(stop) => stopped(scene, *stop),
        Stage::Done(_) => done(scene),
    };
    let over = matches!(scene.visit.stage, Stage::Done(_));
    let result = (over && in_frame).then(|| result.to_string());
    let title = format!("{} · Connect your bank", scene.bank.name);
    document(
        &title,
        class,
        Some(scene),
        result.as_deref(),
        html! {
            main class="card" {
                @if !over { (header(scene)) }
                (body)
            }
        },
    )
}

/// The bank's own window: its page while it is needed, then a sentence that it can be closed.
pub fn window(scene: &Scene<'_>) -> Markup {
    let waits = scene.visit.stage == Stage::AwaitingBankWindow;
    document(
        scene.bank.name,
        if waits { "window" } else { "window finished" },
        None,
        None,
        html! {
            main class="card" {
                @if waits {
                    header { (mark(scene.bank)) span class="bank" { (scene.bank.name) } }
                    (bank_window(scene))
                } @else {
                    h1 { "You can close this window" }
                    p { "Continue where you came from." }
                }
            }
        },
    )
}

fn introducing(scene: &Scene<'_>) -> Markup {
    html! {
        h1 { "Reconnect " (scene.bank.name) }
        @if let Some(account) = scene.pinned() {
            p { "You will be asked for this account:" }
            p class="needed" { bdi { (name_of(account)) } }
        } @else {
            p { "You sign in at your bank and choose what to share." }
        }
        (shared(scene))
        form method="post" action=(act(scene, "continue")) {
            button class="primary" type="submit" data-opens=[scene.has_bank_window().then(|| act(scene, "window"))] { "Continue" }
        }
        (fine_print())
    }
}

fn shared(scene: &Scene<'_>) -> Markup {
    html! {
        h2 { "What will be shared" }
        ul class="shared" {
            @for permission in &scene.session.wanted.permissions {
                li { (words_for(permission)) }
            }
        }
    }
}

fn awaiting(scene: &Scene<'_>) -> Markup {
    html! {
        h1 { "Continue at " (scene.bank.name) }
        p { "Sign in in your bank's window. This page continues by itself." }
        p class="wait" role="status" { span class="spinner" aria-hidden="true" {} "Waiting for " (scene.bank.name) }
        a class="primary" href=(act(scene, "window")) target="_blank" rel="opener" data-opens=(act(scene, "window")) {
            "Open " (scene.bank.name)
        }
        form method="post" action=(act(scene, "back")) { button class="quiet" type="submit" { "Back" } }
    }
}

fn bank_window(scene: &Scene<'_>) -> Markup {
    let from = (scene.visit.frame != Frame::Hosted).then_some("window");
    html! {
        h1 { "Allow access to your accounts?" }
        p { "You are signed in at " (scene.bank.name) " as Jenny Rosen." }
        form method="post" action=(act(scene, "allow")) {
            @if let Some(from) = from { input type="hidden" name="from" value=(from); }
            @if scene.bank.door == Door::OAuthChoosing { (account_list(scene)) }
            button class="primary" type="submit" { "Allow access" }
        }
        form method="post" action=(act(scene, "refuse")) {
            @if let Some(from) = from { input type="hidden" name="from" value=(from); }
            button class="quiet" type="submit" { "Refuse" }
        }
        (fine_print())
    }
}

fn signing_in(scene: &Scene<'_>, again: bool) -> Markup {
    html! {
        h1 { "Sign in to " (scene.bank.name) }
        @if again { p class="alert" role="alert" { "That name or password is not right. Try again." } }
        form method="post" action=(act(scene, "sign-in")) autocomplete="off" {
            label for="username" { "Username" }
            input id="username" name="username" type="text" required data-focus autocapitalize="none" spellcheck="false" autocomplete="off";
            label for="password" { "Password" }
            input id="password" name="password" type="password" autocomplete="off";
            button class="primary" type="submit" { "Sign in" }
        }
        details {
            summary { "What can I type?" }
            p { "Anything signs you in. As a username, these do more:" }
            dl {
                dt { code { "options" } } dd { "asks where to send a code" }
                dt { code { "mfa" } } dd { "asks for a code" }
                dt { code { "confirm_mfa" } } dd { "asks you to confirm in an app" }
                dt { code { "security_question" } } dd { "asks a question" }
                dt { code { "incorrect" } } dd { "lets you try again" }
                dt { code { "error" } } dd { "ends the sign-in" }
            }
        }
        (fine_print())
    }
}

fn asking(scene: &Scene<'_>, question: Question) -> Markup {
    let answer = act(scene, "answer");
    html! {
        @match question {
            Question::Options => {
                h1 { "Where should we send a code?" }
                form method="post" action=(answer) {
                    fieldset {
                        legend class="unseen" { "Where to send a code" }
                        label class="row" { input type="radio" name="answer" value="text" checked; span { "Text message to •••• 55" } }
                        label class="row" { input type="radio" name="answer" value="email"; span { "Email to j•••@example.com" } }
                    }
                    button class="primary" type="submit" { "Send code" }
                }
            }
            Question::Code => {
                h1 { "Enter the code" }
                p { "Any code will do." }
                form method="post" action=(answer) {
                    label for="answer" { "Code" }
                    input id="answer" name="answer" type="text" inputmode="numeric" required data-focus autocomplete="off";
                    button class="primary" type="submit" { "Verify" }
                }
            }
            Question::Confirmation => {
                h1 { "Confirm in your bank's app" }
                p { "Open the app of " (scene.bank.name) " and confirm that it is you. Then continue here." }
                form method="post" action=(answer) { button class="primary" type="submit" { "I have confirmed" } }
            }
            Question::Security => {
                h1 { "Answer your security question" }
                form method="post" action=(answer) {
                    label for="answer" { "What was the name of your first pet?" }
                    input id="answer" name="answer" type="text" required data-focus autocomplete="off";
                    button class="primary" type="submit" { "Verify" }
                }
            }
        }
        form method="post" action=(act(scene, "back")) { button class="quiet" type="submit" { "Back" } }
    }
}

fn choosing(scene: &Scene<'_>, again: bool) -> Markup {
    let title = if scene.session.takes_one() { "Choose an account" } else { "Choose your accounts" };
    html! {
        h1 { (title) }
        @if let Some(account) = scene.pinned() {
            p { "The business asked for " bdi { (name_of(account)) } "." }
        }
        @if again { p class="alert" role="alert" { (what_may_be_chosen(scene)) } }
        form method="post" action=(act(scene, "agree")) {
            (account_list(scene))
            button class="primary" type="submit" { "Agree and connect" }
        }
        form method="post" action=(act(scene, "change-login")) {
            button class="quiet" type="submit" { "Use another login" }
        }
    }
}

fn what_may_be_chosen(scene: &Scene<'_>) -> String {
    match scene.session.wanted.limit {
        Some(1) => "Choose one account.".into(),
        Some(limit) => format!("Choose at least one account, and no more than {limit}."),
        None => "Choose at least one account.".into(),
    }
}

fn account_list(scene: &Scene<'_>) -> Markup {
    let kind = if scene.session.takes_one() { "radio" } else { "checkbox" };
    let only_one = scene.accounts.iter().filter(|account| scene.session.takes(account)).count() == 1;
    html! {
        @if scene.accounts.len() > SEARCH_ABOVE {
            label for="search" { "Search accounts" }
            input id="search" type="search" autocomplete="off" data-filters="accounts";
        }
        fieldset id="accounts" class="accounts" {
            legend class="unseen" { "Accounts" }
            @for account in scene.accounts {
                @let fit = scene.session.takes(account);
                div class="account" {
                    label class="row" {
                        input type=(kind) name="accounts[]" value=(account.id) disabled[!fit]
                            checked[only_one && fit] required[kind == "radio" && fit]
                            aria-describedby=[(!fit).then(|| format!("why-{}", account.id))];
                        span { bdi { (name_of(account)) } }
                    }
                    @if !fit { p class="why" id=(format!("why-{}", account.id)) { "This account is closed or cannot be shared here." } }
                }
            }
        }
    }
}

fn confirming(scene: &Scene<'_>, chosen: &[String]) -> Markup {
    html! {
        h1 { "Connect these accounts?" }
        ul class="shared" {
            @for account in scene.accounts.iter().filter(|account| chosen.contains(&account.id)) {
                li { bdi { (name_of(account)) } }
            }
        }
        form method="post" action=(act(scene, "agree")) {
            button class="primary" type="submit" { "Agree and connect" }
        }
        form method="post" action=(act(scene, "change-login")) {
            button class="quiet" type="submit" { "Use another login" }
        }
    }
}

fn changing_login(scene: &Scene<'_>) -> Markup {
    html! {
        h1 { "Use another login?" }
        p { "Its accounts are not the ones that were connected before, so those stay disconnected." }
        form method="post" action=(act(scene, "back")) { button class="primary" type="submit" { "Keep this login" } }
        form method="post" action=(act(scene, "use-other-login")) {
            button class="quiet" type="submit" { "Connect with another login" }
        }
    }
}

fn stopped(scene: &Scene<'_>, stop: Stop) -> Markup {
    let bank = scene.bank.name;
    let (title, text) = match stop {
        Stop::Down(Outage::Scheduled) => {
            let until = (scene.now / 3_600 + 6) * 3_600;
            (
                format!("{bank} is under maintenance"),
                format!("The bank expects to be back on {}.", day_and_time(until)),
            )
        }
        Stop::Down(Outage::Unscheduled) => {
            (format!("{bank} cannot be reached"), "The bank is down, and has not said until when.".to_owned())
        }
        Stop::Down(Outage::Error) => {
            (format!("{bank} answered with an error"), "Something is wrong on the bank's side.".to_owned())
        }
        Stop::LoginFailed => (
            format!("{bank} ended the sign-in"),
            "The bank did not accept the sign-in. Nothing has changed.".to_owned(),
        ),
        Stop::AccessRefused => (
            "Access was refused".to_owned(),
            "You refused access at the bank. Nothing has changed.".to_owned(),
        ),
    };
    html! {
        h1 { (title) }
        p { (text) }
        form method="post" action=(act(scene, "continue")) { button class="primary" type="submit" data-focus { "Go back" } }
    }
}

fn done(scene: &Scene<'_>) -> Markup {
    let succeeded = scene.session.status == Status::Succeeded;
    html! {
        h1 { @if succeeded { (scene.bank.name) " is connected" } @else { "Nothing has changed" } }
        @if scene.visit.frame == Frame::Hosted { p { "You can close this window." } }
    }
}

fn act(scene: &Scene<'_>, act: &str) -> String {
    format!("{}/{act}", scene.address())
}

/// The account's name and the end of its number, without the characters that turn the direction of what follows.
fn name_of(account: &Account) -> String {
    let turns = |c: &char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let name: String =
        account.display_name.as_deref().unwrap_or("Account").chars().filter(|c| !turns(c)).collect();
    match &account.last4 {
        Some(last4) => format!("{name} ••••{last4}"),
        None => name,
    }
}

fn words_for(permission: &str) -> &str {
    match permission {
        "payment_method" => "Account details for payments",
        "balances" => "Balances",
        "transactions" => "Transactions",
        "ownership" => "Names and addresses of the owners",
        "account_numbers" => "Account and routing numbers",
        _ => "Account data",
    }
}
