//! Staff who sign in at an OpenID provider: one of the tests' own, which can be made to lie.
//! Past 400 lines, since what is believed and what is not stand beside each other.

mod provider;

use crate::browser::Browser;
use crate::dashboard::STAFF;
use crate::hosted::open_app;
use crate::program::operate;
use crate::shop::{RELINK_SECRET, Shop};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use provider::{ACCESS_TOKEN, CLIENT, Provider, Signed};
use relink_server::Server;
use reqwest::Url;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use tokio::task::JoinSet;

const NORA: &str = "Nora@pinegrove.example";
const BEGIN: &str = "/dashboard/sign-in/openid";
const RETURN: &str = "/dashboard/sign-in/openid/return";
const DAY: i64 = 86_400;

/// Who Nora is at the provider.
fn nora() -> Value {
    json!({"sub": "248289761001", "email": NORA, "email_verified": true})
}

/// A shop whose staff sign in at a provider, with Nora invited.
async fn open(more: &[(&str, &str)]) -> (Shop, Server, Provider) {
    let provider = Provider::start().await;
    let mut all = more.to_vec();
    all.extend([
        ("RELINK_OIDC_ISSUER", provider.issuer.as_str()),
        ("RELINK_OIDC_CLIENT_ID", CLIENT.0),
        ("RELINK_OIDC_CLIENT_SECRET", CLIENT.1),
        // A test is faster than a person.
        ("RELINK_RATE_LIMITS", "customer=3000/60000,address=60000/600000,sign_in=1000/60000"),
    ]);
    let (shop, app) = open_app(&all).await;
    shop.time.stop();
    provider.go_by(&shop.time);
    invite(&shop, STAFF.0);
    (shop, app, provider)
}

fn invite(shop: &Shop, email: &str) {
    let (code, told, said) = operate(shop, &["staff", "invite", email, "Nora", "agent"]);
    assert!(code == Some(0) && told.contains("OpenID provider"), "{told}{said}");
}

/// Where the link on the sign-in page leads.
async fn begin(browser: &mut Browser) -> String {
    let (status, _) = browser.get("/dashboard/sign-in").await;
    assert!(status == 200 && browser.html.contains(&format!("href=\"{BEGIN}\"")), "{}", browser.html);
    let (status, to) = browser.get(BEGIN).await;
    assert_eq!(status, 303, "{}", browser.html);
    to
}

/// Goes the whole way; answers the status and where the last page leads.
async fn sign_in(browser: &mut Browser, provider: &Provider, who: &Value) -> (u16, String) {
    let to = begin(browser).await;
    let back = provider.sign_in(&to, who);
    browser.get(&back).await
}

fn let_in() -> (u16, String) {
    (200, "0; url=/dashboard".into())
}

/// What the log says of the last that was not let in, and how often somebody was.
async fn last_failure(shop: &Shop) -> String {
    shop.value(
        "SELECT subject FROM security_events WHERE kind = 'sign_in_failed' ORDER BY number DESC LIMIT 1",
    )
    .await
}

async fn count(shop: &Shop, what: &str) -> String {
    shop.value(&format!("SELECT COUNT(*) FROM {what}")).await
}

