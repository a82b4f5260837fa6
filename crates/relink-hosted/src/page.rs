//! The hosted page, `/r/{token}`: one account of one customer, without a sign-in.
//!
//! Opening the page changes nothing, here or at Stripe: programs that scan email open links and run the scripts they
//! find. Only the button begins a session, and only the bank's answer uses the link up. A dead link says so and offers
//! a new one, sent to the address the merchant has, within the rules.

use crate::addressee::Addressee;
use crate::ask::{self, AskError, Wish};
use crate::gate::{form_token, link_of};
use crate::hosted::Hosted;
use crate::shell::{self, Loads, Shell, mark};
use crate::words::{Names, Words, words};
use crate::{forms, mail, rules};
use axum::extract::rejection::{FormRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::get;
use axum::{Form, Router, middleware};
use maud::{Markup, html};
use relink_backend::{ApiError, ApiErrorKind, Asker};
use relink_seal::random_id;
use relink_store::hosted::{Delivery, HostedRelink, LinkStatus, PageHost};
use relink_store::journal;
use relink_wire::Account;
use serde::Deserialize;

/// The routes.
pub fn routes() -> Router<Hosted> {
    Router::new().route("/r/{token}", get(show).post(send_new)).layer(middleware::from_fn(shell::error_pages))
}

/// The form that asks for a new link.
#[derive(Deserialize)]
pub struct Proof {
    csrf_token: String,
}

/// A link, and what its page says of it.
struct Subject {
    relink: HostedRelink,
    customer: Addressee,
    account: Option<Account>,
    words: &'static Words,
}

impl Subject {
    fn bank(&self) -> Option<&str> {
        self.account.as_ref().and_then(mail::bank)
    }

    fn name(&self) -> Option<String> {
        self.account.as_ref().and_then(mail::name)
    }
}

async fn show(
    State(hosted): State<Hosted>,
    headers: HeaderMap,
    token: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let Some(subject) = subject(&hosted, token).await? else { return Ok(unknown(&hosted, &headers)) };
    let now = hosted.now();
    let reason = subject.account.as_ref().map(|account| rules::eligible(account, true, now));
    let works = matches!(reason, Some(Err(rules::Refusal::NothingToRepair)));
    Ok(match (subject.relink.status_at(now), reason) {
        (LinkStatus::Open | LinkStatus::Succeeded | LinkStatus::Expired, _) if works => {
            done(&hosted, &subject, StatusCode::GONE)
        }
        (LinkStatus::Succeeded, _) => dead(&hosted, &subject, subject.words.used),
        (LinkStatus::Expired, _) => dead(&hosted, &subject, subject.words.expired),
        (LinkStatus::Open, reason) => open(&hosted, &subject, reason.and_then(Result::ok)),
    })
}

/// Sends a new link by email. The answer is the same whether one is sent, was sent shortly before, or cannot be sent.
async fn send_new(
    State(hosted): State<Hosted>,
    headers: HeaderMap,
    token: Result<Path<String>, PathRejection>,
    form: Result<Form<Proof>, FormRejection>,
) -> Result<Response, ApiError> {
    let Form(proof) = form.map_err(|_| ApiError::new(ApiErrorKind::Malformed, "csrf_token is missing."))?;
    forms::same_origin(&hosted, &headers)?;
    let Some(subject) = subject(&hosted, token).await? else { return Ok(unknown(&hosted, &headers)) };
    let relink = &subject.relink;
    if !hosted.seal.is_form_token(&relink.token_fingerprint, &proof.csrf_token) {
        return Err(ApiError::new(ApiErrorKind::Forbidden, "The form is not of this link."));
    }
    hosted.rates.take(Asker::Link(&relink.token_fingerprint))?;
    let wish = Wish {
        delivery: Delivery::Email,
        host: PageHost::Merchant,
        return_url: relink.return_url.clone(),
        locale: Some(relink.locale.clone()),
        by: journal::CUSTOMER.into(),
        key: random_id("new"),
    };
    match ask::prepare(&hosted, &relink.account, &wish).await {
        Ok(prepared) => {
            hosted.store.write_hosted_request(&prepared.asked).await?;
            hosted.post().wake();
        }
        // Nothing was sent, but it may work in a moment: do not say that it was sent.
        Err(error) if error.is_passing() => return Err(error.into()),
        Err(AskError::NotEligible(rules::Refusal::NothingToRepair)) => {
            return Ok(done(&hosted, &subject, StatusCode::OK));
        }
        Err(error) => tracing::info!(why = error.sentence(), "no new link is sent"),
    }
    let words = subject.words;
    let address = masked(&subject.customer);
    let names = Names { shop: hosted.shop(), address: &address, ..Names::default() };
    let body = told(words, words.sent_new, &names, html! {});
    Ok(page(&hosted, &subject, words.sent_new[0], StatusCode::OK, false, body))
}

async fn subject(
    hosted: &Hosted,
    token: Result<Path<String>, PathRejection>,
) -> Result<Option<Subject>, ApiError> {
    let Ok(Path(token)) = token else { return Ok(None) };
    let Some(relink) = link_of(hosted, &token).await? else { return Ok(None) };
    let row = hosted.store.account(&relink.customer, &relink.account).await?;
    let account = row.map(|row| row.linked.account);
    let words = words(&relink.locale);
    let customer = Addressee::of(&relink.customer, hosted.contact(&relink.customer).await?);
    Ok(Some(Subject { customer, account, words, relink }))
}

fn open(hosted: &Hosted, subject: &Subject, reason: Option<rules::Reason>) -> Response {
    let Subject { relink, words, .. } = subject;
    let (bank, account) = (subject.bank(), subject.name());
    let until = words.date(relink.expires_at);
    let names =
        Names { shop: hosted.shop(), bank, account: account.as_deref(), date: &until, ..Names::default() };
    let say = |text| words.markup(text, &names);
    let because = reason.map(|reason| {
        let (why, on) = mail::because(&reason, words);
        words.markup(why, &Names { date: on.as_deref().unwrap_or_default(), ..names })
    });
    let token = form_token(hosted, relink);
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
    page(hosted, subject, words.reconnect, StatusCode::OK, true, body)
}

/// The account works: there is nothing to do. A customer who disagrees can still ask for a new link; it is sent if
/// Stripe says one is needed.
fn done(hosted: &Hosted, subject: &Subject, status: StatusCode) -> Response {
    let words = subject.words;
    let names = Names { shop: hosted.shop(), bank: subject.bank(), ..Names::default() };
    let back = subject.relink.return_url.as_deref().unwrap_or("/");
    let way = html! {
        p { a .button.primary href=(back) { span { (words.markup(words.back, &names)) } } }
        @if status == StatusCode::GONE { (send_a_new_one(hosted, subject, "")) }
    };
    page(hosted, subject, words.done[0], status, false, told(words, words.done, &names, way))
}

/// The link was used, or ran out, and the account does not work.
fn dead(hosted: &Hosted, subject: &Subject, said: [&'static str; 2]) -> Response {
    let account = subject.name();
    let names = Names { shop: hosted.shop(), account: account.as_deref(), ..Names::default() };
    let body = told(subject.words, said, &names, send_a_new_one(hosted, subject, "primary"));
    page(hosted, subject, said[0], StatusCode::GONE, false, body)
}

/// The button that sends a new link, where there is an address to send it to.
fn send_a_new_one(hosted: &Hosted, subject: &Subject, class: &str) -> Markup {
    let address = masked(&subject.customer);
    let names = Names { shop: hosted.shop(), address: &address, ..Names::default() };
    let may_write = hosted.settings().smtp.is_some() && !address.is_empty();
    html! {
        @if may_write {
            // Without an action it goes to the page's own address, which holds the link.
            form method="post" {
                input type="hidden" name="csrf_token" value=(form_token(hosted, &subject.relink));
                button class=(class) type="submit" { span { (subject.words.markup(subject.words.send_new, &names)) } }
            }
        }
    }
}

/// An address that is not one of our links: the page says only that, in the browser's language.
fn unknown(hosted: &Hosted, headers: &HeaderMap) -> Response {
    let wanted = headers.get("accept-language").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let words = words(wanted.split([',', ';']).next().unwrap_or_default());
    let names = Names { shop: hosted.shop(), ..Names::default() };
    let way = html! { p { a .button href="/" { span { (words.markup(words.back, &names)) } } } };
    let body = told(words, words.unknown, &names, way);
    respond(hosted, words, &words.plain(words.unknown[0], &names), StatusCode::NOT_FOUND, false, body)
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
    hosted: &Hosted,
    subject: &Subject,
    title: &'static str,
    status: StatusCode,
    has_widget: bool,
    body: Markup,
) -> Response {
    let names = Names { shop: hosted.shop(), bank: subject.bank(), ..Names::default() };
    let title = subject.words.plain(title, &names);
    respond(hosted, subject.words, &title, status, has_widget, body)
}

fn respond(
    hosted: &Hosted,
    words: &Words,
    title: &str,
    status: StatusCode,
    has_widget: bool,
    body: Markup,
) -> Response {
    let names = Names { shop: hosted.shop(), ..Names::default() };
    let footer = html! {
        @if let Some(help) = hosted.support_url() {
            p { a href=(help) rel="noreferrer" { (words.markup(words.help, &names)) } }
        }
    };
    let scripts: &[&str] = if has_widget { &["page.js"] } else { &[] };
    let page = Shell {
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
    let mut response = shell::document(hosted, page);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    // The address is the secret: no search engine keeps it, and no other page is given it. Banks' sign-ins behind Stripe.js
    // need to know the origin, and get no more.
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow, noarchive"));
    headers.insert("referrer-policy", HeaderValue::from_static("strict-origin"));
    response
}

/// An address that its owner recognises and nobody else learns: the first letter before and after the `@`.
fn masked(customer: &Addressee) -> String {
    let Some((name, host)) = customer.email.as_deref().and_then(|email| email.split_once('@')) else {
        return String::new();
    };
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    let end = host.rsplit_once('.').map_or("", |(_, end)| end);
    format!("{}•••@{}•••.{end}", first(name), first(host))
}
