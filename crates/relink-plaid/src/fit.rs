//! Whether the required account is back. Pure. Plaid repairs an item; comparing the resulting accounts is up to us.

use relink_account::LinkedAccount;
use relink_wire::{FailureReason, Fields};

/// The result of a repair.
#[derive(Clone, Debug, PartialEq)]
pub enum Fit {
    /// What is needed is there; it comes first.
    There(Vec<LinkedAccount>),
    /// It is not; these came instead.
    Missing(FailureReason, Vec<LinkedAccount>),
}

/// Compares the accounts as they were linked with those that came. One that has got a new id says in `replaces` which it was: by
/// Plaid's persistent id, else where bank, end of the number and kind agree and exactly one fits on either side. Never by order, and
/// never by a guess between two.
pub fn fit(before: &[LinkedAccount], after: Vec<LinkedAccount>, needed: Option<&str>) -> Fit {
    let mut after = named(before, after);
    match needed {
        Some(id) if !after.iter().any(|account| account.account.is(id)) => {
            Fit::Missing(FailureReason::NoAccount, after)
        }
        Some(id) => {
            after.sort_by_key(|account| !account.account.is(id));
            Fit::There(after)
        }
        None if after.is_empty() => Fit::Missing(FailureReason::NoAccount, after),
        None => Fit::There(after),
    }
}

/// Each with the id that it had before, where that is another.
pub(crate) fn named(before: &[LinkedAccount], after: Vec<LinkedAccount>) -> Vec<LinkedAccount> {
    let is_in = |list: &[LinkedAccount], id: &str| list.iter().any(|account| account.id() == id);
    let gone: Vec<&LinkedAccount> = before.iter().filter(|old| !is_in(&after, old.id())).collect();
    let new: Vec<&LinkedAccount> = after.iter().filter(|new| !is_in(before, new.id())).collect();
    let only = |fits: &dyn Fn(&LinkedAccount) -> bool, list: &[&LinkedAccount]| {
        let mut fitting = list.iter().filter(|account| fits(account));
        fitting.next().filter(|_| fitting.next().is_none()).map(|account| account.id().to_owned())
    };
    let was = |account: &LinkedAccount| -> Option<String> {
        if let Some(known) = before.iter().find(|old| old.id() == account.id()) {
            // What was found out once stays so: Plaid does not say it again. But what is there itself is replaced by nothing.
            return known.account.replaces.clone().filter(|replaced| !is_in(&after, replaced));
        }
        if let Some(id) = &account.persistent_id {
            let by_id = only(&|old| old.persistent_id.as_ref() == Some(id), &gone);
            if by_id.is_some() {
                return by_id;
            }
        }
        let likeness = likeness(account)?;
        // Another persistent id says that it is another account, however alike.
        let differs = |other: &LinkedAccount| {
            other.persistent_id.is_some()
                && account.persistent_id.is_some()
                && other.persistent_id != account.persistent_id
        };
        let alike = |other: &LinkedAccount| self::likeness(other) == Some(likeness);
        only(&alike, &new)?;
        only(&|old| alike(old) && !differs(old), &gone)
    };
    let replaced: Vec<Option<String>> = after.iter().map(was).collect();
    let with = |(account, replaced): (LinkedAccount, Option<String>)| match replaced {
        Some(replaced) => account.with(&[("replaces", replaced.into())]),
        None => account,
    };
    after.into_iter().zip(replaced).map(with).collect()
}

