//! Every message there is, by name. A language is a value of [`Messages`], so one that lacks a message does not
//! compile.
//!
//! Messages are whole sentences. What is filled in: `{bank}` and `{shop}` are names, `{Bank}` and `{Shop}` the
//! same at the start of a sentence; `{account}` is an account with the end of its number; `{date}` a day;
//! `{n}` a number.

/// A message that depends on a number, by the categories of `Intl.PluralRules`.
pub struct Plural {
    pub zero: &'static str,
    pub one: &'static str,
    pub two: &'static str,
    pub few: &'static str,
    pub many: &'static str,
    pub other: &'static str,
}

impl Plural {
    /// For a language that tells one from many and nothing else.
    pub const fn one_other(one: &'static str, other: &'static str) -> Self {
        Self { zero: other, one, two: other, few: other, many: other, other }
    }
}

/// A heading and what is said below it.
pub struct Topic {
    pub heading: &'static str,
    pub text: &'static str,
}

/// What went wrong: the heading, what and on whose side, what comes next.
pub struct Mishap {
    pub heading: &'static str,
    pub what: &'static str,
    pub next: &'static str,
}

/// All that is said in one language.
pub struct Messages {
    /// The language, BCP 47, without a region.
    pub language: &'static str,

    pub unnamed_bank: &'static str,
    pub unnamed_bank_first: &'static str,
    pub unnamed_shop: &'static str,
    pub unnamed_shop_first: &'static str,
    pub unnamed_account: &'static str,
    /// Before the characters of a masked number, for those who hear it.
    pub ending_in: &'static str,

    pub checking: &'static str,
    pub savings: &'static str,
    pub mortgage: &'static str,
    pub line_of_credit: &'static str,
    pub credit_card: &'static str,
    pub other_account: &'static str,

    pub steps: &'static str,
    pub step_review: &'static str,
    pub step_bank: &'static str,
    pub step_done: &'static str,
    pub close: &'static str,
    pub opens_new_tab: &'static str,
    pub test_mode: &'static str,
    pub privacy: &'static str,
    pub help: &'static str,
    pub offline: &'static str,
    pub loading: &'static str,
    pub loading_long: &'static str,

    pub chip_disconnected: &'static str,
    pub chip_stops: &'static str,
    pub chip_stops_soon: &'static str,
    pub chip_payments_failing: &'static str,
    pub chip_payments_stop: &'static str,
    pub chip_payments_stop_soon: &'static str,
    pub chip_more_to_share: &'static str,
    pub chip_active: &'static str,
    pub chip_active_again: &'static str,
    pub chip_closed: &'static str,
    pub chip_not_repairable: &'static str,

    pub reconnect: &'static str,
    pub keep_connected: &'static str,
    pub share_more: &'static str,
    pub confirm: &'static str,
    pub access_denied: &'static str,
    pub access_expired: &'static str,
    pub account_closed: &'static str,
    pub account_unavailable: &'static str,
    pub institution_requirement: &'static str,
    pub unspecified: &'static str,
    pub unknown_cause: &'static str,
    pub payments_failing: &'static str,
    pub access_ends: &'static str,
    pub access_ends_soon: &'static str,
    pub payments_end: &'static str,
    pub more_permissions: &'static str,
    pub unstated: &'static str,
    pub also: &'static str,
    pub same_account: &'static str,
    pub same_of_several: &'static str,
    pub any_account: &'static str,
    pub any_of_several: &'static str,
    pub shared: &'static str,
    pub new: &'static str,
    pub sign_in_there: &'static str,

    pub payment_method: &'static str,
    pub balances: &'static str,
    pub transactions: &'static str,
    pub ownership: &'static str,
    pub account_numbers: &'static str,
    pub unknown_permission: &'static str,

    pub notice_closed: &'static str,
    pub notice_cancelled: &'static str,
    pub notice_unavailable: &'static str,
    pub notice_not_opened: &'static str,
    pub notice_not_authorized: &'static str,
    pub notice_failed: &'static str,

    pub finish_at_bank: &'static str,
    pub preparing: Topic,
    pub modal: &'static str,
    pub window: &'static str,
    pub elsewhere: &'static str,
    pub choose_there: &'static str,
    pub choose_any_there: &'static str,
    pub waiting: &'static str,
    pub leaving: Topic,
    pub blocked: Topic,
    pub blocked_link: &'static str,
    pub stalled: &'static str,

    pub checking_bank: Topic,

    pub choose: &'static str,
    pub choose_several: &'static str,
    pub choose_hint: &'static str,
    pub choose_hint_any: &'static str,
    pub choose_at_most: Plural,
    pub choose_none: &'static str,
    pub search: &'static str,
    pub found: Plural,
    pub refused: &'static str,
    pub not_the_required: &'static str,
    pub not_for_payments: &'static str,
    pub closed: &'static str,
    pub not_repairable: &'static str,

    pub saving: Topic,
    pub saving_long: &'static str,

    pub other_account_chosen: Topic,
    pub other_login_used: Topic,
    pub unexplained_mismatch: Topic,
    pub you_chose: &'static str,
    pub needed: &'static str,
    pub nothing_changed: &'static str,

    pub relinked: Topic,
    pub already_active: Topic,
    pub partial: Topic,
    pub unknown_outcome: Topic,
    pub works_again: &'static str,
    pub works: &'static str,
    pub until: &'static str,
    pub connected_now: &'static str,
    pub still_broken: &'static str,

    pub beyond_repair: Topic,
    pub closed_account: Topic,
    pub way_on: &'static str,

    pub no_connection: Mishap,
    pub too_slow: Mishap,
    pub unreadable: Mishap,
    pub service_down: Mishap,
    pub busy: Mishap,
    pub busy_seconds: Plural,
    pub busy_minutes: Plural,
    pub signed_out: Mishap,
    pub not_allowed: Mishap,
    pub not_found: Mishap,
    pub misconfigured: Mishap,
    pub expired: Mishap,
    pub spent: Mishap,
    pub unsupported: Mishap,
    pub bank_not_opened: Mishap,
    pub bank_unavailable: Mishap,
    pub unexplained: Mishap,
    pub bank_confirmed: &'static str,
    pub reference: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,

    pub leave: &'static str,
    pub given_up: Topic,
    pub stays_disconnected: &'static str,
    pub stays_failing: &'static str,
    pub stays_as_it_is: &'static str,

    pub continue_to_bank: &'static str,
    pub not_now: &'static str,
    pub open_window_again: &'static str,
    pub continue_in_this_tab: &'static str,
    pub check_again: &'static str,
    pub cancel: &'static str,
    pub use_this_account: &'static str,
    pub use_these_accounts: &'static str,
    pub try_again_at_bank: &'static str,
    pub try_again: &'static str,
    pub start_again: &'static str,
    pub reconnect_the_rest: &'static str,
    pub back_to_merchant: &'static str,
    pub contact_merchant: &'static str,
    pub keep_going: &'static str,
    pub leave_anyway: &'static str,
}
