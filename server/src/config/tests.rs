//! What is read from the environment, and what is said of it.

use super::values::LISTEN;
use super::{Config, Mode};
use crate::variables::{IN_A_FILE, VARIABLES};
use std::cell::RefCell;
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
        ("RELINK_SECRET_PREVIOUS", "planted"),
        ("STRIPE_WEBHOOK_SECRET_PREVIOUS", "planted"),
        ("RETURN_URL_ORIGINS", "planted"),
        ("SMTP_URL", "smtp://planted:planted"),
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
        ("RELINK_DATABASE_CONNECTIONS", "1"),
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

/// Live keys with everything that live mode demands.
const LIVE: [(&str, &str); 4] = [
    ("STRIPE_SECRET_KEY", "rk_live_1"),
    ("STRIPE_PUBLISHABLE_KEY", "pk_live_1"),
    ("STRIPE_WEBHOOK_SECRET", "whsec_12345678901234567890123456"),
    ("RELINK_PUBLIC_URL", "https://relink.example"),
];

/// These come before the live ones: the first value counts.
fn live(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    changes.iter().chain(&LIVE).copied().collect()
}

#[test]
fn what_travels_in_the_clear_stops_the_start_in_live_mode_and_is_said_in_test_mode() {
    read(&LIVE).expect("everything that is demanded");
    let webhook = ("HOSTED_WEBHOOK_SECRET", "12345678901234567890123456789012");
    for (changes, expected) in [
        (&[("RELINK_PUBLIC_URL", "")][..], "RELINK_PUBLIC_URL is not set"),
        (&[("RELINK_PUBLIC_URL", "http://relink.example")], "RELINK_PUBLIC_URL must be https://"),
        (
            &[("RELINK_ALLOWED_ORIGINS", "https://a.example,http://b.example")],
            "RELINK_ALLOWED_ORIGINS must be https://",
        ),
        (&[("RETURN_URL_ORIGINS", "http://b.example")], "RETURN_URL_ORIGINS must be https://"),
        (&[("STRIPE_API_BASE", "http://stripe.example")], "STRIPE_API_BASE must be https://"),
        (&[("STRIPE_JS_URL", "http://stripe.example/v3")], "STRIPE_JS_URL must be https://"),
        (
            &[("SMTP_URL", "smtp://user:password@mail.example"), ("MAIL_FROM", "a@shop.example")],
            "SMTP_URL must be smtps://",
        ),
        (
            &[("SMTP_URL", "smtp://mail.example?tls=opportunistic"), ("MAIL_FROM", "a@shop.example")],
            "SMTP_URL must be smtps://",
        ),
        (&[("DATABASE_URL", "postgres://u:p@db.example/d")], "DATABASE_URL must require TLS"),
        (&[("DATABASE_URL", "postgres://u:p@db.example/d?sslmode=prefer")], "DATABASE_URL must require TLS"),
        (&[("HOSTED_WEBHOOK_URL", "http://own.example"), webhook], "HOSTED_WEBHOOK_URL must be https://"),
        (
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.example:4318")],
            "OTEL_EXPORTER_OTLP_ENDPOINT must be https://",
        ),
        (
            &[("HOSTED_WEBHOOK_URL", "https://own.example"), ("HOSTED_WEBHOOK_SECRET", "short")],
            "HOSTED_WEBHOOK_SECRET must have 32",
        ),
        (
            &[
                ("HOSTED_WEBHOOK_URL", "https://own.example"),
                webhook,
                ("HOSTED_WEBHOOK_SECRET_PREVIOUS", "short"),
            ],
            "HOSTED_WEBHOOK_SECRET_PREVIOUS must have 32",
        ),
        (&[("STRIPE_WEBHOOK_SECRET", "whsec_short")], "STRIPE_WEBHOOK_SECRET must have 32"),
        (&[("STRIPE_WEBHOOK_SECRET_PREVIOUS", "whsec_short")], "STRIPE_WEBHOOK_SECRET_PREVIOUS must have 32"),
    ] {
        let told = said(&live(changes));
        assert!(told.starts_with(expected) && !told.contains("password@"), "{changes:?}: {told}");
        let test = [changes, &LIVE[2..]].concat();
        assert_eq!(read(&test).expect("test mode takes it").would_stop_live, [told], "{changes:?}");
    }
}

