//! Configuration, from the environment alone. It is read once, at the start, and whatever is missing or wrong
//! is said in one sentence before anything is opened.

use crate::database::Database;
use crate::hosted::settings::{Settings, is_mailbox};
use relink_wire::Secret;
use reqwest::Url;
use std::fmt;
use std::path::PathBuf;

/// The release of Stripe.js that the widget loads where the page has not loaded one; the pages' policy allows it.
const STRIPE_JS_ORIGIN: &str = "https://js.stripe.com";
/// Where Stripe's API is, unless the environment says otherwise.
const STRIPE_API: &str = "https://api.stripe.com";
/// The version of Stripe's API that relinking is part of.
const STRIPE_VERSION: &str = "2026-08-26.preview";

/// The sandbox's three; their addresses are nobody's.
const DEMO_CUSTOMERS: &str = "cus_demo=Maya Lindqvist <maya@customer.example>,\
    cus_other=Tom Okafor <tom@customer.example>,cus_many=Priya Raman <priya@customer.example>";
/// How a publishable key begins behind which there are real banks.
const LIVE: &str = "pk_live_";

/// Everything that differs between one running merchant and another.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen: `MERCHANT_LISTEN`, `127.0.0.1:4000`. Port 0 takes a free one.
    pub listen: String,
    /// Where browsers reach the shop, as an origin: `PUBLIC_URL`, the address it listens on.
    pub public_url: Option<Url>,
    /// Origins besides the shop's own that may post, for a page served by a proxy: `MERCHANT_ALLOWED_ORIGINS`.
    pub allowed_origins: Vec<String>,
    /// Stripe's API: `STRIPE_API_BASE`.
    pub stripe_api: Url,
    /// `STRIPE_SECRET_KEY`.
    pub stripe_secret_key: Secret,
    /// `STRIPE_PUBLISHABLE_KEY`: public, goes to the browser.
    pub stripe_publishable_key: String,
    /// `STRIPE_WEBHOOK_SECRET`.
    pub stripe_webhook_secret: Secret,
    /// `STRIPE_VERSION`.
    pub stripe_version: String,
    /// A script that the shop's pages load Stripe.js from before the widget: `STRIPE_JS_URL`. Without it the
    /// widget loads it from Stripe.
    pub stripe_js_url: Option<Url>,
    /// The database: `DATABASE_URL`, or SQLite's file in `DATABASE_PATH`, `merchant.sqlite`.
    pub database: Database,
    /// The built widget, served below `/widget/`: `WIDGET_DIR`.
    pub widget_dir: Option<PathBuf>,
    /// A folder served below `/gallery/`: `GALLERY_DIR`.
    pub gallery_dir: Option<PathBuf>,
    /// Who may sign in: `DEMO_CUSTOMERS`, as `cus_1=Name,cus_2=Name <mail@shop.example> de`.
    pub customers: Vec<Customer>,
    /// The customer whom a visitor of `/` is signed in as: `DEMO_CUSTOMER`. Without it the visitor chooses.
    pub first_customer: Option<String>,
    /// What the merchant asks to see: `RELINK_PERMISSIONS`, `payment_method,balances`.
    pub permissions: Vec<String>,
    /// The help page that the widget links to: `SUPPORT_URL`.
    pub support_url: String,
    /// The privacy policy that the widget links to: `PRIVACY_URL`.
    pub privacy_url: String,
    /// Hosted relinks: mail, webhook, policy.
    pub hosted: Settings,
}

/// A customer of the demo shop.
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

