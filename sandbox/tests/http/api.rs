//! The API over HTTP, as a merchant's backend sees it.

use crate::running::start;
use sandbox::Config;

const SESSIONS: &str = "/v1/financial_connections/sessions";

#[tokio::test]
async fn a_wrong_key_is_refused_with_401_and_shown_masked() {
    let sandbox = start(Config::default()).await;
    let answer = sandbox.get_with_key("/v1/financial_connections/accounts", "sk_test_somebody_else").await;
    assert_eq!((answer.status, answer.error("type")), (401, "invalid_request_error"));
    assert!(answer.error("message").contains("sk_test_") && !answer.error("message").contains("somebody"));
    assert!(answer.header("request-id").starts_with("req_"));
}

#[tokio::test]
async fn accounts_are_listed_for_one_customer_page_by_page() {
    let sandbox = start(Config::default()).await;
    let list =
        |more: String| format!("/v1/financial_connections/accounts?account_holder[customer]=cus_demo{more}");
    let first = sandbox.get(&list("&limit=100".into())).await.body;
    let all: Vec<_> = first["data"].as_array().unwrap().iter().map(|a| a["id"].as_str().unwrap()).collect();
    assert!(all.contains(&"fca_access_expired") && !all.contains(&"fca_other"));
    assert!(!all.contains(&"fca_access_expired_unlinked"));
    let page = sandbox.get(&list(format!("&limit=2&starting_after={}", all[1]))).await.body;
    assert_eq!(page["data"][0]["id"], all[2]);
    assert_eq!(page["has_more"], true);
}

#[tokio::test]
async fn the_merchants_own_account_is_told_to_whoever_has_its_key() {
    let sandbox = start(Config { account: "acct_other".into(), ..Config::default() }).await;
    let told = sandbox.get("/v1/account").await.body;
    assert_eq!((&told["object"], &told["id"]), (&"account".into(), &"acct_other".into()));
}

#[tokio::test]
async fn an_authorization_carries_status_without_the_cause() {
    let sandbox = start(Config::default()).await;
    let body = sandbox.get("/v1/financial_connections/authorizations/fcauth_access_denied").await.body;
    assert_eq!(body["status_details"], serde_json::json!({"inactive": {"action": "relink_required"}}));
    let unknown = sandbox.get("/v1/financial_connections/authorizations/fcauth_nobody").await;
    assert_eq!((unknown.status, unknown.error("code")), (404, "resource_missing"));
}

#[tokio::test]
async fn a_relink_of_the_pinned_account_repairs_it_and_keeps_its_ids() {
    let sandbox = start(Config::default()).await;
    let session =
        sandbox.relink_session("fcauth_everything", &[("relink_options[account]", "fca_everything")]).await;
    assert_eq!((session["status"].as_str(), session["relink_result"].is_null()), (Some("pending"), true));
    let ended = sandbox.finish(&session, &[]).await;
    assert_eq!(ended["status"], "succeeded");
    assert_eq!(ended["client_secret"], serde_json::Value::Null);
    assert_eq!(
        ended["relink_result"],
        serde_json::json!({"account": "fca_everything", "authorization": "fcauth_everything", "failure_reason": null})
    );
    let account = sandbox.account("fca_everything").await;
    assert_eq!(account["status"], "active");
    assert_eq!(account["account_numbers"][1]["status"], "transactable");
    assert_eq!(account["permissions"], serde_json::json!(["payment_method", "balances"]));
    let authorization = sandbox.get("/v1/financial_connections/authorizations/fcauth_everything").await.body;
    assert_eq!(authorization["status"], "active");
}

#[tokio::test]
async fn another_account_than_the_pinned_one_changes_nothing() {
    let sandbox = start(Config::default()).await;
    let session = sandbox.relink_session("fcauth_any", &[("relink_options[account]", "fca_any")]).await;
    let ended = sandbox.finish(&session, &[("accounts[0]", "fca_any_savings")]).await;
    assert_eq!(ended["status"], "failed");
    assert_eq!(ended["relink_result"]["failure_reason"], "no_account");
    assert_eq!(ended["accounts"]["data"][0]["id"], "fca_any_savings");
    assert_eq!(sandbox.account("fca_any_savings").await["status"], "inactive");
    assert_eq!(sandbox.account("fca_any").await["status"], "inactive");
}

