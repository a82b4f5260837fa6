//! Asks a customer to relink: looks at the account as Stripe tells it now, asks the rules, and prepares everything that
//! is then written at once. Whoever asks (a server, a person, a policy, the customer with a link that ran out) comes
//! through here.

use super::mail::{self, Letter};
use super::rules::{self, Delivery, Refusal};
use super::words;
use crate::app::App;
use crate::config::Customer;
use crate::fault::{Fault, Kind};
use crate::relink::document::MERCHANT_NAME;
use crate::relink::open::{Way, open};
use crate::relink::{self};
use crate::seal::{fingerprint, random_id, random_token};
use crate::store::hosted::{HostedRequest, PageHost, HostedRelink, Status};
use crate::store::outbox::{Kind as Parcels, Parcel};
use crate::store::sessions::{FreshAccounts, Change};
use crate::stripe::StripeError;
use crate::stripe::objects;
use relink_wire::{Account, CreateSession, Fields};
use serde_json::json;

/// How long a link is good: seven days.
pub const LINK_LASTS: i64 = 7 * 86_400;
/// How long Stripe's own page is: a day.
const STRIPES_LASTS: i64 = 86_400;

/// What is wished for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// How it reaches the customer.
    pub delivery: Delivery,
    /// Whose page it leads to.
    pub host: PageHost,
    /// Where the customer goes afterwards; checked already.
    pub return_url: Option<String>,
    /// The language, where it is another than the customer's.
    pub locale: Option<String>,
    /// Who wishes it.
    pub by: String,
    /// What a repeated wish is known by, for Stripe.
    pub key: String,
}

/// A request that is ready to be written.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// What is written.
    pub asked: HostedRequest,
    /// The address that the customer opens.
    pub url: String,
}

/// Prepares a request for an account that is named by its id.
pub async fn prepare(app: &App, account: &str, wish: &Wish) -> Result<Prepared, Fault> {
    let read_at_ms = app.now_ms();
    match app.stripe.account(account).await {
        Ok(account) => prepare_for(app, account, read_at_ms, wish).await,
        Err(StripeError::NotFound) => Err(no_such_account()),
        Err(error) => Err(error.into()),
    }
}

/// Prepares a request for an account that Stripe has just told.
pub async fn prepare_for(
    app: &App,
    told: objects::Account,
    read_at_ms: i64,
    wish: &Wish,
) -> Result<Prepared, Fault> {
    let account = Account::decode(&told.public).map_err(|_| no_such_account())?;
    let now = app.now();
    let reason = rules::eligible(&account, told.owner.is_some(), now).map_err(not_relinkable)?;
    let owner = told.owner.as_deref().and_then(|owner| app.customer(owner)).ok_or_else(no_such_account)?;
    let id = id_of(wish);
    let last = app.store.last_mail(&account.id, &id).await?;
    rules::allowed(wish.delivery, last, now).map_err(too_often)?;
    let token = random_token();
    let mut relink = HostedRelink {
        id,
        token_fingerprint: token_fingerprint(&token),
        account: account.id.clone(),
        customer: owner.id.clone(),
        delivery: wish.delivery,
        host: wish.host,
        reason: reason.as_str().into(),
        asked_by: wish.by.clone(),
        locale: wish.locale.clone().unwrap_or_else(|| owner.lang.clone()),
        return_url: wish.return_url.clone(),
        status: Status::Open,
        created_at: now,
        expires_at: now + if wish.host == PageHost::Stripe { STRIPES_LASTS } else { LINK_LASTS },
        opened_at: None,
        ended_at: None,
        relink_session: None,
        is_told: app.config.hosted.webhook.is_some(),
    };
    let mut asked = HostedRequest {
        relink: relink.clone(),
        mail: None,
        session: None,
        told: FreshAccounts::default(),
        at_ms: app.now_ms(),
    };
    let url = match wish.host {
        PageHost::Merchant => {
            let url = format!("{}/r/{token}", app.config.hosted.link_base);
            if wish.delivery == Delivery::Email {
                asked.mail = Some(parcel(app, owner, &account, &reason, &relink, &url)?);
            }
            url
        }
        PageHost::Stripe => {
            let way = Way {
                mount: relink::BY_STRIPE,
                page: wish.return_url.as_deref(),
                delivery: wish.delivery,
                lasts: STRIPES_LASTS,
            };
            let wanted = CreateSession { account: Some(account.id.clone()), ..CreateSession::default() };
            // Stripe's mail cannot be taken back: nobody else may ask from here on.
            let is_mail = wish.delivery == Delivery::Email;
            if is_mail && !app.store.reserve(&account.id, &relink.id, now).await? {
                return Err(too_often(rules::BETWEEN_MAILS));
            }
            let done = match open(app, way, &owner.id, &wanted, &wish.by, &wish.key).await {
                Err(fault) if is_mail => {
                    app.store.give_back(&relink.id).await?;
                    return Err(fault);
                }
                opened => opened?,
            };
            let url =
                done.body.object("handoff").and_then(|way| way.text("url")).unwrap_or_default().to_owned();
            if let Change::Open(session, _) = done.effect {
                relink.relink_session = Some(session.id.clone());
                asked.session = Some(session);
            }
            url
        }
    };
    asked.relink = relink;
    asked.told = FreshAccounts { list: vec![told], read_at_ms };
    Ok(Prepared { asked, url })
}

