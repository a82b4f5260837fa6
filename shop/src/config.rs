//! Configuration, from the environment alone, read once at the start. What is missing or wrong is said in one sentence.

use reqwest::Url;
use std::fmt;
use std::path::PathBuf;

/// The sandbox's three; their addresses are nobody's.
const DEMO_CUSTOMERS: &str = "cus_demo=Maya Lindqvist <maya@customer.example>,\
    cus_other=Tom Okafor <tom@customer.example>,cus_many=Priya Raman <priya@customer.example>";
/// The key that the sandbox takes; it protects nothing.
const SANDBOX_KEY: &str = "sk_test_sandbox";

/// Everything that differs between one running shop and another.
#[derive(Clone)]
pub struct Config {
    /// Where to listen: `SHOP_LISTEN`, `127.0.0.1:4000`. Port 0 takes a free one.
    pub listen: String,
    /// Where browsers reach the shop: `PUBLIC_URL`; without it, as the browser addressed it.
    pub public_url: Option<Url>,
    /// relink-server as browsers and this server reach it: `RELINK_URL`.
    pub relink_url: Url,
    /// The key of relink-server's API: `RELINK_API_KEY`.
    pub relink_api_key: String,
    /// A script that the pages load Stripe.js from before the widget: `STRIPE_JS_URL`. Without it the widget loads
    /// Stripe's own.
    pub stripe_js_url: Option<Url>,
    /// The stand-in for Stripe, for the page "Developers": `SANDBOX_URL`.
    pub sandbox_url: Option<Url>,
    /// The sandbox's key: `SANDBOX_KEY`.
    pub sandbox_key: String,
    /// The stand-in for Plaid, with items of the demonstration's customers: `SANDBOX_PLAID_URL`.
    pub sandbox_plaid_url: Option<Url>,
    /// relink-server's dashboard, for the footer: `DASHBOARD_URL`.
    pub dashboard_url: Option<Url>,
    /// Where emails can be read while developing, for the footer: `INBOX_URL`.
    pub inbox_url: Option<Url>,
    /// Who may sign in: `DEMO_CUSTOMERS`, as `cus_1=Name,cus_2=Name <mail@shop.example> de`.
    pub customers: Vec<Customer>,
    /// The customer whom a visitor of `/` is signed in as: `DEMO_CUSTOMER`. Without it the visitor chooses.
    pub first_customer: Option<String>,
    /// A folder served below `/gallery/`: `GALLERY_DIR`.
    pub gallery_dir: Option<PathBuf>,
}

/// A customer of the shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// `cus_…` or `acct_…`, Stripe's id.
    pub id: String,
    /// How the shop greets them.
    pub name: String,
    /// Where they are written to.
    pub email: Option<String>,
    /// The language that they read, BCP 47.
    pub lang: String,
}

/// Why the environment cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigError {
    /// A variable that has no default is not set.
    Missing(&'static str),
    /// A variable is set to something that it cannot be. The value is not repeated: it may be a secret.
    Wrong {
        /// Which.
        name: &'static str,
        /// What it has to be.
        expected: &'static str,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "{name} is not set; shop/README.md says what it is for."),
            Self::Wrong { name, expected } => write!(f, "{name} must be {expected}."),
        }
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads the process's environment.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// Reads variables from `lookup`; an empty one counts as not set.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let get =
            |name: &str| lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let url = |name| get(name).map(|value| address(name, &value)).transpose();
        let listen = get("SHOP_LISTEN").unwrap_or_else(|| "127.0.0.1:4000".into());
        if listen.rsplit_once(':').is_none_or(|(host, port)| host.is_empty() || port.parse::<u16>().is_err())
        {
            return Err(ConfigError::Wrong {
                name: "SHOP_LISTEN",
                expected: "host:port, as in 127.0.0.1:4000",
            });
        }
        let customers = customers(&get("DEMO_CUSTOMERS").unwrap_or_else(|| DEMO_CUSTOMERS.into()))?;
        let first_customer = get("DEMO_CUSTOMER");
        if first_customer.as_ref().is_some_and(|first| customers.iter().all(|customer| customer.id != *first))
        {
            return Err(ConfigError::Wrong { name: "DEMO_CUSTOMER", expected: "one of DEMO_CUSTOMERS" });
        }
        let gallery_dir = get("GALLERY_DIR").map(PathBuf::from);
        if gallery_dir.as_ref().is_some_and(|folder| !folder.is_dir()) {
            return Err(ConfigError::Wrong { name: "GALLERY_DIR", expected: "a folder that exists" });
        }
        Ok(Self {
            listen,
            public_url: url("PUBLIC_URL")?,
            relink_url: url("RELINK_URL")?.ok_or(ConfigError::Missing("RELINK_URL"))?,
            relink_api_key: get("RELINK_API_KEY").ok_or(ConfigError::Missing("RELINK_API_KEY"))?,
            stripe_js_url: url("STRIPE_JS_URL")?,
            sandbox_url: url("SANDBOX_URL")?,
            sandbox_key: get("SANDBOX_KEY").unwrap_or_else(|| SANDBOX_KEY.into()),
            sandbox_plaid_url: url("SANDBOX_PLAID_URL")?,
            dashboard_url: url("DASHBOARD_URL")?,
            inbox_url: url("INBOX_URL")?,
            customers,
            first_customer,
            gallery_dir,
        })
    }

    /// The customer of that id, if they may sign in.
    pub fn customer(&self, id: &str) -> Option<&Customer> {
        self.customers.iter().find(|customer| customer.id == id)
    }

    /// Where relink-server's routes and files are: its address without a path.
    pub fn relink_origin(&self) -> String {
        self.relink_url.origin().ascii_serialization()
    }
}