#[tokio::test]
async fn another_login_is_no_authorization_and_a_closed_window_is_cancelled() {
    let sandbox = start(Config::default()).await;
    for (outcome, status, reason) in [
        ("other_login", "failed", "no_authorization"),
        ("refused", "failed", "other"),
        ("closed", "cancelled", ""),
    ] {
        let session = sandbox.relink_session("fcauth_any", &[]).await;
        let ended = sandbox.finish(&session, &[("outcome", outcome)]).await;
        assert_eq!(ended["status"], status, "{outcome}");
        assert_eq!(
            ended["relink_result"]["failure_reason"].as_str().unwrap_or_default(),
            reason,
            "{outcome}"
        );
    }
    assert_eq!(sandbox.account("fca_any").await["status"], "inactive");
}

#[tokio::test]
async fn only_the_chosen_accounts_come_back_and_a_stubborn_one_does_not() {
    let sandbox = start(Config::default()).await;
    let session = sandbox.relink_session("fcauth_partial", &[]).await;
    let chosen = [("accounts[0]", "fca_partial"), ("accounts[1]", "fca_partial_stays")];
    let ended = sandbox.finish(&session, &chosen).await;
    assert_eq!(ended["relink_result"]["authorization"], "fcauth_partial");
    assert_eq!(ended["relink_result"]["account"], serde_json::Value::Null);
    assert_eq!(ended["accounts"]["data"][0]["status"], "active");
    assert_eq!(ended["accounts"]["data"][1]["status"], "inactive");
}

#[tokio::test]
async fn a_session_for_what_does_not_fit_together_is_refused() {
    let sandbox = start(Config::default()).await;
    let holder = [
        ("account_holder[type]", "customer"),
        ("account_holder[customer]", "cus_demo"),
        ("permissions[]", "balances"),
    ];
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);
    let cases: &[Case] = &[
        (
            &[("relink_options[authorization]", "fcauth_nobody")],
            "resource_missing",
            "relink_options[authorization]",
        ),
        (
            &[("relink_options[authorization]", "fcauth_any"), ("relink_options[account]", "fca_several")],
            "",
            "relink_options[account]",
        ),
        (&[("relink_options[account]", "fca_any")], "parameter_missing", "relink_options[authorization]"),
        (&[("relink_options[authorization]", "fcauth_other")], "", "relink_options[authorization]"),
        (&[("limits[accounts]", "0")], "", "limits[accounts]"),
        (&[("ui_mode", "hosted")], "parameter_missing", "hosted"),
        (&[("surprise", "1")], "parameter_unknown", "surprise"),
    ];
    for (more, code, param) in cases {
        let form: Vec<_> = holder.iter().chain(more.iter()).copied().collect();
        let answer = sandbox.post(SESSIONS, &form).await;
        assert_eq!(
            (answer.status, answer.error("code"), answer.error("param")),
            (400, *code, *param),
            "{more:?}"
        );
    }
}

#[tokio::test]
async fn a_key_is_answered_once_and_refused_for_other_parameters() {
    let sandbox = start(Config::default()).await;
    let form = [("permissions[]", "balances"), ("relink_options[authorization]", "fcauth_any")];
    let first = sandbox.post_keyed(SESSIONS, "key-1", &form).await;
    let again = sandbox.post_keyed(SESSIONS, "key-1", &form).await;
    assert_eq!(first.body["id"], again.body["id"]);
    assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), ("", "true"));
    let other = [("permissions[]", "ownership"), ("relink_options[authorization]", "fcauth_any")];
    let refused = sandbox.post_keyed(SESSIONS, "key-1", &other).await;
    assert_eq!((refused.status, refused.error("type")), (400, "idempotency_error"));
    let too_long = sandbox.post_keyed(SESSIONS, &"k".repeat(256), &form).await;
    assert_eq!(too_long.status, 400);
}

