//! Rows of the review: each reason, each notice, each rule, each permission.

use super::fixtures::{DAY, DAY_BEFORE, DAY_NEXT_YEAR, Names, not_now, offering, why, without_bank};
use super::row::{Row, row};
use relink_core::reasons::Reason;
use relink_core::view::{Action, Chip, Label, Notice, Offer, Pane, PermissionLine, Review, Step, View, Why};
use relink_wire::{Cause, Consent, DisplayText, FlowState, Permission, Rule, SafeUrl};

/// Every row of it.
pub fn all(names: &Names) -> Vec<Row> {
    let mut rows = Vec::new();
    for cause in causes() {
        let name = ["review/inactive-", cause.as_str()].concat();
        rows.push(row(name, view(names, review(names, Reason::Inactive(cause), Chip::Disconnected(None)))));
    }
    for (name, reason) in reasons() {
        let chip = chip(&reason);
        rows.push(row(["review/", name].concat(), view(names, review(names, reason, chip))));
    }
    for notice in notices() {
        let lead = Reason::Inactive(Cause::AccessExpired);
        let review = Review { notice: Some(notice), ..review(names, lead, Chip::Disconnected(None)) };
        rows.push(row(["review/notice-", notice_name(notice)].concat(), view(names, review)));
    }
    rows.extend(rules(names));
    let everything = Review {
        others: [Reason::PaymentsFailing, Reason::AccessEnds(Some(DAY)), Reason::MorePermissions]
            .map(why)
            .into(),
        permissions: permissions()
            .into_iter()
            .map(|permission| PermissionLine { permission, is_new: true })
            .collect(),
        ..review(names, Reason::Inactive(Cause::InstitutionRequirement), Chip::Disconnected(None))
    };
    rows.push(row("review/every-permission-and-reason", view(names, everything)));
    let mut test =
        view(names, review(names, Reason::Inactive(Cause::AccessExpired), Chip::Disconnected(None)));
    test.frame.test_mode = true;
    rows.push(row("review/test-mode", test));
    rows.extend(undated(names));
    rows.extend(confirming(names));
    rows.extend(agreeing(names));
    let mut with_logo =
        view(names, review(names, Reason::Inactive(Cause::AccessDenied), Chip::Disconnected(None)));
    with_logo.frame.merchant_logo_url = SafeUrl::https("https://shop.example/mark.svg");
    rows.push(row("review/merchant-logo", with_logo));
    let due = Review {
        next_payment: Some(DAY),
        ..review(names, Reason::Inactive(Cause::AccessDenied), Chip::Disconnected(Some(DAY_BEFORE)))
    };
    rows.push(row("review/next-payment", view(names, due)));
    let put_off = view(names, review(names, Reason::PaymentsFailing, Chip::PaymentsFailing));
    let remind = Some(Offer::button(Label::RemindMeTomorrow, Action::Remind));
    rows.push(row("review/remind-later", View { secondary: remind, ..put_off }));
    rows
}

/// Reasons whose day is past, or no day at all.
fn undated(names: &Names) -> Vec<Row> {
    let rows = [
        (Reason::AccessEnds(Some(DAY)), Chip::Stops(None)),
        (Reason::PaymentsEnd(DAY), Chip::PaymentsStop(None)),
    ]
    .map(|(reason, chip)| {
        let name = ["review/", reason_name(&reason), "-without-a-day"].concat();
        let review = review(names, reason.clone(), chip);
        row(name, view(names, Review { lead: Why { reason, day: None }, ..review }))
    });
    rows.into()
}

/// No bank is visited: the customer agrees here.
fn confirming(names: &Names) -> Vec<Row> {
    let agreeing = |lead, chip| {
        let view = without_bank(view(names, review(names, lead, chip)));
        View { primary: Some(Offer::button(Label::Allow, Action::Continue)), ..view }
    };
    vec![
        row("review/without-bank", agreeing(Reason::AccessEnds(Some(DAY)), Chip::Stops(Some(DAY)))),
        row(
            "review/without-bank-institution_requirement",
            agreeing(Reason::Inactive(Cause::InstitutionRequirement), Chip::Disconnected(None)),
        ),
    ]
}

/// The customer agrees to Stripe's text here.
fn agreeing(names: &Names) -> Option<Row> {
    let text = DisplayText::verbatim(
        "I authorize the business to collect, use and disclose my account data as described in the terms. I can \
         disconnect my account at any time. What was shared until then stays with the business.",
    )?;
    let consent = Consent { id: "fccons_1".into(), text, locale: Some("en".into()), expires_at: None }.into();
    let review = review(names, Reason::Inactive(Cause::AccessExpired), Chip::Disconnected(None));
    let view = view(names, Review { consent: Some(consent), ..review });
    let primary = Some(Offer::button(Label::AgreeAndContinue, Action::Continue));
    Some(row("review/consent", View { primary, ..view }))
}

fn causes() -> Vec<Cause> {
    every!(Cause:
        Cause::AccessDenied => Cause::AccessDenied,
        Cause::AccessExpired => Cause::AccessExpired,
        Cause::AccountClosed => Cause::AccountClosed,
        Cause::AccountUnavailable => Cause::AccountUnavailable,
        Cause::InstitutionRequirement => Cause::InstitutionRequirement,
        Cause::Unspecified => Cause::Unspecified,
        Cause::Unknown(_) => Cause::Unknown("solar_flare".into()),
    )
}

