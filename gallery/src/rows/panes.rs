//! Rows of the way from the start to the end: loading, at the bank, choosing, saving.

use super::fixtures::{DAY, DAY_BEFORE, DAY_NEXT_YEAR, Names, not_now, offering, why, without_bank};
use super::row::{Row, row};
use relink_core::eligibility::WhyNot;
use relink_core::reasons::Reason;
use relink_core::view::{
    AccountCard, Action, AtBank, BankWindow, Checking, Chip, Choice, Choose, Label, Mismatch, Offer, Pane,
    Refused, Review, Saving, Step, View, Wait, WrongAccount, name_bank_once,
};
use relink_wire::{FlowState, Rule, SafeUrl, Subcategory};
use std::rc::Rc;

fn waits() -> Vec<Wait> {
    every!(Wait:
        Wait::Brief => Wait::Brief,
        Wait::Noticeable => Wait::Noticeable,
        Wait::Long => Wait::Long,
    )
}

fn wait_name(wait: Wait) -> &'static str {
    match wait {
        Wait::Brief => "brief",
        Wait::Noticeable => "noticeable",
        Wait::Long => "long",
    }
}

/// The session is being fetched.
pub fn loading(names: &Names) -> Vec<Row> {
    let rows = waits().into_iter().map(|wait| {
        let mut view = names.view(FlowState::Loading, Step::Review, Pane::Loading(wait));
        view.frame = relink_core::view::Frame::default();
        row(["loading/", wait_name(wait)].concat(), view)
    });
    let mut rows: Vec<Row> = rows.collect();
    rows.push(row("empty/empty", View::empty()));
    rows
}

/// The customer is at the bank.
pub fn at_bank(names: &Names) -> Vec<Row> {
    let mut rows = Vec::new();
    for window in windows() {
        let name = ["at-bank/", window_name(&window)].concat();
        rows.push(row(name, at(names, window, Rule::SameAccount, false)));
    }
    let early = View { primary: None, ..at(names, BankWindow::Window, Rule::SameAccount, false) };
    rows.push(row("at-bank/window-early", early));
    rows.push(row("at-bank/window-any-account", at(names, BankWindow::Window, Rule::AnyAccount, false)));
    rows.push(row("at-bank/window-stalled", at(names, BankWindow::Window, Rule::SameAccount, true)));
    for chip in chips() {
        let accounts = vec![names.account(Some(chip))];
        let pane = Pane::AtBank(AtBank {
            accounts,
            rule: Rule::SameAccount,
            window: BankWindow::Leaving,
            stalled: false,
        });
        let name = ["at-bank/chip-", chip_name(chip)].concat();
        rows.push(row(name, names.view(FlowState::Authorizing, Step::Bank, pane)));
    }
    rows
}

fn chips() -> Vec<Chip> {
    every!(Chip:
        Chip::Disconnected(Some(_)) => Chip::Disconnected(Some(DAY_BEFORE)),
        Chip::Disconnected(None) => Chip::Disconnected(None),
        Chip::Stops(Some(_)) => Chip::Stops(Some(DAY_NEXT_YEAR)),
        Chip::Stops(None) => Chip::Stops(None),
        Chip::PaymentsFailing => Chip::PaymentsFailing,
        Chip::PaymentsStop(Some(_)) => Chip::PaymentsStop(Some(DAY_NEXT_YEAR)),
        Chip::PaymentsStop(None) => Chip::PaymentsStop(None),
        Chip::MoreToShare => Chip::MoreToShare,
        Chip::Active => Chip::Active,
        Chip::ActiveAgain => Chip::ActiveAgain,
        Chip::Closed => Chip::Closed,
        Chip::NotRepairable => Chip::NotRepairable,
        Chip::NotThisOne => Chip::NotThisOne,
        Chip::ChooseThisOne => Chip::ChooseThisOne,
    )
}

fn chip_name(chip: Chip) -> &'static str {
    match chip {
        Chip::Disconnected(Some(_)) => "disconnected-since",
        Chip::Disconnected(None) => "disconnected",
        Chip::Stops(Some(_)) => "stops",
        Chip::Stops(None) => "stops-soon",
        Chip::PaymentsFailing => "payments-failing",
        Chip::PaymentsStop(Some(_)) => "payments-stop",
        Chip::PaymentsStop(None) => "payments-stop-soon",
        Chip::MoreToShare => "more-to-share",
        Chip::Active => "active",
        Chip::ActiveAgain => "active-again",
        Chip::Closed => "closed",
        Chip::NotRepairable => "not-repairable",
        Chip::NotThisOne => "not-this-one",
        Chip::ChooseThisOne => "choose-this-one",
    }
}

