//! Consent once, not twice: Stripe's text in the session, what the customer says to have agreed to, and what goes on without.

use crate::shop::{Shop, id, send};
use relink_wire::Json;
use serde_json::json;

const ON: &[(&str, &str)] = &[("STRIPE_PRE_COLLECTED_CONSENT", "on")];

async fn kept(shop: &Shop, session: &Json) -> Json {
    let sql = format!("SELECT consent FROM relink_sessions WHERE id = '{}'", id(session));
    serde_json::from_str(&shop.value(&sql).await).expect("JSON")
}

async fn complete(shop: &Shop, session: &Json, key: &str, consent: Json) -> (u16, Json) {
    let path = format!("/relink/sessions/{}/complete", id(session));
    let body = json!({"accounts": ["fca_access_expired"], "consent": consent});
    send(shop.post(&path, key, body)).await
}

#[tokio::test]
async fn what_the_customer_agreed_to_is_kept_with_the_time_even_where_an_event_was_faster() {
    let shop = Shop::open_with(ON).await;
    shop.stripe.tell("account", &[("pre_collected_consent", "granted")]).await;
    let session = shop.session("k1", json!({"account": "fca_access_expired", "locale": "de-AT"})).await;
    let consent = &session["handoff"]["consent"];
    assert_eq!(consent["locale"], "de", "{session}");
    assert!(
        consent["consent_text"].as_str().is_some_and(|text| text.starts_with("Ich erlaube")),
        "{session}"
    );
    assert_eq!(
        shop.read(&session).await["handoff"]["consent"],
        *consent,
        "a page that is loaded again has it too"
    );
    let now = shop.time.now();
    for (key, wrong) in [
        ("other", json!({"id": "fccons_other", "collected_at": now})),
        ("late", json!({"id": consent["id"], "collected_at": now + 86_400})),
    ] {
        assert_eq!(complete(&shop, &session, key, wrong).await.0, 200);
        assert_eq!(kept(&shop, &session).await.get("collected_at"), None, "{key}");
    }
    let (status, told) = complete(&shop, &session, "typed", json!({"id": consent["id"]})).await;
    assert_eq!((status, &told["code"]), (400, &json!("invalid_request")), "{told}");
    shop.at_the_bank(&session, "agreed", &["fca_access_expired"]).await;
    shop.time.pass(2);
    assert_eq!(shop.read(&session).await["status"], "succeeded", "the read is faster");
    let agreed = json!({"id": consent["id"], "collected_at": now});
    assert_eq!(complete(&shop, &session, "good", agreed).await.1["status"], "succeeded");
    assert_eq!(kept(&shop, &session).await["collected_at"], now);
}

#[tokio::test]
async fn without_access_or_in_a_language_without_a_text_stripe_asks_and_is_not_asked_again_for_an_hour() {
    let shop = Shop::open_with(ON).await;
    let of = |session: &Json| session["handoff"]["consent"].clone();
    let body = |locale: &str| json!({"account": "fca_access_expired", "locale": locale});
    assert_eq!(of(&shop.session("k1", body("en")).await), Json::Null);
    shop.stripe.tell("account", &[("pre_collected_consent", "granted")]).await;
    assert_eq!(of(&shop.session("k2", body("en")).await), Json::Null, "it was told no a moment ago");
    shop.time.pass(3_601);
    assert_eq!(of(&shop.session("k3", body("tlh")).await), Json::Null, "no text in that language");
    assert_eq!(of(&shop.session("k4", body("en")).await)["locale"], "en");
}

#[tokio::test]
async fn where_the_operator_does_not_want_it_stripe_is_not_asked() {
    let shop = Shop::open().await;
    shop.stripe.tell("account", &[("pre_collected_consent", "granted")]).await;
    let session = shop.session("k1", json!({"account": "fca_access_expired"})).await;
    assert_eq!(session["handoff"].get("consent"), None, "{session}");
}