/// The mail that a customer would get about an account, with a link that leads nowhere: for a preview.
pub fn preview(
    app: &App,
    account: &Account,
    owner: &Customer,
    reason: &rules::Reason,
    link: &str,
) -> mail::Mail {
    mail::write(&letter(app, owner, &owner.lang, account, reason, link, app.now() + LINK_LASTS))
}

/// What a link's token is known by.
pub fn token_fingerprint(token: &str) -> String {
    fingerprint(&[b"hosted relink", token.as_bytes()])
}

/// What a mail's sealed content is bound to.
pub fn about(parcel: &str) -> String {
    format!("outbox {parcel}")
}

fn letter<'a>(
    app: &'a App,
    owner: &'a Customer,
    lang: &'a str,
    account: &'a Account,
    reason: &'a rules::Reason,
    link: &'a str,
    expires_at: i64,
) -> Letter<'a> {
    let help = &app.config.support_url;
    Letter { shop: MERCHANT_NAME, name: &owner.name, lang, account, reason, link, expires_at, help }
}

fn parcel(
    app: &App,
    owner: &Customer,
    account: &Account,
    reason: &rules::Reason,
    relink: &HostedRelink,
    url: &str,
) -> Result<Parcel, Fault> {
    let detail = "The customer has no e-mail address.";
    let to = owner.email.as_ref().ok_or_else(|| Fault::new(Kind::Malformed, detail))?;
    if app.config.hosted.smtp.is_none() {
        return Err(Fault::new(
            Kind::Malformed,
            "delivery: this merchant sends no mail (SMTP_URL is not set).",
        ));
    }
    let lang = words::words(&relink.locale).language;
    let mail = mail::write(&letter(app, owner, lang, account, reason, url, relink.expires_at));
    let content = json!({
        "to": to, "name": owner.name, "subject": mail.subject, "text": mail.text, "html": mail.html, "lang": mail.lang,
    });
    let id = random_id("out");
    let sealed = app.seal.close(&about(&id), content.to_string().as_bytes());
    Ok(Parcel { id, kind: Parcels::Mail, content_sealed: Some(sealed) })
}

/// A wish for Stripe's page that is repeated is the same link, so that a run that died does not stand in its own way.
fn id_of(wish: &Wish) -> String {
    match wish.host {
        PageHost::Merchant => random_id("hrl"),
        PageHost::Stripe => {
            let print = fingerprint(&[b"hosted by stripe", wish.by.as_bytes(), wish.key.as_bytes()]);
            format!("hrl_{}", print.get(..32).unwrap_or(&print))
        }
    }
}

fn too_often(seconds: i64) -> Fault {
    Fault::too_often(seconds, "The customer was asked about this account by mail less than 48 hours ago.")
}

fn not_relinkable(refusal: Refusal) -> Fault {
    Fault::new(Kind::NotRelinkable, refusal.sentence())
}

fn no_such_account() -> Fault {
    Fault::new(Kind::Malformed, "account: the merchant knows no such account.")
}
