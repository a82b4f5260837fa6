//! One customer's way through the bank's pages: which page comes after which, and how it can end.
//!
//! Starts when Stripe.js or a hosted page opens for a pending session. Ends with exactly one [`AtTheBank`]. If the
//! customer leaves instead, the session stays pending until it expires. What the customer types is compared with the words
//! that a test bank knows, and is never stored.

use super::institution::{Door, Outage};
use crate::secret::Secret;

/// What happened at the bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AtTheBank {
    /// The customer agreed to share these accounts.
    Agreed(Vec<String>),
    /// The customer signed in with another login.
    OtherLogin,
    /// The bank refused, or could not be reached.
    Refused,
    /// The customer closed the window by its button.
    Closed,
}

/// Where the bank's pages are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// In a frame over the merchant's page, which has this origin.
    Framed(String),
    /// As a page of its own.
    Hosted,
}

/// A visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The unguessable part of its addresses.
    pub token: Secret,
    /// The session.
    pub session: String,
    /// Where it is shown.
    pub frame: Frame,
    /// The page that is shown.
    pub stage: Stage,
    /// The number of the page, by which a frame notices what happened in a pop-up.
    pub step: u64,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Introduces the merchant and what it asks for.
    Introducing,
    /// Waits for the bank's own window.
    AwaitingBankWindow,
    /// Asks for name and password.
    SigningIn {
        /// The last try was wrong.
        again: bool,
    },
    /// Asks one more question.
    Asking(Question),
    /// Offers the accounts.
    Choosing {
        /// The last choice was refused.
        again: bool,
    },
    /// The accounts were chosen in the bank's window; the customer has to agree.
    Confirming(Vec<String>),
    /// Offers to use another login.
    ChangingLogin,
    /// The visit cannot go on.
    Stopped(Stop),
    /// Over.
    Done(Option<Stop>),
}

/// What a login form may ask after name and password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Where to send a code to.
    Options,
    /// A code.
    Code,
    /// A tap in the bank's app.
    Confirmation,
    /// Something only the customer knows.
    Security,
}

/// Why a visit cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The bank is down.
    Down(Outage),
    /// The bank ended the login.
    LoginFailed,
    /// The customer refused at the bank.
    AccessRefused,
}

impl Stop {
    /// The code under which Stripe.js reports it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Down(Outage::Scheduled) => "institution_unavailable_planned",
            Self::Down(Outage::Unscheduled) => "institution_unavailable_unplanned",
            Self::Down(Outage::Error) => "unexpected_error",
            Self::LoginFailed | Self::AccessRefused => "authorization_error",
        }
    }

    /// The same in words, for the developer.
    pub fn message(self) -> &'static str {
        match self {
            Self::Down(Outage::Scheduled) => "The institution is down for scheduled maintenance.",
            Self::Down(Outage::Unscheduled) => "The institution is currently unavailable.",
            Self::Down(Outage::Error) => "The institution answered with an unexpected error.",
            Self::LoginFailed => "The institution ended the login.",
            Self::AccessRefused => "The customer refused access at the institution.",
        }
    }
}

/// What the customer does. No `Debug`: it carries what was typed.
#[derive(Clone, PartialEq, Eq)]
pub enum Act {
    /// Goes on.
    Continue,
    /// Sends name and password. A test bank reads only the name.
    SignIn(String),
    /// Answers a question.
    Answer(String),
    /// Allows access in the bank's window; with accounts, where they are chosen there.
    Allow(Vec<String>),
    /// Refuses access in the bank's window.
    Refuse,
    /// Agrees to share these accounts.
    Agree(Vec<String>),
    /// Wants another login.
    ChangeLogin,
    /// Uses another login.
    UseOtherLogin,
    /// Goes back to the page before.
    Back,
    /// Closes it.
    Close,
}

/// What follows from an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Another page.
    Show(Stage),
    /// The visit is over.
    End(AtTheBank, Option<Stop>),
    /// Nothing changes: the act does not fit the page. It comes from a second window or an earlier page.
    Stay,
}

