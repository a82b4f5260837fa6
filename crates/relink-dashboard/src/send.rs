//! Asks customers: first a look at the mail and at who gets it, then the sending.

use super::frame::{Fields, Staff, hidden, page};
use super::list::ON_A_PAGE;
use super::standing::{CanAsk, Line};
use crate::app::App;
use crate::fault::{Fault, Kind};
use crate::hosted::ask::{self, Wish};
use crate::hosted::mail::{Mail, STYLE};
use crate::hosted::rules::Delivery;
use crate::seal::{csp_hash, random_id};
use crate::store::hosted::Host;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};

/// Requests that are prepared at the same time: each reads its account from Stripe.
const AT_ONCE: usize = 8;

/// The mail, and who gets it.
pub async fn preview(
    State(app): State<App>,
    by: Staff,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let query = Fields::read(&query.unwrap_or_default());
    let lines = lines(&app, &query).await?;
    let (asked, others): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.can_ask() == CanAsk::Now);
    let body = html! {
        p .back { a href="/dashboard" { "← Accounts" } }
        div .head {
            h1 { "Send relink request" }
            p .lede { (count(asked.len())) }
        }
        @if let Some(first) = asked.first() {
            @let mail = written(&app, first);
            @if by.may_send() {
                form .bulk method="post" action="/dashboard/send" {
                    (hidden("csrf_token", &by.csrf_token(&app)))
                    @for line in &asked { (hidden("account", &line.row.id)) }
                    button .primary type="submit" { @if asked.len() == 1 { "Send 1 mail" } @else { "Send " (asked.len()) " mails" } }
                    span .fine { "Each customer at most once in 48 hours, whoever asks." }
                }
            }
            h2 { "Who gets it" }
            ul .accounts { @for line in &asked { li { (item(line, html! { a href=(format!("/dashboard/preview/{}", line.row.id)) { "See the mail" } })) } } }
            @if let Some(mail) = mail {
                h2 { "The first mail" }
                p .fine { "Subject: " bdi { (mail.subject) } }
                iframe .letter title="The first mail" src=(format!("/dashboard/preview/{}", first.row.id)) sandbox="" {}
                h3 { "As plain text" }
                pre .letter tabindex="0" lang=(mail.lang) dir="auto" { (mail.text) }
            }
        }
        @if !others.is_empty() {
            h2 { "Who does not" }
            ul .accounts { @for line in &others { li { (item(line, html! { (line.ask()) })) } } }
        }
    };
    Ok(page(&app, "Send relink request", "/dashboard", Some(&by), body))
}

/// The markup of the mail that an account's customer would get, with a link that leads nowhere.
pub async fn mail(
    State(app): State<App>,
    _: Staff,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Fault> {
    let nothing = || Fault::new(Kind::NoSuchRoute, "There is no such mail.");
    let Path(id) = id.map_err(|_| nothing())?;
    let row = app.store.account_of_anybody(&id).await?.ok_or_else(nothing)?;
    let line = Line::read(&app, row, None).ok_or_else(nothing)?;
    let mail = written(&app, &line).ok_or_else(nothing)?;
    let style = csp_hash(STYLE);
    let policy = format!(
        "default-src 'none'; style-src {style}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    );
    let mut response = Html(mail.html).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// Sends, and says what came of each.
pub async fn send(
    State(app): State<App>,
    by: Staff,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Fault> {
    let form = Fields::read(&body);
    by.check_sending(&app, &headers, &form)?;
    let accounts: Vec<String> = chosen(&form);
    let mut outcomes = Vec::new();
    for few in accounts.chunks(AT_ONCE) {
        let mut asking = tokio::task::JoinSet::new();
        for account in few {
            let (app, account, who) = (app.clone(), account.clone(), by.who());
            asking.spawn(async move {
                let outcome = ask_one(&app, &account, who).await;
                (account, outcome)
            });
        }
        outcomes.extend(asking.join_all().await);
    }
    app.post.wake();
    let sent = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).count();
    let lines = lines(&app, &form).await?;
    let said = |line: &Line<'_>| {
        let found = outcomes.iter().find(|(account, _)| *account == line.row.id);
        found.map_or_else(String::new, |(_, outcome)| match outcome {
            Ok(()) => "On its way.".into(),
            Err(fault) => format!("Not sent: {}", fault.detail),
        })
    };
    let body = html! {
        p .back { a href="/dashboard" { "← Accounts" } }
        div .head { h1 { @if sent == 1 { "1 mail is on its way" } @else { (sent) " mails are on their way" } } }
        h2 { "One by one" }
        ul .accounts { @for line in &lines { li { (item(line, html! { (said(line)) })) } } }
    };
    Ok(page(&app, "Relink requests", "/dashboard", Some(&by), body))
}

async fn ask_one(app: &App, account: &str, by: String) -> Result<(), Fault> {
    let (delivery, host) = (Delivery::Email, PageHost::Merchant);
    let wish = Wish { delivery, host, return_url: None, locale: None, by, key: random_id("staff") };
    let prepared = ask::prepare(app, account, &wish).await?;
    if app.store.ask(&prepared.asked).await? {
        return Ok(());
    }
    Err(Fault::new(Kind::RateLimited, "Somebody else asked a moment ago."))
}

fn chosen(form: &Fields) -> Vec<String> {
    let mut accounts: Vec<String> = form.all("account").map(str::to_owned).collect();
    accounts.sort_unstable();
    accounts.dedup();
    accounts.truncate(ON_A_PAGE);
    accounts
}

async fn lines<'a>(app: &'a App, form: &Fields) -> Result<Vec<Line<'a>>, Fault> {
    let mut lines = Vec::new();
    for id in chosen(form) {
        let Some(row) = app.store.account_of_anybody(&id).await? else { continue };
        let last = app.store.last_mail(&id, "").await?;
        lines.extend(Line::read(app, row, last));
    }
    Ok(lines)
}

fn written(app: &App, line: &Line<'_>) -> Option<Mail> {
    let reason = line.verdict.as_ref().ok()?;
    let link = format!("{}/r/the-link-is-made-when-it-is-sent", app.config.hosted.link_base);
    Some(ask::preview(app, &line.account, line.customer?, reason, &link))
}

fn item(line: &Line<'_>, beside: Markup) -> Markup {
    html! {
        div .line {
            (line.mark())
            div .what {
                h3 { bdi { (line.bank()) } " · " (line.name()) }
                p { bdi { (line.holder()) } }
            }
            p .stand.fine { (beside) }
        }
    }
}

fn count(asked: usize) -> String {
    match asked {
        0 => "Nobody of those can be asked now.".into(),
        1 => "One mail, about one account.".into(),
        many => format!("{many} mails, each about one account."),
    }
}
