//! An OpenID provider of the tests' own, with real signatures by other code than the one that checks them. It can be made to lie.

use crate::shop::Time;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::Url;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
};
use ring::{hmac, rsa};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::net::TcpListener;

pub const CLIENT: (&str, &str) = ("relink of the tests", "planted client secret/+%");
/// What its userinfo endpoint answers to.
pub const ACCESS_TOKEN: &str = "planted-access-token";
/// Of these tests alone.
const RSA_KEY: &[u8] = include_bytes!("key.der");

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    Rs256,
    Ps256,
    Es256,
    /// With the public key as if it were a secret.
    Hs256WithThePublicKey,
    /// With the secret that the client has.
    Hs256WithTheClientSecret,
    /// By nobody.
    None,
    /// By a key that is not the provider's, under the name of one that is.
    Stranger,
    /// Rightly, and changed afterwards.
    ChangedAfterwards,
}

/// What it says and does.
pub struct Ways {
    pub signed: Signed,
    /// Put over the claims of each token; null takes one away.
    pub claims: Value,
    /// Put over what it says of itself.
    pub metadata: Value,
    /// What its userinfo endpoint answers; where there is none, neither is there an endpoint.
    pub userinfo: Option<Value>,
    /// What it says who it is when it leads a browser back.
    pub says_issuer: Option<String>,
    pub is_down: bool,
    pub gives_token: bool,
    /// The name of its keys, which changes with them.
    pub key: String,
    /// Questions by path.
    pub asked: BTreeMap<&'static str, usize>,
    codes: HashMap<String, Code>,
}

struct Code {
    redirect: String,
    challenge: String,
    claims: Value,
}

#[derive(Clone)]
pub struct Provider {
    pub issuer: String,
    ways: Arc<Mutex<Ways>>,
    time: Arc<Mutex<Time>>,
    rsa: Arc<RsaKeyPair>,
    ecdsa: Arc<EcdsaKeyPair>,
    stranger: Arc<EcdsaKeyPair>,
}

fn ecdsa() -> Arc<EcdsaKeyPair> {
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref(), &random);
    Arc::new(key.expect("a key"))
}