/// What follows from an act on a page. `accepts` says whether accounts may be chosen.
pub fn next(stage: &Stage, door: Door, act: Act, accepts: impl Fn(&[String]) -> bool) -> Next {
    let choosing = || Next::Show(Stage::Choosing { again: false });
    match (stage, act) {
        (Stage::Done(_), _) => Next::Stay,
        (Stage::Stopped(stop), Act::Continue | Act::Close) => Next::End(AtTheBank::Refused, Some(*stop)),
        (_, Act::Close) => Next::End(AtTheBank::Closed, None),
        (Stage::Introducing, Act::Continue) => Next::Show(behind(door)),
        (Stage::AwaitingBankWindow, Act::Allow(chosen)) => match door {
            Door::OAuthChoosing if accepts(&chosen) => Next::Show(Stage::Confirming(chosen)),
            Door::OAuthChoosing => Next::Stay,
            Door::AtOnce | Door::OAuth | Door::Form | Door::Down(_) => choosing(),
        },
        (Stage::AwaitingBankWindow, Act::Refuse) => Next::Show(Stage::Stopped(Stop::AccessRefused)),
        (Stage::SigningIn { .. }, Act::SignIn(name)) => Next::Show(after_sign_in(&name)),
        (Stage::Asking(Question::Options), Act::Answer(_)) => Next::Show(Stage::Asking(Question::Code)),
        (Stage::Asking(Question::Code | Question::Confirmation | Question::Security), Act::Answer(_)) => {
            choosing()
        }
        (Stage::Choosing { .. }, Act::Agree(chosen)) if accepts(&chosen) => {
            Next::End(AtTheBank::Agreed(chosen), None)
        }
        (Stage::Choosing { .. }, Act::Agree(_)) => Next::Show(Stage::Choosing { again: true }),
        (Stage::Confirming(chosen), Act::Agree(_)) => Next::End(AtTheBank::Agreed(chosen.clone()), None),
        (Stage::Choosing { .. } | Stage::Confirming(_), Act::ChangeLogin) => Next::Show(Stage::ChangingLogin),
        (Stage::ChangingLogin, Act::UseOtherLogin) => Next::End(AtTheBank::OtherLogin, None),
        (Stage::ChangingLogin, Act::Back) => choosing(),
        (Stage::SigningIn { .. } | Stage::Asking(_) | Stage::AwaitingBankWindow, Act::Back) => {
            Next::Show(Stage::Introducing)
        }
        (
            Stage::Introducing
            | Stage::AwaitingBankWindow
            | Stage::SigningIn { .. }
            | Stage::Asking(_)
            | Stage::Choosing { .. }
            | Stage::Confirming(_)
            | Stage::ChangingLogin
            | Stage::Stopped(_),
            Act::Continue
            | Act::SignIn(_)
            | Act::Answer(_)
            | Act::Allow(_)
            | Act::Refuse
            | Act::Agree(_)
            | Act::ChangeLogin
            | Act::UseOtherLogin
            | Act::Back,
        ) => Next::Stay,
    }
}

/// The first page of a visit: what asks for the customer's consent is left out where they have agreed already.
pub fn first(door: Door, has_agreed: bool) -> Stage {
    if has_agreed { behind(door) } else { Stage::Introducing }
}

fn behind(door: Door) -> Stage {
    match door {
        Door::AtOnce => Stage::Choosing { again: false },
        Door::OAuth | Door::OAuthChoosing => Stage::AwaitingBankWindow,
        Door::Form => Stage::SigningIn { again: false },
        Door::Down(outage) => Stage::Stopped(Stop::Down(outage)),
    }
}

