//! Rows of the ends, good and bad.

use super::fixtures::{DAY_NEXT_YEAR, Names, back, contact, not_now, offering};
use super::reviews::usual_permissions;
use super::row::{Row, row};
use relink_core::view::{
    Achieved, Action, Chip, Done, GivenUp, Label, Leave, NotRepairable, Offer, Pane, Problem, Step, Trouble,
    View,
};
use relink_wire::{DisplayText, FlowState, SafeUrl};

/// It worked.
pub fn done(names: &Names) -> Vec<Row> {
    let all = every!(Achieved:
        Achieved::Reconnected => Achieved::Reconnected,
        Achieved::PaymentsWork => Achieved::PaymentsWork,
        Achieved::Kept => Achieved::Kept,
        Achieved::SharedMore => Achieved::SharedMore,
        Achieved::Partly => Achieved::Partly,
        Achieved::AlreadyActive => Achieved::AlreadyActive,
        Achieved::Connected => Achieved::Connected,
    );
    let mut rows: Vec<Row> = all
        .into_iter()
        .map(|achieved| {
            let done = of(names, achieved);
            let rest = (achieved == Achieved::Partly)
                .then(|| Offer::button(Label::ReconnectTheRest, Action::StartAgain));
            row(["done/", name_of(achieved)].concat(), View { secondary: rest, ..succeeded(names, done) })
        })
        .collect();
    let dated = Done { until: Some(DAY_NEXT_YEAR), ..of(names, Achieved::Reconnected) };
    rows.push(row("done/relinked-until", succeeded(names, dated)));
    let closed =
        Done { beyond_repair: vec![names.other(Some(Chip::Closed))], ..of(names, Achieved::Reconnected) };
    rows.push(row("done/all-but-a-closed-one", succeeded(names, closed)));
    rows
}

fn name_of(achieved: Achieved) -> &'static str {
    match achieved {
        Achieved::Reconnected => "relinked",
        Achieved::PaymentsWork => "payments-work",
        Achieved::Kept => "kept",
        Achieved::SharedMore => "shared-more",
        Achieved::Partly => "partial",
        Achieved::AlreadyActive => "already_active",
        Achieved::Connected => "mostly",
    }
}

fn of(names: &Names, achieved: Achieved) -> Done {
    let was_broken = matches!(achieved, Achieved::Reconnected | Achieved::Partly);
    let chip = if was_broken { Chip::ActiveAgain } else { Chip::Active };
    let partly = achieved == Achieved::Partly;
    Done {
        achieved,
        has_sentence: true,
        accounts: vec![names.account(Some(chip))],
        still_broken: if partly { vec![names.other(Some(Chip::Disconnected(None)))] } else { Vec::new() },
        beyond_repair: Vec::new(),
        works: usual_permissions(),
        until: None,
    }
}

fn succeeded(names: &Names, done: Done) -> View {
    let mut view = names.view(FlowState::Succeeded, Step::Done, Pane::Done(done));
    view.frame.mended = true;
    View { primary: Some(back()), close: Some(Action::Dismiss), ..view }
}

/// The account cannot be repaired here.
pub fn not_repairable(names: &Names) -> Vec<Row> {
    let rows = [(false, "no-way", Chip::NotRepairable), (true, "closed", Chip::Closed)].map(
        |(closed, name, chip)| {
            let pane =
                Pane::NotRepairable(NotRepairable { closed, accounts: vec![names.account(Some(chip))] });
            let view = names.view(FlowState::Failed, Step::Review, pane);
            let view = View { close: Some(Action::Dismiss), ..offering(view, contact(), back()) };
            row(["not-repairable/", name].concat(), view)
        },
    );
    rows.into()
}

/// Something went wrong.
pub fn problem(names: &Names) -> Vec<Row> {
    let mut rows = Vec::new();
    for trouble in troubles() {
        let name = ["problem/", trouble_name(trouble)].concat();
        rows.push(row(name, went_wrong(names, trouble, false)));
    }
    rows.push(row("problem/bank-confirmed", went_wrong(names, Trouble::ServiceDown, true)));
    let ended = went_wrong(names, Trouble::Misconfigured, false);
    let ended = View { close: Some(Action::Dismiss), ..offering(ended, contact(), back()) };
    rows.push(row("problem/ended", ended));
    if let Some(url) = SafeUrl::https("https://shop.example/sign-in") {
        let signed_out = went_wrong(names, Trouble::SignedOut, false);
        let again = Offer::button(Label::TryAgain, Action::TryAgain);
        let view = offering(signed_out, Offer::link(Label::SignIn, url), again);
        rows.push(row("problem/signed-out-with-a-way-in", view));
    }
    rows
}

