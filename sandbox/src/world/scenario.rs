//! The cases that a demo can offer by name.

/// One case, and the account that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Its name, in kebab case.
    pub name: &'static str,
    /// The account it is about.
    pub account: String,
    /// The account's customer.
    pub customer: &'static str,
    /// The account's authorization.
    pub authorization: String,
    /// What it shows, in a sentence.
    pub description: &'static str,
    /// Whether exactly this account is to be relinked, or any of the authorization.
    pub rule: &'static str,
    /// The limit that suits the case; none is any number.
    pub limit: Option<u32>,
    /// The hand-off that suits the case.
    pub handoff: &'static str,
}
