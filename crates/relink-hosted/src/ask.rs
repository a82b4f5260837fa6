//! Asks a customer to relink: reads the account from its provider, checks the rules, and prepares everything that is then
//! written at once. Every request comes through here, from a server, a person, a policy, or a customer with an expired
//! link.

use crate::addressee::Addressee;
use crate::hosted::Hosted;
use crate::mail::{self, Letter};
use crate::profiles::{BY_STRIPE, profiles};
use crate::rules::{self, Refusal};
use crate::words;
use relink_account::{LinkedAccount, STRIPE};
use relink_backend::lifetime::LASTS_AT_STRIPE;
use relink_backend::open::{Way, open};
use relink_backend::{ApiError, ApiErrorKind, RelinkError};
use relink_seal::{fingerprint, random_id, random_token};
use relink_store::StoreError;
use relink_store::accounts::FreshAccounts;
use relink_store::change::Change;
use relink_store::hosted::{Delivery, HostedRelink, HostedRequest, LinkStatus, PageHost};
use relink_store::link_accounts::LinkAccount;
use relink_store::outbox::{Parcel, ParcelKind};
use relink_stripe::StripeError;
use relink_wire::{Account, CreateSession, Fields};
use serde_json::json;

/// How long a link is good: seven days.
pub const LINK_LASTS: i64 = 7 * 86_400;
/// A request before the rules are checked.
#[derive(Clone, Debug)]
pub struct Wish {
    /// How it reaches the customer.
    pub delivery: Delivery,
    /// Who hosts the page: us or Stripe.
    pub host: PageHost,
    /// Where the customer goes afterwards; checked already.
    pub return_url: Option<String>,
    /// The language, where it is another than the customer's.
    pub locale: Option<String>,
    /// Who asks.
    pub by: String,
    /// Stripe's idempotency key for this request.
    pub key: String,
}

/// A request that is ready to be written.
#[derive(Debug)]
pub struct Prepared {
    /// What is written.
    pub asked: HostedRequest,
    /// The address that the customer opens.
    pub url: String,
    /// Accounts that it is not about, and why.
    pub left_out: Vec<(String, AskError)>,
}

/// Why a customer is not asked.
#[derive(Debug)]
pub enum AskError {
    /// Stripe or the database did not answer, or Stripe refused.
    Relink(RelinkError),
    /// There is no such account, or it is nobody's.
    NoSuchAccount,
    /// The rules forbid it.
    NotEligible(Refusal),
    /// The customer was asked by email not long ago.
    TooSoon {
        /// They may be asked again after so many seconds.
        left_s: i64,
        /// So many have to lie between two emails, as the account's provider says.
        pause_s: i64,
    },
    /// There is no address to write to.
    NoAddress,
    /// This merchant sends no email.
    NoMail,
}

impl AskError {
    /// Whether the request was valid and may succeed in a moment. It must then be tried again, and must not be reported
    /// as done.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Relink(error) => error.is_passing(),
            Self::NoSuchAccount
            | Self::NotEligible(_)
            | Self::TooSoon { .. }
            | Self::NoAddress
            | Self::NoMail => false,
        }
    }

    /// In a sentence, for staff and developers.
    pub fn sentence(&self) -> String {
        match self {
            Self::Relink(RelinkError::Stripe(error)) => format!("{error}."),
            Self::Relink(RelinkError::Provider(error)) => format!("{error}."),
            Self::Relink(RelinkError::Store(_)) => "The database is busy, full or away.".into(),
            Self::Relink(_) => "The provider refuses this relink.".into(),
            Self::NoSuchAccount => "account: the merchant knows no such account.".into(),
            Self::NotEligible(refusal) => refusal.sentence().into(),
            Self::TooSoon { pause_s, .. } => {
                let hours = pause_s / 3600;
                format!("The customer was asked about this account by email less than {hours} hours ago.")
            }
            Self::NoAddress => "The customer has no email address.".into(),
            Self::NoMail => "delivery: this merchant sends no email (SMTP_URL is not set).".into(),
        }
    }
}

impl From<RelinkError> for AskError {
    fn from(error: RelinkError) -> Self {
        Self::Relink(error)
    }
}

impl From<StoreError> for AskError {
    fn from(error: StoreError) -> Self {
        Self::Relink(error.into())
    }
}

impl From<AskError> for ApiError {
    fn from(error: AskError) -> Self {
        let sentence = error.sentence();
        match error {
            AskError::Relink(error) => error.into(),
            AskError::NotEligible(_) => Self::new(ApiErrorKind::NotRelinkable, sentence),
            AskError::TooSoon { left_s, .. } => Self::too_soon(left_s, sentence),
            AskError::NoSuchAccount | AskError::NoAddress | AskError::NoMail => {
                Self::new(ApiErrorKind::Malformed, sentence)
            }
        }
    }
}

