//! Takes variables from the environment, or from the files that it names, and gathers what is wrong with them.
//! Past 400 lines, since each variable is read once and all that is wrong is said together.

use super::mode::Mode;
use super::values::{Config, DRAIN_SECONDS, LISTEN, MOST_DRAIN_SECONDS, STRIPE_API};
use crate::desk::DeskConfig;
use crate::files::logos;
use crate::limits::Limits;
use crate::openid::OpenIdConfig;
use crate::origins::{is_address, is_https, origin};
use crate::plaid::PlaidSettings;
use crate::profiles;
use crate::retention;
use crate::security_txt::is_contact;
use crate::variables::{IN_A_FILE, VARIABLES};
use relink_backend::{Database, Merchant, Profile, SHORTEST_SECRET, SafeUrl, Secret};
use relink_hosted::{Mistake, Settings};
use relink_stripe::{API_VERSION, Url};
use std::cell::RefCell;
use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

/// What a secret key has to be.
const SECRET_KEY: &str = "a secret key of Stripe's: sk_test_…, sk_live_…, rk_test_… or rk_live_…";
/// What a publishable key has to be.
const PUBLISHABLE_KEY: &str = "a publishable key of Stripe's: pk_test_… or pk_live_…";

/// Reads the environment and gathers what is wrong with it.
pub(super) struct Reader<L> {
    lookup: L,
    mistakes: RefCell<Vec<String>>,
    /// What would be a mistake in live mode.
    demands: RefCell<Vec<String>>,
    /// What files held: each is read once.
    files: RefCell<HashMap<&'static str, Option<String>>>,
}

impl<L: Fn(&str) -> Option<String>> Reader<L> {
    pub(super) fn new(lookup: L) -> Self {
        Self { lookup, mistakes: RefCell::default(), demands: RefCell::default(), files: RefCell::default() }
    }

    /// What is read, or everything that is wrong with it.
    pub(super) fn read<T>(self, what: impl FnOnce(&Self) -> T) -> Result<T, Vec<String>> {
        let read = what(&self);
        let mistakes = self.mistakes.into_inner();
        if mistakes.is_empty() { Ok(read) } else { Err(mistakes) }
    }

    /// What was found on the way that live mode does not take.
    pub(super) fn demands(&self) -> Vec<String> {
        self.demands.take()
    }

    pub(super) fn config(&self) -> Config {
        let listen = self.get("RELINK_LISTEN").unwrap_or_else(|| LISTEN.into());
        if !is_address(&listen) {
            self.wrong("RELINK_LISTEN", "host:port, as in 127.0.0.1:4050");
        }
        let (secret_key, publishable, mode) = self.keys();
        let public = self.public_url();
        let is_origin_named = public.is_some();
        let origin = public.unwrap_or_else(|| format!("http://{listen}"));
        let allowed_origins = self.origins("RELINK_ALLOWED_ORIGINS");
        // The settings of hosted relinks take them as they are; here it is seen that they are origins.
        self.origins("RETURN_URL_ORIGINS");
        let mut mistakes = Vec::new();
        let mut hosted = Settings::read(|name| self.get_named(name), origin.clone(), &mut mistakes);
        let limits = Limits::read(|name| self.get_named(name), &mut mistakes);
        for mistake in mistakes {
            self.mistake(mistake.to_string());
        }
        let is_live = mode == Mode::Live;
        // Gathered apart: what reads a variable adds to the mistakes itself.
        let mut mistakes = Vec::new();
        let mut desk = DeskConfig::read(|name| self.get(name), &origin, is_live, &mut mistakes);
        let (get, is_set) = (|name| self.get(name), |name| self.is_set(name));
        let (openid, takes_passwords) =
            OpenIdConfig::read(get, is_set, desk.place.as_ref(), is_live, &mut mistakes);
        desk.takes_passwords = takes_passwords;
        let plaid = PlaidSettings::read(get, is_set, is_live, &mut mistakes);
        self.mistakes.borrow_mut().extend(mistakes);
        // A customer may be led back to a page that may embed the widget.
        hosted.return_origins.extend(allowed_origins.iter().cloned());
        Config {
            bank_logos: self.folder("RELINK_BANK_LOGOS_DIR"),
            merchant: self.merchant(&origin),
            origin,
            is_origin_named,
            secret: self.secret(),
            secret_previous: self.secret_previous(),
            mode,
            would_stop_live: Vec::new(),
            profiles: self.profiles(),
            stripe_api: self.address("STRIPE_API_BASE", STRIPE_API),
            stripe_secret_key: Secret::new(secret_key),
            stripe_publishable_key: publishable,
            stripe_webhook_secret: self.webhook_secret(),
            stripe_webhook_secret_previous: self.webhook_secret_previous(),
            stripe_version: self.get("STRIPE_VERSION").unwrap_or_else(|| API_VERSION.into()),
            has_pre_collected_consent: self.has_pre_collected_consent(),
            plaid,
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
            desk,
            openid,
            listen,
            allowed_origins,
            hosted,
        }
    }