fn text(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn put_over(base: &mut Value, over: &Value) {
    for (name, value) in over.as_object().into_iter().flatten() {
        match value {
            Value::Null => {
                base.as_object_mut().expect("an object").remove(name);
            }
            value => base[name] = value.clone(),
        }
    }
}

impl Provider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}/realms/staff", listener.local_addr().expect("an address"));
        let ways = Ways {
            signed: Signed::Rs256,
            claims: json!({}),
            metadata: json!({}),
            userinfo: None,
            says_issuer: Some(issuer.clone()),
            is_down: false,
            gives_token: true,
            key: "first".into(),
            asked: BTreeMap::new(),
            codes: HashMap::new(),
        };
        let rsa = RsaKeyPair::from_pkcs8(RSA_KEY).expect("a key");
        let provider = Self {
            issuer,
            ways: Arc::new(Mutex::new(ways)),
            time: Arc::default(),
            rsa: Arc::new(rsa),
            ecdsa: ecdsa(),
            stranger: ecdsa(),
        };
        let router = Router::new()
            .route("/realms/staff/.well-known/openid-configuration", get(metadata))
            .route("/realms/staff/keys", get(keys))
            .route("/realms/staff/token", post(token))
            .route("/realms/staff/userinfo", get(userinfo))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    /// From now on it goes by that clock.
    pub fn go_by(&self, time: &Time) {
        *self.time.lock().expect("nobody panicked") = time.clone();
    }

    pub fn ways(&self) -> MutexGuard<'_, Ways> {
        self.ways.lock().expect("nobody panicked")
    }

    pub fn asked(&self, path: &str) -> usize {
        self.ways().asked.get(path).copied().unwrap_or_default()
    }

    /// What somebody's browser is led back to who was led here and signed in. `claims` says who they are.
    pub fn sign_in(&self, led_to: &str, claims: &Value) -> String {
        let url = Url::parse(led_to).expect("an address");
        assert_eq!(format!("{}/authorize", self.issuer), led_to.split('?').next().expect("an address"));
        let asked: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        let field = |name: &str| asked.get(name).unwrap_or_else(|| panic!("{name} in {led_to}")).clone();
        assert_eq!(
            [field("response_type"), field("client_id"), field("code_challenge_method"), field("scope")],
            ["code", CLIENT.0, "S256", "openid email"]
        );
        let (state, nonce, challenge) = (field("state"), field("nonce"), field("code_challenge"));
        assert!(state.len() >= 22 && nonce.len() >= 22 && challenge.len() == 43 && state != nonce);
        let now = self.time.lock().expect("nobody panicked").now();
        let mut told = json!({
            "iss": self.issuer, "aud": CLIENT.0, "nonce": nonce, "iat": now, "exp": now + 300,
        });
        put_over(&mut told, claims);
        let mut ways = self.ways();
        put_over(&mut told, &ways.claims);
        let code = format!("planted code {}", ways.codes.len());
        let says = ways.says_issuer.clone();
        ways.codes.insert(code.clone(), Code { redirect: field("redirect_uri"), challenge, claims: told });
        let mut back = Url::parse(&field("redirect_uri")).expect("an address");
        back.query_pairs_mut().append_pair("code", &code).append_pair("state", &state);
        if let Some(says) = says {
            back.query_pairs_mut().append_pair("iss", &says);
        }
        format!("{}?{}", back.path(), back.query().expect("a query"))
    }

    fn sign(&self, claims: &Value, ways: &Ways) -> String {
        let signed = ways.signed;
        let (algorithm, kind) = match signed {
            Signed::Rs256 | Signed::ChangedAfterwards => ("RS256", "rsa"),
            Signed::Ps256 => ("PS256", "rsa"),
            Signed::Es256 | Signed::Stranger => ("ES256", "ecdsa"),
            Signed::Hs256WithThePublicKey | Signed::Hs256WithTheClientSecret => ("HS256", "rsa"),
            Signed::None => ("none", "rsa"),
        };
        let head = json!({"alg": algorithm, "typ": "JWT", "kid": format!("{kind} {}", ways.key)});
        let said = format!("{}.{}", text(head.to_string()), text(claims.to_string()));
        let random = SystemRandom::new();
        let of_rsa = |padding: &'static dyn ring::signature::RsaEncoding| {
            let mut signature = vec![0; self.rsa.public().modulus_len()];
            self.rsa.sign(padding, &random, said.as_bytes(), &mut signature).expect("a signature");
            signature
        };
        let of_ecdsa =
            |key: &EcdsaKeyPair| key.sign(&random, said.as_bytes()).expect("a signature").as_ref().to_vec();
        let of_secret = |secret: &[u8]| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), said.as_bytes()).as_ref().to_vec()
        };
        let signature = match signed {
            Signed::Rs256 | Signed::ChangedAfterwards => of_rsa(&RSA_PKCS1_SHA256),
            Signed::Ps256 => of_rsa(&RSA_PSS_SHA256),
            Signed::Es256 => of_ecdsa(&self.ecdsa),
            Signed::Stranger => of_ecdsa(&self.stranger),
            Signed::Hs256WithThePublicKey => of_secret(self.rsa.public_key().as_ref()),
            Signed::Hs256WithTheClientSecret => of_secret(CLIENT.1.as_bytes()),
            Signed::None => Vec::new(),
        };
        if signed == Signed::ChangedAfterwards {
            let mut other = claims.clone();
            other["email"] = json!("nora@pinegrove.example ");
            let (head, _) = said.split_once('.').expect("two parts");
            return format!("{head}.{}.{}", text(other.to_string()), text(signature));
        }
        format!("{said}.{}", text(signature))
    }

    /// Counts a question; whether it is to be answered.
    fn is_asked(&self, path: &'static str) -> bool {
        let mut ways = self.ways();
        *ways.asked.entry(path).or_default() += 1;
        !ways.is_down
    }
}

