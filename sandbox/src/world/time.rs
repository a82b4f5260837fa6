//! What happens when time passes: announced ends arrive, account numbers and sessions expire.

use super::World;
use super::account::Standing;
use super::session::Status;
use super::visit::AtTheBank;

impl World {
    /// Sets the time. Announced ends that have arrived happen; account numbers and sessions expire.
    pub fn tick(&mut self, now: i64) {
        self.now = now;
        for at in 0..self.accounts.len() {
            let account = &mut self.accounts[at];
            let ended = match &account.standing {
                Standing::Active(Some(ending)) if ending.date <= now => Some(ending.cause.clone()),
                Standing::Active(_) | Standing::Inactive { .. } | Standing::Disconnected => None,
            };
            let mut expired = false;
            for number in &mut account.numbers {
                if number.status == "transactable" && number.expires.is_some_and(|end| end <= now) {
                    number.status = "expired";
                    expired = true;
                }
            }
            let id = account.id.clone();
            if expired {
                self.emit_account("financial_connections.account.account_numbers_updated", &id);
            }
            if let Some(cause) = ended {
                self.deactivate(&id, &cause, "relink_required");
            }
        }
        let run_out: Vec<String> = self
            .sessions
            .iter()
            .filter(|session| session.status == Status::Pending && session.expires_at <= now)
            .map(|session| session.id.clone())
            .collect();
        for id in run_out {
            self.conclude(&id, AtTheBank::Closed);
        }
    }

    /// Deactivates an account, and its authorization if a relink would repair it.
    pub fn deactivate(&mut self, account_id: &str, cause: &str, action: &str) {
        let standing = Standing::Inactive { cause: cause.to_owned(), action: action.to_owned() };
        let Some(account) = self.account_mut(account_id) else { return };
        account.standing = standing.clone();
        let authorization = account.authorization.clone();
        if action != "none"
            && let Some(authorization) = self.authorization_mut(&authorization)
        {
            authorization.standing = standing;
        }
        self.emit_account("financial_connections.account.deactivated", account_id);
    }
}