    pub(super) fn mistake(&self, sentence: String) {
        self.mistakes.borrow_mut().push(sentence);
    }

    /// What live mode does not take.
    fn demand(&self, sentence: String) {
        self.demands.borrow_mut().push(sentence);
    }

    /// Stripe's secret key, the publishable one, and the one mode of both. Test mode where neither can be read.
    fn keys(&self) -> (String, String, Mode) {
        let secret = self.key("STRIPE_SECRET_KEY", Mode::of_secret_key, SECRET_KEY);
        let publishable = self.key("STRIPE_PUBLISHABLE_KEY", Mode::of_publishable_key, PUBLISHABLE_KEY);
        let modes = (Mode::of_secret_key(&secret), Mode::of_publishable_key(&publishable));
        if let (Some(one), Some(other)) = modes
            && one != other
        {
            self.wrong(
                "STRIPE_PUBLISHABLE_KEY",
                "in the same mode as STRIPE_SECRET_KEY: both test or both live",
            );
        }
        let is_live = modes.0 == Some(Mode::Live) || modes.1 == Some(Mode::Live);
        (secret, publishable, if is_live { Mode::Live } else { Mode::Test })
    }

    /// Whether a key of live mode is there, for commands that need no key.
    pub(super) fn is_live(&self) -> bool {
        let mode = self.get("STRIPE_SECRET_KEY").and_then(|key| Mode::of_secret_key(&key));
        mode == Some(Mode::Live)
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

    fn key(&self, name: &'static str, mode: fn(&str) -> Option<Mode>, expected: &'static str) -> String {
        match self.get(name) {
            Some(key) if mode(&key).is_some() => return key,
            Some(_) => self.wrong(name, expected),
            None if self.is_set(name) => {}
            None => self.mistake(Mistake::Missing(name).to_string()),
        }
        String::new()
    }

    fn webhook_secret(&self) -> Secret {
        const NAME: &str = "STRIPE_WEBHOOK_SECRET";
        let secret = self.signing_secret(NAME);
        if secret.is_none() && !self.is_set(NAME) {
            self.mistake(Mistake::Missing(NAME).to_string());
        }
        secret.unwrap_or_else(|| Secret::new(""))
    }

    fn webhook_secret_previous(&self) -> Option<Secret> {
        self.signing_secret("STRIPE_WEBHOOK_SECRET_PREVIOUS")
    }

    /// A Stripe signing secret; it has no mode.
    fn signing_secret(&self, name: &'static str) -> Option<Secret> {
        let secret = self.get(name)?;
        if !secret.starts_with("whsec_") {
            self.wrong(name, "the signing secret of a webhook endpoint (whsec_…)");
        }
        Some(Secret::new(secret))
    }

    pub(super) fn secret(&self) -> Secret {
        let secret = self.long("RELINK_SECRET");
        if secret.is_none() && !self.is_set("RELINK_SECRET") {
            self.mistake(
                "RELINK_SECRET is not set: openssl rand -hex 32 makes one, and all instances share it."
                    .into(),
            );
        }
        secret.unwrap_or_else(|| Secret::new(""))
    }

    pub(super) fn secret_previous(&self) -> Option<Secret> {
        self.long("RELINK_SECRET_PREVIOUS")
    }

    /// A secret that keys are derived from.
    fn long(&self, name: &'static str) -> Option<Secret> {
        let secret = self.get(name)?;
        if secret.chars().count() < SHORTEST_SECRET {
            self.mistake(format!(
                "{name} must have {SHORTEST_SECRET} characters at least: openssl rand -hex 32 makes one."
            ));
        }
        Some(Secret::new(secret))
    }

    fn merchant(&self, origin: &str) -> Merchant {
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
            bank_logos: self
                .get("RELINK_BANK_LOGOS_DIR")
                .map(|folder| logos(folder.as_ref(), origin))
                .unwrap_or_default(),
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

    pub(super) fn database(&self) -> Database {
        let (url, path) = (self.get("DATABASE_URL"), self.get("DATABASE_PATH"));
        let read = match (url, path) {
            (Some(url), Some(path)) => {
                let both = Database::read(Some(url.clone()), Some(path)).map_err(|both| both.to_string());
                // What is wrong with the address is said at the same time.
                let wrong = Database::read(Some(url), None).map_err(|wrong| wrong.to_string());
                if let (Err(_), Err(wrong)) = (&both, wrong) {
                    self.mistake(wrong);
                }
                both
            }
            (url, path) => Database::read(url, path).map_err(|mistake| mistake.to_string()),
        };
        let database = read.unwrap_or_else(|mistake| {
            self.mistake(mistake);
            Database::file("relink.sqlite".as_ref())
        });
        let database = match self.get("RELINK_DATABASE_CONNECTIONS").map(|number| number.parse()) {
            None => database,
            Some(Ok(most @ 2..=1000)) => database.with_connections(most),
            Some(_) => {
                self.wrong("RELINK_DATABASE_CONNECTIONS", "a number from 2 to 1000");
                database
            }
        };
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

    fn security_contact(&self) -> Option<String> {
        let contact = self.get("RELINK_SECURITY_CONTACT")?;
        if !is_contact(&contact) {
            self.wrong(
                "RELINK_SECURITY_CONTACT",
                "an address like mailto:security@shop.example or https://…",
            );
        }
        Some(contact)
    }

    fn public_url(&self) -> Option<String> {
        const NAME: &str = "RELINK_PUBLIC_URL";
        let Some(text) = self.get(NAME) else {
            // Behind real banks a link must lead where customers can go.
            if !self.is_set(NAME) {
                self.demand("RELINK_PUBLIC_URL is not set; it is required with live keys.".into());
            }
            return None;
        };
        let origin = origin(text.trim_end_matches('/'));
        match &origin {
            None => self.wrong(NAME, "an origin like https://relink.shop.example; with live keys, https://"),
            Some(origin) if !is_https(origin) => {
                self.demand(Mistake::Wrong { name: NAME, expected: "https://" }.to_string());
            }
            Some(_) => {}
        }
        origin
    }

    fn origins(&self, name: &'static str) -> Vec<String> {
        let text = self.get(name).unwrap_or_default();
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let read: Option<Vec<String>> = parts.map(origin).collect();
        match &read {
            None => self.wrong(
                name,
                "origins like https://shop.example, with commas and without a path; with live keys, https://",
            ),
            Some(origins) if !origins.iter().all(|origin| is_https(origin)) => {
                self.demand(Mistake::Wrong { name, expected: "https:// origins only" }.to_string());
            }
            Some(_) => {}
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

    fn has_pre_collected_consent(&self) -> bool {
        let switch = self.get("STRIPE_PRE_COLLECTED_CONSENT");
        if switch.as_ref().is_some_and(|switch| switch != "on" && switch != "off") {
            self.wrong("STRIPE_PRE_COLLECTED_CONSENT", "on or off");
        }
        switch.is_some_and(|switch| switch == "on")
    }

    fn is_log_json(&self) -> bool {
        let format = self.get("LOG_FORMAT");
        if format.as_ref().is_some_and(|format| format != "json" && format != "text") {
            self.wrong("LOG_FORMAT", "json or text");
        }
        format.is_some_and(|format| format == "json")
    }
}