#[test]
fn what_does_not_leave_the_machine_or_demands_tls_is_taken_in_live_mode() {
    for (name, value) in [
        ("SMTP_URL", "smtps://user:password@mail.example"),
        ("SMTP_URL", "smtp://user:password@mail.example:587?tls=required"),
        ("SMTP_URL", "smtp://127.0.0.1:25"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:4318"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example"),
        ("DATABASE_URL", "postgres://u:p@db.example/d?sslmode=verify-full"),
        ("DATABASE_URL", "postgres://u:p@db.example/d?sslmode=require"),
        ("DATABASE_URL", "postgres://u:p@127.0.0.1/d"),
        ("DATABASE_URL", "postgres:///d?host=/run/postgresql"),
    ] {
        read(&live(&[(name, value), ("MAIL_FROM", "a@shop.example")])).expect(value);
    }
}

#[test]
fn all_keys_are_of_one_mode_and_of_a_shape_that_is_known() {
    for (secret, publishable, expected) in [
        ("sk_live_1", "pk_test_1", "STRIPE_PUBLISHABLE_KEY must be in the same mode as STRIPE_SECRET_KEY"),
        ("rk_test_1", "pk_live_1", "STRIPE_PUBLISHABLE_KEY must be in the same mode as STRIPE_SECRET_KEY"),
        ("sk_1", "pk_test_1", "STRIPE_SECRET_KEY must be a secret key of Stripe's: sk_test_"),
        ("sk_test_", "pk_test_1", "STRIPE_SECRET_KEY must be a secret key of Stripe's: sk_test_"),
        ("sk_test_1", "pk_1", "STRIPE_PUBLISHABLE_KEY must be a publishable key of Stripe's: pk_test_"),
    ] {
        let told =
            read(&[("STRIPE_SECRET_KEY", secret), ("STRIPE_PUBLISHABLE_KEY", publishable), LIVE[2], LIVE[3]]);
        let told = told.expect_err("a mistake");
        assert!(told.len() == 1 && told[0].starts_with(expected), "{secret} {publishable}: {told:?}");
    }
    assert_eq!(read(&LIVE).expect("live").mode, Mode::Live);
    assert_eq!(read(&[("STRIPE_SECRET_KEY", "rk_test_1")]).expect("test").mode, Mode::Test);
}

#[test]
fn everything_that_is_wrong_is_said_at_once_where_one_thing_hides_another() {
    let both = read(&[("DATABASE_URL", "postgres://u:p@h"), ("DATABASE_PATH", "x")]).expect_err("mistakes");
    assert_eq!(both.len(), 2, "{both:?}");
    let mail =
        read(&[("SMTP_URL", "smtp://mail.example:planted"), ("MAIL_FROM", "nobody")]).expect_err("mistakes");
    assert_eq!(mail.len(), 2, "{mail:?}");
    assert!(!mail.concat().contains("planted"));
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
    assert!(said(&[("RELINK_DASHBOARD_URL_FILE", "/nowhere")]).contains("cannot be read"));
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
    let never = read(&[("RELINK_MIGRATE", "never"), ("RELINK_DRAIN_SECONDS", "0")]).expect("a configuration");
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

#[test]
fn an_operators_command_beside_live_keys_does_not_go_to_the_database_in_the_clear() {
    let read = |key: &str, mode: &str| {
        let url = format!("postgres://relink:planted@db.example/relink?sslmode={mode}");
        let variables = [("STRIPE_SECRET_KEY", key.to_owned()), ("DATABASE_URL", url)];
        let lookup =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
        Config::read_database(lookup).map(drop)
    };
    let refused = read("sk_live_1", "prefer").expect_err("in the clear");
    assert!(refused.len() == 1 && refused[0].starts_with("DATABASE_URL must require TLS"), "{refused:?}");
    assert!(!refused.concat().contains("planted"));
    for (key, mode) in [("sk_live_1", "verify-full"), ("sk_test_1", "prefer"), ("", "prefer")] {
        assert_eq!(read(key, mode), Ok(()), "{key} {mode}");
    }
}