fn windows() -> Vec<BankWindow> {
    let mut all = every!(BankWindow:
        BankWindow::Preparing => BankWindow::Preparing,
        BankWindow::Modal => BankWindow::Modal,
        BankWindow::Window => BankWindow::Window,
        BankWindow::Blocked(_) => BankWindow::Leaving,
        BankWindow::Leaving => BankWindow::Leaving,
        BankWindow::Elsewhere => BankWindow::Elsewhere,
        BankWindow::Gone => BankWindow::Gone,
    );
    all.dedup();
    all.extend(SafeUrl::https("https://bank.example/relink").map(BankWindow::Blocked));
    all
}

fn window_name(window: &BankWindow) -> &'static str {
    match window {
        BankWindow::Preparing => "preparing",
        BankWindow::Modal => "modal",
        BankWindow::Window => "window",
        BankWindow::Blocked(_) => "blocked",
        BankWindow::Leaving => "leaving",
        BankWindow::Elsewhere => "elsewhere",
        BankWindow::Gone => "gone",
    }
}

fn at(names: &Names, window: BankWindow, rule: Rule, stalled: bool) -> View {
    let preparing = matches!(window, BankWindow::Preparing | BankWindow::Leaving);
    let is_gone = window == BankWindow::Gone;
    let way = if let BankWindow::Blocked(url) = &window { Some(url.clone()) } else { None };
    let mut accounts = vec![names.account(Some(Chip::Disconnected(None)))];
    if rule != Rule::SameAccount {
        accounts.push(names.other(Some(Chip::Disconnected(None))));
    }
    let pane = Pane::AtBank(AtBank { accounts, rule, window, stalled });
    let view = names.view(FlowState::Authorizing, Step::Bank, pane);
    if preparing {
        return view;
    }
    let reopen = match way {
        Some(url) => Offer::button(Label::ContinueInThisTab, Action::Reopen).to(url),
        None if is_gone => Offer::button(Label::ContinueToBank, Action::Reopen),
        None => Offer::button(Label::OpenWindowAgain, Action::Reopen),
    };
    let other = if stalled {
        Offer::button(Label::CheckAgain, Action::CheckAgain)
    } else {
        Offer::button(Label::Cancel, Action::Close)
    };
    offering(view, reopen, other)
}

/// The backend is being asked.
pub fn checking(names: &Names) -> Vec<Row> {
    let rows = waits().into_iter().map(|wait| {
        let accounts = vec![names.account(Some(Chip::Disconnected(None)))];
        let view =
            names.view(FlowState::Authorizing, Step::Bank, Pane::Checking(Checking { accounts, wait }));
        let view = View { secondary: Some(Offer::button(Label::Cancel, Action::Close)), ..view };
        row(["checking/", wait_name(wait)].concat(), view)
    });
    let mut rows: Vec<Row> = rows.collect();
    let accounts = vec![names.account(Some(Chip::Disconnected(None)))];
    let pane = Pane::Checking(Checking { accounts, wait: Wait::Long });
    let view = without_bank(names.view(FlowState::Completing, Step::Done, pane));
    rows.push(row("checking/without-bank", view));
    rows
}

/// The backend is asked what came of it.
pub fn saving(names: &Names) -> Vec<Row> {
    let rows = waits().into_iter().map(|wait| {
        let accounts = vec![names.account(None)];
        let view = names.view(FlowState::Completing, Step::Done, Pane::Saving(Saving { accounts, wait }));
        row(["saving/", wait_name(wait)].concat(), view)
    });
    let mut rows: Vec<Row> = rows.collect();
    let pane = Pane::Saving(Saving { accounts: vec![names.account(None)], wait: Wait::Long });
    let view = names.view(FlowState::Completing, Step::Done, pane);
    rows.push(row("saving/without-bank", without_bank(view)));
    rows
}

/// The customer chooses.
pub fn choose(names: &Names) -> Vec<Row> {
    let choice = |card: AccountCard, chosen| Choice { card: Rc::new(card), chosen, open: true };
    let two = || vec![choice(names.account(None), false), choice(names.other(None), false)];
    let one = |options| Choose { options, refused: Vec::new(), several: false, most: Some(1) };
    let chosen = |mut options: Vec<Choice>| {
        options[0].chosen = true;
        options
    };
    // None of them is among those that can be chosen. Where any account will do, none is the wrong one.
    let refused = || {
        let whys = why_nots().into_iter().filter(|why| *why != WhyNot::NotTheRequired).enumerate();
        whys.map(|(place, why)| Refused { card: Rc::new(names.numbered(place + 2)), why }).collect::<Vec<_>>()
    };
    let full = |options: Vec<Choice>| {
        let options = options.into_iter().enumerate();
        options
            .map(|(place, choice)| Choice { chosen: place < 2, open: place < 2, ..choice })
            .collect::<Vec<_>>()
    };
    let many = |count: usize| {
        (0..count).map(|number| choice(names.numbered(number), number == 0)).collect::<Vec<_>>()
    };
    let several = |options, most| Choose { options, refused: Vec::new(), several: true, most };
    // Name and number are the same: the kind tells the two apart.
    let namesakes = [Subcategory::Checking, Subcategory::Savings].map(|kind| {
        let card = names.account(None);
        choice(AccountCard { subcategory: Some(kind), has_namesake: true, ..card }, false)
    });
    let another = Refused { card: Rc::new(names.other(None)), why: WhyNot::NotTheRequired };
    vec![
        row("choose/namesakes", choosing(names, Choose { refused: vec![another], ..one(namesakes.into()) })),
        row("choose/one-of-two", choosing(names, one(two()))),
        row("choose/one-chosen", choosing(names, one(chosen(two())))),
        row("choose/one-refused", choosing(names, Choose { refused: refused(), ..one(chosen(two())) })),
        row("choose/none-usable", choosing(names, Choose { refused: refused(), ..one(Vec::new()) })),
        row("choose/any-number", choosing(names, several(chosen(two()), None))),
        row("choose/at-most-two", choosing(names, several(full(many(4)), Some(2)))),
        row("choose/search", choosing(names, one(many(12)))),
        row("choose/thousand", choosing(names, several(many(1000), None))),
    ]
}

