//! What Stripe is asked for when a relink session begins.

/// Permissions that Stripe's API knows by name; one that only Stripe.js knows is not sent.
const OF_THE_API: &[&str] = &["payment_method", "balances", "transactions", "ownership"];

/// A session to be created.
#[derive(Clone, Debug)]
pub struct NewSession<'a> {
    /// Whose accounts: `cus_…`, or `acct_…` of an Account object that stands for a customer.
    pub customer: &'a str,
    /// `fcauth_…`
    pub authorization: &'a str,
    /// Exactly this account, or any.
    pub account: Option<&'a str>,
    /// At most this many accounts.
    pub limit: Option<i64>,
    /// Whether only accounts that can be paid with may be chosen.
    pub must_pay: bool,
    /// What the merchant asks to see.
    pub permissions: &'a [String],
    /// Where Stripe hosts the page.
    pub hosted: Option<HostedPage<'a>>,
}

/// A page that Stripe hosts.
#[derive(Clone, Copy, Debug)]
pub struct HostedPage<'a> {
    /// How the customer gets its address: `url` or `email`.
    pub delivery_method: &'a str,
    /// Where the page sends the customer back to.
    pub return_url: Option<&'a str>,
}

impl NewSession<'_> {
    /// As Stripe's API takes it.
    pub(crate) fn form(&self) -> Vec<(&'static str, String)> {
        let mut form = vec![
            ("account_holder[type]", "customer".to_owned()),
            (holder_parameter(self.customer), self.customer.to_owned()),
            ("relink_options[authorization]", self.authorization.to_owned()),
        ];
        form.extend(self.account.map(|id| ("relink_options[account]", id.to_owned())));
        form.extend(self.limit.map(|most| ("limits[accounts]", most.to_string())));
        // Stripe's default since 2026-09-30 is `none`: an account that cannot pay could then be chosen for payments.
        if self.must_pay {
            form.push(("filters[require_payment_method_support]", "all".into()));
        }
        let asked = self.permissions.iter().filter(|name| OF_THE_API.contains(&name.as_str()));
        form.extend(asked.map(|name| ("permissions[]", name.clone())));
        if let Some(HostedPage { delivery_method, return_url }) = self.hosted {
            form.push(("ui_mode", "hosted".into()));
            form.push(("hosted[delivery_method]", delivery_method.into()));
            form.extend(return_url.map(|url| ("return_url", url.to_owned())));
        }
        form
    }
}

/// The parameter that names the owner of the accounts: a Customer, or an Account object that stands for one.
pub(crate) fn holder_parameter(owner: &str) -> &'static str {
    if owner.starts_with("acct_") { "account_holder[customer_account]" } else { "account_holder[customer]" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(
        permissions: &[&str],
        must_pay: bool,
        hosted: Option<HostedPage<'_>>,
    ) -> Vec<(&'static str, String)> {
        let permissions: Vec<String> = permissions.iter().map(|&name| name.to_owned()).collect();
        let new = NewSession {
            customer: "cus_1",
            authorization: "fcauth_1",
            account: None,
            limit: Some(1),
            must_pay,
            permissions: &permissions,
            hosted,
        };
        new.form()
    }

    #[test]
    fn a_payments_relink_says_itself_that_every_account_must_do_for_payments() {
        let all = ("filters[require_payment_method_support]", "all".to_owned());
        let payments = form(&["payment_method", "balances"], true, None);
        assert!(payments.contains(&all) && payments.contains(&("limits[accounts]", "1".into())));
        assert!(!form(&["balances", "transactions"], false, None).contains(&all));
    }

    #[test]
    fn a_hosted_session_says_where_the_customer_returns_to() {
        let page = HostedPage { delivery_method: "url", return_url: Some("https://shop.example/") };
        let form = form(&["balances"], false, Some(page));
        for pair in [
            ("ui_mode", "hosted"),
            ("hosted[delivery_method]", "url"),
            ("return_url", "https://shop.example/"),
        ] {
            assert!(form.contains(&(pair.0, pair.1.to_owned())), "{pair:?}");
        }
    }
}