/// Why the environment cannot be used: always the operator's to repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigError {
    /// A variable that has no default is not set.
    Missing(&'static str),
    /// Two variables say the same thing, and perhaps differently.
    Both(&'static str, &'static str),
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
            Self::Missing(name) => write!(f, "{name} is not set; merchant/README.md says what it is for."),
            Self::Both(one, other) => write!(f, "{one} and {other} are both set: keep one of them."),
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
        let list =
            |name| get(name).map(|value| value.split(',').map(|part| part.trim().to_owned()).collect());
        let url = |name| get(name).map(|value| address(name, &value)).transpose();
        let folder = |name| match get(name).map(PathBuf::from) {
            Some(path) if !path.is_dir() => {
                Err(ConfigError::Wrong { name, expected: "a folder that exists" })
            }
            path => Ok(path),
        };
        let key = |name, prefixes: &[&str], expected| match get(name) {
            None => Err(ConfigError::Missing(name)),
            Some(key) if prefixes.iter().any(|prefix| key.starts_with(prefix)) => Ok(key),
            Some(_) => Err(ConfigError::Wrong { name, expected }),
        };
        let link = |name, default: &str| match get(name) {
            None => Ok(default.to_owned()),
            Some(link) if relink_wire::SafeUrl::https(&link).is_some() => Ok(link),
            Some(_) => Err(ConfigError::Wrong { name, expected: "an https:// address" }),
        };
        let listen = get("MERCHANT_LISTEN").unwrap_or_else(|| "127.0.0.1:4000".into());
        if listen.rsplit_once(':').is_none_or(|(host, port)| host.is_empty() || port.parse::<u16>().is_err())
        {
            return Err(ConfigError::Wrong {
                name: "MERCHANT_LISTEN",
                expected: "host:port, as in 127.0.0.1:4000",
            });
        }
        let customers = customers(get("DEMO_CUSTOMERS"))?;
        let first_customer = get("DEMO_CUSTOMER");
        if first_customer.as_ref().is_some_and(|first| customers.iter().all(|customer| customer.id != *first))
        {
            return Err(ConfigError::Wrong { name: "DEMO_CUSTOMER", expected: "one of DEMO_CUSTOMERS" });
        }
        let public_url = url("PUBLIC_URL")?;
        let own = public_url.as_ref().map(|url| url.origin().ascii_serialization());
        let link_base = own.unwrap_or_else(|| format!("http://{listen}"));
        let is_live = get("STRIPE_PUBLISHABLE_KEY").is_some_and(|key| key.starts_with(LIVE));
        let is_known = public_url.is_some();
        let hosted = Settings::read(get, is_live, link_base)?;
        // Behind real banks a link must lead where customers can go.
        if is_live && hosted.smtp.is_some() && !is_known {
            return Err(ConfigError::Missing("PUBLIC_URL"));
        }
        Ok(Self {
            listen,
            public_url,
            allowed_origins: list("MERCHANT_ALLOWED_ORIGINS").unwrap_or_default(),
            stripe_api: address("STRIPE_API_BASE", &get("STRIPE_API_BASE").unwrap_or(STRIPE_API.into()))?,
            stripe_secret_key: Secret::new(key(
                "STRIPE_SECRET_KEY",
                &["sk_", "rk_"],
                "a secret key of Stripe's (sk_… or rk_…)",
            )?),
            stripe_publishable_key: key(
                "STRIPE_PUBLISHABLE_KEY",
                &["pk_"],
                "a publishable key of Stripe's (pk_…)",
            )?,
            stripe_webhook_secret: Secret::new(key(
                "STRIPE_WEBHOOK_SECRET",
                &["whsec_"],
                "the signing secret of a webhook endpoint (whsec_…)",
            )?),
            stripe_version: get("STRIPE_VERSION").unwrap_or_else(|| STRIPE_VERSION.into()),
            stripe_js_url: url("STRIPE_JS_URL")?,
            database: Database::read(get("DATABASE_URL"), get("DATABASE_PATH"))?,
            widget_dir: folder("WIDGET_DIR")?,
            gallery_dir: folder("GALLERY_DIR")?,
            customers,
            first_customer,
            permissions: list("RELINK_PERMISSIONS")
                .unwrap_or_else(|| vec!["payment_method".into(), "balances".into()]),
            support_url: link("SUPPORT_URL", "https://pinegrove.example/help/bank-accounts")?,
            privacy_url: link("PRIVACY_URL", "https://pinegrove.example/privacy")?,
            hosted,
        })
    }

    /// Whether a real bank is behind it.
    pub fn livemode(&self) -> bool {
        self.stripe_publishable_key.starts_with(LIVE)
    }

    /// Where the pages' policy has to allow Stripe.js: the origin of `stripe_js_url`, else Stripe's own.
    pub fn stripe_js_origin(&self) -> String {
        match &self.stripe_js_url {
            Some(url) => url.origin().ascii_serialization(),
            None => STRIPE_JS_ORIGIN.into(),
        }
    }
}

