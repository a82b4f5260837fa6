//! The items at Plaid as a provider beside Stripe: what is kept of them is read and opened here, and `relink_plaid` does the rest. What
//! an access token says counts, and never what is in the database alone.

use relink_account::{Asking, LinkedAccount, Renewals, Standing};
use relink_backend::{Asked, Backend, Begun, Beside, ProviderError, RelinkError, Repair};
use relink_plaid::{Case, Keys, Plaid, PlaidError, Provider, language};
use relink_seal::fingerprint;
use relink_store::accounts::{self, FreshAccounts};
use relink_store::plaid_items::PlaidItem;
use relink_store::sessions::RelinkSession;
use relink_store::{Store, StoreError};
use relink_wire::{FailureReason, Fields, Json, RelinkResult, Secret};
use serde_json::json;

/// As people know it.
const SHOWN: &str = "Plaid";
/// How long a link token of update mode is good, in seconds.
const LASTS_S: i64 = 30 * 60;
/// Items that are looked up at a time.
const BATCH: i64 = 100;
/// After so many items in a row that cannot be read now, the trouble is Plaid's and not an item's.
const IN_A_ROW: usize = 3;

/// The items at Plaid.
pub(crate) struct PlaidItems {
    pub(crate) plaid: Plaid,
    /// Keys of webhooks, as they were asked for.
    pub(crate) keys: Keys,
    /// Where Plaid's webhooks reach us.
    webhook: String,
}

/// What the access token of an item is sealed for.
pub(crate) fn about(item: &str) -> String {
    format!("plaid item {item}")
}

/// What the repair is known by, to whoever gets only the link token.
pub(crate) fn name_of(link_token: &str) -> String {
    fingerprint(&[b"plaid link token", link_token.as_bytes()])
}

/// What went wrong with Plaid, in the backend's terms.
pub(crate) fn wrong(error: PlaidError) -> RelinkError {
    match error {
        PlaidError::Unavailable | PlaidError::Broken => ProviderError::Unavailable(SHOWN).into(),
        PlaidError::Throttled => ProviderError::Throttled(SHOWN).into(),
        PlaidError::Busy => ProviderError::Busy(SHOWN).into(),
        PlaidError::Unauthorized => {
            tracing::error!("Plaid does not accept RELINK_PLAID_CLIENT_ID and RELINK_PLAID_SECRET");
            ProviderError::Unavailable(SHOWN).into()
        }
        PlaidError::NotFound => RelinkError::AuthorizationGone,
        PlaidError::Refused(code) => ProviderError::Refused(SHOWN, code).into(),
    }
}

/// The accounts of an item that are known, each by the id that it was given last.
pub(crate) async fn known(
    store: &Store,
    customer: &str,
    item: &str,
) -> Result<Vec<LinkedAccount>, StoreError> {
    let rows = store.accounts_of(customer).await?.into_iter().map(|row| row.linked);
    let mut known: Vec<LinkedAccount> = rows
        .filter(|account| account.provider == Plaid::NAME && account.authorization() == Some(item))
        .collect();
    let renewed = Renewals::among(&known);
    known.retain(|account| !renewed.is_replaced(account.id()));
    Ok(known)
}

impl PlaidItems {
    pub(crate) fn new(plaid: Plaid, webhook: String) -> Self {
        Self { plaid, keys: Keys::default(), webhook }
    }

    /// The accounts of an item as they stand now. Where the token cannot be opened the item has to be registered again, and until then
    /// what is known is all there is to say. What is asked of our own accord is in no customer's share of the calls.
    pub(crate) async fn now(
        &self,
        backend: Backend<'_>,
        item: &PlaidItem,
    ) -> Result<Vec<LinkedAccount>, RelinkError> {
        Self::of_item(&self.plaid, backend, item).await
    }

    async fn of_item(
        plaid: &Plaid,
        backend: Backend<'_>,
        item: &PlaidItem,
    ) -> Result<Vec<LinkedAccount>, RelinkError> {
        let known = known(backend.store, &item.customer, &item.id).await?;
        let Some(token) = token(backend, item) else { return Ok(known) };
        let (_, accounts) = plaid.state(&token, &item.id, &known).await.map_err(wrong)?;
        Ok(owned(accounts, &item.customer))
    }

    async fn accounts_now(
        &self,
        backend: Backend<'_>,
        customer: &str,
        authorization: Option<&str>,
    ) -> Result<Vec<LinkedAccount>, RelinkError> {
        let (mut accounts, plaid) = (Vec::new(), self.plaid.for_customer(customer));
        for item in backend.store.plaid_items_of(customer).await? {
            if authorization.is_none_or(|id| id == item.id) {
                accounts.extend(Self::of_item(&plaid, backend, &item).await?);
            }
        }
        Ok(accounts)
    }

    async fn sync_all(&self, backend: Backend<'_>) -> Result<usize, RelinkError> {
        let (mut after, mut count, mut failed) = (String::new(), 0, 0);
        loop {
            let items = backend.store.plaid_items_after(&after, BATCH).await?;
            let Some(last) = items.last() else { return Ok(count) };
            after.clone_from(&last.id);
            for item in &items {
                let list = match self.now(backend, item).await {
                    Ok(list) => {
                        failed = 0;
                        list
                    }
                    Err(error) if error.is_passing() && failed + 1 == IN_A_ROW => return Err(error),
                    Err(error) => {
                        failed += usize::from(error.is_passing());
                        tracing::warn!(?error, "an item at Plaid cannot be read");
                        continue;
                    }
                };
                count += list.len();
                let told = FreshAccounts { list, read_at_ms: backend.now_ms };
                let mut write = backend.store.begin().await?;
                accounts::put_all(&mut write, &told, |account| account.owner.as_deref()).await?;
                write.commit().await?;
            }
        }
    }

