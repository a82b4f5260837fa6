//! What is on screen, drawn from the stage: the view models of `view`, filled in.

use super::authorizing::Authorizing;
use super::cards::card;
use super::context::Context;
use super::ended::{End, Ended};
use super::fetching::Then;
use super::mismatched::Mismatched;
use super::selecting::Selecting;
use super::stage::Stage;
use super::succeeded;
use super::troubled::{Again, Troubled};
use crate::clock::day_ahead;
use crate::reasons::{self, Reason};
use crate::view::{
    AccountCard, Action, AtBank, Bank, BankWindow, Checking, Chip, Choice, Choose, Frame, GivenUp, Label,
    Leave, Mismatch, NotRepairable, Notice, Offer, Pane, PermissionLine, Problem, Refused, Review, Saving,
    Step, Trouble, View, Wait, Why, WrongAccount,
};
use relink_wire::{Account, Code, DisplayText, Gather, InstitutionStatus, Rule, Session};
use std::rc::Rc;

/// What a view is drawn from.
pub(super) struct Shown<'a> {
    pub(super) stage: &'a Stage,
    pub(super) context: &'a Context,
    /// The page was restored from the back-forward cache, and the session is being read again.
    pub(super) is_restoring: bool,
    /// The customer was asked whether to leave.
    pub(super) asks_to_leave: bool,
}

/// The view of a flow.
#[inline(never)]
pub(super) fn view(flow: &Shown<'_>) -> View {
    let context = flow.context;
    let mut view = View {
        state: Some(flow.stage.state()),
        frame: frame(context),
        pane: Pane::Empty,
        primary: None,
        secondary: None,
        close: Some(Action::Close),
        offline: !context.device.online && !matches!(flow.stage, Stage::Ended(_)),
    };
    match flow.stage {
        Stage::Fetching(fetching) => match fetching.then {
            Then::Show => view.pane = Pane::Loading(fetching.wait),
            Then::GoToBank(_) => {
                view.frame.step = Step::Bank;
                view.pane = Pane::AtBank(at_bank(context, BankWindow::Preparing, false));
            }
            Then::Confirm => {
                view.frame.step = Step::Done;
                view.pane = Pane::Saving(Saving { accounts: concerned(context), wait: Wait::Brief });
            }
        },
        Stage::Reviewing(reviewing) => {
            view.pane = Pane::Review(review(context, reviewing.notice));
            let label = match context.consent() {
                Some(_) => Label::AgreeAndContinue,
                None if context.is_without_bank() => Label::Allow,
                None => Label::ContinueToBank,
            };
            view.primary = Some(Offer::button(label, Action::Continue));
            view.secondary = Some(match context.settings.remind_later {
                true => Offer::button(Label::RemindMeTomorrow, Action::Remind),
                false => Offer::button(Label::NotNow, Action::Close),
            });
        }
        Stage::Authorizing(stage) => authorizing(stage, context, &mut view),
        Stage::Selecting(stage) => selecting(stage, &mut view),
        Stage::Completing(stage) => {
            view.frame.step = Step::Done;
            let accounts = completing_cards(&stage.accounts, context);
            view.pane = Pane::Saving(Saving { accounts, wait: stage.wait });
        }
        Stage::Mismatched(stage) => mismatched(stage, context, &mut view),
        Stage::Troubled(stage) => troubled(stage, context, &mut view),
        Stage::Parting(_) => {
            view.pane = Pane::Checking(Checking { accounts: concerned(context), wait: Wait::Long });
            view.close = None;
        }
        Stage::Ended(stage) => ended(stage, context, &mut view),
    }
    if flow.is_restoring {
        view.pane = Pane::Checking(Checking { accounts: concerned(context), wait: Wait::Long });
        (view.primary, view.secondary) = (None, None);
    }
    if flow.asks_to_leave {
        view.pane = Pane::Leave(Leave { accounts: concerned(context) });
        view.primary = Some(Offer::button(Label::KeepGoing, Action::KeepGoing));
        view.secondary = Some(Offer::button(Label::LeaveAnyway, Action::LeaveAnyway));
        view.close = Some(Action::LeaveAnyway);
    }
    if view.frame.without_bank && view.frame.step == Step::Bank {
        // Without a bank, the thread has no such step.
        view.frame.step = Step::Review;
    }
    view.pane.name_bank_once();
    view
}