#[tokio::test]
async fn whoever_was_invited_is_let_in_and_from_then_on_it_is_they() {
    let (shop, _app, provider) = open(&[]).await;
    let list = || operate(&shop, &["staff", "list"]).1;
    assert!(list().contains("  agent  invited until "), "{}", list());
    for (number, signed) in [Signed::Rs256, Signed::Ps256, Signed::Es256].into_iter().enumerate() {
        provider.ways().signed = signed;
        let mut browser = Browser::new(&shop);
        assert!(!browser.is_in().await);
        assert_eq!(sign_in(&mut browser, &provider, &nora()).await, let_in(), "{signed:?}");
        assert!(browser.html.contains("href=\"/dashboard\"") && browser.kept("relink-openid").is_empty());
        assert!(browser.is_in().await && browser.html.contains("Nora"));
        assert_eq!(count(&shop, "staff_sign_ins").await, (number + 1).to_string());
    }
    assert!(list().contains("  agent  OpenID Connect  no second factor  signed in"), "{}", list());
    // The address may change, and is not asked for again.
    let moved = json!({"sub": "248289761001", "email": "elsewhere@pinegrove.example"});
    assert_eq!(sign_in(&mut Browser::new(&shop), &provider, &moved).await, let_in());
    let log = "SELECT kind || ' ' || actor FROM security_events WHERE kind IN ('identity_bound', 'signed_in', 'staff_invited')";
    let nora = "staff:nora@pinegrove.example";
    let mut told = vec![format!("identity_bound {nora}"), format!("staff_invited command line")];
    told.splice(1..1, std::iter::repeat_n(format!("signed_in {nora}"), 4));
    told.sort_unstable();
    assert_eq!(shop.rows.values(log).await, told);
    // One question each: both are kept.
    assert_eq!((provider.asked("metadata"), provider.asked("keys"), provider.asked("token")), (1, 1, 4));
    let all = shop.rows.everything().await;
    for secret in [CLIENT.1, "planted code", ACCESS_TOKEN, RELINK_SECRET] {
        assert!(!all.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn a_sign_in_comes_back_once_and_to_its_own_browser() {
    let (shop, _app, provider) = open(&[]).await;
    let mut browser = Browser::new(&shop);
    let to = begin(&mut browser).await;
    let back = provider.sign_in(&to, &nora());
    // Another browser, one with a sign-in of its own, and another state.
    assert_eq!(Browser::new(&shop).get(&back).await.0, 403);
    let mut other = Browser::new(&shop);
    begin(&mut other).await;
    assert_eq!(other.get(&back).await.0, 403);
    assert_eq!(last_failure(&shop).await, "OpenID Connect: another sign-in's answer");
    assert!(!other.is_in().await);
    assert_eq!(browser.get(&format!("{RETURN}?code=planted+code+0&state=0")).await.0, 403);
    assert_eq!(provider.asked("token"), 0);
    // Eight times at once.
    let mut all = JoinSet::new();
    for _ in 0..8 {
        let (mut browser, back) = (browser.clone(), back.clone());
        all.spawn(async move { browser.get(&back).await.0 });
    }
    let mut answers = all.join_all().await;
    answers.sort_unstable();
    assert_eq!(answers, [200, 403, 403, 403, 403, 403, 403, 403]);
    assert_eq!((provider.asked("token"), count(&shop, "staff_sign_ins").await.as_str()), (1, "1"));
    assert_eq!(browser.get(&back).await.0, 403, "and afterwards");
    assert_eq!(last_failure(&shop).await, "OpenID Connect: an answer that came before");
}

#[tokio::test]
async fn no_cookie_is_taken_for_another() {
    let (shop, _app, provider) = open(&[]).await;
    let mut browser = Browser::new(&shop);
    let to = begin(&mut browser).await;
    let begun = browser.kept("relink-openid");
    let back = provider.sign_in(&to, &nora());
    for name in ["relink-staff", "relink-second-factor"] {
        let mut other = Browser::new(&shop);
        other.keep(name, &begun);
        assert!(!other.is_in().await);
        assert_eq!(other.get("/dashboard/sign-in/code").await, crate::browser::led_to("/dashboard/sign-in"));
    }
    assert_eq!(browser.get(&back).await, let_in());
    let (staff, token) = (browser.kept("relink-staff"), shop.token().await);
    for value in [staff.as_str(), token.as_str()] {
        let mut other = Browser::new(&shop);
        other.keep("relink-openid", value);
        assert_eq!(other.get(&back).await.0, 403);
    }
    // Too late.
    let mut late = Browser::new(&shop);
    let back = provider.sign_in(&begin(&mut late).await, &nora());
    shop.time.pass(10 * 60);
    assert_eq!(late.get(&back).await.0, 403);
}

#[tokio::test]
async fn an_identity_token_that_is_not_for_this_sign_in_here_and_now_lets_nobody_in() {
    let (shop, _app, provider) = open(&[]).await;
    let now = shop.time.now();
    let other = "is not believed: the identity token was made for another client";
    let time = "is not believed: the identity token is not of now";
    let algorithm = "is not believed: the identity token is not signed by RS256, PS256 or ES256";
    let signature = "is not believed: the identity token's signature is wrong";
    let unreadable = "is not believed: its answer to the code cannot be read";
    for (signed, claims, why) in [
        (
            Signed::Rs256,
            json!({"nonce": "another"}),
            "is not believed: the identity token belongs to another sign-in",
        ),
        (
            Signed::Rs256,
            json!({"nonce": null}),
            "is not believed: the identity token belongs to another sign-in",
        ),
        (Signed::Rs256, json!({"exp": now - 60}), time),
        (Signed::Rs256, json!({"iat": now - 601}), time),
        (Signed::Rs256, json!({"iat": now + 61}), time),
        (Signed::Rs256, json!({"aud": "another"}), other),
        (Signed::Rs256, json!({"aud": [CLIENT.0, "another"]}), other),
        (Signed::Rs256, json!({"aud": null}), other),
        (Signed::Rs256, json!({"sub": null}), unreadable),
        (Signed::Rs256, json!({"azp": "another"}), other),
        (
            Signed::Rs256,
            json!({"iss": "https://login.example"}),
            "is not believed: the identity token is another provider's",
        ),
        (Signed::Rs256, json!({"sub": ""}), "is not believed: the identity token names nobody"),
        (Signed::Rs256, json!({"sub": "a\u{0}b"}), "is not believed: the identity token names nobody"),
        (
            Signed::Rs256,
            json!({"at_hash": at_hash("another access token")}),
            "is not believed: the access token is not the identity token's",
        ),
        (Signed::Hs256WithThePublicKey, json!({}), algorithm),
        (Signed::Hs256WithTheClientSecret, json!({}), algorithm),
        (Signed::None, json!({}), algorithm),
        (Signed::Stranger, json!({}), signature),
        (Signed::ChangedAfterwards, json!({}), signature),
    ] {
        provider.ways().signed = signed;
        provider.ways().claims = claims.clone();
        let mut browser = Browser::new(&shop);
        let (status, to) = sign_in(&mut browser, &provider, &nora()).await;
        assert_eq!((status, to.as_str()), (403, ""), "{signed:?} {claims}");
        assert!(browser.html.contains("cannot be believed"), "{}", browser.html);
        let said = last_failure(&shop).await;
        assert!(said.contains(why), "{signed:?} {claims}: {said}");
        assert!(!browser.is_in().await);
    }
    provider.ways().signed = Signed::Rs256;
    provider.ways().claims = json!({});
    provider.ways().gives_token = false;
    assert_eq!(sign_in(&mut Browser::new(&shop), &provider, &nora()).await.0, 403);
    assert_eq!((count(&shop, "staff_sign_ins").await.as_str(), provider.asked("keys")), ("0", 1));
    // Two clocks may differ by a minute.
    provider.ways().gives_token = true;
    provider.ways().claims = json!({"iat": now + 60, "exp": now - 59, "azp": CLIENT.0, "aud": [CLIENT.0]});
    assert_eq!(sign_in(&mut Browser::new(&shop), &provider, &nora()).await, let_in());
}

#[tokio::test]
async fn whom_nobody_invited_is_not_let_in_whatever_the_provider_says() {
    let (shop, app, provider) = open(&[]).await;
    crate::program::staff(&shop, "vera@pinegrove.example", "viewer", "another planted one");
    let unknown = json!({"sub": "1", "email": "planted@elsewhere.example", "email_verified": true});
    let with_a_password = json!({"sub": "2", "email": "vera@pinegrove.example", "email_verified": true});
    for (who, why) in [
        (json!({"sub": "248289761001", "email": NORA, "email_verified": false}), "no verified address"),
        (json!({"sub": "248289761001", "email": NORA}), "no verified address"),
        (json!({"sub": "248289761001", "email": NORA, "xms_edov": true}), "no verified address"),
        (json!({"sub": "248289761001"}), "no verified address"),
        (unknown, "no staff: "),
        (with_a_password, "vera@pinegrove.example"),
    ] {
        let mut browser = Browser::new(&shop);
        assert_eq!(sign_in(&mut browser, &provider, &who).await.0, 403, "{who}");
        assert!(browser.html.contains("not on the staff here") && !browser.html.contains("planted"));
        let said = last_failure(&shop).await;
        assert!(said.starts_with(&format!("OpenID Connect: {why}")) && !said.contains("planted"), "{said}");
        assert!(!browser.is_in().await);
    }
    assert_eq!(count(&shop, "staff").await, "2", "nobody is made by what the provider says");
    // The first with that address is the one.
    let mut browser = Browser::new(&shop);
    assert_eq!(sign_in(&mut browser, &provider, &nora()).await, let_in());
    let second = json!({"sub": "another", "email": NORA, "email_verified": true});
    assert_eq!(sign_in(&mut Browser::new(&shop), &provider, &second).await.0, 403);
    // Who is invited by another address as well stays who they are.
    invite(&shop, "nora.berg@pinegrove.example");
    let both = json!({"sub": "248289761001", "email": "nora.berg@pinegrove.example", "email_verified": true});
    let mut again = Browser::new(&shop);
    assert_eq!(sign_in(&mut again, &provider, &both).await, let_in());
    let by = "SELECT DISTINCT email FROM staff_sign_ins";
    assert_eq!(shop.rows.values(by).await, [STAFF.0]);
    // Invited anew, what was signed in has ended, and another may come.
    invite(&shop, STAFF.0);
    assert!(!browser.is_in().await && !again.is_in().await);
    assert_eq!(sign_in(&mut browser, &provider, &second).await, let_in());
    // Removed, they are out at once, and do not come back.
    let back = provider.sign_in(&begin(&mut again).await, &second);
    assert_eq!(operate(&shop, &["staff", "remove", STAFF.0]).0, Some(0));
    assert!(!browser.is_in().await);
    assert_eq!(again.get(&back).await.0, 403);
    assert_eq!(count(&shop, "staff_identities WHERE email = 'nora@pinegrove.example'").await, "0");
    // An invitation lasts two weeks. What was used up goes with the next tidying.
    shop.time.pass(14 * DAY + 60);
    let late = json!({"sub": "3", "email": "nora.berg@pinegrove.example", "email_verified": true});
    assert_eq!(sign_in(&mut Browser::new(&shop), &provider, &late).await.0, 403);
    assert_ne!(count(&shop, "openid_returns").await, "1");
    app.hosted.store.delete_what_ran_out(shop.time.now()).await.expect("a database");
    assert_eq!(count(&shop, "openid_returns").await, "1");
}

/// What a token says of the access token beside it.
fn at_hash(access: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, access.as_bytes()).as_ref()[..16])
}

#[tokio::test]
async fn what_anybody_can_come_back_with_is_not_written_down_each_time() {
    let (shop, _app, provider) = open(&[]).await;
    shop.time.stop();
    let mut browser = Browser::new(&shop);
    let back = provider.sign_in(&begin(&mut browser).await, &nora());
    let another = back.replace("state=", "state=x");
    for _ in 0..30 {
        assert_eq!(browser.get(&another).await.0, 403);
    }
    assert_eq!(count(&shop, "security_events WHERE kind = 'sign_in_failed'").await, "10");
    shop.time.pass(60);
    assert_eq!(browser.get(&another).await.0, 403);
    assert!(last_failure(&shop).await.ends_with("; 20 before it are not recorded"));
}

#[tokio::test]
async fn a_provider_that_says_the_address_at_its_userinfo_endpoint_alone_is_asked_there_once() {
    let (shop, _app, provider) = open(&[]).await;
    let only_a_name = json!({"sub": "248289761001", "at_hash": at_hash(ACCESS_TOKEN)});
    provider.ways().userinfo = Some(nora());
    for signed in [Signed::Rs256, Signed::Ps256, Signed::Es256] {
        provider.ways().signed = signed;
        let mut browser = Browser::new(&shop);
        assert_eq!(sign_in(&mut browser, &provider, &only_a_name).await, let_in(), "{signed:?}");
        assert!(browser.is_in().await && browser.html.contains("Nora"));
    }
    assert_eq!(provider.asked("userinfo"), 1, "who is known is not asked for an address");
    // Where the token says an address, that is the one.
    invite(&shop, STAFF.0);
    provider.ways().userinfo = Some(json!({"sub": "1", "email": NORA, "email_verified": true}));
    for unverified in [json!(false), json!(null)] {
        let who = json!({"sub": "1", "email": NORA, "email_verified": unverified});
        assert_eq!(sign_in(&mut Browser::new(&shop), &provider, &who).await.0, 403);
    }
    assert_eq!(sign_in(&mut Browser::new(&shop), &provider, &nora()).await, let_in());
    assert_eq!(provider.asked("userinfo"), 1);
    assert!(!shop.rows.everything().await.contains(ACCESS_TOKEN));
}

#[tokio::test]
async fn what_a_userinfo_endpoint_says_lets_in_nobody_but_the_person_of_the_token() {
    let (shop, _app, provider) = open(&[]).await;
    let only_a_name = json!({"sub": "248289761001"});
    for (told, status, why) in [
        (
            json!({"sub": "another", "email": NORA, "email_verified": true}),
            403,
            "its userinfo endpoint answers about another person",
        ),
        (
            json!({"email": NORA, "email_verified": true}),
            502,
            "its userinfo endpoint's answer cannot be read",
        ),
        (json!([NORA]), 502, "its userinfo endpoint's answer cannot be read"),
        (json!({"sub": "248289761001", "padding": "x".repeat(300_000)}), 502, "too large"),
        (json!({"sub": "248289761001"}), 403, "no verified address"),
        (json!({"sub": "248289761001", "email": NORA}), 403, "no verified address"),
        (json!({"sub": "248289761001", "email": NORA, "email_verified": false}), 403, "no verified address"),
        (
            json!({"sub": "248289761001", "email": "planted@elsewhere.example", "email_verified": true}),
            403,
            "no staff: ",
        ),
    ] {
        provider.ways().userinfo = Some(told.clone());
        let mut browser = Browser::new(&shop);
        assert_eq!(sign_in(&mut browser, &provider, &only_a_name).await.0, status, "{told}");
        let said = last_failure(&shop).await;
        assert!(said.contains(why) && !said.contains("planted"), "{told}: {said}");
        assert!(!browser.is_in().await && !browser.html.contains("planted"));
    }
    // Elsewhere, or in the clear, it is not asked.
    let issuer = provider.issuer.clone();
    for (place, status, why) in [
        (json!("http://169.254.169.254/userinfo"), 502, "not https://"),
        (json!(format!("{issuer}/nowhere")), 502, "does not answer to its own access token"),
        (json!(null), 403, "no verified address"),
    ] {
        provider.ways().metadata = json!({"userinfo_endpoint": place});
        shop.time.pass(60 * 60);
        let mut browser = Browser::new(&shop);
        let (begun, to) = browser.get(BEGIN).await;
        let answer = match begun {
            303 => browser.get(&provider.sign_in(&to, &only_a_name)).await.0,
            refused => refused,
        };
        assert_eq!(answer, status, "{place}");
        let said = last_failure(&shop).await;
        assert!(said.contains(why), "{place}: {said}");
    }
    assert_eq!(count(&shop, "staff_sign_ins").await, "0");
    // As it should be, they are let in.
    provider.ways().metadata = json!({});
    provider.ways().userinfo = Some(nora());
    shop.time.pass(60 * 60);
    let mut browser = Browser::new(&shop);
    assert_eq!(sign_in(&mut browser, &provider, &only_a_name).await, let_in());
}

#[tokio::test]
async fn a_person_has_one_way_in() {
    let (shop, _app, provider) = open(&[]).await;
    let mut browser = Browser::new(&shop);
    assert_eq!(browser.sign_in(STAFF.0, "").await.0, 401, "no password is none");
    // With a password the identity counts no more, and the other way round.
    assert_eq!(sign_in(&mut browser, &provider, &nora()).await, let_in());
    crate::program::staff(&shop, STAFF.0, "agent", STAFF.1);
    assert!(!browser.is_in().await);
    assert_eq!(sign_in(&mut browser, &provider, &nora()).await.0, 403);
    assert_eq!(browser.sign_in(STAFF.0, STAFF.1).await, crate::browser::led_to("/dashboard"));
    invite(&shop, STAFF.0);
    assert!(!browser.is_in().await);
    assert_eq!(browser.sign_in(STAFF.0, STAFF.1).await.0, 401);
    assert_eq!(sign_in(&mut browser, &provider, &nora()).await, let_in());
}

#[tokio::test]
async fn where_passwords_are_refused_there_is_no_field_for_one() {
    let (shop, _app, provider) =
        open(&[("RELINK_STAFF_PASSWORDS", "refused"), ("RELINK_OIDC_NAME", "Pine <b>Grove</b>")]).await;
    crate::program::staff(&shop, "vera@pinegrove.example", "viewer", "another planted one");
    let mut browser = Browser::new(&shop);
    begin(&mut browser).await;
    browser.get("/dashboard/sign-in").await;
    assert!(browser.html.contains("Sign in with Pine &lt;b&gt;Grove&lt;/b&gt;"), "{}", browser.html);
    assert!(!browser.html.contains("type=\"password\""));
    assert_eq!(browser.sign_in("vera@pinegrove.example", "another planted one").await.0, 404);
    assert_eq!(sign_in(&mut browser, &provider, &nora()).await, let_in());
}

#[tokio::test]
async fn another_providers_answer_is_not_taken_to_this_one() {
    let (shop, _app, provider) = open(&[]).await;
    let issuer = provider.issuer.clone();
    for says in [Some("https://login.example".to_owned()), Some(format!("{issuer}/")), None] {
        provider.ways().says_issuer.clone_from(&says);
        assert_eq!(sign_in(&mut Browser::new(&shop), &provider, &nora()).await.0, 403, "{says:?}");
        let said = last_failure(&shop).await;
        assert!(said.contains("the answer is another provider's"), "{said}");
    }
    assert_eq!(provider.asked("token"), 0, "the code is shown to nobody");
    // A provider that does not say who it is need not.
    provider.ways().metadata = json!({"authorization_response_iss_parameter_supported": null});
    shop.time.pass(60 * 60);
    assert_eq!(sign_in(&mut Browser::new(&shop), &provider, &nora()).await, let_in());
}

#[tokio::test]
async fn a_provider_that_does_not_answer_or_cannot_be_used_is_said_and_left_alone_for_a_moment() {
    let (shop, _app, provider) = open(&[]).await;
    provider.ways().is_down = true;
    let mut browser = Browser::new(&shop);
    for _ in 0..3 {
        assert_eq!(browser.get(BEGIN).await.0, 503);
        assert!(browser.html.contains("does not answer at the moment"), "{}", browser.html);
    }
    assert_eq!(provider.asked("metadata"), 1);
    provider.ways().is_down = false;
    let issuer = provider.issuer.clone();
    for (metadata, why) in [
        (json!({"issuer": format!("{issuer}/")}), "another name than RELINK_OIDC_ISSUER"),
        (json!({"token_endpoint": "http://login.example/token"}), "not https://"),
        (json!({"authorization_endpoint": "javascript:alert(1)"}), "not https://"),
        (json!({"jwks_uri": "http://169.254.169.254/keys"}), "not https://"),
        (json!({"token_endpoint": null}), "no token endpoint"),
        (json!({"jwks_uri": null}), "cannot be read"),
        (json!({"padding": "x".repeat(300_000)}), "too large"),
    ] {
        provider.ways().metadata = metadata;
        shop.time.pass(5);
        assert_eq!(browser.get(BEGIN).await.0, 502, "{why}");
        let said = last_failure(&shop).await;
        assert!(said.contains(why), "{why}: {said}");
    }
    provider.ways().metadata = json!({"jwks_uri": format!("{issuer}/nowhere")});
    shop.time.pass(5);
    assert_eq!(sign_in(&mut browser, &provider, &nora()).await.0, 502);
    // It is away while somebody is there.
    provider.ways().metadata = json!({"token_endpoint_auth_methods_supported": ["client_secret_post"]});
    shop.time.pass(60 * 60);
    let back = provider.sign_in(&begin(&mut browser).await, &nora());
    provider.ways().is_down = true;
    assert_eq!(browser.get(&back).await.0, 503);
    provider.ways().is_down = false;
    assert_eq!(sign_in(&mut browser, &provider, &nora()).await, let_in(), "the secret in the body");
}

#[tokio::test]
async fn what_the_provider_says_of_an_error_does_not_reach_the_page() {
    let (shop, _app, provider) = open(&[]).await;
    for (error, words) in [
        ("access_denied", "The sign-in was broken off"),
        ("%3Cb%3Eplanted%3C/b%3E", "It refused the sign-in."),
    ] {
        let mut browser = Browser::new(&shop);
        let to = Url::parse(&begin(&mut browser).await).expect("an address");
        let (_, state) = to.query_pairs().find(|(name, _)| name == "state").expect("a state");
        let said = "error_description=%3Cscript%3Eplanted%3C/script%3E";
        let (status, _) = browser.get(&format!("{RETURN}?error={error}&{said}&state={state}")).await;
        assert!(status == 403 && browser.html.contains(words), "{}", browser.html);
        assert!(!browser.html.contains("planted"));
    }
    assert_eq!(last_failure(&shop).await, "OpenID Connect: another error");
    // A code that the provider does not know, and then a client that it does not know.
    let mut browser = Browser::new(&shop);
    let back = provider.sign_in(&begin(&mut browser).await, &nora());
    assert_eq!(browser.get(&back.replace("planted+code+0", "other")).await.0, 403);
    assert!(
        last_failure(&shop).await.contains("does not take the code") && !browser.html.contains("planted")
    );
    let (shop, _app) = open_app(&[
        ("RELINK_OIDC_ISSUER", &provider.issuer),
        ("RELINK_OIDC_CLIENT_ID", CLIENT.0),
        ("RELINK_OIDC_CLIENT_SECRET", "another"),
    ])
    .await;
    let mut browser = Browser::new(&shop);
    assert_eq!(sign_in(&mut browser, &provider, &nora()).await.0, 502);
    assert!(last_failure(&shop).await.contains("RELINK_OIDC_CLIENT_SECRET"));
}

#[tokio::test]
async fn it_is_begun_by_our_own_page_alone_and_is_nowhere_without_a_provider() {
    let (shop, _app, _provider) = open(&[]).await;
    let begin = |site: &'static str| {
        let request = shop.http.get(format!("{}{BEGIN}", shop.base)).header("sec-fetch-site", site);
        async move { request.send().await.expect("an answer") }
    };
    for (site, status) in [("cross-site", 403), ("same-site", 403), ("same-origin", 303), ("none", 303)] {
        let answer = begin(site).await;
        assert_eq!(answer.status(), status, "{site}");
        assert_eq!(answer.headers().contains_key("set-cookie"), status == 303);
    }
    let answer = begin("none").await;
    assert_eq!(
        (&answer.headers()["cache-control"], &answer.headers()["referrer-policy"]),
        (&"no-store".parse().expect("a value"), &"no-referrer".parse().expect("a value"))
    );
    let (shop, _app) = open_app(&[]).await;
    for path in [BEGIN, RETURN] {
        assert_eq!(Browser::new(&shop).get(path).await.0, 404);
    }
}

