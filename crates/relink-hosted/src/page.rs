//! The hosted page, `/r/l/{link}`: accounts of one customer at one bank, without a sign-in. `/r/{token}` leads to it.
//! Opening the page changes nothing, here or at Stripe: programs that scan email open links and run the scripts they
//! find. The widget shows its review at once, as a preview; only the button starts a session, and only the bank's answer uses
//! the link up. An expired link says so and offers a new one, sent to the address the merchant has, within the rules. Soon it
//! no longer names the bank or the account: it may stay in a mailbox for years.

use crate::addressee::Addressee;
use crate::ask::{self, AskError, Wish};
use crate::gate::{form_token, key_owner};
use crate::hosted::Hosted;
use crate::layout::{no_visit, respond, told, unknown};
use crate::shell::{self, mark};
use crate::words::{Names, Words, words};
use crate::{forms, mail, rules, visit};
use axum::extract::rejection::{FormRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Form, Router, middleware};
use maud::{Markup, html};
use relink_account::{Asking, Provider};
use relink_backend::{ApiError, ApiErrorKind, Asker, ClientAddress, PREVIEW};
use relink_seal::random_id;
use relink_store::hosted::{Delivery, HostedRelink, LinkStatus, PageHost};
use relink_store::journal;
use relink_stripe::Stripe;
use relink_wire::Account;
use serde::Deserialize;

/// The routes.
pub fn routes(hosted: &Hosted) -> Router<Hosted> {
    Router::new()
        .route("/r/{token}", get(enter))
        .route("/r/l/{link}", get(show).post(send_new))
        .layer(middleware::from_fn_with_state(hosted.clone(), shell::error_pages))
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
    /// Those of its accounts that are known.
    accounts: Vec<Account>,
    /// What their provider lets the merchant ask for: they are all at one.
    asking: Asking,
    words: &'static Words,
    /// Whether it has been over for so long that it names nobody and nothing any more.
    is_quiet: bool,
}

impl Subject {
    fn bank(&self) -> Option<&str> {
        self.accounts.first().filter(|_| !self.is_quiet).and_then(mail::bank)
    }

    /// The account's name, where it is about one.
    fn name(&self) -> Option<String> {
        let [account] = &self.accounts[..] else { return None };
        Some(account).filter(|_| !self.is_quiet).and_then(mail::name)
    }

    /// The address that a new link is sent to, masked.
    fn address(&self) -> Option<String> {
        masked(&self.customer)
    }

    /// The address as it may be shown.
    fn shown_address(&self) -> Option<String> {
        self.address().filter(|_| !self.is_quiet)
    }
}

/// Opens a link: the token is exchanged for a cookie, and the page is at an address without it.
async fn enter(
    State(hosted): State<Hosted>,
    method: Method,
    headers: HeaderMap,
    client: Option<Extension<ClientAddress>>,
    token: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    hosted.rates.take_of_stranger(client.map(|Extension(address)| address))?;
    let token = token.map(|Path(token)| token).unwrap_or_default();
    let exchanged = visit::exchange(&hosted, &method, &token).await?;
    Ok(exchanged.unwrap_or_else(|| unknown(&hosted, &headers)))
}

async fn show(
    State(hosted): State<Hosted>,
    headers: HeaderMap,
    client: Option<Extension<ClientAddress>>,
    link: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let Some(subject) = subject(&hosted, &headers, client, link).await? else {
        return Ok(no_visit(&hosted, &headers));
    };
    let now = hosted.now();
    let verdict = |account| (account, rules::eligible(account, true, &subject.asking, now));
    let verdicts = subject.accounts.iter().map(verdict);
    let verdicts: Vec<_> = verdicts.collect();
    let is_fine = |verdict: &Verdict<'_>| verdict.1 == Err(rules::Refusal::NothingToRepair);
    let works = !verdicts.is_empty() && verdicts.iter().all(is_fine);
    Ok(match subject.relink.status_at(now) {
        _ if subject.is_quiet => dead(&hosted, &subject, subject.words.over),
        LinkStatus::Open | LinkStatus::Succeeded | LinkStatus::Expired if works => {
            done(&hosted, &subject, StatusCode::GONE)
        }
        LinkStatus::Succeeded => dead(&hosted, &subject, subject.words.used),
        LinkStatus::Open if subject.relink.may_begin(now) => open(&hosted, &subject, &verdicts),
        // Its time is up, and it is open only for what was begun before.
        LinkStatus::Open | LinkStatus::Expired => dead(&hosted, &subject, subject.words.expired),
    })
}

