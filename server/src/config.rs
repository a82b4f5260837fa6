//! Configuration, from the environment alone. It is read once, at the start. Every mistake is said, in one sentence each, before
//! anything is opened; a value is never repeated, for it may be a secret.

use crate::desk::DeskConfig;
use crate::limits::Limits;
use crate::origins::{is_address, is_https, origin};
use crate::profiles;
use crate::retention;
use crate::variables::{IN_A_FILE, VARIABLES};
use relink_backend::{Database, Merchant, Profile, Retention, SHORTEST_SECRET, SafeUrl, Secret};
use relink_hosted::{Mistake, Settings};
use relink_stripe::{API_VERSION, Url};
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

/// Where it listens, unless the environment says otherwise.
const LISTEN: &str = "127.0.0.1:4050";
/// Where Stripe's API is, unless the environment says otherwise.
const STRIPE_API: &str = "https://api.stripe.com";
/// Seconds that it still serves once it is asked to stop, unless the environment says otherwise.
const DRAIN_SECONDS: u64 = 5;
/// The most.
const MOST_DRAIN_SECONDS: u64 = 300;
/// How a publishable key begins behind which there are real banks.
const LIVE: &str = "pk_live_";

/// Everything that differs between one running server and another.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen. Port 0 takes a free one.
    pub listen: String,
    /// Where browsers reach it: an origin. Tokens are good there only, and links lead there.
    pub origin: String,
    /// Whether the operator named that origin; otherwise it is the address that is listened on.
    pub is_origin_named: bool,
    /// Origins of pages that may call the relink API.
    pub allowed_origins: Vec<String>,
    /// What tokens and the database's secrets are sealed with.
    pub secret: Secret,
    /// As customers know the merchant.
    pub merchant: Merchant,
    /// The kinds of relink; the first is the one that accounts are judged for.
    pub profiles: Vec<Profile>,
    /// Stripe's API.
    pub stripe_api: Url,
    /// `sk_…` or `rk_…`
    pub stripe_secret_key: Secret,
    /// `pk_…`: public, goes to the browser.
    pub stripe_publishable_key: String,
    /// `whsec_…`
    pub stripe_webhook_secret: Secret,
    /// The header `Stripe-Version`.
    pub stripe_version: String,
    /// Where the rows are.
    pub database: Database,
    /// The built widget, served below `/widget/`.
    pub widget_dir: Option<PathBuf>,
    /// Hosted relinks: email, webhook, policy.
    pub hosted: Settings,
    /// Where a weakness is reported: an address, for finders.
    pub security_contact: Option<String>,
    /// How long rows are kept.
    pub retention: Retention,
    /// The dashboard: where it is, and what it asks of staff.
    pub desk: DeskConfig,
    /// How much may be asked for.
    pub limits: Limits,
    /// Whether the log is JSON.
    pub is_log_json: bool,
    /// Where Prometheus scrapes.
    pub metrics_listen: Option<String>,
    /// Where traces go.
    pub traces: Option<Url>,
    /// How long it still serves once it is asked to stop.
    pub drain: Duration,
}

impl Config {
    /// Reads variables from `lookup`; an empty one counts as not set. What is wrong is answered in sentences, all of it.
    pub fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        let reader = Reader::new(lookup);
        let config = reader.config();
        let mistakes = reader.mistakes.into_inner();
        if mistakes.is_empty() { Ok(config) } else { Err(mistakes) }
    }

    /// The database alone: enough for an operator's command.
    pub fn read_database(lookup: impl Fn(&str) -> Option<String>) -> Result<Database, Vec<String>> {
        let reader = Reader::new(lookup);
        let database = reader.database();
        let mistakes = reader.mistakes.into_inner();
        if mistakes.is_empty() { Ok(database) } else { Err(mistakes) }
    }

    /// The same, now that it is known where it listens.
    pub fn listening_at(mut self, address: std::net::SocketAddr) -> Self {
        if !self.is_origin_named {
            self.origin = format!("http://{address}");
            self.hosted.link_base.clone_from(&self.origin);
        }
        self
    }
}

