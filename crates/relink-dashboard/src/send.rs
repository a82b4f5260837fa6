//! Asks customers: first a look at the email and at who gets it, then the sending.

use crate::frame::{Fields, Staff, hidden, page};
use crate::list::ON_A_PAGE;
use crate::standing::{CanAsk, Standing};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};
use relink_backend::{ApiError, ApiErrorKind};
use relink_hosted::Hosted;
use relink_hosted::ask::{self, AskError, Wish};
use relink_hosted::mail::{Mail, STYLE};
use relink_hosted::rules;
use relink_seal::{csp_hash, random_id};
use relink_store::hosted::{Delivery, PageHost};

/// Requests that are prepared at the same time: each reads its account from Stripe.
const AT_ONCE: usize = 8;

/// The email, and who gets it.
pub async fn preview(
    State(hosted): State<Hosted>,
    by: Staff,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let query = Fields::read(&query.unwrap_or_default());
    let lines = lines(&hosted, &query).await?;
    let (asked, others): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.can_ask() == CanAsk::Now);
    let body = html! {
        p .back { a href="/dashboard" { "← Accounts" } }
        div .head {
            h1 { "Send relink request" }
            p .lede { (count(asked.len())) }
        }
        @if let Some(first) = asked.first() {
            @let mail = written(&hosted, first);
            @if by.may_send() {
                form .bulk method="post" action="/dashboard/send" {
                    (hidden("csrf_token", &by.form_token(&hosted)))
                    @for line in &asked { (hidden("account", line.row.linked.id())) }
                    button .primary type="submit" { @if asked.len() == 1 { "Send 1 mail" } @else { "Send " (asked.len()) " mails" } }
                    span .fine { "Each account at most once in 48 hours, whoever asks. A customer with several accounts gets one email for each." }
                }
            }
            h2 { "Who gets it" }
            ul .accounts { @for line in &asked { li { (item(line, html! { a href=(format!("/dashboard/preview/{}", line.row.linked.id())) { "See the mail" } })) } } }
            @if let Some(mail) = mail {
                h2 { "The first mail" }
                p .fine { "Subject: " bdi { (mail.subject) } }
                iframe .letter title="The first mail" src=(format!("/dashboard/preview/{}", first.row.linked.id())) sandbox="" {}
                h3 { "As plain text" }
                pre .letter tabindex="0" lang=(mail.lang) dir="auto" { (mail.text) }
            }
        }
        @if !others.is_empty() {
            h2 { "Who does not" }
            ul .accounts { @for line in &others { li { (item(line, html! { (line.ask()) })) } } }
        }
    };
    Ok(page(&hosted, "Send relink request", "/dashboard", Some(&by), body))
}

/// The markup of the email that an account's customer would get, with a link that leads nowhere.
pub async fn mail(
    State(hosted): State<Hosted>,
    _: Staff,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let nothing = || ApiError::new(ApiErrorKind::NoSuchRoute, "There is no such mail.");
    let Path(id) = id.map_err(|_| nothing())?;
    let row = hosted.store.account_of_anybody(&id).await?.ok_or_else(nothing)?;
    let contact = hosted.contact(&row.customer).await?;
    let line = Standing::of(row, contact, None, hosted.now());
    let mail = written(&hosted, &line).ok_or_else(nothing)?;
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
    State(hosted): State<Hosted>,
    by: Staff,
    headers: HeaderMap,
    body: String,
) -> Result<Response, ApiError> {
    let form = Fields::read(&body);
    by.check_sending(&hosted, &headers, &form)?;
    let accounts: Vec<String> = chosen(&form);
    let mut outcomes = Vec::new();
    for few in accounts.chunks(AT_ONCE) {
        let mut asking = tokio::task::JoinSet::new();
        for account in few {
            let (hosted, account, who) = (hosted.clone(), account.clone(), by.who());
            asking.spawn(async move {
                let outcome = ask_one(&hosted, &account, who).await;
                (account, outcome)
            });
        }
        outcomes.extend(asking.join_all().await);
    }
    hosted.wake();
    let sent = outcomes.iter().filter(|(_, outcome)| outcome.is_ok()).count();
    let lines = lines(&hosted, &form).await?;
    let said = |line: &Standing| {
        let found = outcomes.iter().find(|(account, _)| *account == line.row.linked.id());
        found.map_or_else(String::new, |(_, outcome)| match outcome {
            Ok(()) => "On its way.".into(),
            Err(error) => format!("Not sent: {}", error.sentence()),
        })
    };
    let body = html! {
        p .back { a href="/dashboard" { "← Accounts" } }
        div .head { h1 { @if sent == 1 { "1 mail is on its way" } @else { (sent) " mails are on their way" } } }
        h2 { "One by one" }
        ul .accounts { @for line in &lines { li { (item(line, html! { (said(line)) })) } } }
    };
    Ok(page(&hosted, "Relink requests", "/dashboard", Some(&by), body))
}

async fn ask_one(hosted: &Hosted, account: &str, by: String) -> Result<(), AskError> {
    let (delivery, host) = (Delivery::Email, PageHost::Merchant);
    let wish = Wish { delivery, host, return_url: None, locale: None, by, key: random_id("staff") };
    let prepared = ask::prepare(hosted, account, &wish).await?;
    if hosted.store.write_hosted_request(&prepared.asked).await? {
        return Ok(());
    }
    // Somebody else asked a moment ago.
    Err(AskError::TooSoon(rules::BETWEEN_MAILS))
}

fn chosen(form: &Fields) -> Vec<String> {
    let mut accounts: Vec<String> = form.all("account").map(str::to_owned).collect();
    accounts.sort_unstable();
    accounts.dedup();
    accounts.truncate(ON_A_PAGE);
    accounts
}

async fn lines(hosted: &Hosted, form: &Fields) -> Result<Vec<Standing>, ApiError> {
    let mut lines = Vec::new();
    for id in chosen(form) {
        let Some(row) = hosted.store.account_of_anybody(&id).await? else { continue };
        let last = hosted.store.last_mail_about(&id, "").await?;
        let contact = hosted.contact(&row.customer).await?;
        lines.push(Standing::of(row, contact, last, hosted.now()));
    }
    Ok(lines)
}

fn written(hosted: &Hosted, line: &Standing) -> Option<Mail> {
    let reason = line.verdict.as_ref().ok()?;
    let link = format!("{}/r/the-link-is-made-when-it-is-sent", hosted.settings().link_base);
    Some(ask::preview(hosted, line.account(), &line.customer, reason, &link))
}

fn item(line: &Standing, beside: Markup) -> Markup {
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