/// What two ids of one account agree in.
fn likeness(account: &LinkedAccount) -> Option<(&str, &str, &str)> {
    let text = |field| account.public.text(field).filter(|text| !text.is_empty());
    Some((text("institution")?, text("last4")?, text("subcategory").unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn account(id: &str, last4: &str, persistent: Option<&str>) -> LinkedAccount {
        let json = json!({"id": id, "institution": "ins_1", "last4": last4, "subcategory": "checking", "status": "active"});
        let account = LinkedAccount::read(json, None).expect("an account");
        account.of("plaid", persistent.map(Into::into))
    }

    fn replaced(fit: &Fit) -> Vec<(&str, Option<&str>)> {
        let (Fit::There(accounts) | Fit::Missing(_, accounts)) = fit;
        accounts.iter().map(|account| (account.id(), account.account.replaces.as_deref())).collect()
    }

    #[test]
    fn the_account_that_is_needed_comes_first() {
        let before = [account("a", "0000", None), account("b", "1111", None)];
        let told = fit(&before, before.to_vec(), Some("b"));
        assert_eq!(replaced(&told), [("b", None), ("a", None)]);
        assert!(matches!(told, Fit::There(_)));
    }

    #[test]
    fn another_account_is_not_the_one_that_is_needed_and_does_where_any_will() {
        let before = [account("a", "0000", None)];
        let other = vec![account("z", "9999", None)];
        assert!(matches!(
            fit(&before, other.clone(), Some("a")),
            Fit::Missing(FailureReason::NoAccount, accounts) if accounts == other
        ));
        assert!(matches!(fit(&before, other, None), Fit::There(_)));
        assert!(matches!(fit(&before, Vec::new(), None), Fit::Missing(FailureReason::NoAccount, _)));
    }

    #[test]
    fn a_new_id_is_the_old_account_by_its_persistent_id_whatever_else_changed() {
        let before = [account("a", "0000", Some("p1")), account("b", "0000", Some("p2"))];
        let after = vec![account("d", "0000", Some("p2")), account("c", "7777", Some("p1"))];
        let told = fit(&before, after, Some("a"));
        assert_eq!(replaced(&told), [("c", Some("a")), ("d", Some("b"))]);
        assert!(matches!(told, Fit::There(_)));
    }

    #[test]
    fn without_one_the_end_of_the_number_says_it_where_exactly_one_fits() {
        let before = [account("a", "0000", None), account("b", "1111", None)];
        let told = fit(&before, vec![account("d", "1111", None), account("c", "0000", None)], None);
        assert_eq!(replaced(&told), [("d", Some("b")), ("c", Some("a"))]);
        let twins = [account("a", "0000", None), account("b", "0000", None)];
        let told = fit(&twins, vec![account("c", "0000", None)], Some("a"));
        assert_eq!(replaced(&told), [("c", None)]);
        assert!(matches!(told, Fit::Missing(..)));
        let told = fit(&twins[..1], vec![account("c", "0000", None), account("d", "0000", None)], Some("a"));
        assert!(matches!(told, Fit::Missing(..)));
    }

    #[test]
    fn an_id_that_comes_back_replaces_the_one_between_and_is_replaced_by_none() {
        let first = [account("a", "0000", Some("p1"))];
        let (Fit::There(second) | Fit::Missing(_, second)) =
            fit(&first, vec![account("b", "0000", Some("p1"))], Some("a"));
        let told = fit(&second, vec![account("a", "0000", Some("p1"))], Some("b"));
        assert_eq!(replaced(&told), [("a", Some("b"))]);
        assert!(matches!(told, Fit::There(_)));
        // Both are there: they are two, whatever was thought before.
        let both = vec![account("a", "0000", Some("p1")), account("b", "0000", Some("p2"))];
        assert_eq!(replaced(&fit(&second, both, None)), [("a", None), ("b", None)]);
    }

    #[test]
    fn an_account_that_is_still_there_is_replaced_by_none_and_another_persistent_id_is_another_account() {
        let before = [account("a", "0000", None)];
        let told = fit(&before, vec![account("a", "0000", None), account("c", "0000", None)], Some("a"));
        assert_eq!(replaced(&told), [("a", None), ("c", None)]);
        let told =
            fit(&[account("a", "0000", Some("p1"))], vec![account("c", "0000", Some("p9"))], Some("a"));
        assert_eq!(replaced(&told), [("c", None)]);
    }
}
