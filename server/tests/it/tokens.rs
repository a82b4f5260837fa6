//! Customer tokens: who gets one, what it opens, and what opens nothing.

use crate::shop::{KEY, PAGE, Shop, config, id, problem, send, serve};
use relink_wire::Json;
use reqwest::RequestBuilder;
use serde_json::json;

/// The relink API with that header.
fn read(shop: &Shop, path: &str, name: &str, value: &str) -> RequestBuilder {
    shop.http.get(format!("{}{path}", shop.base)).header(name, value)
}

async fn detail(request: RequestBuilder) -> String {
    let (status, told) = send(request).await;
    assert_eq!((status, told["code"].as_str()), (401, Some("not_authenticated")), "{told}");
    told["detail"].as_str().expect("text").to_owned()
}

/// A session of the first customer's, by its path.
async fn session(shop: &Shop) -> String {
    format!("/relink/sessions/{}", id(&shop.session_from("fca_access_expired").await))
}

#[tokio::test]
async fn a_token_is_for_a_quarter_of_an_hour_by_the_backends_clock_and_renewed_by_asking_again() {
    let shop = Shop::open().await;
    shop.time.stop();
    let path = session(&shop).await;
    let (status, made) = send(shop.ask_for_token(json!({"customer": "cus_demo"}))).await;
    assert_eq!(
        (status, &made["object"], &made["customer"]),
        (201, &json!("customer_token"), &json!("cus_demo"))
    );
    assert_eq!((&made["expires_in"], &made["expires_at"]), (&json!(900), &json!(shop.time.now() + 900)));
    let token = made["token"].as_str().expect("a token").to_owned();
    let bearer = format!("Bearer {token}");
    assert!(
        !token.contains("cus_demo")
            && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    );
    shop.time.pass(899);
    assert_eq!(send(read(&shop, &path, "authorization", &bearer)).await.0, 200);
    shop.time.pass(1);
    assert!(detail(read(&shop, &path, "authorization", &bearer)).await.contains("has run out"));
    assert_eq!(send(shop.get(&path)).await.0, 200, "a new one");
}

#[tokio::test]
async fn nothing_but_a_customer_token_of_this_server_lets_anybody_in() {
    let shop = Shop::open().await;
    let path = session(&shop).await;
    let token = shop.token().await;
    let mut changed = token.clone();
    changed.replace_range(9..10, if &token[9..10] == "A" { "B" } else { "A" });
    // Two other servers: one that is reached elsewhere, and one with another secret, and so with another database.
    let elsewhere = config(&shop.stripe.base, &shop.rows, &[("RELINK_PUBLIC_URL", "http://other.test")]);
    let (elsewhere, _server) = serve(elsewhere, &shop.time).await;
    let other = Shop::open_with(&[("RELINK_SECRET", "another secret of thirty-two characters")]).await;
    let mut foreign = Vec::new();
    for server in [shop.through(&elsewhere), other] {
        let (_, made) = send(server.ask_for_token(json!({"customer": "cus_demo"}))).await;
        foreign.push(made["token"].as_str().expect("a token").to_owned());
    }
    for bearer in
        [KEY, &changed, &token[1..], "", "null", "eyJhbGciOiJub25lIn0.e30.", &foreign[0], &foreign[1]]
    {
        let told = detail(read(&shop, &path, "authorization", &format!("Bearer {bearer}"))).await;
        assert!(told.contains("not one of this server's") || bearer.is_empty(), "{told}");
    }
    for (name, value) in [
        ("authorization", format!("Basic {token}")),
        ("authorization", token.clone()),
        ("cookie", format!("relink={token}")),
        ("x-csrf-token", token.clone()),
    ] {
        assert!(detail(read(&shop, &path, name, &value)).await.contains("a customer token"), "{name}");
    }
    let in_the_address = shop.http.get(format!("{}{path}?token={token}", shop.base));
    problem(in_the_address, 401, "not_authenticated").await;
    let post = shop.http.post(format!("{}/relink/sessions", shop.base)).header("idempotency-key", "k1");
    problem(post.header("content-type", "application/json").body("{}"), 401, "not_authenticated").await;
    assert_eq!(send(read(&shop, &path, "authorization", &format!("bearer {token}"))).await.0, 200);
}