fn after_sign_in(name: &str) -> Stage {
    match name.trim() {
        "options" => Stage::Asking(Question::Options),
        "mfa" => Stage::Asking(Question::Code),
        "confirm_mfa" => Stage::Asking(Question::Confirmation),
        "security_question" => Stage::Asking(Question::Security),
        "error" => Stage::Stopped(Stop::LoginFailed),
        "incorrect" => Stage::SigningIn { again: true },
        _ => Stage::Choosing { again: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays acts from the first page and gives what the last one led to.
    fn play(door: Door, acts: &[Act]) -> Next {
        let mut stage = Stage::Introducing;
        let mut last = Next::Stay;
        for act in acts {
            last = next(&stage, door, act.clone(), |chosen| chosen == ["fca_1"]);
            if let Next::Show(to) = &last {
                stage = to.clone();
            }
        }
        last
    }

    fn choosing() -> Next {
        Next::Show(Stage::Choosing { again: false })
    }

    fn chosen() -> Vec<String> {
        vec!["fca_1".into()]
    }

    #[test]
    fn the_test_institution_lets_in_at_once() {
        assert_eq!(play(Door::AtOnce, &[Act::Continue]), choosing());
        let agreed = play(Door::AtOnce, &[Act::Continue, Act::Agree(chosen())]);
        assert_eq!(agreed, Next::End(AtTheBank::Agreed(chosen()), None));
    }

    #[test]
    fn a_choice_that_will_not_do_is_asked_for_again() {
        let acts = [Act::Continue, Act::Agree(vec!["fca_2".into()])];
        assert_eq!(play(Door::AtOnce, &acts), Next::Show(Stage::Choosing { again: true }));
    }

    #[test]
    fn an_oauth_bank_allows_in_its_window_and_accounts_are_chosen_after() {
        assert_eq!(play(Door::OAuth, &[Act::Continue]), Next::Show(Stage::AwaitingBankWindow));
        assert_eq!(play(Door::OAuth, &[Act::Continue, Act::Allow(Vec::new())]), choosing());
    }

    #[test]
    fn an_oauth_bank_that_has_accounts_chosen_in_its_window_only_wants_them_agreed_to() {
        let acts = [Act::Continue, Act::Allow(chosen()), Act::Agree(Vec::new())];
        assert_eq!(play(Door::OAuthChoosing, &acts[..2]), Next::Show(Stage::Confirming(chosen())));
        assert_eq!(play(Door::OAuthChoosing, &acts), Next::End(AtTheBank::Agreed(chosen()), None));
        assert_eq!(play(Door::OAuthChoosing, &[Act::Continue, Act::Allow(Vec::new())]), Next::Stay);
    }

    #[test]
    fn a_login_form_knows_stripes_words() {
        let after = |name: &str| play(Door::Form, &[Act::Continue, Act::SignIn(name.into())]);
        assert_eq!(after("anyone"), choosing());
        assert_eq!(after("options"), Next::Show(Stage::Asking(Question::Options)));
        assert_eq!(after("mfa"), Next::Show(Stage::Asking(Question::Code)));
        assert_eq!(after("confirm_mfa"), Next::Show(Stage::Asking(Question::Confirmation)));
        assert_eq!(after("security_question"), Next::Show(Stage::Asking(Question::Security)));
        assert_eq!(after("incorrect"), Next::Show(Stage::SigningIn { again: true }));
        assert_eq!(after("error"), Next::Show(Stage::Stopped(Stop::LoginFailed)));
    }

    #[test]
    fn options_lead_to_a_code_and_a_code_to_the_accounts() {
        let acts = [
            Act::Continue,
            Act::SignIn("options".into()),
            Act::Answer("text".into()),
            Act::Answer("123".into()),
        ];
        assert_eq!(play(Door::Form, &acts), choosing());
    }

    #[test]
    fn a_bank_that_is_down_refuses_however_it_is_left() {
        for outage in [Outage::Scheduled, Outage::Unscheduled, Outage::Error] {
            let end = Next::End(AtTheBank::Refused, Some(Stop::Down(outage)));
            assert_eq!(play(Door::Down(outage), &[Act::Continue, Act::Continue]), end);
            assert_eq!(play(Door::Down(outage), &[Act::Continue, Act::Close]), end);
        }
    }

    #[test]
    fn refusing_in_the_banks_window_stops_the_visit() {
        let acts = [Act::Continue, Act::Refuse];
        assert_eq!(play(Door::OAuth, &acts), Next::Show(Stage::Stopped(Stop::AccessRefused)));
    }

    #[test]
    fn closing_ends_it_from_every_page_and_nothing_follows_an_end() {
        assert_eq!(play(Door::AtOnce, &[Act::Close]), Next::End(AtTheBank::Closed, None));
        assert_eq!(play(Door::Form, &[Act::Continue, Act::Close]), Next::End(AtTheBank::Closed, None));
        assert_eq!(next(&Stage::Done(None), Door::AtOnce, Act::Close, |_| true), Next::Stay);
    }

    #[test]
    fn another_login_is_asked_about_before_it_is_used() {
        let acts = [Act::Continue, Act::ChangeLogin, Act::UseOtherLogin];
        assert_eq!(play(Door::AtOnce, &acts), Next::End(AtTheBank::OtherLogin, None));
        assert_eq!(play(Door::AtOnce, &[Act::Continue, Act::ChangeLogin, Act::Back]), choosing());
    }

    #[test]
    fn an_act_of_another_page_changes_nothing() {
        assert_eq!(play(Door::AtOnce, &[Act::Agree(chosen())]), Next::Stay);
        assert_eq!(play(Door::OAuth, &[Act::Continue, Act::Continue]), Next::Stay);
    }
}
