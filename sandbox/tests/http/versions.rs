//! The API by version, as a merchant's backend sees it, and what differs by what the merchant may use.

use crate::running::{Running, start};
use sandbox::Config;
use serde_json::{Value, json};

const AUGUST: &str = "2026-08-26.preview";
const SEPTEMBER: &str = "2026-09-30.preview";
const ENDIVE: &str = "2026-10-28.endive";

const SESSIONS: &str = "/v1/financial_connections/sessions";
const HOLDER: [(&str, &str); 2] =
    [("account_holder[type]", "customer"), ("account_holder[customer]", "cus_demo")];

/// Status, code and param of a session that is asked for.
async fn asked(sandbox: &Running, version: &str, more: &[(&str, &str)]) -> (u16, String, String) {
    let form: Vec<_> = [("permissions[]", "payment_method")].iter().chain(more).copied().collect();
    let answer = sandbox.ask(Some(version), SESSIONS, Some(&form)).await;
    assert_eq!(answer.header("stripe-version"), version);
    (answer.status, answer.error("code").to_owned(), answer.error("param").to_owned())
}

fn refused(code: &str, param: &str) -> (u16, String, String) {
    (400, code.into(), param.into())
}

async fn session(sandbox: &Running, version: &str, more: &[(&str, &str)]) -> Value {
    let form: Vec<_> =
        HOLDER.iter().chain(&[("permissions[]", "payment_method")]).chain(more).copied().collect();
    let answer = sandbox.ask(Some(version), SESSIONS, Some(&form)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

#[tokio::test]
async fn a_request_without_a_version_has_the_newest_preview_and_an_unknown_one_is_refused() {
    let sandbox = start(Config::default()).await;
    let path = "/v1/financial_connections/accounts/fca_healthy";
    assert_eq!(sandbox.ask(None, path, None).await.header("stripe-version"), SEPTEMBER);
    let refused = sandbox.ask(Some("2099-01-01.preview"), path, None).await;
    assert_eq!((refused.status, refused.error("type")), (400, "invalid_request_error"));
    assert_eq!(refused.error("message"), "Invalid Stripe API version: 2099-01-01.preview");
    let own = [("api_version", ENDIVE)];
    sandbox.post("/v1/test_helpers/account", &own).await;
    assert_eq!(sandbox.ask(None, path, None).await.header("stripe-version"), ENDIVE);
}

#[tokio::test]
async fn countries_were_a_list_until_september_and_are_one_country_since() {
    let sandbox = start(Config::default()).await;
    let (list, one) = (("filters[countries][]", "US"), ("filters[country]", "US"));
    let relink = ("relink_options[authorization]", "fcauth_any");
    assert_eq!(
        asked(&sandbox, AUGUST, &[relink, one]).await,
        refused("parameter_unknown", "filters[country]")
    );
    for version in [SEPTEMBER, ENDIVE] {
        let answer = asked(&sandbox, version, &[HOLDER[0], HOLDER[1], list]).await;
        assert_eq!(answer, refused("parameter_unknown", "filters[countries]"));
    }
    let august = session(&sandbox, AUGUST, &[list]).await;
    assert_eq!(august["filters"]["countries"], json!(["US"]));
    let september = session(&sandbox, SEPTEMBER, &[one]).await;
    assert_eq!(september["filters"]["country"], "US");
    assert_eq!(september["filters"].get("countries"), None);
}

#[tokio::test]
async fn what_a_request_does_not_say_is_stripes_default_since_september() {
    let sandbox = start(Config::default()).await;
    let august = session(&sandbox, AUGUST, &[]).await;
    assert_eq!((august.get("manual_entry"), august.get("limits")), (None, None));
    for version in [SEPTEMBER, ENDIVE] {
        let made = session(&sandbox, version, &[]).await;
        assert_eq!(made["manual_entry"], json!({"mode": "disabled"}));
        assert_eq!(made["filters"]["require_payment_method_support"], "none");
        assert_eq!(made["filters"]["account_subcategories"].as_array().map(Vec::len), Some(5));
        assert_eq!(made.get("limits"), None, "any number");
    }
}

#[tokio::test]
async fn a_hosted_session_needs_an_address_to_return_to_since_september() {
    let sandbox = start(Config::default()).await;
    let hosted = [
        ("relink_options[authorization]", "fcauth_hosted"),
        ("ui_mode", "hosted"),
        ("hosted[delivery_method]", "url"),
    ];
    assert_eq!(asked(&sandbox, AUGUST, &hosted).await.0, 200);
    assert_eq!(asked(&sandbox, SEPTEMBER, &hosted).await, refused("parameter_missing", "return_url"));
    let with = [&hosted[..], &[("return_url", "https://shop.example/back")]].concat();
    assert_eq!(asked(&sandbox, SEPTEMBER, &with).await.0, 200);
}

#[tokio::test]
async fn the_stable_version_knows_no_relink_and_wants_an_account_holder() {
    let sandbox = start(Config::default()).await;
    let unknown = |param| refused("parameter_unknown", param);
    let with = |more| [HOLDER[0], HOLDER[1], more];
    let relink = with(("relink_options[authorization]", "fcauth_any"));
    assert_eq!(asked(&sandbox, ENDIVE, &relink).await, unknown("relink_options"));
    assert_eq!(asked(&sandbox, ENDIVE, &with(("ui_mode", "hosted"))).await, unknown("ui_mode"));
    let bank = with(("filters[institution]", "fcinst_test"));
    assert_eq!(asked(&sandbox, ENDIVE, &bank).await, unknown("filters[institution]"));
    assert_eq!(asked(&sandbox, ENDIVE, &[]).await, refused("parameter_missing", "account_holder"));
    let made = session(&sandbox, ENDIVE, &[]).await;
    for absent in ["relink_options", "relink_result", "status", "status_details", "ui_mode", "url", "hosted"]
    {
        assert_eq!(made.get(absent), None, "{absent}");
    }
}

#[tokio::test]
async fn the_stable_version_shows_accounts_without_what_only_previews_have() {
    let sandbox = start(Config::default()).await;
    let path = "/v1/financial_connections/accounts/fca_access_expired";
    let preview = sandbox.ask(Some(SEPTEMBER), path, None).await.body;
    assert_eq!(preview["status_details"]["inactive"]["cause"], "access_expired");
    let stable = sandbox.ask(Some(ENDIVE), path, None).await.body;
    assert_eq!((&stable["status"], &stable["status_details"]), (&json!("inactive"), &json!({})));
    for absent in ["authorization", "institution", "inferred_balances_refresh"] {
        assert_eq!(stable.get(absent), None, "{absent}");
    }
    for absent in ["authorizations/fcauth_any", "institutions"] {
        let answer = sandbox.ask(Some(ENDIVE), &format!("/v1/financial_connections/{absent}"), None).await;
        assert_eq!(answer.status, 404, "{absent}");
    }
    let refresh = format!("{}/subscribe", path.replace("access_expired", "healthy"));
    let balance = sandbox.ask(Some(ENDIVE), &refresh, Some(&[("features[]", "balance")])).await;
    assert_eq!((balance.status, balance.error("param")), (400, "features"));
}

#[tokio::test]
async fn where_every_account_must_do_for_payments_a_card_cannot_be_chosen() {
    let sandbox = start(Config::default()).await;
    let all = [
        ("relink_options[authorization]", "fcauth_several"),
        ("filters[require_payment_method_support]", "all"),
    ];
    let made = session(&sandbox, SEPTEMBER, &all).await;
    let refused = sandbox.finish(&made, &[("accounts[]", "fca_several_card")]).await;
    assert_eq!(refused["error"]["param"], "accounts", "{refused}");
    assert_eq!(sandbox.finish(&made, &[("accounts[]", "fca_several")]).await["status"], "succeeded");
}

#[tokio::test]
async fn without_access_to_the_private_preview_a_hosted_relink_is_refused() {
    let sandbox = start(Config::default()).await;
    sandbox.post("/v1/test_helpers/account", &[("hosted_relink", "not_granted")]).await;
    let hosted = [
        ("relink_options[authorization]", "fcauth_hosted"),
        ("ui_mode", "hosted"),
        ("hosted[delivery_method]", "url"),
        ("return_url", "https://shop.example/"),
    ];
    assert_eq!(asked(&sandbox, SEPTEMBER, &hosted).await, refused("parameter_unknown", "hosted"));
    assert_eq!(asked(&sandbox, SEPTEMBER, &hosted[..1]).await.0, 200);
    sandbox.post("/v1/test_helpers/reset", &[]).await;
    assert_eq!(asked(&sandbox, SEPTEMBER, &hosted).await.0, 200);
}

#[tokio::test]
async fn a_key_is_taken_as_curl_sends_it() {
    let sandbox = start(Config::default()).await;
    let path = "/v1/financial_connections/accounts/fca_healthy";
    // `printf sk_test_sandbox: | base64`, and the same with another key.
    assert_eq!(sandbox.get_authorized(path, "Basic c2tfdGVzdF9zYW5kYm94Og==").await.status, 200);
    assert_eq!(sandbox.get_authorized(path, "basic c2tfdGVzdF9zYW5kYm94Og==").await.status, 200);
    assert_eq!(sandbox.get_authorized(path, "Basic c2tfdGVzdF9vdGhlcjo=").await.status, 401);
    assert_eq!(sandbox.get_authorized(path, "Basic %%%").await.status, 401);
}

#[tokio::test]
async fn faults_are_looked_at_and_taken_back() {
    let sandbox = start(Config::default()).await;
    let faults = "/v1/test_helpers/faults";
    sandbox.post(faults, &[("status", "503"), ("times", "3")]).await;
    assert_eq!(sandbox.get(faults).await.body["ordered"], 1);
    assert_eq!(sandbox.post(faults, &[("times", "0")]).await.body["ordered"], 0);
    assert_eq!(sandbox.account("fca_healthy").await["status"], "active");
}

#[tokio::test]
async fn a_crowd_is_added_and_each_of_it_has_an_account() {
    let sandbox = start(Config::default()).await;
    let crowd = "/v1/test_helpers/crowd";
    assert_eq!(sandbox.post(crowd, &[("customers", "0")]).await.status, 400);
    sandbox.post(crowd, &[("customers", "3")]).await;
    for nth in 1..=3 {
        let account = sandbox.account(&format!("fca_crowd_{nth}")).await;
        assert_eq!(account["account_holder"]["customer"], format!("cus_crowd_{nth}"));
        assert_eq!(
            (&account["status"], &account["authorization"]),
            (&"inactive".into(), &format!("fcauth_crowd_{nth}").into())
        );
    }
    assert_eq!(sandbox.get("/v1/financial_connections/accounts/fca_crowd_4").await.status, 404);
}

#[tokio::test]
async fn an_account_comes_back_with_a_new_id_where_any_account_would_do() {
    let sandbox = start(Config::default()).await;
    let relink = ("relink_options[authorization]", "fcauth_new_id");
    let made = session(&sandbox, SEPTEMBER, &[relink]).await;
    let ended = sandbox.finish(&made, &[("accounts[]", "fca_new_id")]).await;
    let back = &ended["accounts"]["data"][0];
    assert_ne!(back["id"], "fca_new_id");
    let told = (&back["status"], &back["last4"], &back["authorization"]);
    assert_eq!(told, (&json!("active"), &json!("3401"), &json!("fcauth_new_id")));
    assert_eq!(sandbox.account("fca_new_id").await["status"], "inactive");
    let pinned = [relink, ("relink_options[account]", "fca_new_id_savings")];
    let ended = sandbox.finish(&session(&sandbox, SEPTEMBER, &pinned).await, &[]).await;
    assert_eq!(ended["relink_result"]["account"], "fca_new_id_savings");
}

#[tokio::test]
async fn an_authorization_alone_brings_back_those_chosen_all_of_it_or_any_at_the_bank() {
    let sandbox = start(Config::default()).await;
    let relinking = "/v1/test_helpers/financial_connections/authorizations/fcauth_any/relinking";
    let chosen = [("accounts[]", "fca_any")];
    let only = session(&sandbox, SEPTEMBER, &[("relink_options[authorization]", "fcauth_any")]).await;
    sandbox.finish(&only, &chosen).await;
    assert_eq!(sandbox.account("fca_any_savings").await["status"], "inactive");
    sandbox.post(relinking, &[("reach", "all")]).await;
    let all = session(&sandbox, SEPTEMBER, &[("relink_options[authorization]", "fcauth_any")]).await;
    let ended = sandbox.finish(&all, &chosen).await;
    assert_eq!(ended["accounts"]["data"].as_array().map(Vec::len), Some(2));
    assert_eq!(sandbox.account("fca_any_savings").await["status"], "active");
    sandbox.post(relinking, &[("reach", "institution")]).await;
    let wide = session(&sandbox, SEPTEMBER, &[("relink_options[authorization]", "fcauth_any")]).await;
    let ended = sandbox.finish(&wide, &[("accounts[]", "fca_several")]).await;
    assert_eq!(ended["status"], "succeeded");
    assert_eq!(sandbox.account("fca_several").await["status"], "active");
}
