//! What may send an email by itself, and the words for it in `RELINK_MAIL_POLICY`: they are the names of Stripe's events, and stand for
//! the same at every provider.

use relink_account::Happening;

/// Something that a provider tells and that may send an email.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// An account stopped working.
    Deactivated,
    /// A tokenized account number is about to end.
    NumberEnding,
    /// An account is going to stop working. A hosted relink takes such an account only where the rules do: of Stripe's, where its
    /// number ends within 30 days as well.
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

    /// What has happened, where that may send an email; whichever provider told of it.
    pub fn of(happening: Happening) -> Option<Self> {
        match happening {
            Happening::Broke => Some(Self::Deactivated),
            Happening::NumberEnding => Some(Self::NumberEnding),
            Happening::AccessEnding => Some(Self::Ending),
            Happening::Repaired | Happening::Other => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use relink_stripe::happening;

    #[test]
    fn the_events_that_may_send_a_mail_are_those_three_and_no_other() {
        let of = |kind: &str| Trigger::of(happening(&format!("financial_connections.{kind}")));
        assert_eq!(of("account.deactivated"), Some(Trigger::Deactivated));
        assert_eq!(of("account.upcoming_account_number_expiry"), Some(Trigger::NumberEnding));
        assert_eq!(of("account.upcoming_deactivation"), Some(Trigger::Ending));
        assert_eq!(of("authorization.upcoming_deactivation"), Some(Trigger::Ending));
        for other in ["account.reactivated", "account.disconnected", "session.updated"] {
            assert_eq!(of(other), None, "{other}");
        }
        assert_eq!(Trigger::of(happening("account.deactivated")), None);
    }
}
