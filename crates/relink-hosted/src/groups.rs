//! Who gets one email: one person, about all of their accounts at one bank.

use relink_account::LinkedAccount;
use relink_wire::Fields;

/// Puts together what is about one person and one bank, in the order in which the first of each comes.
pub fn by_person_and_bank<T>(list: Vec<T>, account: impl Fn(&T) -> &LinkedAccount) -> Vec<Vec<T>> {
    let mut groups: Vec<((String, String), Vec<T>)> = Vec::new();
    for one in list {
        let of = account(&one);
        let key = (of.owner.clone().unwrap_or_default(), bank(of).to_owned());
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(one),
            None => groups.push((key, vec![one])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// What a bank is known by: Stripe's id, else its name, else the authorization; at the very least the account itself.
fn bank(account: &LinkedAccount) -> &str {
    let known = account.public.text("institution").or_else(|| account.public.text("institution_name"));
    known.or_else(|| account.authorization()).unwrap_or_else(|| account.id())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn account(id: &str, owner: &str, bank: Option<&str>, authorization: &str) -> LinkedAccount {
        let public =
            json!({"id": id, "institution": bank, "authorization": authorization, "status": "inactive"});
        LinkedAccount::read(public, Some(owner.into())).expect("an account")
    }

    #[test]
    fn one_person_and_one_bank_are_one_group_whatever_the_login() {
        let list = vec![
            account("fca_1", "cus_1", Some("fcinst_1"), "fcauth_1"),
            account("fca_2", "cus_2", Some("fcinst_1"), "fcauth_2"),
            account("fca_3", "cus_1", Some("fcinst_2"), "fcauth_3"),
            account("fca_4", "cus_1", Some("fcinst_1"), "fcauth_4"),
            account("fca_5", "cus_1", None, "fcauth_5"),
            account("fca_6", "cus_1", None, "fcauth_6"),
        ];
        let groups = by_person_and_bank(list, |account| account);
        let ids: Vec<Vec<&str>> =
            groups.iter().map(|group| group.iter().map(LinkedAccount::id).collect()).collect();
        let expected: [&[&str]; 5] = [&["fca_1", "fca_4"], &["fca_2"], &["fca_3"], &["fca_5"], &["fca_6"]];
        assert_eq!(ids, expected);
    }
}
