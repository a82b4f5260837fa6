//! Accounts that came back as new account objects: which is which.
//! If any account will do, the bank may return an account under a new id, and Stripe does not say which account it was.
//! Two objects are one account if the bank, the end of the number and the kind match, the older one does not work, and
//! no third one matches: a guess between two would mix up the histories of two accounts. An object that
//! names the one that it replaces is believed: its provider has decided.

use crate::linked::LinkedAccount;
use relink_wire::{AccountStatus, Fields};
use std::collections::BTreeMap;

/// Which of a customer's accounts replace another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renewals {
    /// New id, and the id before it.
    before: BTreeMap<String, String>,
}

impl Renewals {
    /// Finds them among all accounts of one customer, in which the same account may occur several times.
    pub fn among<'a>(accounts: impl IntoIterator<Item = &'a LinkedAccount>) -> Self {
        let mut alike: BTreeMap<Likeness<'_>, BTreeMap<&str, &LinkedAccount>> = BTreeMap::new();
        let mut before = BTreeMap::new();
        for account in accounts {
            if let Some(replaced) = &account.account.replaces {
                before.insert(account.id().to_owned(), replaced.clone());
                continue;
            }
            if let Some(likeness) = likeness(account) {
                alike.entry(likeness).or_default().insert(account.id(), account);
            }
        }
        for group in alike.values() {
            let mut two: Vec<&LinkedAccount> = group.values().copied().collect();
            two.sort_by_key(|account| created(account));
            if let [old, new] = two[..]
                && created(old) < created(new)
                && old.account.status != AccountStatus::Active
            {
                before.insert(new.id().to_owned(), old.id().to_owned());
            }
        }
        Self { before }
    }

    /// The id that an account had before, if it has a new one.
    pub fn before(&self, id: &str) -> Option<&str> {
        self.before.get(id).map(String::as_str)
    }

    /// Whether another account replaces it.
    pub fn is_replaced(&self, id: &str) -> bool {
        self.before.values().any(|old| old == id)
    }
}

/// What two objects of one account have in common.
type Likeness<'a> = (&'a str, &'a str, &'a str);

fn likeness(account: &LinkedAccount) -> Option<Likeness<'_>> {
    let text = |field| account.public.text(field).filter(|text| !text.is_empty());
    Some((text("institution")?, text("last4")?, text("subcategory").unwrap_or_default()))
}

fn created(account: &LinkedAccount) -> Option<i64> {
    account.public.whole("created")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn account(id: &str, created: i64, status: &str, last4: Option<&str>) -> LinkedAccount {
        let public = json!({
            "id": id, "created": created, "status": status, "last4": last4, "institution": "fcinst_1",
            "subcategory": "checking",
        });
        LinkedAccount::read(public, None).expect("an account")
    }

    fn before(accounts: &[LinkedAccount], id: &str) -> Option<String> {
        Renewals::among(accounts).before(id).map(Into::into)
    }

    #[test]
    fn a_newer_object_of_the_same_bank_and_number_is_the_older_one_that_broke() {
        let two =
            [account("fca_2", 2, "active", Some("1234")), account("fca_1", 1, "inactive", Some("1234"))];
        assert_eq!(before(&two, "fca_2").as_deref(), Some("fca_1"));
        assert!(Renewals::among(&two).is_replaced("fca_1"));
        assert_eq!(before(&two, "fca_1"), None);
        let again = [two[0].clone(), two[1].clone(), two[0].clone()];
        assert_eq!(before(&again, "fca_2").as_deref(), Some("fca_1"));
    }

    #[test]
    fn an_account_that_says_which_one_it_replaces_is_that_one_however_alike_others_are() {
        let old = |id| account(id, 1, "inactive", Some("1234"));
        let new = account("acc_9", 1, "active", Some("1234")).with(&[("replaces", "acc_1".into())]);
        let renewed = Renewals::among(&[old("acc_1"), old("acc_2"), new]);
        assert_eq!(renewed.before("acc_9"), Some("acc_1"));
        assert!(renewed.is_replaced("acc_1") && !renewed.is_replaced("acc_2"));
    }

    #[test]
    fn it_stays_so_when_the_new_one_breaks_too() {
        let two =
            [account("fca_1", 1, "inactive", Some("1234")), account("fca_2", 2, "inactive", Some("1234"))];
        assert_eq!(before(&two, "fca_2").as_deref(), Some("fca_1"));
    }

    #[test]
    fn where_more_than_one_fits_nothing_is_guessed() {
        let old = |id| account(id, 1, "inactive", Some("1234"));
        let new = account("fca_9", 9, "active", Some("1234"));
        assert_eq!(Renewals::among(&[old("fca_1"), old("fca_2"), new.clone()]), Renewals::default());
        let working = account("fca_1", 1, "active", Some("1234"));
        assert_eq!(Renewals::among(&[working, new.clone()]), Renewals::default(), "both work: they are two");
        let other = account("fca_1", 1, "inactive", Some("5678"));
        assert_eq!(Renewals::among(&[other, new]), Renewals::default());
        let nameless = [account("fca_1", 1, "inactive", None), account("fca_2", 2, "active", None)];
        assert_eq!(Renewals::among(&nameless), Renewals::default());
        let twins = [account("fca_1", 1, "inactive", Some("1")), account("fca_2", 1, "active", Some("1"))];
        assert_eq!(Renewals::among(&twins), Renewals::default(), "neither is the newer");
    }
}