#[inline(never)]
fn frame(context: &Context) -> Frame {
    let named = &context.settings.merchant_name;
    let Some(session) = context.session() else {
        return Frame { merchant: named.clone(), ..Frame::default() };
    };
    Frame {
        merchant: session.merchant.name.clone().or_else(|| named.clone()),
        merchant_logo_url: session.merchant.logo_url.clone(),
        bank: Bank { name: context.bank_name(), logo_url: session.institution.logo_url.clone() },
        step: Step::Review,
        without_bank: context.is_without_bank(),
        mended: false,
        test_mode: session.livemode == Some(false),
        privacy_url: session.merchant.privacy_url.clone(),
        support_url: session.merchant.support_url.clone(),
    }
}

#[inline(never)]
fn review(context: &Context, notice: Option<Notice>) -> Review {
    let Some(session) = context.session() else {
        let rule = Rule::AnyAccount;
        return Review {
            lead: Why { reason: Reason::Unstated, day: None },
            others: Vec::new(),
            accounts: Vec::new(),
            rule,
            permissions: Vec::new(),
            consent: None,
            next_payment: None,
            notice,
        };
    };
    let now = context.unix();
    let why = |reason: Reason| Why { day: reason.day().and_then(|on| day_ahead(on, now)), reason };
    let mut reasons = reasons::of_session(session, context.judging_unix()).into_iter();
    let lead = why(reasons.next().unwrap_or(Reason::Unstated));
    let line = |permission: &relink_wire::Permission| PermissionLine {
        permission: permission.clone(),
        is_new: reasons::is_new(session, permission) == Some(true),
    };
    Review {
        lead,
        others: reasons.map(why).gather(),
        accounts: concerned(context),
        rule: session.rule(),
        permissions: session.permissions.iter().map(line).gather(),
        consent: context.consent().cloned(),
        next_payment: session.next_payment_at.and_then(|on| day_ahead(on, now)),
        notice: notice.or_else(|| known_of_bank(context)),
    }
}

/// What is known of the bank before the customer goes there; `None` if nobody goes, or nothing is wrong.
fn known_of_bank(context: &Context) -> Option<Notice> {
    if context.is_without_bank() {
        return None;
    }
    match context.session()?.institution.status.as_ref()? {
        InstitutionStatus::Degraded => Some(Notice::BankDegraded),
        InstitutionStatus::Inactive => Some(Notice::BankInactive),
        InstitutionStatus::Active | InstitutionStatus::Unknown(_) => None,
    }
}

fn at_bank(context: &Context, window: BankWindow, stalled: bool) -> AtBank {
    let rule = context.session().map_or(Rule::AnyAccount, Session::rule);
    AtBank { accounts: concerned(context), rule, window, stalled }
}

#[inline(never)]
fn authorizing(stage: &Authorizing, context: &Context, view: &mut View) {
    view.frame.step = Step::Bank;
    if stage.is_checking() {
        view.pane = Pane::Checking(Checking { accounts: concerned(context), wait: Wait::Long });
        view.secondary = Some(Offer::button(Label::Cancel, Action::Close));
        return;
    }
    view.pane = Pane::AtBank(at_bank(context, stage.window.clone(), stage.stalled));
    view.primary = match &stage.window {
        // A real link: it works where the page may not open or leave anything by itself.
        BankWindow::Blocked(url) => {
            Some(Offer::button(Label::ContinueInThisTab, Action::Reopen).to(url.clone()))
        }
        BankWindow::Gone => stage.can_reopen.then(|| Offer::button(Label::ContinueToBank, Action::Reopen)),
        BankWindow::Preparing
        | BankWindow::Modal
        | BankWindow::Window
        | BankWindow::Leaving
        | BankWindow::Elsewhere => {
            stage.can_reopen.then(|| Offer::button(Label::OpenWindowAgain, Action::Reopen))
        }
    };
    view.secondary = Some(match stage.stalled {
        true => Offer::button(Label::CheckAgain, Action::CheckAgain),
        false => Offer::button(Label::Cancel, Action::Close),
    });
}