#[tokio::test]
async fn one_address_begins_and_ends_so_many_and_no_more() {
    let (shop, _app, provider) = open(&[("RELINK_RATE_LIMITS", "sign_in=3/1")]).await;
    let mut browser = Browser::new(&shop);
    assert_eq!(sign_in(&mut browser, &provider, &nora()).await, let_in());
    begin(&mut browser).await;
    for path in [BEGIN, RETURN] {
        assert_eq!(browser.get(path).await.0, 429, "{path}");
    }
    assert_eq!(provider.asked("token"), 1);
}

#[tokio::test]
async fn behind_https_the_cookie_is_bound_to_the_host_and_the_provider_leads_back_to_the_dashboard() {
    let (shop, _app, provider) = open(&[("RELINK_PUBLIC_URL", "https://relink.test")]).await;
    let answer = shop.http.get(format!("{}{BEGIN}", shop.base)).send().await.expect("an answer");
    let cookie = answer.headers()["set-cookie"].to_str().expect("text");
    assert!(cookie.starts_with("__Host-relink-openid=") && cookie.ends_with("; Secure"), "{cookie}");
    assert!(cookie.contains("; Max-Age=600;") && cookie.len() < 1024, "{cookie}");
    let to = answer.headers()["location"].to_str().expect("text");
    let back = "redirect_uri=https%3A%2F%2Frelink.test%2Fdashboard%2Fsign-in%2Fopenid%2Freturn";
    assert!(to.contains(back), "{to}");
    assert_eq!(sign_in(&mut Browser::new(&shop), &provider, &nora()).await, let_in());
}