#[tokio::test]
async fn one_customers_token_opens_nothing_of_anothers() {
    let mut shop = Shop::open().await;
    let path = session(&shop).await;
    shop.sign_in_as("cus_other");
    problem(shop.get(&path), 404, "session_not_found").await;
    problem(shop.post(&format!("{path}/cancel"), "k1", json!({})), 404, "session_not_found").await;
    problem(shop.post("/relink/sessions", "k2", json!({"account": "fca_access_expired"})), 403, "forbidden")
        .await;
}

#[tokio::test]
async fn a_customer_token_opens_nothing_of_the_merchants_own_server() {
    let shop = Shop::open().await;
    for path in ["/v1/accounts?customer=cus_demo", "/v1/hosted_relinks/hrl_1"] {
        problem(shop.get(path), 401, "not_authenticated").await;
    }
    problem(
        shop.post("/v1/customer_tokens", "k1", json!({"customer": "cus_other"})),
        401,
        "not_authenticated",
    )
    .await;
}

#[tokio::test]
async fn what_is_asked_wrongly_is_said_by_field() {
    let shop = Shop::open().await;
    let with = |field: &str, value: Json| {
        let mut body = json!({"customer": "cus_demo"});
        body[field] = value;
        body
    };
    for (field, body) in [
        ("customer", json!({})),
        ("customer", with("customer", json!(7))),
        ("customer", with("customer", json!("fca_any"))),
        ("customer", with("customer", json!("cus_demo\0"))),
        ("customer", with("customer", json!("cus_../accounts"))),
        ("email", with("email", json!("nobody"))),
        ("email", with("email", json!("a@b.example\r\nbcc: c@d.example"))),
        ("locale", with("locale", json!("<b>"))),
        ("name", with("name", json!(["Maya"]))),
        ("name", with("name", json!("x".repeat(600)))),
        ("name: expected text, not a list", with("name", json!(["Maya"]))),
        ("customer: expected text, not a number", with("customer", json!(7))),
        ("email: expected text, not an object", with("email", json!({}))),
        (
            "\"e_mail\" is no field of this request; there are customer, locale, email",
            with("e_mail", json!("a")),
        ),
        ("return_url", with("return_url", json!("https://evil.example/"))),
        ("return_url", with("return_url", json!("javascript:alert(1)"))),
        ("return_url", with("return_url", json!(format!("{PAGE}@evil.example/")))),
    ] {
        let (status, told) = send(shop.ask_for_token(body.clone())).await;
        assert_eq!((status, told["code"].as_str()), (400, Some("invalid_request")), "{body}: {told}");
        assert!(told["detail"].as_str().is_some_and(|detail| detail.starts_with(field)), "{body}: {told}");
    }
    problem(shop.ask_for_token(json!([])), 400, "invalid_request").await;
    let text = shop.http.post(format!("{}/v1/customer_tokens", shop.base)).bearer_auth(KEY).body("{}");
    problem(text, 415, "invalid_request").await;
    let keyless = shop.http.post(format!("{}/v1/customer_tokens", shop.base)).bearer_auth("mk_invented");
    problem(keyless, 401, "not_authenticated").await;
}

#[tokio::test]
async fn a_session_says_when_the_next_payment_is_due_as_the_page_that_asks_knows() {
    let shop = Shop::open().await;
    let day = shop.time.now() + 4 * 86_400;
    let body = json!({"customer": "cus_demo", "next_payment_at": day});
    let (_, made) = send(shop.ask_for_token(body)).await;
    let bearer = format!("Bearer {}", made["token"].as_str().expect("a token"));
    let created = shop.http.post(format!("{}/relink/sessions", shop.base)).header("authorization", &bearer);
    let created = created.header("idempotency-key", "k1").header("content-type", "application/json");
    let (status, session) = send(created.body(json!({"account": "fca_access_expired"}).to_string())).await;
    assert_eq!((status, &session["next_payment_at"]), (201, &json!(day)), "{session}");
    let path = format!("/relink/sessions/{}", id(&session));
    let (_, again) = send(read(&shop, &path, "authorization", &bearer)).await;
    assert_eq!(again["next_payment_at"], day);
    let (_, unsaid) = send(shop.get(&path)).await;
    assert!(unsaid["next_payment_at"].is_null(), "another page of the same customer knows of none: {unsaid}");
    for odd in [json!("tomorrow"), json!(0), json!(-1), json!(1.5)] {
        problem(
            shop.ask_for_token(json!({"customer": "cus_demo", "next_payment_at": odd})),
            400,
            "invalid_request",
        )
        .await;
    }
}