fn answer(status: StatusCode, document: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], document.to_string()).into_response()
}

async fn metadata(State(provider): State<Provider>) -> Response {
    if !provider.is_asked("metadata") {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let issuer = &provider.issuer;
    let mut told = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "PS256", "ES256", "HS256", "none"],
        "authorization_response_iss_parameter_supported": true,
    });
    if provider.ways().userinfo.is_some() {
        told["userinfo_endpoint"] = json!(format!("{issuer}/userinfo"));
    }
    put_over(&mut told, &provider.ways().metadata);
    answer(StatusCode::OK, &told)
}

async fn userinfo(State(provider): State<Provider>, headers: HeaderMap) -> Response {
    if !provider.is_asked("userinfo") {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let is_its_token =
        headers.get(header::AUTHORIZATION).is_some_and(|token| token == &format!("Bearer {ACCESS_TOKEN}"));
    match &provider.ways().userinfo {
        Some(told) if is_its_token => answer(StatusCode::OK, told),
        Some(_) | None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

async fn keys(State(provider): State<Provider>) -> Response {
    if !provider.is_asked("keys") {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let name = provider.ways().key.clone();
    let public: rsa::PublicKeyComponents<Vec<u8>> = provider.rsa.public().into();
    let point = provider.ecdsa.public_key().as_ref();
    let set = json!({"keys": [
        {"kty": "RSA", "use": "sig", "kid": format!("rsa {name}"), "n": text(&public.n), "e": text(&public.e)},
        {"kty": "EC", "crv": "P-256", "kid": format!("ecdsa {name}"), "x": text(&point[1..33]), "y": text(&point[33..])},
        // Of another kind, as providers have them.
        {"kty": "RSA", "use": "enc", "kid": format!("rsa {name}"), "n": text(&public.n), "e": text(&public.e)},
    ]});
    answer(StatusCode::OK, &set)
}

async fn token(State(provider): State<Provider>, headers: HeaderMap, body: String) -> Response {
    let form = Url::parse(&format!("{}?{body}", provider.issuer)).expect("a form");
    let form: BTreeMap<String, String> = form.query_pairs().into_owned().collect();
    if !provider.is_asked("token") {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let refuse = |error: &str| {
        let told = json!({"error": error, "error_description": "<b>planted words</b>"});
        answer(StatusCode::BAD_REQUEST, &told)
    };
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    let is_client = match headers.get(header::AUTHORIZATION) {
        Some(basic) => {
            let quoted = |text| form_urlencoded(text);
            let right = STANDARD.encode(format!("{}:{}", quoted(CLIENT.0), quoted(CLIENT.1)));
            *basic == format!("Basic {right}")
        }
        None => (field("client_id"), field("client_secret")) == (CLIENT.0.into(), CLIENT.1.into()),
    };
    if !is_client {
        return refuse("invalid_client");
    }
    let mut ways = provider.ways();
    let Some(code) = ways.codes.remove(&field("code")) else { return refuse("invalid_grant") };
    let challenge = text(digest(&SHA256, field("code_verifier").as_bytes()));
    if field("grant_type") != "authorization_code"
        || (field("redirect_uri"), challenge) != (code.redirect, code.challenge)
    {
        return refuse("invalid_grant");
    }
    let mut told = json!({"access_token": ACCESS_TOKEN, "token_type": "Bearer"});
    if ways.gives_token {
        told["id_token"] = json!(provider.sign(&code.claims, &ways));
    }
    answer(StatusCode::OK, &told)
}

fn form_urlencoded(text: &str) -> String {
    let mut url = Url::parse("http://a/").expect("an address");
    url.query_pairs_mut().append_pair("", text);
    url.query().expect("a query").trim_start_matches('=').to_owned()
}
