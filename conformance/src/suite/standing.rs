//! Accounts that need no relink, and accounts that none can repair.

use super::Run;
use super::bank::Sandboxed;
use crate::ask::Ask;
use crate::requirement::Requirement as R;
use crate::unreachable::Unreachable;
use serde_json::{Value as Json, json};

impl Run<'_> {
    /// The accounts that the command line names; else, with a sandbox, the one that has just been relinked.
    pub(super) async fn standing(&mut self, bank: Option<&Sandboxed>) -> Result<(), Unreachable> {
        let relinked = bank.and_then(|bank| bank.account().map(Into::into));
        match self.options.healthy_account.clone().or_else(|| relinked.clone()) {
            Some(account) => self.healthy(&account).await?,
            None => self.report.skip(&[R::Healthy], "neither --healthy-account nor --sandbox was given"),
        }
        match (self.options.closed_account.clone(), bank, relinked) {
            (Some(account), _, _) => self.closed_for_good(&account).await,
            (None, Some(bank), Some(account)) => {
                bank.close_account(&account).await?;
                let found = self.closed_for_good(&account).await;
                bank.break_accounts(&[&account]).await?;
                found
            }
            (None, _, _) => {
                self.report.skip(&[R::Closed], "neither --closed-account nor --sandbox was given");
                Ok(())
            }
        }
    }

    async fn healthy(&mut self, account: &str) -> Result<(), Unreachable> {
        let made = self.backend.ask(Ask::create(&self.backend.key(), &json!({"account": account}))).await?;
        let wrong = match (made.status, found(&made.json(), account)) {
            (201, Some(shown)) if shown["status"] == "active" => Vec::new(),
            (201, Some(_)) => vec!["`accounts` does not say that the account is active".into()],
            (201, None) => vec!["`accounts` does not hold the account".into()],
            (_, _) => vec![made.seen()],
        };
        self.report.judge(R::Healthy, wrong);
        Ok(())
    }

    async fn closed_for_good(&mut self, account: &str) -> Result<(), Unreachable> {
        let made = self.backend.ask(Ask::create(&self.backend.key(), &json!({"account": account}))).await?;
        let code = made.text("code").unwrap_or_default();
        let is_refused = made.status == 422 && ["account_closed", "not_relinkable"].contains(&code.as_str());
        let is_shown = made.is_ok()
            && found(&made.json(), account)
                .is_some_and(|shown| shown["status_details"]["inactive"]["action"] == "none");
        let wrong = if is_refused || is_shown {
            Vec::new()
        } else if made.is_ok() {
            vec!["a session whose `accounts` does not say that the account cannot be relinked".into()]
        } else {
            vec![made.seen()]
        };
        self.report.judge(R::Closed, wrong);
        Ok(())
    }
}

fn found(session: &Json, account: &str) -> Option<Json> {
    let accounts = session["accounts"].as_array().map(Vec::as_slice).unwrap_or_default();
    accounts.iter().find(|shown| shown["id"] == account).cloned()
}
