//! The hosted page, `/r/{token}`: one account of one customer, without a sign-in.
//!
//! Looking at it changes nothing, here or at Stripe: programs that look through mail open links, and run the scripts
//! that they find. Only the button begins a session, and only the bank's word uses the link up. A link that is dead
//! says so, and offers a new one, to the address that the merchant has, within the rules.

use super::ask::{self, Wish};
use super::gate::{link_of, signed_in};
use super::mail;
use super::rules::{self, Delivery};
use super::words::{Names, Words, words};
use crate::app::App;
use crate::config::Customer;
use crate::fault::{Fault, Kind};
use crate::guard;
use crate::pages::{Loads, Shell, document, mark};
use crate::relink::document::MERCHANT_NAME;
use crate::seal::random_id;
use crate::store::hosted::{PageHost, HostedRelink, Status};
use crate::store::journal;
use axum::extract::rejection::{FormRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::get;
use axum::{Form, Router};
use maud::{Markup, html};
use relink_wire::Account;
use serde::Deserialize;

/// The routes.
pub fn routes() -> Router<App> {
    Router::new().route("/r/{token}", get(show).post(send_new))
}

/// The form that asks for a new link.
#[derive(Deserialize)]
pub struct Proof {
    csrf_token: String,
}

/// A link, and what its page says of it.
struct Subject<'a> {
    relink: HostedRelink,
    customer: Option<&'a Customer>,
    account: Option<Account>,
    words: &'static Words,
}

impl Subject<'_> {
    fn bank(&self) -> Option<&str> {
        self.account.as_ref().and_then(mail::bank)
    }

    fn name(&self) -> Option<String> {
        self.account.as_ref().and_then(mail::name)
    }
}

async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    token: Result<Path<String>, PathRejection>,
) -> Result<Response, Fault> {
    let Some(subject) = subject(&app, token).await? else { return Ok(unknown(&app, &headers)) };
    let now = app.now();
    let reason = subject.account.as_ref().map(|account| rules::eligible(account, true, now));
    let works = matches!(reason, Some(Err(rules::Refusal::NothingToRepair)));
    Ok(match (subject.relink.status_at(now), reason) {
        (Status::Open | Status::Succeeded | Status::Expired, _) if works => {
            done(&app, &subject, StatusCode::GONE)
        }
        (Status::Succeeded, _) => dead(&app, &subject, subject.words.used),
        (Status::Expired, _) => dead(&app, &subject, subject.words.expired),
        (Status::Open, reason) => open(&app, &subject, reason.and_then(Result::ok)),
    })
}

/// Sends a new link by mail. The answer is the same whether one is sent, was sent shortly before, or cannot be sent.
async fn send_new(
    State(app): State<App>,
    headers: HeaderMap,
    token: Result<Path<String>, PathRejection>,
    form: Result<Form<Proof>, FormRejection>,
) -> Result<Response, Fault> {
    let Form(proof) = form.map_err(|_| Fault::new(Kind::Malformed, "csrf_token is missing."))?;
    guard::not_elsewhere(&app, &headers)?;
    let Some(subject) = subject(&app, token).await? else { return Ok(unknown(&app, &headers)) };
    let relink = &subject.relink;
    if !app.seal.is_csrf_token(&relink.token_fingerprint, &proof.csrf_token) {
        return Err(Fault::new(Kind::Forbidden, "The form is not of this link."));
    }
    let wish = Wish {
        delivery: Delivery::Email,
        host: PageHost::Merchant,
        return_url: relink.return_url.clone(),
        locale: Some(relink.locale.clone()),
        by: journal::CUSTOMER.into(),
        key: random_id("new"),
    };
    match ask::prepare(&app, &relink.account, &wish).await {
        Ok(prepared) => {
            app.store.ask(&prepared.asked).await?;
            app.post.wake();
        }
        Err(fault) if fault.kind == Kind::ProviderUnavailable => return Err(fault),
        Err(fault) if fault.detail == rules::Refusal::NothingToRepair.sentence() => {
            return Ok(done(&app, &subject, StatusCode::OK));
        }
        Err(fault) => tracing::info!(detail = fault.detail, "no new link is sent"),
    }
    let words = subject.words;
    let address = masked(subject.customer);
    let names = Names { shop: MERCHANT_NAME, address: &address, ..Names::default() };
    let body = told(words, words.sent_new, &names, html! {});
    Ok(page(&app, &subject, words.sent_new[0], StatusCode::OK, false, body))
}

async fn subject(
    app: &App,
    token: Result<Path<String>, PathRejection>,
) -> Result<Option<Subject<'_>>, Fault> {
    let Ok(Path(token)) = token else { return Ok(None) };
    let Some(relink) = link_of(app, &token).await? else { return Ok(None) };
    let row = app.store.account(&relink.customer, &relink.account).await?;
    let account = row.and_then(|row| Account::decode(&row.object).ok());
    let words = words(&relink.locale);
    Ok(Some(Subject { customer: app.customer(&relink.customer), account, words, relink }))
}