fn why_nots() -> Vec<WhyNot> {
    every!(WhyNot:
        WhyNot::NotTheRequired => WhyNot::NotTheRequired,
        WhyNot::NotForPayments => WhyNot::NotForPayments,
        WhyNot::Closed => WhyNot::Closed,
        WhyNot::NotRepairable => WhyNot::NotRepairable,
    )
}

fn choosing(names: &Names, mut choose: Choose) -> View {
    let refused = choose.refused.iter_mut().filter_map(|refused| Rc::get_mut(&mut refused.card));
    let options = choose.options.iter_mut().filter_map(|choice| Rc::get_mut(&mut choice.card));
    name_bank_once(options.chain(refused).collect());
    let chosen = choose.options.iter().filter(|choice| choice.chosen).count();
    if choose.options.is_empty() {
        let view = names.view(FlowState::Selecting, Step::Bank, Pane::Choose(choose));
        return offering(view, Offer::button(Label::ChooseAgainAtBank, Action::TryAgain), not_now());
    }
    let label = if chosen > 1 { Label::UseTheseAccounts } else { Label::UseThisAccount };
    let view = names.view(FlowState::Selecting, Step::Bank, Pane::Choose(choose));
    offering(view, Offer::button(label, Action::UseChosen).only_if(chosen > 0), not_now())
}

/// Another account, login or bank was used.
pub fn wrong_account(names: &Names) -> Vec<Row> {
    let mismatches = every!(Mismatch:
        Mismatch::OtherAccount => Mismatch::OtherAccount,
        Mismatch::OtherLogin => Mismatch::OtherLogin,
        Mismatch::Unexplained => Mismatch::Unexplained,
    );
    let name = |mismatch| match mismatch {
        Mismatch::OtherAccount => "other-account",
        Mismatch::OtherLogin => "other-login",
        Mismatch::Unexplained => "unexplained",
    };
    let rows = mismatches.into_iter().map(|mismatch| {
        let told_apart = mismatch != Mismatch::Unexplained;
        let chosen = match mismatch {
            Mismatch::OtherAccount => vec![names.other(Some(Chip::NotThisOne))],
            Mismatch::OtherLogin | Mismatch::Unexplained => Vec::new(),
        };
        let needed = Some(names.account(told_apart.then_some(Chip::ChooseThisOne)));
        let pane = Pane::WrongAccount(WrongAccount { mismatch, chosen, needed });
        let view = names.view(FlowState::Review, Step::Bank, pane);
        let again = Offer::button(Label::TryAgainAtBank, Action::TryAgain);
        row(["wrong-account/", name(mismatch)].concat(), offering(view, again, not_now()))
    });
    let mut rows: Vec<Row> = rows.collect();
    let pane = Pane::WrongAccount(WrongAccount {
        mismatch: Mismatch::Unexplained,
        chosen: Vec::new(),
        needed: Some(names.account(None)),
    });
    let view = without_bank(names.view(FlowState::Review, Step::Review, pane));
    let again = Offer::button(Label::TryAgain, Action::TryAgain);
    rows.push(row("wrong-account/without-bank", offering(view, again, not_now())));
    rows
}

/// The strip "You are offline."
pub fn offline(names: &Names) -> Vec<Row> {
    let review = Review {
        lead: why(Reason::AccessEnds(Some(DAY))),
        others: Vec::new(),
        accounts: vec![names.account(Some(Chip::Stops(Some(DAY))))],
        rule: Rule::SameAccount,
        permissions: Vec::new(),
        consent: None,
        next_payment: None,
        notice: None,
    };
    let view = names.view(FlowState::Review, Step::Review, Pane::Review(review));
    let view = offering(view, Offer::button(Label::ContinueToBank, Action::Continue), not_now());
    let checking = Checking { accounts: vec![names.account(None)], wait: Wait::Long };
    let waiting = names.view(FlowState::Authorizing, Step::Bank, Pane::Checking(checking));
    vec![
        row("review/offline", View { offline: true, ..view }),
        row("checking/offline", View { offline: true, ..waiting }),
    ]
}