fn address(name: &'static str, value: &str) -> Result<Url, ConfigError> {
    let url = Url::parse(value).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or(ConfigError::Wrong { name, expected: "an http:// or https:// address" })
}

fn customers(listed: &str) -> Result<Vec<Customer>, ConfigError> {
    let wrong = ConfigError::Wrong {
        name: "DEMO_CUSTOMERS",
        expected: "a list like cus_1=Ada,cus_2=Ben <ben@shop.example> de",
    };
    let one = |part: &str| {
        let (id, name) = part.trim().split_once('=')?;
        let (name, contact) = name.split_once('<').unwrap_or((name, ""));
        let (email, lang) = contact.split_once('>').unwrap_or_default();
        let (id, name, email, lang) = (id.trim(), name.trim(), email.trim(), lang.trim());
        let is_whole = (id.starts_with("cus_") || id.starts_with("acct_")) && !name.is_empty();
        (is_whole && (email.is_empty() || email.contains('@'))).then(|| Customer {
            id: id.into(),
            name: name.into(),
            email: Some(email.to_owned()).filter(|email| !email.is_empty()),
            lang: if lang.is_empty() { "en".into() } else { lang.into() },
        })
    };
    listed.split(',').map(|part| one(part).ok_or_else(|| wrong.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(changes: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let base = [("RELINK_URL", "http://localhost:4100"), ("RELINK_API_KEY", "mk_planted")];
        Config::read(|name| {
            let found = changes.iter().chain(&base).find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn an_address_and_a_key_are_enough() {
        let config = read(&[]).expect("defaults");
        assert_eq!(config.listen, "127.0.0.1:4000");
        assert_eq!(config.relink_origin(), "http://localhost:4100");
        assert_eq!(config.customers.len(), 3);
    }

    #[test]
    fn each_mistake_is_named_and_no_value_is_repeated() {
        for (name, value) in [
            ("RELINK_URL", ""),
            ("RELINK_API_KEY", ""),
            ("RELINK_URL", "planted.example"),
            ("SHOP_LISTEN", "planted"),
            ("DEMO_CUSTOMERS", "planted"),
            ("DEMO_CUSTOMER", "planted"),
            ("GALLERY_DIR", "/planted/nowhere"),
            ("SANDBOX_URL", "ftp://planted"),
        ] {
            let said = read(&[(name, value)]).err().expect("a mistake").to_string();
            assert!(said.contains(name) && !said.contains("planted"), "{said}");
        }
    }

    #[test]
    fn a_customer_has_a_name_and_may_have_an_address_and_a_language() {
        let config =
            read(&[("DEMO_CUSTOMERS", "cus_1=Ada,cus_2=Ben <ben@shop.example> de")]).expect("customers");
        assert_eq!(config.customers[0].email, None);
        assert_eq!(config.customers[1].email.as_deref(), Some("ben@shop.example"));
        assert_eq!(config.customers[1].lang, "de");
    }
}