/// An absolute HTTP address.
pub(crate) fn address(name: &'static str, value: &str) -> Result<Url, ConfigError> {
    let url = Url::parse(value).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or(ConfigError::Wrong { name, expected: "an http:// or https:// address" })
}

fn customers(listed: Option<String>) -> Result<Vec<Customer>, ConfigError> {
    let listed = listed.unwrap_or_else(|| DEMO_CUSTOMERS.into());
    let wrong = ConfigError::Wrong {
        name: "DEMO_CUSTOMERS",
        expected: "a list like cus_1=Ada,cus_2=Ben <ben@shop.example> de",
    };
    let one = |part: &str| {
        let (id, name) = part.trim().split_once('=')?;
        let (name, reached) = name.split_once('<').unwrap_or((name, ""));
        let (email, lang) = reached.split_once('>').unwrap_or_default();
        let (id, name, email, lang) = (id.trim(), name.trim(), email.trim(), lang.trim());
        let is_whole = (id.starts_with("cus_") || id.starts_with("acct_")) && !name.is_empty();
        (is_whole && (email.is_empty() || is_mailbox(email))).then(|| Customer {
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
        let base = [
            ("STRIPE_SECRET_KEY", "sk_test_1"),
            ("STRIPE_PUBLISHABLE_KEY", "pk_test_1"),
            ("STRIPE_WEBHOOK_SECRET", "whsec_1"),
        ];
        Config::read(|name| {
            let found = changes.iter().chain(&base).find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn three_keys_are_enough() {
        let config = read(&[]).expect("defaults");
        assert_eq!(config.stripe_api.as_str(), "https://api.stripe.com/");
        assert_eq!(config.stripe_js_origin(), "https://js.stripe.com");
        assert_eq!(config.listen, "127.0.0.1:4000");
    }

    #[test]
    fn a_missing_key_is_named() {
        let missing = read(&[("STRIPE_SECRET_KEY", "")]).expect_err("missing");
        assert!(missing.to_string().starts_with("STRIPE_SECRET_KEY is not set"));
    }

    #[test]
    fn a_publishable_key_in_the_place_of_the_secret_one_is_refused_and_not_repeated() {
        let swapped = read(&[("STRIPE_SECRET_KEY", "pk_test_planted")]).expect_err("swapped").to_string();
        assert!(swapped.contains("STRIPE_SECRET_KEY") && !swapped.contains("planted"), "{swapped}");
    }

    #[test]
    fn a_folder_that_is_not_there_is_refused() {
        assert!(read(&[("WIDGET_DIR", "/nowhere/at/all")]).is_err());
    }

    #[test]
    fn an_address_without_a_scheme_or_port_is_refused() {
        assert!(read(&[("STRIPE_API_BASE", "api.stripe.com")]).is_err());
        assert!(read(&[("MERCHANT_LISTEN", "localhost")]).is_err());
    }

    #[test]
    fn secrets_are_not_in_the_debug_output() {
        let shown = format!("{:?}", read(&[("STRIPE_SECRET_KEY", "sk_test_planted")]));
        assert!(!shown.contains("planted"));
    }
}