/// Prepares a request for an account that is named by its id.
pub async fn prepare(hosted: &Hosted, account: &str, wish: &Wish) -> Result<Prepared, AskError> {
    let read_at_ms = hosted.now_ms();
    prepare_for(hosted, vec![self::account(hosted, account).await?], read_at_ms, wish).await
}

/// An account as its provider has it now.
pub async fn account(hosted: &Hosted, id: &str) -> Result<LinkedAccount, AskError> {
    hosted.account_now(id).await?.ok_or(AskError::NoSuchAccount)
}

/// Why nobody is asked about an account, where a request about several came to an error: what the rules say of this one, else
/// the error.
pub fn why_not(hosted: &Hosted, account: &LinkedAccount, error: &AskError) -> String {
    let asking = hosted.asking_of(account);
    match rules::eligible(&account.account, account.owner.is_some(), &asking, hosted.now()) {
        Err(refusal) => refusal.sentence().into(),
        Ok(_) => error.sentence(),
    }
}

/// Prepares one request for several accounts of one customer at one bank, named by their ids. What Stripe no longer knows
/// is left out.
pub async fn prepare_several(
    hosted: &Hosted,
    accounts: &[String],
    wish: &Wish,
) -> Result<Prepared, AskError> {
    let (mut fresh, read_at_ms) = (Vec::new(), hosted.now_ms());
    for account in accounts {
        match self::account(hosted, account).await {
            Ok(account) => fresh.push(account),
            Err(AskError::NoSuchAccount) => {}
            Err(error) => return Err(error),
        }
    }
    prepare_for(hosted, fresh, read_at_ms, wish).await
}

/// Prepares one request for accounts of one customer at one bank that Stripe has just given. It is about those that the
/// rules allow; where they allow none, the first refusal is the answer.
pub async fn prepare_for(
    hosted: &Hosted,
    fresh: Vec<LinkedAccount>,
    read_at_ms: i64,
    wish: &Wish,
) -> Result<Prepared, AskError> {
    let now = hosted.now();
    let id = id_of(wish);
    let (mut about, mut left_out) = (Vec::new(), Vec::new());
    for linked in &fresh {
        match may_ask(hosted, linked, wish, &id, now).await {
            Ok(reason) => about.push((reason, linked)),
            Err(AskError::Relink(error)) => return Err(error.into()),
            Err(error) => left_out.push((linked.id().to_owned(), error)),
        }
    }
    about.sort_by(|(one, of), (other, than)| (one.gravity(), of.id()).cmp(&(other.gravity(), than.id())));
    let Some((reason, lead)) = about.first() else {
        return Err(left_out.into_iter().next().map_or(AskError::NoSuchAccount, |(_, why)| why));
    };
    let owner = lead.owner.as_deref().ok_or(AskError::NoSuchAccount)?;
    if hosted.store.is_erased(owner).await? {
        return Err(AskError::NoSuchAccount);
    }
    let owner = hosted.addressee(owner).await?;
    let (account, pause_s) = (&lead.account, hosted.asking_of(lead).between_mails_s);
    // Stripe hosts pages for its own accounts alone.
    let host = if lead.provider == STRIPE { wish.host } else { PageHost::Merchant };
    let accounts: Vec<&Account> = about.iter().map(|(_, linked)| &linked.account).collect();
    let mut ids: Vec<&str> = accounts.iter().map(|account| account.id.as_str()).collect();
    ids.sort_unstable();
    let token = random_token();
    let mut relink = HostedRelink {
        id,
        token_fingerprint: token_fingerprint(&token),
        account: account.id.clone(),
        accounts: ids.into_iter().map(LinkAccount::needed).collect(),
        customer: owner.id.clone(),
        delivery: wish.delivery,
        host,
        reason: reason.as_str().into(),
        asked_by: wish.by.clone(),
        locale: wish.locale.clone().unwrap_or_else(|| owner.lang.clone()),
        return_url: wish.return_url.clone(),
        status: LinkStatus::Open,
        created_at: now,
        expires_at: now + if host == PageHost::Stripe { LASTS_AT_STRIPE } else { LINK_LASTS },
        opened_at: None,
        ended_at: None,
        relink_session: None,
        is_told: hosted.settings().webhook.is_some(),
        held_until: None,
    };
    let mut asked = HostedRequest {
        relink: relink.clone(),
        mail: None,
        session: None,
        told: FreshAccounts::default(),
        at_ms: hosted.now_ms(),
        mail_pause: pause_s,
    };
    let at_stripe = match host {
        PageHost::Merchant => None,
        PageHost::Stripe => {
            let [_, profile] = profiles();
            debug_assert_eq!(profile.name, BY_STRIPE);
            let way = Way {
                profile: &profile,
                return_url: wish.return_url.as_deref(),
                delivery: wish.delivery,
                lasts: LASTS_AT_STRIPE,
                key_owner: &wish.by,
                key: &wish.key,
                link: Some(&relink.id),
            };
            let wanted = CreateSession { account: Some(account.id.clone()), ..CreateSession::default() };
            // Stripe's email cannot be taken back: nobody else may ask from here on.
            let is_mail = wish.delivery == Delivery::Email;
            if is_mail && !hosted.store.mail_limit_take(&account.id, &relink.id, now, pause_s).await? {
                return Err(AskError::TooSoon { left_s: pause_s, pause_s });
            }
            let opened = open(hosted, way, &owner.id, &wanted).await;
            if is_mail && opened.is_err() {
                hosted.store.mail_limit_give_back(&relink.id).await?;
            }
            match opened {
                // Hosted relinks by Stripe's API are a private preview: without access the page is ours.
                Err(RelinkError::Stripe(StripeError::NotEnabled(_))) => {
                    tracing::error!(
                        "Stripe hosts no relinks for this account, which must ask Stripe for access: our own page is used"
                    );
                    None
                }
                opened => Some(opened?),
            }
        }
    };
    let url = match at_stripe {
        Some(done) => {
            let url =
                done.body.object("handoff").and_then(|way| way.text("url")).unwrap_or_default().to_owned();
            if let Change::Open(session, _, _) = done.change {
                relink.relink_session = Some(session.id.clone());
                asked.session = Some(session);
            }
            url
        }
        None => {
            relink.host = PageHost::Merchant;
            relink.expires_at = now + LINK_LASTS;
            let url = format!("{}/r/{token}", hosted.settings().link_base);
            if wish.delivery == Delivery::Email {
                asked.mail = Some(parcel(hosted, &owner, &accounts, reason, &relink, &url)?);
            }
            url
        }
    };
    asked.relink = relink;
    asked.told = FreshAccounts { list: fresh, read_at_ms };
    Ok(Prepared { asked, url, left_out })
}