fn went_wrong(names: &Names, trouble: Trouble, bank_confirmed: bool) -> View {
    let reference = DisplayText::parse("req_Q2hhbm5lbA7x4");
    let pane = Pane::Problem(Problem { trouble, reference, bank_confirmed });
    let view = names.view(FlowState::Review, Step::Review, pane);
    let other = if bank_confirmed { contact() } else { not_now() };
    offering(view, Offer::button(Label::TryAgain, Action::TryAgain), other)
}

fn troubles() -> Vec<Trouble> {
    let mut all = every!(Trouble:
        Trouble::NoConnection => Trouble::NoConnection,
        Trouble::TooSlow => Trouble::TooSlow,
        Trouble::Unreadable => Trouble::Unreadable,
        Trouble::ServiceDown => Trouble::ServiceDown,
        Trouble::Busy(None) => Trouble::Busy(None),
        Trouble::Busy(Some(_)) => Trouble::Busy(Some(20)),
        Trouble::SignedOut => Trouble::SignedOut,
        Trouble::NotAllowed => Trouble::NotAllowed,
        Trouble::NotFound => Trouble::NotFound,
        Trouble::Misconfigured => Trouble::Misconfigured,
        Trouble::Expired => Trouble::Expired,
        Trouble::Spent => Trouble::Spent,
        Trouble::UnsupportedHandoff => Trouble::UnsupportedHandoff,
        Trouble::BankNotOpened => Trouble::BankNotOpened,
        Trouble::BankUnavailable => Trouble::BankUnavailable,
        Trouble::Unexplained => Trouble::Unexplained,
    );
    all.push(Trouble::Busy(Some(300)));
    all
}

fn trouble_name(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::NoConnection => "no-connection",
        Trouble::TooSlow => "too-slow",
        Trouble::Unreadable => "unreadable",
        Trouble::ServiceDown => "service-down",
        Trouble::Busy(None) => "busy",
        Trouble::Busy(Some(0..=90)) => "busy-seconds",
        Trouble::Busy(Some(_)) => "busy-minutes",
        Trouble::SignedOut => "signed-out",
        Trouble::NotAllowed => "not-allowed",
        Trouble::NotFound => "not-found",
        Trouble::Misconfigured => "misconfigured",
        Trouble::Expired => "expired",
        Trouble::Spent => "spent",
        Trouble::UnsupportedHandoff => "unsupported-handoff",
        Trouble::BankNotOpened => "bank-not-opened",
        Trouble::BankUnavailable => "bank-unavailable",
        Trouble::Unexplained => "unexplained",
    }
}

/// "Leave?", for what would be lost.
pub fn leave(names: &Names) -> Vec<Row> {
    let stays = [
        ("disconnected", Chip::Disconnected(None)),
        ("failing", Chip::PaymentsFailing),
        ("as-it-is", Chip::Active),
    ];
    let rows = stays.map(|(name, chip)| {
        let pane = Pane::Leave(Leave { accounts: vec![names.account(Some(chip))] });
        let view = names.view(FlowState::Authorizing, Step::Bank, pane);
        let keep = Offer::button(Label::KeepGoing, Action::KeepGoing);
        let leave = Offer::button(Label::LeaveAnyway, Action::LeaveAnyway);
        row(["leave/", name].concat(), offering(view, keep, leave))
    });
    rows.into()
}

/// The customer gave up.
pub fn given_up(names: &Names) -> Vec<Row> {
    let pane = Pane::GivenUp(GivenUp { accounts: vec![names.account(Some(Chip::Disconnected(None)))] });
    let view = names.view(FlowState::Cancelled, Step::Review, pane);
    let again = Offer::button(Label::StartAgain, Action::StartAgain);
    vec![row("given-up/given-up", View { primary: Some(again), close: None, ..view })]
}
