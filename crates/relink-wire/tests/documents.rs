//! Example documents of the merchant API, in files, and what is read from each. They are what a backend may send,
//! today and in a later version, and what a broken one may send.

use relink_wire::{
    AccountStatus, Cause, Code, FailureReason, Handoff, IdentifierType, InstitutionStatus, Json,
    NumberStatus, Permission, Problem, RelinkAction, Rule, Session, SessionStatus,
};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Every document, so that one that nobody reads is noticed.
const READ: &[&str] = &[
    "problem-empty",
    "problem-full",
    "problem-newer-code",
    "problem-without-detail",
    "problem-wrong-types",
    "session-all-null",
    "session-any-account",
    "session-cancelled",
    "session-confirm",
    "session-connected-account",
    "session-contract-example",
    "session-every-reason",
    "session-expired",
    "session-failed-newer-reason",
    "session-failed-no-account",
    "session-failed-no-authorization",
    "session-failed-other",
    "session-hosted",
    "session-hosted-on-this-machine",
    "session-hostile-text",
    "session-lists-as-stripe-gives-them",
    "session-minimal",
    "session-newer-than-this-version",
    "session-replaced-accounts",
    "session-same-account",
    "session-succeeded",
    "session-to-choose",
    "session-unusable-handoff",
    "session-without-a-status",
    "session-without-an-id",
    "session-wrong-types",
];

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/documents"))
}

fn document(name: &str) -> Json {
    let text = fs::read_to_string(folder().join(name).with_extension("json")).expect("the document is there");
    serde_json::from_str(&text).expect("the document is JSON")
}

