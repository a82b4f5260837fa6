//! Emails customers: first a preview of the emails and their recipients, then the sending. The result is on a page of
//! its own (`sent`), which can be reloaded. Each customer gets one email for each bank.

use crate::frame::{Fields, Staff, hidden, page};
use crate::list::ON_A_PAGE;
use crate::standing::{CanAsk, Standing};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use relink_account::LinkedAccount;
use relink_backend::{ApiError, ApiErrorKind};
use relink_hosted::Hosted;
use relink_hosted::ask::{self, AskError, Wish};
use relink_hosted::groups::by_person_and_bank;
use relink_hosted::mail::{Mail, STYLE};
use relink_seal::{csp_hash, random_id};
use relink_store::StoreError;
use relink_store::hosted::{Delivery, PageHost};
use relink_store::sendings::SentAbout;
use relink_wire::Account;

/// Accounts that are read from Stripe at the same time.
const AT_ONCE: usize = 8;
/// How often a request is prepared again because somebody else asked about one of its accounts meanwhile.
const TRIES: usize = 3;
/// The longest key of a form that is taken; ours are shorter.
const LONGEST_KEY: usize = 64;

/// The emails, and who gets them.
pub async fn preview(
    State(hosted): State<Hosted>,
    by: Staff,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let query = Fields::read(&query.unwrap_or_default());
    let lines = lines(&hosted, chosen(&query)).await?;
    if lines.is_empty() {
        return Ok(nothing_ticked(&hosted, &by));
    }
    let (asked, others): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.can_ask() == CanAsk::Now);
    let groups = by_person_and_bank(asked, |line| &line.row.linked);
    let first = groups.first().map(Vec::as_slice).unwrap_or_default();
    let body = html! {
        p .back { a href="/dashboard" { "← Accounts" } }
        div .head {
            h1 { "Send relink request" }
            p .lede { (count(&groups)) }
        }
        @if !groups.is_empty() {
            @if by.may_send() {
                form .bulk method="post" action="/dashboard/send" {
                    (hidden("csrf_token", &by.form_token(&hosted)))
                    (hidden("sending", &random_id("snd")))
                    @for line in groups.iter().flatten() { (hidden("account", line.row.linked.id())) }
                    button .primary type="submit" { @if groups.len() == 1 { "Send 1 email" } @else { "Send " (groups.len()) " emails" } }
                    span .fine { "One email for each customer and bank, with all their accounts. About each account at most one in 48 hours." }
                }
            }
            h2 { "Who gets it" }
            @for group in &groups {
                @if let [one, _, ..] = group.as_slice() {
                    h3 { bdi { (one.holder()) } " · " bdi { (one.bank()) } ": one email about " (group.len()) " accounts" }
                }
                ul .accounts { @for line in group { li { (item(line, html! { a href=(preview_of(group)) { "See the email" } })) } } }
            }
            @if let Some(mail) = written(&hosted, first) {
                h2 { "The first email" }
                p .fine { "Subject: " bdi { (mail.subject) } }
                iframe .letter title="The first email" src=(preview_of(first)) sandbox="" {}
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

/// Nothing was chosen, or nothing of it is known: that is said, not that nobody is to be asked.
fn nothing_ticked(hosted: &Hosted, by: &Staff) -> Response {
    let body = html! {
        p .back { a href="/dashboard" { "← Accounts" } }
        div .head {
            h1 { "Nothing is ticked" }
            p .lede { "Tick the accounts whose customers are to be asked, then press “Email customers”. No email was sent." }
        }
        p .bulk { a .button.primary href="/dashboard" { "Back to the accounts" } }
    };
    page(hosted, "Nothing is ticked", "/dashboard", Some(by), body)
}

/// Where the mail about a group is shown.
fn preview_of(group: &[&Standing]) -> String {
    let mut ids = group.iter().map(|line| line.row.linked.id());
    let first = ids.next().unwrap_or_default();
    let query =
        form_urlencoded::Serializer::new(String::new()).extend_pairs(ids.map(|id| ("account", id))).finish();
    let query = if query.is_empty() { query } else { format!("?{query}") };
    format!("/dashboard/preview/{first}{query}")
}

/// The markup of the email that the customer of an account would get about it, and about others that the query names, with a
/// link that leads nowhere.
pub async fn mail(
    State(hosted): State<Hosted>,
    _: Staff,
    id: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let nothing = || ApiError::new(ApiErrorKind::NoSuchRoute, "There is no such email.");
    let Path(id) = id.map_err(|_| nothing())?;
    let query = Fields::read(&query.unwrap_or_default());
    let mut ids = vec![id];
    ids.extend(chosen(&query));
    let lines = lines(&hosted, ids).await?;
    let groups = by_person_and_bank(lines.iter().collect(), |line| &line.row.linked);
    let mail = groups.first().and_then(|group| written(&hosted, group)).ok_or_else(nothing)?;
    let style = csp_hash(STYLE);
    // An email's styles are on its elements. Nothing in it is anybody's but ours, and no script runs here.
    let policy = format!(
        "default-src 'none'; style-src-elem {style}; style-src-attr 'unsafe-inline'; img-src https:; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'self'"
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

/// Sends, once for each form, and redirects to the result.
pub async fn send(
    State(hosted): State<Hosted>,
    by: Staff,
    headers: HeaderMap,
    body: String,
) -> Result<Response, ApiError> {
    let form = Fields::read(&body);
    by.check_sending(&hosted, &headers, &form)?;
    let accounts = chosen(&form);
    if accounts.is_empty() {
        return Ok(nothing_ticked(&hosted, &by));
    }
    let is_key = |key: &&str| {
        (1..=LONGEST_KEY).contains(&key.len())
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let id = form.first("sending").filter(is_key).map_or_else(|| random_id("snd"), str::to_owned);
    if hosted.store.begin_sending(&id, &by.who(), &accounts, hosted.now()).await? {
        // It goes on when the browser hangs up.
        let (of, key, who) = (hosted.clone(), id.clone(), by.who());
        let sending = tokio::spawn(async move { ask_all(&of, &key, &accounts, &who).await });
        let died = |_| ApiError::new(ApiErrorKind::Internal, "The sending stopped half-way.");
        sending.await.map_err(died)??;
    }
    Ok(Redirect::to(&format!("/dashboard/sent/{id}")).into_response())
}

/// Asks about every account, and writes each result.
async fn ask_all(hosted: &Hosted, sending: &str, accounts: &[String], who: &str) -> Result<(), StoreError> {
    let (mut fresh, read_at_ms) = (Vec::new(), hosted.now_ms());
    for few in accounts.chunks(AT_ONCE) {
        let mut reading = tokio::task::JoinSet::new();
        for account in few {
            let (hosted, account) = (hosted.clone(), account.clone());
            reading.spawn(async move {
                let read = ask::account(&hosted, &account).await;
                (account, read)
            });
        }
        for (account, read) in reading.join_all().await {
            match read {
                Ok(linked) => fresh.push(linked),
                Err(why) => hosted.store.put_sent(sending, &[refused(account, why.sentence())]).await?,
            }
        }
    }
    for group in by_person_and_bank(fresh, |account| account) {
        let outcomes = ask_one(hosted, group, read_at_ms, who).await;
        hosted.store.put_sent(sending, &outcomes).await?;
        hosted.wake();
    }
    hosted.store.end_sending(sending, hosted.now()).await
}

fn refused(account: String, why: String) -> SentAbout {
    SentAbout { account, relink: None, refusal: Some(why) }
}

/// Asks one customer about their accounts at one bank.
async fn ask_one(hosted: &Hosted, group: Vec<LinkedAccount>, read_at_ms: i64, by: &str) -> Vec<SentAbout> {
    let why_not = |error: &AskError| -> Vec<SentAbout> {
        let why = |account: &LinkedAccount| ask::why_not(hosted, account, error);
        group.iter().map(|account| refused(account.id().to_owned(), why(account))).collect()
    };
    for _ in 0..TRIES {
        let wish = Wish {
            delivery: Delivery::Email,
            host: PageHost::Merchant,
            return_url: None,
            locale: None,
            by: by.to_owned(),
            key: random_id("staff"),
        };
        let prepared = match ask::prepare_for(hosted, group.clone(), read_at_ms, &wish).await {
            Ok(prepared) => prepared,
            Err(error) => return why_not(&error),
        };
        match hosted.store.write_hosted_request(&prepared.asked).await {
            Ok(true) => {
                let relink = &prepared.asked.relink;
                let sent = relink.account_ids().map(|account| SentAbout {
                    account: account.to_owned(),
                    relink: Some(relink.id.clone()),
                    refusal: None,
                });
                let left =
                    prepared.left_out.into_iter().map(|(account, why)| refused(account, why.sentence()));
                return sent.chain(left).collect();
            }
            // Somebody else asked about one of them a moment ago: the others are looked at again.
            Ok(false) => {}
            Err(error) => return why_not(&error.into()),
        }
    }
    let pauses = group.iter().map(|account| hosted.asking_of(account).between_mails_s);
    let pause_s = pauses.max().unwrap_or_default();
    why_not(&AskError::TooSoon { left_s: pause_s, pause_s })
}

fn chosen(form: &Fields) -> Vec<String> {
    let mut accounts: Vec<String> = form.all("account").map(str::to_owned).collect();
    accounts.sort_unstable();
    accounts.dedup();
    accounts.truncate(ON_A_PAGE);
    accounts
}

/// How it stands with accounts, in that order; without those that are not known.
pub async fn lines(hosted: &Hosted, accounts: Vec<String>) -> Result<Vec<Standing>, ApiError> {
    let mut lines = Vec::new();
    for id in accounts {
        let Some(row) = hosted.store.account_of_anybody(&id).await? else { continue };
        let last = hosted.store.last_mail_about(&id, "").await?;
        let contact = hosted.contact(&row.customer).await?;
        let asking = hosted.asking_of(&row.linked);
        lines.push(Standing::of(row, contact, last, &asking, hosted.now()));
    }
    Ok(lines)
}

/// The mail about a group, the most urgent account first.
fn written(hosted: &Hosted, group: &[&Standing]) -> Option<Mail> {
    let mut about: Vec<_> =
        group.iter().filter_map(|line| Some((line.verdict.as_ref().ok()?, line))).collect();
    about.sort_by_key(|(reason, line)| (reason.gravity(), line.row.linked.id()));
    let (reason, first) = about.first()?;
    let accounts: Vec<&Account> = about.iter().map(|(_, line)| line.account()).collect();
    let link = format!("{}/r/the-link-is-made-when-it-is-sent", hosted.settings().link_base);
    Some(ask::preview(hosted, &accounts, &first.customer, reason, &link))
}

/// An account in a list, and what is said beside it.
pub fn item(line: &Standing, beside: Markup) -> Markup {
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

fn count(groups: &[Vec<&Standing>]) -> String {
    let accounts = groups.iter().flatten().count();
    match (groups.len(), accounts) {
        (0, _) => "Nobody of those can be asked now.".into(),
        (1, 1) => "One email, about one account.".into(),
        (1, many) => format!("One email, about {many} accounts."),
        (mails, accounts) if mails == accounts => format!("{mails} emails, each about one account."),
        (mails, accounts) => format!("{mails} emails, about {accounts} accounts together."),
    }
}