/// Reads the environment and gathers what is wrong with it.
struct Reader<L> {
    lookup: L,
    mistakes: RefCell<Vec<String>>,
    /// What files held: each is read once.
    files: RefCell<HashMap<&'static str, Option<String>>>,
}

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    fn new(lookup: L) -> Self {
        Self { lookup, mistakes: RefCell::default(), files: RefCell::default() }
    }

    fn config(&self) -> Config {
        let listen = self.get("RELINK_LISTEN").unwrap_or_else(|| LISTEN.into());
        if !is_address(&listen) {
            self.wrong("RELINK_LISTEN", "host:port, as in 127.0.0.1:4050");
        }
        let publishable =
            self.key("STRIPE_PUBLISHABLE_KEY", &["pk_"], "a publishable key of Stripe's (pk_…)");
        let secret_key =
            self.key("STRIPE_SECRET_KEY", &["sk_", "rk_"], "a secret key of Stripe's (sk_… or rk_…)");
        let is_live = publishable.starts_with(LIVE);
        let is_test_secret = secret_key.starts_with("sk_test_") || secret_key.starts_with("rk_test_");
        let is_live_secret = secret_key.starts_with("sk_live_") || secret_key.starts_with("rk_live_");
        if is_live && is_test_secret || publishable.starts_with("pk_test_") && is_live_secret {
            self.wrong(
                "STRIPE_PUBLISHABLE_KEY",
                "of the same mode as STRIPE_SECRET_KEY: both test or both live",
            );
        }
        let public = self.public_url(is_live);
        let is_origin_named = public.is_some();
        let origin = public.unwrap_or_else(|| format!("http://{listen}"));
        let allowed_origins = self.origins("RELINK_ALLOWED_ORIGINS", is_live);
        let mut mistakes = Vec::new();
        let mut hosted = Settings::read(|name| self.get_named(name), origin.clone(), &mut mistakes);
        let limits = Limits::read(|name| self.get_named(name), &mut mistakes);
        for mistake in mistakes {
            self.mistake(mistake.to_string());
        }
        let desk = DeskConfig::read(|name| self.get(name), &origin, is_live, &mut self.mistakes.borrow_mut());
        // A customer may be led back to a page that may embed the widget.
        hosted.return_origins.extend(allowed_origins.iter().cloned());
        Config {
            origin,
            is_origin_named,
            secret: self.secret(),
            merchant: self.merchant(),
            profiles: self.profiles(),
            stripe_api: self.address("STRIPE_API_BASE", STRIPE_API),
            stripe_secret_key: Secret::new(secret_key),
            stripe_publishable_key: publishable,
            stripe_webhook_secret: Secret::new(self.key(
                "STRIPE_WEBHOOK_SECRET",
                &["whsec_"],
                "the signing secret of a webhook endpoint (whsec_…)",
            )),
            stripe_version: self.get("STRIPE_VERSION").unwrap_or_else(|| API_VERSION.into()),
            database: self.database(),
            widget_dir: self.folder("WIDGET_DIR"),
            security_contact: self.security_contact(),
            retention: retention::read(|name| self.get(name), |mistake| self.mistake(mistake.to_string())),
            is_log_json: self.is_log_json(),
            metrics_listen: self.metrics_listen(&listen),
            traces: self.get("OTEL_EXPORTER_OTLP_ENDPOINT").is_some().then(|| {
                // Where it is wrong, the default is not used: the mistake is said.
                self.address("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318")
            }),
            drain: self.drain(),
            limits,
            listen,
            allowed_origins,
            hosted,
            desk,
        }
    }

    fn mistake(&self, sentence: String) {
        self.mistakes.borrow_mut().push(sentence);
    }

    fn wrong(&self, name: &'static str, expected: &'static str) {
        self.mistake(Mistake::Wrong { name, expected }.to_string());
    }

    /// A variable's value, or what the file holds that its namesake with `_FILE` names.
    fn get(&self, name: &'static str) -> Option<String> {
        let set = |name: &str| {
            (self.lookup)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let value = set(name);
        let Some(path) = set(&format!("{name}{IN_A_FILE}")) else { return value };
        if let Some(known) = self.files.borrow().get(name) {
            return known.clone();
        }
        let read = match (&value, std::fs::read_to_string(path)) {
            (Some(_), _) => {
                self.mistake(format!("{name} and {name}{IN_A_FILE} are both set: keep one of them."));
                value
            }
            (None, Ok(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            (None, Ok(_)) => {
                self.mistake(format!("{name}{IN_A_FILE} names a file that is empty."));
                None
            }
            (None, Err(error)) => {
                self.mistake(format!("{name}{IN_A_FILE} names a file that cannot be read: {error}."));
                None
            }
        };
        self.files.borrow_mut().insert(name, read.clone());
        read
    }

    fn get_named(&self, name: &str) -> Option<String> {
        let variable = VARIABLES.iter().find(|variable| variable.name == name)?;
        self.get(variable.name)
    }

    /// Whether a variable is set, even where what it names cannot be read: then that is the one mistake to be said.
    fn is_set(&self, name: &'static str) -> bool {
        let is = |name: &str| (self.lookup)(name).is_some_and(|value| !value.trim().is_empty());
        is(name) || is(&format!("{name}{IN_A_FILE}"))
    }

    fn key(&self, name: &'static str, prefixes: &[&str], expected: &'static str) -> String {
        match self.get(name) {
            Some(key) if prefixes.iter().any(|prefix| key.starts_with(prefix)) => return key,
            Some(_) => self.wrong(name, expected),
            None if self.is_set(name) => {}
            None => self.mistake(Mistake::Missing(name).to_string()),
        }
        String::new()
    }

    fn secret(&self) -> Secret {
        let secret = self.get("RELINK_SECRET");
        match &secret {
            Some(secret) if secret.chars().count() < SHORTEST_SECRET => {
                self.mistake(format!(
                    "RELINK_SECRET must have {SHORTEST_SECRET} characters at least: openssl rand -hex 32 makes one."
                ));
            }
            None if !self.is_set("RELINK_SECRET") => self.mistake(
                "RELINK_SECRET is not set: openssl rand -hex 32 makes one, and all instances share it."
                    .into(),
            ),
            Some(_) | None => {}
        }
        Secret::new(secret.unwrap_or_default())
    }

    fn merchant(&self) -> Merchant {
        let name = self.get("MERCHANT_NAME");
        if name.is_none() && !self.is_set("MERCHANT_NAME") {
            self.mistake(Mistake::Missing("MERCHANT_NAME").to_string());
        }
        let link = |name| {
            let url = self.get(name)?;
            let safe = SafeUrl::https(&url);
            if safe.is_none() {
                self.wrong(name, "an https:// address");
            }
            safe
        };
        Merchant {
            name: name.unwrap_or_default(),
            support_url: link("SUPPORT_URL"),
            privacy_url: link("PRIVACY_URL"),
            logo_url: link("MERCHANT_LOGO_URL"),
            sign_in_url: link("SIGN_IN_URL"),
        }
    }

    fn profiles(&self) -> Vec<Profile> {
        let read = self.get("RELINK_PROFILES").map(|text| profiles::read(&text));
        match read {
            Some(Ok(profiles)) => profiles,
            Some(Err(mistakes)) => {
                self.mistakes.borrow_mut().extend(mistakes);
                profiles::default()
            }
            None => profiles::default(),
        }
    }

    fn database(&self) -> Database {
        let (url, path) = (self.get("DATABASE_URL"), self.get("DATABASE_PATH"));
        let database = Database::read(url, path).unwrap_or_else(|mistake| {
            self.mistake(mistake.to_string());
            Database::file("relink.sqlite".as_ref())
        });
        match self.get("RELINK_MIGRATE").as_deref() {
            None | Some("auto") => database,
            Some("never") => database.without_migrating(),
            Some(_) => {
                self.wrong("RELINK_MIGRATE", "auto or never");
                database
            }
        }
    }

    fn metrics_listen(&self, listen: &str) -> Option<String> {
        let metrics = self.get("RELINK_METRICS_LISTEN")?;
        if !is_address(&metrics) || metrics == listen {
            self.wrong("RELINK_METRICS_LISTEN", "host:port, and not the one of RELINK_LISTEN");
        }
        Some(metrics)
    }

    fn drain(&self) -> Duration {
        let seconds = self.get("RELINK_DRAIN_SECONDS").map(|seconds| seconds.parse());
        Duration::from_secs(match seconds {
            None => DRAIN_SECONDS,
            Some(Ok(seconds)) if seconds <= MOST_DRAIN_SECONDS => seconds,
            Some(_) => {
                self.wrong("RELINK_DRAIN_SECONDS", "a whole number of seconds, 300 at most");
                DRAIN_SECONDS
            }
        })
    }

    fn public_url(&self, is_live: bool) -> Option<String> {
        let Some(text) = self.get("RELINK_PUBLIC_URL") else {
            // Behind real banks a link must lead where customers can go.
            if is_live && !self.is_set("RELINK_PUBLIC_URL") {
                self.mistake("RELINK_PUBLIC_URL is not set; with live keys it has to be.".into());
            }
            return None;
        };
        let origin = origin(text.trim_end_matches('/')).filter(|origin| !is_live || is_https(origin));
        if origin.is_none() {
            self.wrong(
                "RELINK_PUBLIC_URL",
                "an origin like https://relink.shop.example; with live keys, https://",
            );
        }
        origin
    }

    fn origins(&self, name: &'static str, is_live: bool) -> Vec<String> {
        let text = self.get(name).unwrap_or_default();
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let read: Option<Vec<String>> =
            parts.map(|part| origin(part).filter(|origin| !is_live || is_https(origin))).collect();
        if read.is_none() {
            let expected =
                "origins like https://shop.example, with commas and without a path; with live keys, https://";
            self.wrong(name, expected);
        }
        read.unwrap_or_default()
    }

    fn address(&self, name: &'static str, default: &str) -> Url {
        let parse = |text: &str| {
            Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        };
        let url = self.get(name).map(|text| parse(&text));
        if url == Some(None) {
            self.wrong(name, "an http:// or https:// address");
        }
        let Some(default) = parse(default) else { unreachable!("a constant") };
        url.flatten().unwrap_or(default)
    }

    fn folder(&self, name: &'static str) -> Option<PathBuf> {
        let path = PathBuf::from(self.get(name)?);
        if !path.is_dir() {
            self.wrong(name, "a folder that exists");
        }
        Some(path)
    }

    fn security_contact(&self) -> Option<String> {
        let contact = self.get("RELINK_SECURITY_CONTACT")?;
        if !crate::security_txt::is_contact(&contact) {
            self.wrong(
                "RELINK_SECURITY_CONTACT",
                "an address like mailto:security@shop.example or https://…",
            );
        }
        Some(contact)
    }

    fn is_log_json(&self) -> bool {
        let format = self.get("LOG_FORMAT");
        if format.as_ref().is_some_and(|format| format != "json" && format != "text") {
            self.wrong("LOG_FORMAT", "json or text");
        }
        format.is_some_and(|format| format == "json")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const BASE: [(&str, &str); 5] = [
        ("STRIPE_SECRET_KEY", "sk_test_1"),
        ("STRIPE_PUBLISHABLE_KEY", "pk_test_1"),
        ("STRIPE_WEBHOOK_SECRET", "whsec_1"),
        ("RELINK_SECRET", "0123456789abcdef0123456789abcdef"),
        ("MERCHANT_NAME", "Corner Store"),
    ];

    fn read(changes: &[(&str, &str)]) -> Result<Config, Vec<String>> {
        Config::read(|name| {
            let found = changes.iter().chain(&BASE).find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    /// The one sentence that is said.
    fn said(changes: &[(&str, &str)]) -> String {
        let mistakes = read(changes).expect_err("a mistake");
        assert_eq!(mistakes.len(), 1, "{changes:?}: {mistakes:?}");
        mistakes[0].clone()
    }

    #[test]
    fn five_variables_are_enough() {
        let config = read(&[]).expect("defaults");
        assert_eq!(config.stripe_api.as_str(), "https://api.stripe.com/");
        assert_eq!((config.listen.as_str(), config.origin.as_str()), (LISTEN, "http://127.0.0.1:4050"));
        let at = "127.0.0.1:1234".parse().expect("an address");
        let config = config.listening_at(at);
        assert_eq!(
            (config.origin.as_str(), config.hosted.link_base.as_str()),
            ("http://127.0.0.1:1234", "http://127.0.0.1:1234")
        );
        let named =
            read(&[("RELINK_PUBLIC_URL", "https://relink.shop.example/")]).expect("a name").listening_at(at);
        assert_eq!(named.origin, "https://relink.shop.example");
    }

    #[test]
    fn every_mistake_is_said_at_once_in_a_sentence_each() {
        let mistakes = Config::read(|_| None).expect_err("nothing is set");
        for name in BASE.map(|(name, _)| name) {
            let about: Vec<_> = mistakes.iter().filter(|sentence| sentence.starts_with(name)).collect();
            assert_eq!(about.len(), 1, "{name}: {mistakes:?}");
        }
        assert_eq!(mistakes.len(), BASE.len());
        assert!(mistakes.iter().all(|sentence| sentence.ends_with('.') && !sentence.contains('\n')));
        assert!(mistakes.iter().any(|sentence| sentence.contains("openssl rand -hex 32")));
    }

    #[test]
    fn each_variable_that_cannot_be_so_is_named_and_its_value_is_not_repeated() {
        for (name, value) in [
            ("STRIPE_SECRET_KEY", "pk_test_planted"),
            ("STRIPE_PUBLISHABLE_KEY", "sk_test_planted"),
            ("STRIPE_PUBLISHABLE_KEY", "pk_live_planted"),
            ("STRIPE_WEBHOOK_SECRET", "planted"),
            ("RELINK_SECRET", "planted"),
            ("RELINK_LISTEN", "planted"),
            ("RELINK_PUBLIC_URL", "https://planted.example/path"),
            ("RELINK_PUBLIC_URL", "planted.example"),
            ("RELINK_ALLOWED_ORIGINS", "https://planted.example/"),
            ("RELINK_ALLOWED_ORIGINS", "*"),
            ("RELINK_ALLOWED_ORIGINS", "https://Planted.example"),
            ("RELINK_ALLOWED_ORIGINS", "https://shop.example,null"),
            ("SUPPORT_URL", "http://planted.example"),
            ("PRIVACY_URL", "javascript:planted"),
            ("MERCHANT_LOGO_URL", "planted"),
            ("SIGN_IN_URL", "//planted.example"),
            ("STRIPE_API_BASE", "planted.example"),
            ("DATABASE_URL", "mysql://planted"),
            ("WIDGET_DIR", "/planted/nowhere"),
            ("SMTP_URL", "planted"),
            ("HOSTED_WEBHOOK_SECRET", "planted"),
            ("RELINK_MAIL_POLICY", "planted"),
            ("RELINK_SECURITY_CONTACT", "planted"),
            ("RELINK_MAX_CONNECTIONS", "planted"),
            ("RELINK_STOP_SECONDS", "planted"),
            ("RELINK_TRUSTED_PROXIES", "planted"),
            ("RELINK_RATE_LIMITS", "planted=1/1"),
            ("RELINK_STRIPE_CALLS", "0"),
            ("LOG_FORMAT", "planted"),
        ] {
            let mistakes = read(&[(name, value)]).expect_err(name);
            assert!(
                mistakes.iter().any(|sentence| sentence.contains(name) || name == "HOSTED_WEBHOOK_SECRET"),
                "{name}: {mistakes:?}"
            );
            assert!(!mistakes.concat().to_lowercase().contains("planted"), "{mistakes:?}");
        }
    }

    #[test]
    fn with_live_keys_the_public_address_is_needed_and_every_origin_is_https() {
        let live = [("STRIPE_SECRET_KEY", "sk_live_1"), ("STRIPE_PUBLISHABLE_KEY", "pk_live_1")];
        assert!(said(&live).starts_with("RELINK_PUBLIC_URL is not set"));
        let with = |name, value| {
            said(&[live[0], live[1], ("RELINK_PUBLIC_URL", "https://relink.example"), (name, value)])
        };
        assert!(
            with("RELINK_ALLOWED_ORIGINS", "http://shop.example")
                .starts_with("RELINK_ALLOWED_ORIGINS must be")
        );
    }

    #[test]
    fn a_value_may_be_in_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("secret");
        let path = file.to_str().expect("a path");
        let unset = ("RELINK_SECRET", "");
        assert!(
            said(&[unset, ("RELINK_SECRET_FILE", path)])
                .starts_with("RELINK_SECRET_FILE names a file that cannot be read")
        );
        std::fs::write(&file, "\n").expect("a file");
        assert_eq!(
            said(&[unset, ("RELINK_SECRET_FILE", path)]),
            "RELINK_SECRET_FILE names a file that is empty."
        );
        std::fs::write(&file, "abcdefghijklmnopqrstuvwxyz012345\n").expect("a file");
        let config = read(&[unset, ("RELINK_SECRET_FILE", path)]).expect("a secret");
        assert_eq!(config.secret.expose(), "abcdefghijklmnopqrstuvwxyz012345");
        assert!(said(&[("RELINK_SECRET_FILE", path)]).contains("both set"));
        assert!(
            read(&[("SMTP_URL_FILE", path), ("MAIL_FROM", "a@shop.example")]).is_err(),
            "read, and no address of a server"
        );
    }

    #[test]
    fn what_is_for_operators_is_off_or_safe_unless_it_is_set_and_wrong_values_are_named() {
        let config = read(&[]).expect("a configuration");
        assert!(config.metrics_listen.is_none() && config.traces.is_none() && config.database.is_migrated);
        assert_eq!(config.drain.as_secs(), 5);
        let never =
            read(&[("RELINK_MIGRATE", "never"), ("RELINK_DRAIN_SECONDS", "0")]).expect("a configuration");
        assert!(!never.database.is_migrated && never.drain.is_zero());
        for (name, value) in [
            ("RELINK_MIGRATE", "planted"),
            ("RELINK_METRICS_LISTEN", "planted"),
            ("RELINK_METRICS_LISTEN", LISTEN),
            ("RELINK_DRAIN_SECONDS", "301"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "planted"),
        ] {
            let told = said(&[(name, value)]);
            assert!(told.starts_with(&format!("{name} must be")) && !told.contains("planted"), "{told}");
        }
    }

    #[test]
    fn secrets_are_not_in_the_debug_output() {
        let planted = [
            ("RELINK_SECRET", "planted planted planted planted planted"),
            ("STRIPE_SECRET_KEY", "sk_test_planted"),
        ];
        assert!(!format!("{:?}", read(&planted).expect("a configuration")).contains("planted"));
    }

    #[test]
    fn each_variable_of_the_help_is_read_and_no_other() {
        let asked = RefCell::new(BTreeSet::new());
        let _ = Config::read(|name| {
            asked.borrow_mut().insert(name.strip_suffix(IN_A_FILE).unwrap_or(name).to_owned());
            None
        });
        let listed: BTreeSet<String> = VARIABLES.iter().map(|variable| variable.name.to_owned()).collect();
        assert_eq!(asked.into_inner(), listed);
    }
}