    async fn begin_now(&self, backend: Backend<'_>, repair: Repair<'_>) -> Result<Begun, RelinkError> {
        let item = theirs(backend.store, repair.customer, repair.authorization).await?;
        let item = item.ok_or(RelinkError::NotTheirs)?;
        // Sealed with a secret that is gone: nothing waits for it, and the log says what to do.
        let Some(token) = token(backend, &item) else { return Err(RelinkError::AuthorizationGone) };
        // Accounts are chosen anew only where some are missing of a login that works: renewing must switch nothing on or off.
        let is_missing = repair.shown.iter().any(|account| !account.account.is_active());
        let plaid = self.plaid.for_customer(repair.customer);
        let selects_accounts = is_missing && plaid.item(&token).await.map_err(wrong)?.error.is_none();
        let countries: Vec<&str> = item.countries.iter().map(String::as_str).collect();
        let wanted = relink_plaid::Repair {
            access_token: &token,
            merchant: backend.merchant,
            customer: repair.customer,
            language: language(repair.locale),
            countries: &countries,
            return_url: repair.return_url,
            webhook: Some(&self.webhook),
            selects_accounts,
        };
        // Plaid has no idempotency key; what is kept under ours is the answer.
        let begun = plaid.begin(&wanted, "").await.map_err(wrong)?;
        let case = json!({"token": begun.token.expose(), "was_broken": begun.was_broken});
        Ok(Begun { name: name_of(begun.token.expose()), url: begun.url, case: Secret::new(case.to_string()) })
    }

    async fn standing_now(
        &self,
        backend: Backend<'_>,
        session: &RelinkSession,
        case: Secret,
    ) -> Result<Standing, RelinkError> {
        let Some(item) = theirs(backend.store, &session.customer, &session.authorization).await? else {
            let gone = RelinkResult::failed(FailureReason::NoAuthorization);
            return Ok(Standing::Failed(gone, Vec::new()));
        };
        let told: Json = serde_json::from_str(case.expose()).unwrap_or_default();
        let (Some(token), Some(link)) = (token(backend, &item), told.text("token")) else {
            return Ok(Standing::Pending);
        };
        let begun = relink_plaid::Begun {
            token: Secret::new(link),
            url: Secret::new(""),
            was_broken: told.flag("was_broken") == Some(true),
        };
        let before = known(backend.store, &item.customer, &item.id).await?;
        let needed = session.account.as_deref();
        let case = Case { begun: &begun, access_token: &token, item: &item.id, before: &before, needed };
        let plaid = self.plaid.for_customer(&session.customer);
        Ok(match plaid.standing(&case).await.map_err(wrong)? {
            Standing::Granted(result, list) => Standing::Granted(result, owned(list, &item.customer)),
            Standing::Failed(result, list) => Standing::Failed(result, owned(list, &item.customer)),
            standing @ (Standing::Pending | Standing::Cancelled) => standing,
        })
    }
}

/// A customer's item; another customer's is not found.
async fn theirs(store: &Store, customer: &str, id: &str) -> Result<Option<PlaidItem>, StoreError> {
    Ok(store.plaid_item(id).await?.filter(|item| item.customer == customer))
}

fn token(backend: Backend<'_>, item: &PlaidItem) -> Option<Secret> {
    let opened = backend.seal.open(&about(&item.id), &item.access_token_sealed);
    let token = opened.and_then(|bytes| String::from_utf8(bytes).ok()).map(Secret::new);
    if token.is_none() {
        tracing::error!("an access token of Plaid's was sealed with another secret: register the item again");
    }
    token
}

fn owned(accounts: Vec<LinkedAccount>, customer: &str) -> Vec<LinkedAccount> {
    let of = |account| LinkedAccount { owner: Some(customer.to_owned()), ..account };
    accounts.into_iter().map(of).collect()
}

impl Beside for PlaidItems {
    fn name(&self) -> &'static str {
        Plaid::NAME
    }

    fn asking(&self) -> Asking {
        Plaid::ASKING
    }

    fn lasts_s(&self) -> i64 {
        LASTS_S
    }

    fn accounts<'a>(
        &'a self,
        backend: Backend<'a>,
        customer: &'a str,
        authorization: Option<&'a str>,
    ) -> Asked<'a, Vec<LinkedAccount>> {
        Box::pin(self.accounts_now(backend, customer, authorization))
    }

    fn sync<'a>(&'a self, backend: Backend<'a>) -> Asked<'a, usize> {
        Box::pin(self.sync_all(backend))
    }

    fn begin<'a>(&'a self, backend: Backend<'a>, repair: Repair<'a>) -> Asked<'a, Begun> {
        Box::pin(self.begin_now(backend, repair))
    }

    fn standing<'a>(
        &'a self,
        backend: Backend<'a>,
        session: &'a RelinkSession,
        case: Secret,
    ) -> Asked<'a, Standing> {
        Box::pin(self.standing_now(backend, session, case))
    }
}
