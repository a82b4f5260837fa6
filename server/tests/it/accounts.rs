//! `GET /v1/accounts`: what a merchant's server shows of a customer's accounts.

use crate::shop::{KEY, Shop, problem, send};
use relink_wire::Json;
use serde_json::json;

async fn list(shop: &Shop, query: &str) -> Json {
    let (status, told) =
        send(shop.http.get(format!("{}/v1/accounts?{query}", shop.base)).bearer_auth(KEY)).await;
    assert_eq!((status, &told["object"]), (200, &json!("list")), "{told}");
    told
}

fn of<'a>(list: &'a Json, account: &str) -> &'a Json {
    let data = list["data"].as_array().expect("a list");
    data.iter().find(|entry| entry["id"] == account).expect(account)
}

#[tokio::test]
async fn each_account_has_stripes_public_fields_and_its_condition() {
    let shop = Shop::open().await;
    let told = list(&shop, "customer=cus_demo").await;
    for (account, status, reason, repairable, why_not) in [
        ("fca_healthy", "working", json!(null), false, json!(null)),
        ("fca_access_expired", "broken", json!("access_expired"), true, json!(null)),
        ("fca_tan_deactivated", "broken", json!("number_deactivated"), true, json!(null)),
        ("fca_tan_expiring", "ending", json!("number_expiring"), true, json!(null)),
        ("fca_expected_deactivation", "ending", json!("deactivation_expected"), true, json!(null)),
        ("fca_permissions", "needs_permission", json!("permissions"), true, json!(null)),
        ("fca_account_closed", "closed", json!("unspecified"), false, json!("account_closed")),
        ("fca_disconnected", "disconnected", json!("unspecified"), false, json!("disconnected")),
    ] {
        let condition = &of(&told, account)["condition"];
        assert_eq!(
            (&condition["status"], &condition["reason"], &condition["repairable"], &condition["why_not"]),
            (&json!(status), &reason, &json!(repairable), &why_not),
            "{account}: {condition}"
        );
    }
    let broken = of(&told, "fca_access_expired");
    assert_eq!(
        (&broken["status"], &broken["last4"], &broken["institution_name"]),
        (&json!("inactive"), &json!("1234"), &json!("Harbour Bank"))
    );
    assert!(of(&told, "fca_tan_expiring")["condition"]["at"].is_i64());
    let text = told.to_string();
    assert!(
        !text.contains("fca_other") && !text.contains("cus_demo") && !text.contains("balance\""),
        "{text}"
    );
}

#[tokio::test]
async fn many_accounts_come_page_by_page() {
    let shop = Shop::open().await;
    let mut seen = Vec::new();
    let mut query = "customer=cus_many&limit=100".to_owned();
    loop {
        let page = list(&shop, &query).await;
        let data = page["data"].as_array().expect("a list");
        seen.extend(data.iter().map(|entry| entry["id"].as_str().expect("an id").to_owned()));
        if page["has_more"] == false {
            break;
        }
        assert_eq!(data.len(), 100);
        query = format!("customer=cus_many&limit=100&starting_after={}", seen.last().expect("an account"));
    }
    let count = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!((count, seen.len()), (1000, 1000));
}

#[tokio::test]
async fn the_accounts_of_a_customer_of_whom_none_are_known_are_fetched() {
    let shop = Shop::open().await;
    shop.rows.run("DELETE FROM accounts").await;
    assert!(!list(&shop, "customer=cus_other").await["data"].as_array().expect("a list").is_empty());
    let nobody = list(&shop, "customer=cus_nobody").await;
    assert_eq!((&nobody["data"], &nobody["has_more"]), (&json!([]), &json!(false)));
}

#[tokio::test]
async fn what_is_asked_wrongly_is_said_by_field_and_without_a_key_nothing_is_said() {
    let shop = Shop::open().await;
    for (field, query) in [
        ("customer", ""),
        ("customer", "customer=fca_any"),
        ("customer", "customer=cus_%00"),
        ("limit", "customer=cus_demo&limit=0"),
        ("limit", "customer=cus_demo&limit=101"),
        ("limit", "customer=cus_demo&limit=x"),
        ("starting_after", "customer=cus_demo&starting_after=fca_other"),
    ] {
        let request = shop.http.get(format!("{}/v1/accounts?{query}", shop.base)).bearer_auth(KEY);
        let (status, told) = send(request).await;
        assert_eq!((status, told["code"].as_str()), (400, Some("invalid_request")), "{query}: {told}");
        assert!(told["detail"].as_str().is_some_and(|detail| detail.starts_with(field)), "{query}: {told}");
    }
    let keyless = shop.http.get(format!("{}/v1/accounts?customer=cus_demo", shop.base));
    problem(keyless.bearer_auth("mk_invented"), 401, "not_authenticated").await;
}