#[tokio::test]
async fn the_second_factor_is_ours_or_the_providers_as_the_operator_says() {
    let required = ("RELINK_SECOND_FACTOR", "required");
    let (shop, _app, provider) = open(&[required]).await;
    let mut browser = Browser::new(&shop);
    let set_up = (200, "0; url=/dashboard/second-factor".to_owned());
    assert_eq!(sign_in(&mut browser, &provider, &nora()).await, set_up);
    assert!(!browser.is_in().await, "not before it is set up");
    assert_eq!(browser.get("/dashboard/second-factor").await.0, 200);
    assert!(browser.html.contains("Set up a second factor"));
    // Meanwhile they are invited anew: what was begun does not go on.
    invite(&shop, STAFF.0);
    assert_eq!(browser.get("/dashboard/second-factor").await.0, 303);

    let theirs =
        [required, ("RELINK_OIDC_SECOND_FACTOR", "provider"), ("RELINK_OIDC_ACR_VALUES", "gold silver")];
    let (shop, _app, provider) = open(&theirs).await;
    assert!(begin(&mut Browser::new(&shop)).await.contains("acr_values=gold+silver"));
    for acr in [json!("bronze"), json!(null)] {
        provider.ways().claims = json!({"acr": acr});
        assert_eq!(sign_in(&mut Browser::new(&shop), &provider, &nora()).await.0, 403);
        assert!(last_failure(&shop).await.contains("RELINK_OIDC_ACR_VALUES"));
    }
    provider.ways().claims = json!({"acr": "silver"});
    let mut browser = Browser::new(&shop);
    assert_eq!(sign_in(&mut browser, &provider, &nora()).await, let_in());
    assert!(browser.is_in().await);
}