#[tokio::test]
async fn a_request_that_was_refused_before_it_began_leaves_its_key_free() {
    let sandbox = start(Config::default()).await;
    assert_eq!(sandbox.post_keyed(SESSIONS, "key-1", &[]).await.status, 400);
    let form = [("permissions[]", "balances"), ("relink_options[authorization]", "fcauth_any")];
    assert_eq!(sandbox.post_keyed(SESSIONS, "key-1", &form).await.status, 200);
}

#[tokio::test]
async fn an_ordered_500_is_kept_for_its_key_and_429_says_when_to_come_back() {
    let sandbox = start(Config::default()).await;
    let form = [("permissions[]", "balances"), ("relink_options[authorization]", "fcauth_any")];
    sandbox.post("/v1/test_helpers/faults", &[("status", "500")]).await;
    assert_eq!(sandbox.post_keyed(SESSIONS, "key-1", &form).await.status, 500);
    assert_eq!(sandbox.post_keyed(SESSIONS, "key-1", &form).await.header("idempotent-replayed"), "true");
    sandbox.post("/v1/test_helpers/faults", &[("status", "429"), ("retry_after", "3")]).await;
    let limited = sandbox.post_keyed(SESSIONS, "key-2", &form).await;
    assert_eq!((limited.status, limited.header("retry-after")), (429, "3"));
    assert_eq!(sandbox.post_keyed(SESSIONS, "key-2", &form).await.status, 200);
}

#[tokio::test]
async fn the_clock_brings_what_was_announced() {
    let sandbox = start(Config::default()).await;
    sandbox.post("/v1/test_helpers/clock", &[("advance", "1728000")]).await;
    let ended = sandbox.account("fca_expected_deactivation").await;
    assert_eq!(ended["status_details"]["inactive"]["cause"], "access_expired");
    assert_eq!(sandbox.account("fca_tan_expiring").await["account_numbers"][1]["status"], "expired");
    sandbox.post("/v1/test_helpers/reset", &[]).await;
    assert_eq!(sandbox.account("fca_expected_deactivation").await["status"], "active");
}

#[tokio::test]
async fn test_helpers_break_accounts_and_numbers() {
    let sandbox = start(Config::default()).await;
    let helper = |act: &str| format!("/v1/test_helpers/financial_connections/accounts/fca_healthy/{act}");
    let body = sandbox.post(&helper("deactivate"), &[("cause", "access_denied")]).await.body;
    assert_eq!(body["status_details"]["inactive"]["action"], "relink_required");
    let body = sandbox.post(&helper("expire_number"), &[("status", "deactivated")]).await.body;
    assert_eq!(body["account_numbers"][0]["status"], "deactivated");
    let body = sandbox.post(&helper("expected_expiry_date"), &[("date", "1900000000")]).await.body;
    assert_eq!(body["account_numbers"][0]["expected_expiry_date"], 1_900_000_000);
}

#[tokio::test]
async fn a_hosted_session_has_an_address_until_it_ends_and_adds_no_permission() {
    let sandbox = start(Config::default()).await;
    let hosted = [("ui_mode", "hosted"), ("hosted[delivery_method]", "url"), ("permissions[2]", "ownership")];
    let session = sandbox.relink_session("fcauth_hosted", &hosted).await;
    assert!(session["url"].as_str().unwrap().starts_with(&format!("{}/hosted/", sandbox.base)));
    let ended = sandbox.finish(&session, &[("accounts[0]", "fca_hosted")]).await;
    assert_eq!((ended["status"].as_str(), ended["url"].is_null()), (Some("succeeded"), true));
    assert_eq!(
        ended["accounts"]["data"][0]["permissions"],
        serde_json::json!(["payment_method", "balances"])
    );
}

#[tokio::test]
async fn a_disconnected_account_is_told_of_and_an_inactive_one_is_not_refreshed() {
    let sandbox = start(Config::default()).await;
    let body = sandbox.post("/v1/financial_connections/accounts/fca_healthy/disconnect", &[]).await.body;
    assert_eq!(body["status"], "disconnected");
    let refused = sandbox
        .post("/v1/financial_connections/accounts/fca_any/refresh", &[("features[]", "balance")])
        .await;
    assert_eq!(refused.error("code"), "financial_connections_account_inactive");
    let path = "/v1/financial_connections/accounts/fca_permissions/refresh";
    assert_eq!(sandbox.post(path, &[("features[]", "balance")]).await.status, 400);
}

