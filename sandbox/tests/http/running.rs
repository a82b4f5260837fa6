//! A sandbox started in this process, and requests to it in Stripe's encoding.

use sandbox::Config;
use serde_json::Value;
use tokio::net::TcpListener;

/// A running sandbox.
pub struct Running {
    /// Its address.
    pub base: String,
    client: reqwest::Client,
}

/// An answer.
pub struct Answered {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: reqwest::header::HeaderMap,
    /// The JSON body.
    pub body: Value,
}

impl Answered {
    /// The error's field.
    pub fn error(&self, field: &str) -> &str {
        self.body["error"][field].as_str().unwrap_or_default()
    }

    /// The header as text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A page.
pub struct Page {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: reqwest::header::HeaderMap,
    /// The HTML, or the script.
    pub text: String,
}

impl Page {
    /// The header as text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Starts a sandbox on a free port.
pub async fn start(config: Config) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(sandbox::serve(listener, config));
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    Running { base, client }
}

impl Running {
    /// Gets an object.
    pub async fn get(&self, path: &str) -> Answered {
        self.send(self.client.get(format!("{}{path}", self.base)), "sk_test_sandbox").await
    }

    /// Gets an object with another key.
    pub async fn get_with_key(&self, path: &str, key: &str) -> Answered {
        self.send(self.client.get(format!("{}{path}", self.base)), key).await
    }

    /// Posts a form.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answered {
        self.send(self.client.post(format!("{}{path}", self.base)).form(form), "sk_test_sandbox").await
    }

    /// Sends a request as that version of the API; `None` names none.
    pub async fn ask(&self, version: Option<&str>, path: &str, form: Option<&[(&str, &str)]>) -> Answered {
        let address = format!("{}{path}", self.base);
        let request = match form {
            None => self.client.get(address),
            Some(form) => self.client.post(address).form(form),
        };
        let request = request.bearer_auth("sk_test_sandbox");
        answered(match version {
            None => request,
            Some(version) => request.header("stripe-version", version),
        })
        .await
    }

    /// Gets an object with that `Authorization`.
    pub async fn get_authorized(&self, path: &str, authorization: &str) -> Answered {
        answered(self.client.get(format!("{}{path}", self.base)).header("authorization", authorization)).await
    }

    /// Posts a form with an idempotency key.
    pub async fn post_keyed(&self, path: &str, key: &str, form: &[(&str, &str)]) -> Answered {
        let request =
            self.client.post(format!("{}{path}", self.base)).header("idempotency-key", key).form(form);
        self.send(request, "sk_test_sandbox").await
    }

    /// Creates a session that relinks, and gives its object.
    pub async fn relink_session(&self, authorization: &str, more: &[(&str, &str)]) -> Value {
        let mut form = vec![
            ("account_holder[type]", "customer"),
            ("account_holder[customer]", "cus_demo"),
            ("permissions[0]", "payment_method"),
            ("permissions[1]", "balances"),
            ("relink_options[authorization]", authorization),
        ];
        form.extend(more);
        let created = self.post("/v1/financial_connections/sessions", &form).await;
        assert_eq!(created.status, 200, "{}", created.body);
        created.body
    }

    /// Ends a session as if the customer had been at the bank.
    pub async fn finish(&self, session: &Value, form: &[(&str, &str)]) -> Value {
        let path = format!(
            "/v1/test_helpers/financial_connections/sessions/{}/finish",
            session["id"].as_str().unwrap()
        );
        self.post(&path, form).await.body
    }

    /// Gets an account.
    pub async fn account(&self, id: &str) -> Value {
        self.get(&format!("/v1/financial_connections/accounts/{id}")).await.body
    }

    /// Gets a page; redirects are not followed.
    pub async fn page(&self, path: &str) -> Page {
        let response = self.client.get(format!("{}{path}", self.base)).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Page { status, headers, text: response.text().await.unwrap() }
    }

    /// Posts a page's form and gives the address that it leads to.
    pub async fn submit(&self, path: &str, form: &'static str) -> String {
        let response = self.client.post(format!("{}{path}", self.base)).body(form).send().await.unwrap();
        assert_eq!(response.status(), 303, "{path}");
        response.headers()["location"].to_str().unwrap().to_owned()
    }

    /// Posts JSON as a page's script does.
    pub async fn post_json(&self, path: &str, body: &Value) -> Value {
        self.client
            .post(format!("{}{path}", self.base))
            .json(body)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    async fn send(&self, request: reqwest::RequestBuilder, key: &str) -> Answered {
        answered(request.header("stripe-version", "2026-08-26.preview").bearer_auth(key)).await
    }
}

async fn answered(request: reqwest::RequestBuilder) -> Answered {
    let response = request.send().await.unwrap();
    Answered {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.json().await.unwrap(),
    }
}