#[tokio::test]
async fn keys_may_change_and_are_asked_for_again_once_a_minute_at_most() {
    let (shop, _app, provider) = open(&[]).await;
    assert_eq!(sign_in(&mut Browser::new(&shop), &provider, &nora()).await, let_in());
    provider.ways().key = "second".into();
    for _ in 0..2 {
        assert_eq!(sign_in(&mut Browser::new(&shop), &provider, &nora()).await.0, 403);
        assert!(last_failure(&shop).await.contains("signed with none of its keys"));
    }
    assert_eq!(provider.asked("keys"), 1);
    shop.time.pass(60);
    assert_eq!(sign_in(&mut Browser::new(&shop), &provider, &nora()).await, let_in());
    assert_eq!((provider.asked("keys"), provider.asked("metadata")), (2, 1));
}

#[tokio::test]
async fn a_provider_may_have_a_claim_of_its_own_for_verified_addresses() {
    let (shop, _app, provider) = open(&[("RELINK_OIDC_EMAIL_VERIFIED_CLAIM", "xms_edov")]).await;
    for no in [json!(false), json!("0"), json!(null)] {
        let who = json!({"sub": "1", "email": NORA, "email_verified": true, "xms_edov": no});
        assert_eq!(sign_in(&mut Browser::new(&shop), &provider, &who).await.0, 403, "{no}");
    }
    let who = json!({"sub": "1", "email": NORA, "xms_edov": "1"});
    assert_eq!(sign_in(&mut Browser::new(&shop), &provider, &who).await, let_in());
}