#[tokio::test]
async fn every_scenario_names_an_account_that_exists() {
    let sandbox = start(Config::default()).await;
    let scenarios = sandbox.get("/v1/test_helpers/scenarios").await.body;
    let scenarios = scenarios["data"].as_array().unwrap();
    assert!(scenarios.len() > 30);
    for scenario in scenarios {
        let account = sandbox.account(scenario["account"].as_str().unwrap()).await;
        assert_eq!(account["authorization"], scenario["authorization"], "{scenario}");
        assert_eq!(account["account_holder"]["customer"], scenario["customer"], "{scenario}");
    }
}

#[tokio::test]
async fn a_relink_is_asked_for_by_email_once_in_48_hours_and_by_address_as_often_as_wanted() {
    let sandbox = start(Config::default()).await;
    let form = |method: &'static str| {
        [
            ("permissions[]", "balances"),
            ("relink_options[authorization]", "fcauth_hosted"),
            ("ui_mode", "hosted"),
            ("hosted[delivery_method]", method),
        ]
    };
    assert_eq!(sandbox.post(SESSIONS, &form("email")).await.status, 200);
    assert_eq!(sandbox.post(SESSIONS, &form("email")).await.error("param"), "hosted[delivery_method]");
    assert_eq!(sandbox.post(SESSIONS, &form("url")).await.status, 200);
    sandbox.post("/v1/test_helpers/clock", &[("advance", "172801")]).await;
    assert_eq!(sandbox.post(SESSIONS, &form("email")).await.status, 200);
}

#[tokio::test]
async fn a_hosted_relink_of_a_healthy_account_is_refused() {
    let sandbox = start(Config::default()).await;
    let form = [
        ("permissions[]", "balances"),
        ("relink_options[authorization]", "fcauth_healthy"),
        ("ui_mode", "hosted"),
        ("hosted[delivery_method]", "url"),
    ];
    assert_eq!(sandbox.post(SESSIONS, &form).await.error("param"), "relink_options");
}

#[test]
fn no_secret_is_in_what_debug_prints() {
    let config = Config { webhook_secret: "whsec_canary".into(), ..Config::default() };
    let mut state = sandbox::state::State::new(config.clone(), "http://sandbox", 1_800_000_000);
    let form = "permissions[]=balances&relink_options[authorization]=fcauth_hosted&ui_mode=hosted&hosted[delivery_method]=url&return_url=https://shop.example/";
    let form = sandbox::form::Form::parse(form).unwrap();
    let session =
        sandbox::api::sessions::create(&mut state.world, &form, sandbox::version::newest(), true).unwrap();
    let secret = session["client_secret"].as_str().unwrap();
    let token = session["url"].as_str().unwrap().rsplit('/').next().unwrap();
    sandbox::pages::visits::open_hosted(&mut state, token);
    assert_eq!(state.world.visits.len(), 1);
    let printed = format!("{state:?} {config:?}");
    for canary in [secret, token, "whsec_canary", "sk_test_sandbox"] {
        assert!(!printed.contains(canary));
    }
}

#[tokio::test]
async fn a_reset_gives_no_id_a_second_time() {
    let sandbox = start(Config::default()).await;
    let before = sandbox.relink_session("fcauth_any", &[]).await;
    sandbox.post("/v1/test_helpers/reset", &[]).await;
    let after = sandbox.relink_session("fcauth_any", &[]).await;
    assert_ne!(before["id"], after["id"]);
    assert_ne!(before["client_secret"], after["client_secret"]);
}

#[tokio::test]
async fn a_customer_is_told_with_address_and_languages_and_nobody_is_missing() {
    let sandbox = start(Config::default()).await;
    let customer = sandbox.get("/v1/customers/cus_demo").await.body;
    assert_eq!(
        customer,
        serde_json::json!({
            "id": "cus_demo",
            "object": "customer",
            "email": "maya@customer.example",
            "livemode": false,
            "name": "Maya Lindqvist",
            "preferred_locales": ["en"],
        })
    );
    let unknown = sandbox.get("/v1/customers/cus_nobody").await;
    assert_eq!((unknown.status, unknown.error("code")), (404, "resource_missing"));
}