#[inline(never)]
fn selecting(stage: &Selecting, view: &mut View) {
    view.frame.step = Step::Bank;
    let mut choose =
        Choose { options: Vec::new(), refused: Vec::new(), several: stage.several(), most: stage.most };
    for ((account, verdict), card) in stage.accounts.iter().zip(&stage.cards) {
        let card = Rc::clone(card);
        match verdict {
            Ok(()) => {
                let chosen = stage.chosen.contains(&account.id);
                choose.options.push(Choice { card, chosen, open: chosen || !stage.is_full() });
            }
            Err(why) => choose.refused.push(Refused { card, why: *why }),
        }
    }
    let label = if stage.chosen.len() > 1 { Label::UseTheseAccounts } else { Label::UseThisAccount };
    view.primary = Some(match choose.options.is_empty() {
        true => Offer::button(Label::ChooseAgainAtBank, Action::TryAgain),
        false => Offer::button(label, Action::UseChosen).only_if(!stage.chosen.is_empty()),
    });
    view.pane = Pane::Choose(choose);
    view.secondary = Some(Offer::button(Label::NotNow, Action::Close));
}

#[inline(never)]
fn mismatched(stage: &Mismatched, context: &Context, view: &mut View) {
    view.frame.step = Step::Bank;
    let Some(session) = context.session() else { return };
    let without_bank = context.is_without_bank();
    // Two accounts are told apart by a sign and a word. Where the bank gave no reason, neither is known to be wrong.
    let told_apart = !without_bank && stage.mismatch != Mismatch::Unexplained;
    let marked = |account: &Account, chip| AccountCard {
        chip: told_apart.then_some(chip),
        ..card(account, session, context)
    };
    view.pane = Pane::WrongAccount(WrongAccount {
        // If no bank is visited, the customer chose nothing there.
        mismatch: if without_bank { Mismatch::Unexplained } else { stage.mismatch },
        chosen: stage.chosen.iter().map(|account| marked(account, Chip::NotThisOne)).gather(),
        needed: needed(session, context).map(|account| marked(account, Chip::ChooseThisOne)),
    });
    let label = if without_bank { Label::TryAgain } else { Label::TryAgainAtBank };
    view.primary = Some(Offer::button(label, Action::TryAgain));
    view.secondary = Some(Offer::button(Label::NotNow, Action::Close));
}

/// The account that is needed, even if the backend's newest list no longer has it.
fn needed<'a>(session: &'a Session, context: &'a Context) -> Option<&'a Account> {
    let id = session.relink_options.account.as_deref()?;
    session
        .required_account()
        .or_else(|| context.before.iter().find(|account| account.is(id)).map(Rc::as_ref))
}

#[inline(never)]
fn troubled(stage: &Troubled, context: &Context, view: &mut View) {
    let confirmed = matches!(stage.again, Again::Complete(_)) && !context.is_without_bank();
    view.frame.step = match stage.again {
        Again::Fetch(_, Then::Show) => Step::Review,
        Again::Fetch(_, Then::GoToBank(_)) | Again::Look => Step::Bank,
        Again::Fetch(_, Then::Confirm) | Again::Complete(_) => Step::Done,
    };
    view.pane = Pane::Problem(Problem {
        trouble: stage.refusal.trouble,
        reference: stage.refusal.request_id.as_deref().and_then(DisplayText::parse),
        bank_confirmed: confirmed,
    });
    let anew = stage.refusal.code == Code::SessionConsumed && matches!(stage.again, Again::Fetch(..));
    let again = if anew { Label::StartAgain } else { Label::TryAgain };
    view.primary = Some(Offer::button(again, Action::TryAgain));
    if let Some(sign_in) = sign_in(stage.refusal.trouble, context) {
        view.secondary = view.primary.replace(sign_in);
        return;
    }
    view.secondary = match &context.session().and_then(|session| session.merchant.support_url.clone()) {
        Some(support) if confirmed => Some(Offer::link(Label::ContactMerchant, support.clone())),
        Some(_) | None => Some(Offer::button(Label::NotNow, Action::Close)),
    };
}

