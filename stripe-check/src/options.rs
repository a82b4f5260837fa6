//! What is asked for on the command line and in the environment. The key is read here, and shown nowhere.

use lexopt::prelude::{Long, Short};
use relink_wire::Secret;
use reqwest::Url;
use std::ffi::OsString;
use std::net::IpAddr;

/// Where Stripe's API is.
const STRIPE: &str = "https://api.stripe.com";

/// What `--help` says.
pub const USAGE: &str = "\
Usage: cargo xtask stripe-check [--write]

Asks Stripe's test mode what a relink asks it, compares the shapes of its answers with the sandbox's, and prints what differs.

  --write   Also creates: a relink session, twice with one idempotency key, and a refresh of one account's balance, whose event
            is waited for. Without it nothing is created or changed.

  STRIPE_SECRET_KEY   a key of test mode, sk_test_… or rk_test_…; another is refused
  STRIPE_VERSION      the version to ask for; without it, the one that relink-server speaks
  STRIPE_API_BASE     another address than Stripe's, on this machine only

The exit code is 0 where nothing differs, 1 where something does, 2 where it could not be found out.
";

/// What it says without a key.
pub const WITHOUT_KEY: &str = "There is no STRIPE_SECRET_KEY, so nothing was asked: with a key of Stripe's test mode this would \
read its accounts, authorizations, institutions, events and errors (and with --write create a relink session and refresh a \
balance), and print where their shapes differ from the sandbox's.";

/// What to do.
#[derive(Debug)]
pub enum Wish {
    /// Print that and end well.
    Say(&'static str),
    /// Compare.
    Check(Options),
}

/// What to compare.
#[derive(Debug)]
pub struct Options {
    /// A key of test mode.
    pub key: Secret,
    /// Stripe's address, or one on this machine.
    pub base: Url,
    /// `Stripe-Version`.
    pub version: String,
    /// Whether to create as well.
    pub writes: bool,
}

impl Options {
    /// Reads what is asked for; else a sentence that says what is wrong, and never repeats a value of the environment.
    pub fn read(
        arguments: impl IntoIterator<Item = OsString>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Wish, String> {
        let mut writes = false;
        let mut parser = lexopt::Parser::from_args(arguments);
        while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
            match argument {
                Long("write") => writes = true,
                Long("help") | Short('h') => return Ok(Wish::Say(USAGE)),
                other => return Err(format!("{}\n\n{USAGE}", other.unexpected())),
            }
        }
        let set = |name| variable(name).filter(|value| !value.is_empty());
        let Some(key) = set("STRIPE_SECRET_KEY") else { return Ok(Wish::Say(WITHOUT_KEY)) };
        if !["sk_test_", "rk_test_"].iter().any(|prefix| key.starts_with(prefix)) {
            return Err(
                "STRIPE_SECRET_KEY must be of test mode: sk_test_… or rk_test_…. Nothing was asked.".into()
            );
        }
        Ok(Wish::Check(Self {
            key: Secret::new(key),
            base: base(set("STRIPE_API_BASE"))?,
            version: set("STRIPE_VERSION").unwrap_or_else(|| relink_stripe::API_VERSION.into()),
            writes,
        }))
    }
}

fn base(given: Option<String>) -> Result<Url, String> {
    let wrong = || "STRIPE_API_BASE must be an address on this machine, http://127.0.0.1:4242 say. Nothing was asked.";
    let is_stripes = given.is_none();
    let url = Url::parse(&given.unwrap_or_else(|| STRIPE.into())).map_err(|_| wrong())?;
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    if is_stripes || is_here { Ok(url) } else { Err(wrong().into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)]) -> Result<Wish, String> {
        Options::read([], |name| set.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).into()))
    }

    #[test]
    fn without_a_key_it_says_what_it_would_do() {
        for nothing in [&[][..], &[("STRIPE_SECRET_KEY", "")]] {
            assert!(matches!(read(nothing), Ok(Wish::Say(WITHOUT_KEY))));
        }
    }

    #[test]
    fn a_live_key_and_what_is_no_key_are_refused_and_not_repeated() {
        for key in ["sk_live_planted", "rk_live_planted", "pk_test_planted", "planted"] {
            let said = read(&[("STRIPE_SECRET_KEY", key)]).expect_err(key);
            assert!(said.contains("sk_test_") && !said.contains("planted"), "{said}");
        }
    }

    #[test]
    fn only_stripe_and_this_machine_are_asked() {
        let at = |base: &str| read(&[("STRIPE_SECRET_KEY", "sk_test_x"), ("STRIPE_API_BASE", base)]);
        for here in ["http://127.0.0.1:4242", "http://localhost:1", "http://[::1]:4242"] {
            assert!(matches!(at(here), Ok(Wish::Check(_))), "{here}");
        }
        for elsewhere in ["https://stripe.example", "http://127.0.0.1.example", "http://10.0.0.1", "planted"]
        {
            let said = at(elsewhere).expect_err(elsewhere);
            assert!(!said.contains(elsewhere), "{said}");
        }
        let Ok(Wish::Check(options)) = read(&[("STRIPE_SECRET_KEY", "sk_test_x")]) else { panic!("a check") };
        assert_eq!((options.base.as_str(), options.writes), ("https://api.stripe.com/", false));
    }

    #[test]
    fn the_key_does_not_show() {
        let wish = read(&[("STRIPE_SECRET_KEY", "sk_test_planted")]).expect("a check");
        assert!(!format!("{wish:?}").contains("planted"));
    }
}
