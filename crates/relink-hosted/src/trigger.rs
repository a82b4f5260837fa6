//! Which of Stripe's events may send an email by itself, and the words for them in `RELINK_MAIL_POLICY`.

/// A Stripe event that may send an email.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// An account stopped working.
    Deactivated,
    /// A tokenized account number is about to end.
    NumberEnding,
    /// An account is going to stop working. The rules accept such an account for a hosted relink only if its number
    /// ends within 30 days as well.
    Ending,
}

impl Trigger {
    const ALL: [Self; 3] = [Self::Deactivated, Self::NumberEnding, Self::Ending];

    /// The word in `RELINK_MAIL_POLICY`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deactivated => "account.deactivated",
            Self::NumberEnding => "account.upcoming_account_number_expiry",
            Self::Ending => "upcoming_deactivation",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trigger| trigger.as_str() == word)
    }

    /// What an event is, where it is one that may send an email.
    pub fn of_event(kind: &str) -> Option<Self> {
        match kind.strip_prefix("financial_connections.")? {
            "account.deactivated" => Some(Self::Deactivated),
            "account.upcoming_account_number_expiry" => Some(Self::NumberEnding),
            "account.upcoming_deactivation" | "authorization.upcoming_deactivation" => Some(Self::Ending),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_events_that_may_send_a_mail_are_those_three_and_no_other() {
        let of = |kind: &str| Trigger::of_event(&format!("financial_connections.{kind}"));
        assert_eq!(of("account.deactivated"), Some(Trigger::Deactivated));
        assert_eq!(of("account.upcoming_account_number_expiry"), Some(Trigger::NumberEnding));
        assert_eq!(of("account.upcoming_deactivation"), Some(Trigger::Ending));
        assert_eq!(of("authorization.upcoming_deactivation"), Some(Trigger::Ending));
        for other in ["account.reactivated", "account.disconnected", "session.updated"] {
            assert_eq!(of(other), None, "{other}");
        }
        assert_eq!(Trigger::of_event("account.deactivated"), None);
    }
}
