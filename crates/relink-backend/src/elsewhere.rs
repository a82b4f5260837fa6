//! Accounts at whichever provider has them: Stripe, or one beside it.

use crate::beside::{Backend, Beside};
use crate::error::RelinkError;
use crate::relink::Relink;
use relink_account::{Asking, LinkedAccount, Provider, Renewals, STRIPE};
use relink_stripe::{Stripe, StripeError};

impl Relink {
    /// What a provider beside Stripe gets of this one.
    pub fn backend(&self) -> Backend<'_> {
        Backend { store: &self.store, seal: &self.seal, merchant: &self.merchant.name, now_ms: self.now_ms() }
    }

    /// The provider of that name, where it is one beside Stripe and is configured.
    pub(crate) fn beside(&self, name: &str) -> Option<&dyn Beside> {
        self.besides.iter().find(|beside| beside.name() == name).map(|beside| &**beside)
    }

    /// What the provider of an account lets a merchant ask its customer for.
    pub fn asking_of(&self, account: &LinkedAccount) -> Asking {
        self.beside(&account.provider).map_or(Stripe::ASKING, Beside::asking)
    }

    /// An account as its provider has it now, whoever it belongs to; nothing where there is none.
    pub async fn account_now(&self, id: &str) -> Result<Option<LinkedAccount>, RelinkError> {
        let stripe = match self.store.account_of_anybody(id).await? {
            Some(row) if row.linked.provider != STRIPE && !self.besides.is_empty() => {
                return self.beside_account(&row.customer, id).await;
            }
            // Whoever asks, a link's page or a server: it is about this customer, and in their share of the calls.
            Some(row) => self.stripe.for_customer(&row.customer),
            None => self.stripe.clone(),
        };
        match stripe.account(id).await {
            Ok(account) => Ok(Some(account)),
            Err(StripeError::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Every account that a customer has, at the provider of `account`, as it says now.
    pub async fn accounts_beside(
        &self,
        customer: &str,
        account: &LinkedAccount,
    ) -> Result<Vec<LinkedAccount>, RelinkError> {
        match self.beside(&account.provider) {
            Some(beside) => beside.accounts(self.backend(), customer, account.authorization()).await,
            None => Ok(self.stripe.for_customer(customer).accounts_of(customer).await?),
        }
    }

    /// A customer's account of a provider beside Stripe, by the id that it has or had; nothing where it is none.
    pub(crate) async fn beside_account(
        &self,
        customer: &str,
        id: &str,
    ) -> Result<Option<LinkedAccount>, RelinkError> {
        if self.besides.is_empty() {
            return Ok(None);
        }
        let rows = self.store.accounts_of(customer).await?;
        let renewed = Renewals::among(rows.iter().map(|row| &row.linked));
        let known = rows.iter().map(|row| &row.linked).find(|known| {
            known.account.is(id) && known.provider != STRIPE && !renewed.is_replaced(known.id())
        });
        let Some((known, beside)) = known.and_then(|known| Some((known, self.beside(&known.provider)?)))
        else {
            return Ok(None);
        };
        let accounts = beside.accounts(self.backend(), customer, known.authorization()).await?;
        Ok(accounts.into_iter().find(|account| account.account.is(id) || account.account.is(known.id())))
    }

    /// A customer's accounts at every provider beside Stripe, all or those of one authorization. If a provider does not answer, what
    /// the database knows is used: it must not keep anybody from what is at another.
    pub(crate) async fn accounts_at_others(
        &self,
        customer: &str,
        authorization: Option<&str>,
    ) -> Result<Vec<LinkedAccount>, RelinkError> {
        let mut all = Vec::new();
        for beside in &self.besides {
            match beside.accounts(self.backend(), customer, authorization).await {
                Ok(accounts) => all.extend(accounts),
                Err(error) if error.is_passing() => {
                    tracing::warn!(provider = beside.name(), "does not say how a customer's accounts stand");
                    let rows = self.store.accounts_of(customer).await?;
                    let known = rows.into_iter().map(|row| row.linked);
                    all.extend(known.filter(|known| {
                        known.provider == beside.name()
                            && authorization.is_none_or(|named| known.authorization() == Some(named))
                    }));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }
}