#[tokio::test]
async fn how_a_customer_is_reached_is_remembered_and_what_is_not_said_stays() {
    let shop = Shop::open().await;
    let (_, server) = serve(config(&shop.stripe.base, &shop.rows, &[]), &shop.time).await;
    let ask = |more: Json| {
        let mut body = json!({"customer": "cus_new"});
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        shop.ask_for_token(body)
    };
    for (more, kept) in [
        (json!({"name": "Ada", "email": "ada@customer.example"}), "Ada|ada@customer.example|"),
        (json!({"locale": "pt-BR", "name": null}), "Ada|ada@customer.example|pt-BR"),
        (json!({"email": "ada@new.example"}), "Ada|ada@new.example|pt-BR"),
    ] {
        assert_eq!(send(ask(more)).await.0, 201);
        let contact = server.hosted.contact("cus_new").await.expect("a database").expect("a contact");
        let texts = [contact.name, contact.email, contact.locale].map(Option::unwrap_or_default);
        assert_eq!(texts.join("|"), kept);
    }
}

#[tokio::test]
async fn the_tokens_return_url_counts_more_than_the_page_that_the_request_came_from() {
    // Over there a page may be returned to by HTTPS alone; the sandbox takes this machine, too.
    let page = "http://127.0.0.1:9";
    let shop = Shop::open_with(&[("RELINK_ALLOWED_ORIGINS", page)]).await;
    let back = format!("{page}/banks?from=hosted");
    let (status, made) = send(shop.ask_for_token(json!({"customer": "cus_demo", "return_url": back}))).await;
    assert_eq!(status, 201, "{made}");
    let request =
        shop.http.post(format!("{}/relink-hosted/sessions", shop.base)).header("idempotency-key", "k1");
    let request = request.bearer_auth(made["token"].as_str().expect("a token"));
    let request =
        request.header("content-type", "application/json").header("referer", format!("{page}/other"));
    let (status, session) = send(request.body(r#"{"account": "fca_hosted"}"#)).await;
    assert_eq!(status, 201, "{session}");
    let stripe = shop.stripe_session(&session).await;
    let told = shop.http.get(format!("{}/v1/financial_connections/sessions/{stripe}", shop.stripe.base));
    let (_, told) = send(told.bearer_auth("sk_test_sandbox")).await;
    assert_eq!(told["return_url"], json!(back), "{told}");
}

#[tokio::test]
async fn a_new_customers_accounts_are_fetched_with_the_first_token_and_a_dead_stripe_refuses_none() {
    let shop = Shop::open().await;
    shop.rows.run("DELETE FROM accounts").await;
    shop.stripe.tell("faults", &[("status", "503"), ("times", "1")]).await;
    assert_eq!(send(shop.ask_for_token(json!({"customer": "cus_other"}))).await.0, 201);
    assert_eq!(shop.value("SELECT COUNT(*) FROM accounts").await, "0");
    assert_eq!(send(shop.ask_for_token(json!({"customer": "cus_other"}))).await.0, 201);
    assert_ne!(shop.value("SELECT COUNT(*) FROM accounts WHERE customer = 'cus_other'").await, "0");
    assert_eq!(shop.value("SELECT COUNT(*) FROM accounts WHERE customer = 'cus_demo'").await, "0");
}

#[tokio::test]
async fn a_program_that_is_not_let_in_is_told_the_scheme_and_a_person_is_not() {
    let shop = Shop::open().await;
    for (path, challenge) in [
        ("/v1/customer_tokens", Some("Bearer")),
        ("/v1/accounts?customer=cus_demo", Some("Bearer")),
        ("/v1/hosted_relinks/hrl_1", Some("Bearer")),
        ("/relink/sessions/rls_1", Some("Bearer")),
        ("/r/l/hrl_1/relink/sessions/rls_1", None),
    ] {
        let url = format!("{}{path}", shop.base);
        let request = if path == "/v1/customer_tokens" { shop.http.post(url) } else { shop.http.get(url) };
        let answer = request.send().await.expect("an answer");
        let told = answer.headers().get("www-authenticate").map(|value| value.to_str().expect("text"));
        assert_eq!((answer.status().as_u16(), told), (401, challenge), "{path}");
    }
}