fn reasons() -> Vec<(&'static str, Reason)> {
    let all = every!(Reason:
        Reason::Inactive(_) => Reason::Inactive(Cause::AccessExpired),
        Reason::PaymentsFailing => Reason::PaymentsFailing,
        Reason::AccessEnds(Some(_)) => Reason::AccessEnds(Some(DAY)),
        Reason::AccessEnds(None) => Reason::AccessEnds(None),
        Reason::PaymentsEnd(_) => Reason::PaymentsEnd(DAY_NEXT_YEAR),
        Reason::MorePermissions => Reason::MorePermissions,
        Reason::Unstated => Reason::Unstated,
    );
    all.into_iter().map(|reason| (reason_name(&reason), reason)).collect()
}

pub(super) fn reason_name(reason: &Reason) -> &'static str {
    match reason {
        Reason::Inactive(_) => "inactive",
        Reason::PaymentsFailing => "payments-failing",
        Reason::AccessEnds(Some(_)) => "access-ends",
        Reason::AccessEnds(None) => "access-ends-soon",
        Reason::PaymentsEnd(_) => "payments-end",
        Reason::MorePermissions => "more-permissions",
        Reason::Unstated => "unstated",
    }
}

fn chip(reason: &Reason) -> Chip {
    match reason {
        Reason::Inactive(_) => Chip::Disconnected(Some(DAY_BEFORE)),
        Reason::PaymentsFailing => Chip::PaymentsFailing,
        Reason::AccessEnds(on) => Chip::Stops(*on),
        Reason::PaymentsEnd(on) => Chip::PaymentsStop(Some(*on)),
        Reason::MorePermissions => Chip::MoreToShare,
        Reason::Unstated => Chip::Active,
    }
}

fn notices() -> Vec<Notice> {
    every!(Notice:
        Notice::BankClosed => Notice::BankClosed,
        Notice::BankCancelled => Notice::BankCancelled,
        Notice::BankUnavailable => Notice::BankUnavailable,
        Notice::BankNotOpened => Notice::BankNotOpened,
        Notice::NotAuthorized => Notice::NotAuthorized,
        Notice::BankFailed => Notice::BankFailed,
        Notice::BankDegraded => Notice::BankDegraded,
        Notice::BankInactive => Notice::BankInactive,
    )
}

fn notice_name(notice: Notice) -> &'static str {
    match notice {
        Notice::BankClosed => "closed",
        Notice::BankCancelled => "cancelled",
        Notice::BankUnavailable => "unavailable",
        Notice::BankNotOpened => "not-opened",
        Notice::NotAuthorized => "not-authorized",
        Notice::BankFailed => "failed",
        Notice::BankDegraded => "bank-degraded",
        Notice::BankInactive => "bank-inactive",
    }
}

fn permissions() -> Vec<Permission> {
    every!(Permission:
        Permission::PaymentMethod => Permission::PaymentMethod,
        Permission::Balances => Permission::Balances,
        Permission::Transactions => Permission::Transactions,
        Permission::Ownership => Permission::Ownership,
        Permission::AccountNumbers => Permission::AccountNumbers,
        Permission::Unknown(_) => Permission::Unknown("star_sign".into()),
    )
}

/// The permissions that most rows have.
pub fn usual_permissions() -> Vec<Permission> {
    vec![Permission::PaymentMethod, Permission::Balances]
}

fn rules(names: &Names) -> Vec<Row> {
    let rules = every!(Rule:
        Rule::SameAccount => Rule::SameAccount,
        Rule::AnyAccount => Rule::AnyAccount,
        Rule::Unknown(_) => Rule::Unknown("some_account".into()),
    );
    let mut rows = Vec::new();
    for rule in rules {
        for several in [false, true] {
            let name = ["review/rule-", rule.as_str(), if several { "-several" } else { "" }].concat();
            let mut review = review(names, Reason::Inactive(Cause::Unspecified), Chip::Disconnected(None));
            if several {
                review.accounts.push(names.other(Some(Chip::Stops(Some(DAY)))));
            }
            review.rule = rule.clone();
            rows.push(row(name, view(names, review)));
        }
    }
    let many = Review {
        accounts: (0..40).map(|number| names.numbered(number)).collect(),
        rule: Rule::AnyAccount,
        ..review(names, Reason::Inactive(Cause::AccessDenied), Chip::Disconnected(None))
    };
    rows.push(row("review/rule-any_account-many", view(names, many)));
    rows
}

fn review(names: &Names, lead: Reason, chip: Chip) -> Review {
    let permissions = usual_permissions().into_iter();
    Review {
        lead: why(lead),
        others: Vec::new(),
        accounts: vec![names.account(Some(chip))],
        rule: Rule::SameAccount,
        permissions: permissions
            .map(|permission| PermissionLine { is_new: permission == Permission::Balances, permission })
            .collect(),
        consent: None,
        next_payment: None,
        notice: None,
    }
}

fn view(names: &Names, review: Review) -> View {
    let view = names.view(FlowState::Review, Step::Review, Pane::Review(review));
    offering(view, Offer::button(Label::ContinueToBank, Action::Continue), not_now())
}
