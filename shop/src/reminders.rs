//! Whom the shop asks again only tomorrow, and about which account: customers who pressed "Remind me tomorrow" in the widget.
//! In memory, as the sign-ins.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long the shop does not ask, seconds.
const REST_SECONDS: i64 = 86_400;

/// By customer and account, until when, in Unix seconds.
#[derive(Default)]
pub struct Reminders(Mutex<HashMap<(String, String), i64>>);

impl Reminders {
    /// The customer wants to be asked again tomorrow; answers when.
    pub fn put_off(&self, customer: &str, account: &str, now: i64) -> i64 {
        let until = now + REST_SECONDS;
        let mut all = self.all();
        all.retain(|_, until| *until > now);
        all.insert((customer.to_owned(), account.to_owned()), until);
        until
    }

    /// Until when the customer is not asked about the account; `None` where they may be.
    pub fn rests_until(&self, customer: &str, account: &str, now: i64) -> Option<i64> {
        self.all().get(&(customer.to_owned(), account.to_owned())).copied().filter(|until| *until > now)
    }

    /// The account works again: if it breaks anew, that is asked about at once.
    pub fn forget(&self, customer: &str, account: &str) {
        self.all().remove(&(customer.to_owned(), account.to_owned()));
    }

    /// Every account is as it was at first.
    pub fn clear(&self) {
        self.all().clear();
    }

    fn all(&self) -> MutexGuard<'_, HashMap<(String, String), i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_customer_is_not_asked_about_one_account_for_a_day() {
        let reminders = Reminders::default();
        let until = reminders.put_off("cus_1", "fca_1", 1_000);
        assert_eq!(until, 1_000 + REST_SECONDS);
        assert_eq!(reminders.rests_until("cus_1", "fca_1", until - 1), Some(until));
        assert_eq!(reminders.rests_until("cus_1", "fca_1", until), None);
        assert_eq!(reminders.rests_until("cus_1", "fca_2", 1_000), None);
        assert_eq!(reminders.rests_until("cus_2", "fca_1", 1_000), None);
        reminders.forget("cus_1", "fca_1");
        assert_eq!(reminders.rests_until("cus_1", "fca_1", 1_000), None);
    }
}
