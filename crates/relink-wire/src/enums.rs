//! Stripe's enums and ours, by their names on the wire. Every one of them may grow, so every one survives a
//! value it does not know and keeps it, so that it can be passed on unchanged.

use crate::{Fields, Json};

/// Where a name stands among others; past them if it does not.
#[inline(never)]
fn place_of(name: &str, names: &str) -> usize {
    names.split_ascii_whitespace().position(|one| one == name).unwrap_or(usize::MAX)
}

/// The name that stands at a place.
#[inline(never)]
fn name_at(place: usize, names: &'static str) -> &'static str {
    names.split_ascii_whitespace().nth(place).unwrap_or_default()
}

/// Declares an enum by its wire names, with an `Unknown` variant that keeps what was read.
macro_rules! open_enum {
    ($(#[$about:meta])* $name:ident { $($(#[$what:meta])* $variant:ident = $wire:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$what])* $variant,)+
            /// A value that this version does not know, as it was read.
            Unknown(Box<str>),
        }

        impl $name {
            /// Every value that this version knows.
            pub const KNOWN: &[$name] = &[$($name::$variant),+];

            /// Their names, one after the other. One text, which the same function searches for all: a match on names weighs more.
            const NAMES: &str = concat!($($wire, " "),+);

            /// Reads the name on the wire.
            pub fn parse(name: &str) -> Self {
                Self::at(place_of(name, Self::NAMES), name)
            }

            /// The value at that place, or else one of that name.
            fn at(place: usize, name: &str) -> Self {
                enum Place { $($variant),+ }
                match place {
                    $(place if place == Place::$variant as usize => Self::$variant,)+
                    _ => Self::Unknown(name.into()),
                }
            }

            /// Reads it in this field; a field that has no text is an empty name.
            #[inline(never)]
            pub fn of(json: &Json, field: &str) -> Self {
                Self::parse(json.text(field).unwrap_or_default())
            }

            /// The name on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    Self::Unknown(name) => name,
                    known => name_at(known.listed(), Self::NAMES),
                }
            }

            /// Where it stands among those that are known.
            fn listed(&self) -> usize {
                enum Place { $($variant),+ }
                match self {
                    $(Self::$variant => Place::$variant as usize,)+
                    Self::Unknown(_) => usize::MAX,
                }
            }
        }

        impl Clone for $name {
            // By place: what is derived has code for each value.
            fn clone(&self) -> Self {
                match self {
                    Self::Unknown(name) => Self::Unknown(name.clone()),
                    known => Self::at(known.listed(), ""),
                }
            }
        }
    };
}

open_enum! {
    /// The status of a relink session: Stripe's session statuses, and `expired`.
    SessionStatus {
        /// The customer has not finished.
        Pending = "pending",
        /// Finished, and the backend checked it with Stripe.
        Succeeded = "succeeded",
        /// Finished without a relink; the session is spent.
        Failed = "failed",
        /// Given up; the session is spent.
        Cancelled = "cancelled",
        /// Too old to use; the session is spent.
        Expired = "expired",
    }
}

open_enum! {
    /// `account.status`.
    AccountStatus {
        /// Works.
        Active = "active",
        /// Does not work until it is relinked, if it can be.
        Inactive = "inactive",
        /// The link was ended on purpose.
        Disconnected = "disconnected",
    }
}

open_enum! {
    /// Stripe's `institution.status`: how well the bank can be reached just now.
    InstitutionStatus {
        /// Nothing is known to be wrong.
        Active = "active",
        /// The bank has trouble: a relink may fail.
        Degraded = "degraded",
        /// The bank cannot be reached: a relink will most likely fail.
        Inactive = "inactive",
    }
}

open_enum! {
    /// `status_details.inactive.cause` and `status_details.active.cause`.
    Cause {
        /// The bank refused access.
        AccessDenied = "access_denied",
        /// The bank's permission ran out.
        AccessExpired = "access_expired",
        /// The account was closed at the bank.
        AccountClosed = "account_closed",
        /// The bank no longer offers the account.
        AccountUnavailable = "account_unavailable",
        /// The bank asks for a new sign-in.
        InstitutionRequirement = "institution_requirement",
        /// Stripe does not say.
        Unspecified = "unspecified",
    }
}

open_enum! {
    /// `status_details.*.action`.
    RelinkAction {
        /// A relink repairs it.
        RelinkRequired = "relink_required",
        /// Nothing repairs it.
        None = "none",
    }
}

open_enum! {
    /// `account_numbers[].identifier_type`.
    IdentifierType {
        /// The account's own number.
        AccountNumber = "account_number",
        /// A number that is used in its place, and that may expire.
        TokenizedAccountNumber = "tokenized_account_number",
    }
}

