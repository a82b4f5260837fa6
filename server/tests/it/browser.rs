//! A browser of somebody of the staff: it keeps cookies and posts forms with the token of the page that it looks at. It
//! runs no script.

use crate::dashboard::STAFF;
use crate::shop::Shop;
use reqwest::Response;
use std::collections::BTreeMap;

#[derive(Clone)]
pub struct Browser {
    pub shop: Shop,
    cookies: BTreeMap<String, String>,
    /// The page that was last looked at.
    pub html: String,
}

/// What a page answered: its status, and where it leads.
pub type Answer = (u16, String);

impl Browser {
    pub fn new(shop: &Shop) -> Self {
        Self { shop: shop.clone(), cookies: BTreeMap::new(), html: String::new() }
    }

    /// Somebody who is signed in, where a password is enough.
    pub async fn signed_in(shop: &Shop) -> Self {
        let mut browser = Self::new(shop);
        assert_eq!(browser.sign_in(STAFF.0, STAFF.1).await, led_to("/dashboard"));
        browser
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.shop.http.get(format!("{}{path}", self.shop.base));
        let request = request.header("accept", "text/html").header("cookie", self.cookie());
        self.take(request.send().await.expect("an answer")).await
    }

    /// Posts a form with what the page's own form holds besides.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let hidden: Vec<(String, String)> = ["csrf_token", "sealed"]
            .into_iter()
            .filter_map(|name| {
                let (_, rest) = self.html.split_once(&format!("name=\"{name}\" value=\""))?;
                Some((name.to_owned(), rest.split('"').next()?.to_owned()))
            })
            .collect();
        let mut form: Vec<(&str, &str)> =
            hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        form.extend(fields);
        let request = self.shop.http.post(format!("{}{path}", self.shop.base)).form(&form);
        let request = request.header("accept", "text/html").header("cookie", self.cookie());
        self.take(request.send().await.expect("an answer")).await
    }

    pub async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        self.post("/dashboard/sign-in", &[("email", email), ("password", password)]).await
    }

    /// Whether the dashboard lets it in.
    pub async fn is_in(&mut self) -> bool {
        match self.get("/dashboard").await {
            (200, _) => true,
            (303, to) => {
                assert_eq!(to, "/dashboard/sign-in");
                false
            }
            other => panic!("{other:?}"),
        }
    }

    /// What it keeps under that name.
    pub fn kept(&self, name: &str) -> String {
        self.cookies.get(name).cloned().unwrap_or_default()
    }

    /// Puts a cookie there by hand.
    pub fn keep(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.into(), value.into());
    }

    fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    async fn take(&mut self, answer: Response) -> Answer {
        for cookie in answer.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().expect("text");
            // The browser comes back from the provider with that one.
            let site = if cookie.contains("relink-openid=") { "SameSite=Lax" } else { "SameSite=Strict" };
            for part in ["HttpOnly", site, "Path=/"] {
                assert!(cookie.contains(part), "{cookie}");
            }
            let (name, value) = cookie.split(';').next().expect("a pair").split_once('=').expect("a pair");
            self.cookies.insert(name.into(), value.into());
        }
        let to = answer.headers().get("location").or(answer.headers().get("refresh"));
        let to = to.map(|to| to.to_str().expect("text").to_owned());
        let status = answer.status().as_u16();
        self.html = answer.text().await.expect("a body");
        (status, to.unwrap_or_default())
    }
}

/// The answer that leads there.
pub fn led_to(path: &str) -> Answer {
    (303, path.to_owned())
}