fn open(app: &App, subject: &Subject<'_>, reason: Option<rules::Reason>) -> Response {
    let Subject { relink, words, .. } = subject;
    let (bank, account) = (subject.bank(), subject.name());
    let until = words.date(relink.expires_at);
    let names =
        Names { shop: MERCHANT_NAME, bank, account: account.as_deref(), date: &until, ..Names::default() };
    let say = |text| words.markup(text, &names);
    let because = reason.map(|reason| {
        let (why, on) = mail::because(&reason, words);
        words.markup(why, &Names { date: on.as_deref().unwrap_or_default(), ..names })
    });
    let token = signed_in(relink).csrf_token(app);
    let back = relink.return_url.as_deref().unwrap_or("/");
    let body = html! {
        div .hosted {
            h1 #heading { (say(words.reconnect)) }
            section #intro .sheet {
                @if let Some(because) = because { p .lede { (because) } }
                p .needed {
                    (mark(words.bank(bank)))
                    span { b { bdi { (words.bank(bank)) } } br; bdi .number { (words.account(account.as_deref())) } }
                }
                p { (say(words.how)) " " (say(words.choose)) }
                p .summary.attention.no-script { (say(words.no_script)) }
                p { button #start .primary type="button" { span { (say(words.button)) } } }
                p .fine { (say(words.until)) }
            }
            section #stage tabindex="-1" hidden data-account=(relink.account) data-csrf-token=(token) data-lang=(words.language) {}
            p #after .after hidden {
                a #back .button href=(back) { span { (say(words.back)) } }
                button #again .primary type="button" { (say(words.again)) }
            }
        }
    };
    page(app, subject, words.reconnect, StatusCode::OK, true, body)
}

/// The account works: there is nothing to do. Whoever knows better can have a new link all the same: it is sent where
/// Stripe says that one is needed.
fn done(app: &App, subject: &Subject<'_>, status: StatusCode) -> Response {
    let words = subject.words;
    let names = Names { shop: MERCHANT_NAME, bank: subject.bank(), ..Names::default() };
    let back = subject.relink.return_url.as_deref().unwrap_or("/");
    let way = html! {
        p { a .button.primary href=(back) { span { (words.markup(words.back, &names)) } } }
        @if status == StatusCode::GONE { (send_a_new_one(app, subject, "")) }
    };
    page(app, subject, words.done[0], status, false, told(words, words.done, &names, way))
}

/// The link was used, or ran out, and the account does not work.
fn dead(app: &App, subject: &Subject<'_>, said: [&'static str; 2]) -> Response {
    let account = subject.name();
    let names = Names { shop: MERCHANT_NAME, account: account.as_deref(), ..Names::default() };
    let body = told(subject.words, said, &names, send_a_new_one(app, subject, "primary"));
    page(app, subject, said[0], StatusCode::GONE, false, body)
}

/// The button that sends a new link, where there is an address to send it to.
fn send_a_new_one(app: &App, subject: &Subject<'_>, class: &str) -> Markup {
    let address = masked(subject.customer);
    let names = Names { shop: MERCHANT_NAME, address: &address, ..Names::default() };
    let may_write = app.config.hosted.smtp.is_some() && !address.is_empty();
    html! {
        @if may_write {
            // Without an action it goes to the page's own address, which holds the link.
            form method="post" {
                input type="hidden" name="csrf_token" value=(signed_in(&subject.relink).csrf_token(app));
                button class=(class) type="submit" { span { (subject.words.markup(subject.words.send_new, &names)) } }
            }
        }
    }
}

/// An address that is no link of ours: nothing is said but that, in the browser's language.
fn unknown(app: &App, headers: &HeaderMap) -> Response {
    let wanted = headers.get("accept-language").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let words = words(wanted.split([',', ';']).next().unwrap_or_default());
    let names = Names { shop: MERCHANT_NAME, ..Names::default() };
    let way = html! { p { a .button href="/" { span { (words.markup(words.back, &names)) } } } };
    let body = told(words, words.unknown, &names, way);
    respond(app, words, &words.plain(words.unknown[0], &names), StatusCode::NOT_FOUND, false, body)
}

/// A heading, a text, and the way on.
fn told(words: &Words, [heading, text]: [&'static str; 2], names: &Names<'_>, way: Markup) -> Markup {
    html! {
        div .hosted {
            h1 { (words.markup(heading, names)) }
            section .sheet {
                p .lede { (words.markup(text, names)) }
                (way)
            }
        }
    }
}

fn page(
    app: &App,
    subject: &Subject<'_>,
    title: &'static str,
    status: StatusCode,
    has_widget: bool,
    body: Markup,
) -> Response {
    let names = Names { shop: MERCHANT_NAME, bank: subject.bank(), ..Names::default() };
    let title = subject.words.plain(title, &names);
    respond(app, subject.words, &title, status, has_widget, body)
}

fn respond(
    app: &App,
    words: &Words,
    title: &str,
    status: StatusCode,
    has_widget: bool,
    body: Markup,
) -> Response {
    let names = Names { shop: MERCHANT_NAME, ..Names::default() };
    let help = app.config.support_url.as_str();
    let footer = html! { p { a href=(help) rel="noreferrer" { (words.markup(words.help, &names)) } } };
    let scripts: &[&str] = if has_widget { &["hosted.js"] } else { &[] };
    let shell = Shell {
        lang: words.language,
        loads: Loads::Widget,
        dir: words.direction,
        title,
        has_widget,
        scripts,
        skip: None,
        header: html! {},
        body,
        footer,
    };
    let mut response = document(app, shell);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    // The address is the secret: no search engine keeps it, and no other page is told it.
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow, noarchive"));
    headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
    response
}

/// An address that its owner recognises and nobody else learns: the first letter before and after the `@`.
fn masked(customer: Option<&Customer>) -> String {
    let Some((name, host)) = customer.and_then(|customer| customer.email.as_deref()?.split_once('@')) else {
        return String::new();
    };
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    let end = host.rsplit_once('.').map_or("", |(_, end)| end);
    format!("{}•••@{}•••.{end}", first(name), first(host))
}