open_enum! {
    /// `account_numbers[].status`.
    NumberStatus {
        /// Payments work.
        Transactable = "transactable",
        /// Payments fail.
        Deactivated = "deactivated",
        /// Payments fail.
        Expired = "expired",
        /// Not usable yet.
        Pending = "pending",
    }
}

open_enum! {
    /// What the merchant may see or do.
    Permission {
        /// Take and send payments.
        PaymentMethod = "payment_method",
        /// See how much is in the account.
        Balances = "balances",
        /// See what was paid in and out.
        Transactions = "transactions",
        /// See who owns the account.
        Ownership = "ownership",
        /// See the account's numbers (Stripe.js knows it, the API's list does not).
        AccountNumbers = "account_numbers",
    }
}

impl Permission {
    /// Its place wherever several are listed: what moves money first, then what is seen.
    pub fn place(&self) -> u8 {
        match self {
            Self::PaymentMethod => 0,
            Self::AccountNumbers => 1,
            Self::Balances => 2,
            Self::Transactions => 3,
            Self::Ownership => 4,
            Self::Unknown(_) => 5,
        }
    }
}

open_enum! {
    /// `account.subcategory`.
    Subcategory {
        /// A current account.
        Checking = "checking",
        /// A savings account.
        Savings = "savings",
        /// A mortgage.
        Mortgage = "mortgage",
        /// A line of credit.
        LineOfCredit = "line_of_credit",
        /// A credit card.
        CreditCard = "credit_card",
        /// Something else.
        Other = "other",
    }
}

open_enum! {
    /// `relink_result.failure_reason`.
    FailureReason {
        /// The account that was needed was not among those chosen.
        NoAccount = "no_account",
        /// Another login or another bank was used.
        NoAuthorization = "no_authorization",
        /// Stripe does not say more.
        Other = "other",
    }
}

open_enum! {
    /// How a flow succeeded: `relink-success`.
    Outcome {
        /// All that was asked for works again.
        Relinked = "relinked",
        /// Nothing was broken.
        AlreadyActive = "already_active",
        /// Some of several came back.
        Partial = "partial",
    }
}

open_enum! {
    /// Which account the customer has to choose: `relink-success`.
    Rule {
        /// Exactly the account of `relink_options.account`.
        SameAccount = "same_account",
        /// Any account under the authorization.
        AnyAccount = "any_account",
    }
}

open_enum! {
    /// What went wrong, for a developer: `code` of a problem and of the events.
    Code {
        /// The request was not what the contract says: the widget's or the page's fault.
        InvalidRequest = "invalid_request",
        /// Nobody is signed in.
        NotAuthenticated = "not_authenticated",
        /// The signed-in customer may not do this.
        Forbidden = "forbidden",
        /// There is no such session for this customer.
        SessionNotFound = "session_not_found",
        /// The session is too old.
        SessionExpired = "session_expired",
        /// The session was used already.
        SessionConsumed = "session_consumed",
        /// The account cannot be relinked.
        NotRelinkable = "not_relinkable",
        /// The account was closed at the bank.
        AccountClosed = "account_closed",
        /// Too many requests.
        RateLimited = "rate_limited",
        /// Stripe or the bank does not answer.
        ProviderUnavailable = "provider_unavailable",
        /// The widget got no answer.
        NetworkError = "network_error",
        /// The widget got no answer in time.
        Timeout = "timeout",
        /// The widget could not read the answer.
        InvalidResponse = "invalid_response",
        /// The widget does not know this way to the bank.
        UnsupportedHandoff = "unsupported_handoff",
        /// The way to the bank could not be opened, or broke.
        HandoffFailed = "handoff_failed",
        /// Something modal of the page lies between the customer and the bank.
        HandoffUnreachable = "handoff_unreachable",
        /// The browser stopped the bank's window.
        PopupBlocked = "popup_blocked",
        /// The widget was shown where nobody can see or reach it.
        NotVisible = "not_visible",
        /// Another account was chosen.
        NoAccount = "no_account",
        /// Another login or bank was used.
        NoAuthorization = "no_authorization",
        /// Nothing more is known.
        Unexplained = "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_value_is_kept_as_it_was_read() {
        for name in ["paused", "", "pending succeeded", "pending "] {
            let read = SessionStatus::parse(name);
            assert_eq!(read, SessionStatus::Unknown(name.into()));
            assert_eq!((read.as_str(), read.clone()), (name, read.clone()), "{name}");
        }
    }

    #[test]
    fn every_known_name_reads_back_as_itself() {
        for code in Code::KNOWN {
            assert_eq!((&Code::parse(code.as_str()), &code.clone()), (code, code));
        }
        for cause in Cause::KNOWN {
            assert_eq!(&Cause::parse(cause.as_str()), cause);
        }
    }
}