/// Whether the customer of an account may be asked about it, and why.
async fn may_ask(
    hosted: &Hosted,
    linked: &LinkedAccount,
    wish: &Wish,
    id: &str,
    now: i64,
) -> Result<rules::Reason, AskError> {
    let asking = hosted.asking_of(linked);
    let reason = rules::eligible(&linked.account, linked.owner.is_some(), &asking, now);
    let reason = reason.map_err(AskError::NotEligible)?;
    let last = hosted.store.last_mail_about(linked.id(), id).await?;
    let pause_s = asking.between_mails_s;
    rules::allowed(wish.delivery, last, &asking, now)
        .map_err(|left_s| AskError::TooSoon { left_s, pause_s })?;
    Ok(reason)
}

/// Preview of the email a customer would get about accounts, with a link that leads nowhere.
pub fn preview(
    hosted: &Hosted,
    accounts: &[&Account],
    owner: &Addressee,
    reason: &rules::Reason,
    link: &str,
) -> mail::Mail {
    mail::write(&letter(hosted, owner, &owner.lang, accounts, reason, link, hosted.now() + LINK_LASTS))
}

/// What a link's token is known by.
pub fn token_fingerprint(token: &str) -> String {
    fingerprint(&[b"hosted relink", token.as_bytes()])
}

/// What an email's sealed content is bound to.
pub fn about(parcel: &str) -> String {
    format!("outbox {parcel}")
}

fn letter<'a>(
    hosted: &'a Hosted,
    owner: &'a Addressee,
    lang: &'a str,
    accounts: &'a [&'a Account],
    reason: &'a rules::Reason,
    link: &'a str,
    expires_at: i64,
) -> Letter<'a> {
    Letter {
        shop: hosted.shop(),
        logo: hosted.logo(),
        name: &owner.name,
        lang,
        accounts,
        reason,
        link,
        expires_at,
        help: hosted.support_url(),
    }
}

fn parcel(
    hosted: &Hosted,
    owner: &Addressee,
    accounts: &[&Account],
    reason: &rules::Reason,
    relink: &HostedRelink,
    url: &str,
) -> Result<Parcel, AskError> {
    let to = owner.email.as_ref().ok_or(AskError::NoAddress)?;
    if hosted.settings().smtp.is_none() {
        return Err(AskError::NoMail);
    }
    let lang = words::words(&relink.locale).language;
    let mail = mail::write(&letter(hosted, owner, lang, accounts, reason, url, relink.expires_at));
    let content = json!({
        "to": to, "name": owner.name, "subject": mail.subject, "text": mail.text, "html": mail.html, "lang": mail.lang,
    });
    let id = random_id("out");
    let sealed = hosted.seal.close(&about(&id), content.to_string().as_bytes());
    Ok(Parcel { id, kind: ParcelKind::Mail, content_sealed: Some(sealed) })
}

/// A repeated request for Stripe's page gives the same link, so a run that died does not block its own retry.
fn id_of(wish: &Wish) -> String {
    match wish.host {
        PageHost::Merchant => random_id("hrl"),
        PageHost::Stripe => {
            let print = fingerprint(&[b"hosted by stripe", wish.by.as_bytes(), wish.key.as_bytes()]);
            format!("hrl_{}", print.get(..32).unwrap_or(&print))
        }
    }
}