/// An account, and what the rules say of it.
type Verdict<'a> = (&'a Account, Result<rules::Reason, rules::Refusal>);

/// Sends a new link by email. The answer is the same whether one is sent, was sent shortly before, or cannot be sent.
async fn send_new(
    State(hosted): State<Hosted>,
    headers: HeaderMap,
    client: Option<Extension<ClientAddress>>,
    link: Result<Path<String>, PathRejection>,
    form: Result<Form<Proof>, FormRejection>,
) -> Result<Response, ApiError> {
    let Form(proof) = form.map_err(|_| ApiError::new(ApiErrorKind::Malformed, "csrf_token is missing."))?;
    forms::same_origin(&hosted, &headers)?;
    let Some(subject) = subject(&hosted, &headers, client, link).await? else {
        return Ok(no_visit(&hosted, &headers));
    };
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
    // A used link is needed for none of its accounts, and is asked about all of them.
    let needed: Vec<String> = relink.needed().map(Into::into).collect();
    let accounts = if needed.is_empty() { relink.account_ids().map(Into::into).collect() } else { needed };
    match ask::prepare_several(&hosted, &accounts, &wish).await {
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
    let address = subject.shown_address();
    let names = Names { shop: hosted.shop(), address: address.as_deref(), ..Names::default() };
    let body = told(words, words.sent_new, &names, html! {});
    Ok(page(&hosted, &subject, words.sent_new[0], StatusCode::OK, false, body))
}

async fn subject(
    hosted: &Hosted,
    headers: &HeaderMap,
    client: Option<Extension<ClientAddress>>,
    link: Result<Path<String>, PathRejection>,
) -> Result<Option<Subject>, ApiError> {
    let Ok(Path(id)) = link else { return Ok(None) };
    let Some(relink) = visit::link_of(hosted, headers, &id).await? else {
        hosted.rates.take_of_stranger(client.map(|Extension(address)| address))?;
        return Ok(None);
    };
    hosted.rates.take(Asker::Reader(&key_owner(&relink)))?;
    let (mut accounts, mut asking) = (Vec::new(), Stripe::ASKING);
    for id in relink.account_ids() {
        if let Some(row) = hosted.store.account(&relink.customer, id).await? {
            asking = hosted.asking_of(&row.linked);
            accounts.push(row.linked.account);
        }
    }
    let words = words(&relink.locale);
    let customer = Addressee::of(&relink.customer, hosted.contact(&relink.customer).await?);
    let now = hosted.now();
    let over_since = match relink.status_at(now) {
        LinkStatus::Open => None,
        LinkStatus::Succeeded | LinkStatus::Expired => Some(relink.ended_at.unwrap_or(relink.expires_at)),
    };
    let is_quiet = over_since.is_some_and(|since| since + hosted.settings().names_for <= now);
    Ok(Some(Subject { customer, accounts, asking, words, relink, is_quiet }))
}

/// What the button is about: accounts behind one login at the bank. Where the link is for several logins, the next one
/// follows when this one is done.
fn next<'a>(subject: &'a Subject, verdicts: &[Verdict<'a>]) -> (Vec<&'a Account>, bool) {
    let is_needed = |account: &Account| subject.relink.needed().any(|id| id == account.id);
    let mut needed: Vec<&Account> =
        verdicts.iter().filter(|verdict| verdict.1.is_ok()).map(|verdict| verdict.0).collect();
    if needed.is_empty() {
        needed = subject.accounts.iter().filter(|account| is_needed(account)).collect();
    }
    let login = needed.first().and_then(|account| account.authorization.clone());
    let (these, others): (Vec<_>, Vec<_>) =
        needed.into_iter().partition(|account| account.authorization == login);
    (these, !others.is_empty())
}

fn open(hosted: &Hosted, subject: &Subject, verdicts: &[Verdict<'_>]) -> Response {
    let Subject { relink, words, .. } = subject;
    let (these, has_more) = next(subject, verdicts);
    let (bank, is_several) = (subject.bank(), these.len() > 1);
    let first = these.first().copied().filter(|_| !is_several);
    let account = first.and_then(mail::name);
    let reason = verdicts.iter().find(|verdict| Some(verdict.0) == first);
    let reason = reason.and_then(|verdict| verdict.1.as_ref().ok());
    let (id, login) = match first {
        Some(account) => (Some(account.id.as_str()), None),
        None if is_several => (None, these.first().and_then(|account| account.authorization.as_deref())),
        // Stripe has not told of it yet.
        None => (Some(relink.account.as_str()), None),
    };
    let until = words.date(relink.expires_at);
    let names =
        Names { shop: hosted.shop(), bank, account: account.as_deref(), date: &until, ..Names::default() };
    let say = |text| words.markup(text, &names);
    let because = reason.map(|reason| {
        let (why, on) = mail::because(reason, words);
        words.markup(why, &Names { date: on.as_deref().unwrap_or_default(), ..names })
    });
    // What Stripe has not told of yet cannot be shown before something begins.
    let preview = these.first().and(id.or(login)).map(|about| format!("{PREVIEW}{about}"));
    let token = form_token(hosted, relink);
    let back = relink.return_url.as_deref().unwrap_or("/");
    let body = html! {
        div .hosted {
            h1 #heading { (say(words.reconnect)) }
            section #intro .sheet {
                @if is_several { p .lede { (say(words.several)) } }
                @else if let Some(because) = because { p .lede { (because) } }
                p .needed {
                    (mark(words.bank(bank)))
                    span {
                        b { bdi { (words.bank(bank)) } }
                        @if is_several {
                            @for account in &these { br; bdi .number { (words.account(mail::name(account).as_deref())) } }
                        } @else { br; bdi .number { (words.account(account.as_deref())) } }
                    }
                }
                p { (say(words.how)) " " (say(if is_several { words.choose_several } else { words.choose })) }
                p .summary.attention.no-script { (say(words.no_script)) }
                @if preview.is_none() { p { button #start .primary type="button" { span { (say(words.button)) } } } }
            }
            section #stage tabindex="-1" hidden data-preview=[preview] data-account=[id] data-authorization=[login] data-more[has_more] data-csrf-token=(token) data-lang=(words.language) {}
            p #after .after hidden {
                a #back .button href=(back) { span { (say(words.back)) } }
                button #again .primary type="button" { (say(words.again)) }
            }
            p .fine { (say(if relink.accounts.len() > 1 { words.until_several } else { words.until })) }
        }
    };
    page(hosted, subject, words.reconnect, StatusCode::OK, true, body)
}

/// The accounts work: there is nothing to do. A customer who disagrees can still ask for a new link; it is sent if
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

/// The link was used, or ran out, and an account does not work. A used link names no account.
fn dead(hosted: &Hosted, subject: &Subject, said: [&'static str; 2]) -> Response {
    let account = subject.name().filter(|_| subject.relink.status != LinkStatus::Succeeded);
    let names = Names { shop: hosted.shop(), account: account.as_deref(), ..Names::default() };
    let body = told(subject.words, said, &names, send_a_new_one(hosted, subject, "primary"));
    page(hosted, subject, said[0], StatusCode::GONE, false, body)
}

/// The button that sends a new link, where there is an address to send it to.
fn send_a_new_one(hosted: &Hosted, subject: &Subject, class: &str) -> Markup {
    let address = subject.shown_address();
    let names = Names { shop: hosted.shop(), address: address.as_deref(), ..Names::default() };
    let may_write = hosted.settings().smtp.is_some() && subject.address().is_some();
    html! {
        @if may_write {
            // Without an action it goes to the page's own address.
            form method="post" {
                input type="hidden" name="csrf_token" value=(form_token(hosted, &subject.relink));
                button class=(class) type="submit" { span { (subject.words.markup(subject.words.send_new, &names)) } }
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

/// An address that its owner recognises and nobody else learns: the first letter before and after the `@`.
fn masked(customer: &Addressee) -> Option<String> {
    let (name, host) = customer.email.as_deref().and_then(|email| email.split_once('@'))?;
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    let end = host.rsplit_once('.').map_or("", |(_, end)| end);
    Some(format!("{}•••@{}•••.{end}", first(name), first(host)))
}