fn session(name: &str) -> Session {
    Session::decode(&document(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn problem(name: &str) -> Problem {
    Problem::decode(&document(name))
}

#[test]
fn every_document_is_read_by_a_test() {
    let files = fs::read_dir(folder()).expect("the folder is there").map(|entry| {
        let path = entry.expect("an entry").path();
        path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned()
    });
    let listed: BTreeSet<String> = READ.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(files.collect::<BTreeSet<_>>(), listed);
}

#[test]
fn every_session_with_an_id_and_a_status_reads() {
    for name in
        READ.iter().filter(|name| name.starts_with("session-") && !name.starts_with("session-without-"))
    {
        assert_eq!(session(name).id, "rls_1", "{name}");
    }
}

#[test]
fn the_contracts_own_example_reads_whole() {
    let session = session("session-contract-example");
    assert_eq!((session.livemode, session.status), (Some(false), SessionStatus::Pending));
    assert_eq!((session.expires_at, session.expires_in), (Some(1_795_400_000), Some(1800)));
    assert_eq!(
        session.merchant.support_url.as_ref().map(|url| url.as_str()),
        Some("https://corner.example/help")
    );
    assert_eq!(session.permissions, [Permission::PaymentMethod, Permission::Balances]);
    assert_eq!(session.limits.accounts, Some(1));
    let Some(Ok(Handoff::StripeJs(handoff))) = session.handoff else { panic!("a handoff to Stripe.js") };
    assert_eq!(
        (handoff.publishable_key.as_str(), handoff.client_secret.expose()),
        ("pk_test_1", "fcsess_1_secret_1")
    );
    assert_eq!(handoff.stripe_account, None);
}

#[test]
fn an_account_in_the_options_makes_the_rule_same_account() {
    let same = session("session-same-account");
    assert_eq!(same.rule(), Rule::SameAccount);
    assert_eq!(
        same.required_account().and_then(|account| account.last4.as_ref()).map(|l| l.as_str()),
        Some("1234")
    );
}

#[test]
fn no_account_in_the_options_makes_the_rule_any_account() {
    for name in ["session-any-account", "session-to-choose"] {
        assert_eq!(session(name).rule(), Rule::AnyAccount, "{name}");
    }
    assert_eq!(session("session-any-account").limits.accounts, None);
}

#[test]
fn a_hosted_handoff_is_https_or_on_this_machine() {
    for name in ["session-hosted", "session-hosted-on-this-machine"] {
        assert!(matches!(session(name).handoff, Some(Ok(Handoff::Hosted(_)))), "{name}");
    }
    assert!(
        matches!(session("session-unusable-handoff").handoff, Some(Err(error)) if error.field == "handoff.url")
    );
}

#[test]
fn a_handoff_to_nobody_is_read_with_what_the_shop_says_of_itself() {
    let session = session("session-confirm");
    assert_eq!(session.handoff, Some(Ok(Handoff::Confirm)));
    let link = |url: &Option<relink_wire::SafeUrl>| url.as_ref().map(|url| url.as_str().to_owned());
    assert_eq!(link(&session.merchant.logo_url).as_deref(), Some("https://corner.example/mark.svg"));
    assert_eq!(link(&session.merchant.sign_in_url).as_deref(), Some("https://corner.example/sign-in"));
}

#[test]
fn an_account_is_known_by_the_id_that_it_had_before_and_the_two_are_one() {
    let session = session("session-replaced-accounts");
    let ids: Vec<&str> = session.accounts.iter().map(|account| account.id.as_str()).collect();
    assert_eq!(ids, ["fca_new", "fca_2", "fca_3"], "the older of the two is left out, wherever it stands");
    assert_eq!(session.required_account().map(|account| account.id.as_str()), Some("fca_new"));
    assert_eq!(session.accounts[1].replaces, None, "an account does not replace itself");
}

#[test]
fn options_that_name_nothing_say_nothing() {
    use serde_json::json;
    let says = |options: Json| {
        let document = json!({"id": "rls_1", "status": "pending", "relink_options": options});
        Session::decode(&document).map(|session| session.relink_options.says_what())
    };
    for nothing in [
        json!(null),
        json!({}),
        json!([]),
        json!("fcauth_1"),
        json!({"authorization": null, "account": null}),
        json!({"authorization": "", "account": ""}),
        json!({"authorization": 7}),
        // Read as absent, it would make the rule "any account".
        json!({"authorization": "fcauth_1", "account": 7}),
        json!({"authorization": "fcauth_1", "account": {"id": "fca_1"}}),
    ] {
        assert_eq!(says(nothing.clone()), Ok(false), "{nothing}");
    }
    for something in [json!({"account": "fca_1"}), json!({"authorization": "fcauth_1", "account": ""})] {
        assert_eq!(says(something.clone()), Ok(true), "{something}");
    }
}

#[test]
fn a_connected_account_is_kept_for_stripe_js() {
    let Some(Ok(Handoff::StripeJs(handoff))) = session("session-connected-account").handoff else {
        panic!("a handoff to Stripe.js")
    };
    assert_eq!(handoff.stripe_account.as_deref(), Some("acct_1"));
}

#[test]
fn each_end_has_its_status_and_reason() {
    for (name, status, reason) in [
        ("session-succeeded", SessionStatus::Succeeded, None),
        ("session-failed-no-account", SessionStatus::Failed, Some(FailureReason::NoAccount)),
        ("session-failed-no-authorization", SessionStatus::Failed, Some(FailureReason::NoAuthorization)),
        ("session-failed-other", SessionStatus::Failed, Some(FailureReason::Other)),
        (
            "session-failed-newer-reason",
            SessionStatus::Failed,
            Some(FailureReason::Unknown("bank_holiday".into())),
        ),
        ("session-cancelled", SessionStatus::Cancelled, None),
        ("session-expired", SessionStatus::Expired, None),
    ] {
        let session = session(name);
        let found = session.relink_result.as_ref().and_then(|result| result.failure_reason.clone());
        assert_eq!((&session.status, found), (&status, reason), "{name}");
        assert_eq!(session.handoff, None, "{name}");
    }
}

#[test]
fn every_reason_that_stripe_has_is_read_from_the_accounts() {
    let session = session("session-every-reason");
    let account = |id: &str| session.accounts.iter().find(|account| account.id == id).expect("the account");
    for (id, cause) in [
        ("fca_denied", Cause::AccessDenied),
        ("fca_expired", Cause::AccessExpired),
        ("fca_closed", Cause::AccountClosed),
        ("fca_unavailable", Cause::AccountUnavailable),
        ("fca_institution", Cause::InstitutionRequirement),
        ("fca_unspecified", Cause::Unspecified),
    ] {
        assert_eq!(account(id).inactive.as_ref().map(|inactive| &inactive.cause), Some(&cause), "{id}");
    }
    let closed = account("fca_closed").inactive.as_ref().map(|inactive| &inactive.action);
    assert_eq!(closed, Some(&RelinkAction::None));
    let ending = account("fca_ending").ending.as_ref().and_then(|ending| ending.expected_deactivation_date);
    assert_eq!(ending, Some(1_797_000_000));
    for (id, status, expiry) in [
        ("fca_expiring", NumberStatus::Transactable, Some(1_796_000_000)),
        ("fca_number_expired", NumberStatus::Expired, Some(1_790_000_000)),
        ("fca_number_deactivated", NumberStatus::Deactivated, None),
        ("fca_number_pending", NumberStatus::Pending, None),
    ] {
        let numbers = &account(id).account_numbers;
        let token = numbers.iter().find(|n| n.identifier_type == IdentifierType::TokenizedAccountNumber);
        assert_eq!(
            token.map(|token| (&token.status, token.expected_expiry_date)),
            Some((&status, expiry)),
            "{id}"
        );
    }
    assert_eq!(account("fca_disconnected").status, AccountStatus::Disconnected);
    assert_eq!(session.permissions.len(), 5);
}

#[test]
fn what_is_absent_or_null_is_absent() {
    for name in ["session-minimal", "session-all-null"] {
        let session = session(name);
        assert!(session.accounts.is_empty() && session.permissions.is_empty(), "{name}");
        assert!(session.handoff.is_none() && session.relink_result.is_none(), "{name}");
        assert_eq!((session.expires_at, session.limits.accounts), (None, None), "{name}");
    }
}

#[test]
fn a_list_object_of_stripes_is_a_list() {
    assert_eq!(session("session-lists-as-stripe-gives-them").accounts.len(), 1);
}

#[test]
fn a_backend_that_is_newer_than_us_is_understood_as_far_as_we_know_its_words() {
    let session = session("session-newer-than-this-version");
    assert_eq!(session.status, SessionStatus::Unknown("under_review".into()));
    assert_eq!(session.permissions[1], Permission::Unknown("crystal_ball".into()));
    assert_eq!(session.handoff, Some(Ok(Handoff::Unsupported("carrier_pigeon".into()))));
    assert_eq!(session.institution.status, Some(InstitutionStatus::Unknown("on_holiday".into())));
    assert_eq!(session.accounts.len(), 2, "what is no account is left out");
    assert_eq!(session.accounts[0].status.as_str(), "hibernating");
    let cause = session.accounts[1].inactive.as_ref().map(|inactive| inactive.cause.as_str().to_owned());
    assert_eq!(cause.as_deref(), Some("full_moon"));
}

#[test]
fn a_field_of_another_type_does_not_take_the_answer_with_it() {
    let session = session("session-wrong-types");
    assert_eq!((session.expires_at, session.expires_in, session.livemode), (None, None, None));
    assert_eq!((session.merchant.name, session.limits.accounts), (None, None));
    assert_eq!(session.relink_result, None);
    assert_eq!((session.accounts[0].display_name.as_ref(), session.accounts[0].last4.as_ref()), (None, None));
    assert_eq!(session.accounts[0].permissions, None);
}

#[test]
fn text_from_outside_comes_in_clean_and_a_link_that_runs_does_not_come_in() {
    let session = session("session-hostile-text");
    assert!(session.merchant.support_url.is_none() && session.merchant.privacy_url.is_none());
    assert!(session.institution.logo_url.is_none());
    let text = |text: Option<&relink_wire::DisplayText>| text.map(|text| text.as_str().to_owned());
    assert_eq!(text(session.merchant.name.as_ref()).as_deref(), Some("<img src=x onerror=alert(1)>"));
    assert_eq!(text(session.institution.name.as_ref()).as_deref(), Some("BankknaB"));
    let account = &session.accounts[0];
    assert_eq!(account.institution_name, None);
    assert!(account.display_name.as_ref().is_some_and(|name| name.as_str().chars().count() < 200));
    assert_eq!(account.last4.as_ref().map(|last4| last4.as_str()), Some("6789"));
}

#[test]
fn without_an_id_or_a_status_there_is_no_session_and_the_field_is_named() {
    let field = |name| Session::decode(&document(name)).expect_err(name).field;
    assert_eq!(field("session-without-an-id"), "id");
    assert_eq!(field("session-without-a-status"), "status");
}

#[test]
fn no_secret_is_in_the_debug_output_of_a_session() {
    assert!(!format!("{:?}", session("session-same-account")).contains("secret_1"));
}

#[test]
fn a_problem_says_what_went_wrong_and_what_to_ask_for() {
    let problem = problem("problem-full");
    assert_eq!(problem.code, Some(Code::SessionNotFound));
    assert_eq!(problem.detail.as_deref(), Some("There is no session of this id."));
    assert_eq!(problem.request_id.as_deref(), Some("req_1"));
}

#[test]
fn a_problem_without_a_detail_speaks_by_its_title() {
    assert_eq!(problem("problem-without-detail").detail.as_deref(), Some("Too many requests"));
}

#[test]
fn a_code_that_is_newer_than_us_is_kept() {
    assert_eq!(problem("problem-newer-code").code, Some(Code::Unknown("mercury_retrograde".into())));
}

#[test]
fn a_problem_that_says_nothing_is_still_a_problem() {
    for name in ["problem-empty", "problem-wrong-types"] {
        assert_eq!(problem(name), Problem { code: None, detail: None, request_id: None }, "{name}");
    }
}

#[test]
fn a_problem_that_we_write_reads_back_as_itself() {
    let problem = problem("problem-full");
    assert_eq!(Problem::decode(&problem.encode(404, "No such session")), problem);
}