/// The link to the merchant's sign-in, if nobody is signed in and the merchant gave its address: in the session, or in the
/// page, since who is signed out most often gets no session.
fn sign_in(trouble: Trouble, context: &Context) -> Option<Offer> {
    let told = context.session().and_then(|session| session.merchant.sign_in_url.clone());
    let url = told.or_else(|| context.settings.sign_in_url.clone())?;
    (trouble == Trouble::SignedOut).then(|| Offer::link(Label::SignIn, url))
}

#[inline(never)]
fn ended(stage: &Ended, context: &Context, view: &mut View) {
    if stage.dismissed {
        *view = View { state: view.state, ..View::empty() };
        return;
    }
    view.frame.step = Step::Done;
    let support = context.session().and_then(|session| session.merchant.support_url.clone());
    let back = Offer::button(Label::BackToMerchant, Action::Dismiss);
    view.close = Some(Action::Dismiss);
    match &stage.end {
        End::Succeeded(confirmed) => {
            view.frame.mended = true;
            view.pane = Pane::Done(succeeded::done(confirmed, context));
            view.primary = Some(back);
            view.secondary = succeeded::is_partly_done(confirmed)
                .then(|| Offer::button(Label::ReconnectTheRest, Action::StartAgain));
        }
        End::NotRepairable { closed, .. } => {
            view.frame.step = Step::Review;
            view.pane = Pane::NotRepairable(NotRepairable { closed: *closed, accounts: concerned(context) });
            (view.primary, view.secondary) = match support {
                Some(support) => (Some(Offer::link(Label::ContactMerchant, support)), Some(back)),
                None => (Some(back), None),
            };
        }
        End::Failed(refusal) => {
            view.frame.step = Step::Review;
            view.pane = Pane::Problem(Problem {
                trouble: refusal.trouble,
                reference: refusal.request_id.as_deref().and_then(DisplayText::parse),
                bank_confirmed: false,
            });
            let sign_in = sign_in(refusal.trouble, context);
            let again = Offer::button(Label::StartAgain, Action::StartAgain);
            (view.primary, view.secondary) = match (refusal.retryable, support) {
                (true, _) if sign_in.is_some() => (sign_in, Some(again)),
                (true, _) => (Some(again), Some(back)),
                (false, Some(support)) => (Some(Offer::link(Label::ContactMerchant, support)), Some(back)),
                (false, None) => (Some(back), None),
            };
        }
        End::Cancelled => {
            view.frame.step = Step::Review;
            view.pane = Pane::GivenUp(GivenUp { accounts: concerned(context) });
            view.primary = Some(Offer::button(Label::StartAgain, Action::StartAgain));
            view.close = None;
        }
    }
}

/// The cards of the accounts that the relink is about.
fn concerned(context: &Context) -> Vec<AccountCard> {
    let Some(session) = context.session() else { return Vec::new() };
    reasons::concerned(session).map(|account| card(account, session, context)).gather()
}

fn completing_cards(ids: &[String], context: &Context) -> Vec<AccountCard> {
    if ids.is_empty() {
        return concerned(context);
    }
    let Some(session) = context.session() else { return Vec::new() };
    let find = |id: &String| {
        let mut known = session.accounts.iter().chain(&context.returned).chain(&context.before);
        known.find(|account| account.is(id))
    };
    let chosen = ids.iter().filter_map(find);
    chosen.map(|account| AccountCard { chip: None, ..card(account, session, context) }).gather()
}
