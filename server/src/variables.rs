//! All environment variables, with meaning and default. `--help` prints this table, and a similar name that is not in
//! it is reported as a typo.

use std::fmt::Write as _;

/// A variable.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it means, in one line.
    pub meaning: &'static str,
    /// What counts where it is not set; `None` if it has to be.
    pub default: Option<&'static str>,
}

const fn required(name: &'static str, meaning: &'static str) -> Variable {
    Variable { name, meaning, default: None }
}

const fn optional(name: &'static str, meaning: &'static str, default: &'static str) -> Variable {
    Variable { name, meaning, default: Some(default) }
}

/// What follows a variable's name where its value is in a file.
pub const IN_A_FILE: &str = "_FILE";

/// Every variable.
pub const VARIABLES: &[Variable] = &[
    required("MERCHANT_NAME", "the name that customers know you by"),
    required("RELINK_SECRET", "seals tokens and the secrets in the database; at least 32 characters"),
    optional(
        "RELINK_SECRET_PREVIOUS",
        "the previous secret, until relink-server reseal has run; or the next one, before you switch to it",
        "none",
    ),
    required("STRIPE_SECRET_KEY", "sk_… or rk_…"),
    required("STRIPE_PUBLISHABLE_KEY", "pk_…, goes to the browser"),
    required("STRIPE_WEBHOOK_SECRET", "whsec_… of the endpoint /webhooks/stripe"),
    optional(
        "STRIPE_WEBHOOK_SECRET_PREVIOUS",
        "the previous secret: what it signed is still accepted",
        "none",
    ),
    optional("RELINK_LISTEN", "host:port; port 0 takes a free one", "127.0.0.1:4050"),
    optional(
        "RELINK_PUBLIC_URL",
        "the origin where browsers reach this server; required with live keys",
        "the address it listens on",
    ),
    optional(
        "RELINK_DASHBOARD_URL",
        "an origin of its own for the dashboard; requests must arrive with its name as Host",
        "at RELINK_PUBLIC_URL; with live keys, off",
    ),
    optional("RELINK_DASHBOARD_LISTEN", "host:port for the dashboard alone", "none"),
    optional(
        "RELINK_SECOND_FACTOR",
        "required or optional: whether staff may sign in without one",
        "required with live keys",
    ),
    optional("RELINK_STAFF_IDLE_MINUTES", "after this long without use, a staff sign-in ends", "30"),
    optional("RELINK_STAFF_SIGN_IN_HOURS", "after this long, every staff sign-in ends", "12"),
    optional(
        "RELINK_STAFF_PASSWORDS",
        "allowed or refused: whether staff may sign in with a password",
        "allowed",
    ),
    optional("RELINK_OIDC_ISSUER", "the OpenID provider where staff sign in, https://", "none"),
    optional(
        "RELINK_OIDC_CLIENT_ID",
        "this server's client id there; required with RELINK_OIDC_ISSUER",
        "none",
    ),
    optional(
        "RELINK_OIDC_CLIENT_SECRET",
        "its client secret there; required with RELINK_OIDC_ISSUER",
        "none",
    ),
    optional("RELINK_OIDC_NAME", "the provider's name on the button: Sign in with …", "your work account"),
    optional(
        "RELINK_OIDC_EMAIL_VERIFIED_CLAIM",
        "the claim that says the email address is verified",
        "email_verified",
    ),
    optional(
        "RELINK_OIDC_SECOND_FACTOR",
        "ours or provider: who asks for a second factor when staff sign in there",
        "ours",
    ),
    optional(
        "RELINK_OIDC_ACR_VALUES",
        "ways of signing in there that are accepted, by their acr values, separated by spaces",
        "any way",
    ),
    optional(
        "RELINK_OIDC_CA",
        "certificate authorities to trust for it besides the public ones, PEM",
        "none",
    ),
    optional(
        "RELINK_ALLOWED_ORIGINS",
        "origins of pages that may call this server, separated by commas",
        "none",
    ),
    optional(
        "RELINK_PLAID_CLIENT_ID",
        "what Plaid knows you by; with it, accounts at Plaid are relinked beside Stripe's",
        "none",
    ),
    optional(
        "RELINK_PLAID_SECRET",
        "what proves that to Plaid; required with RELINK_PLAID_CLIENT_ID",
        "none",
    ),
    optional(
        "RELINK_PLAID_ENVIRONMENT",
        "sandbox with Stripe's test keys, production with live ones; required with RELINK_PLAID_CLIENT_ID",
        "none",
    ),
    optional(
        "RELINK_PLAID_WEBHOOK_URL",
        "where Plaid's webhooks reach /webhooks/plaid",
        "/webhooks/plaid at RELINK_PUBLIC_URL",
    ),
    optional("RELINK_PLAID_API_BASE", "where Plaid's API is", "https://sandbox.plaid.com, or production"),
    optional("RELINK_PLAID_CALLS", "how many calls to Plaid may run at the same time", "32"),
    optional("RELINK_PROFILES", "kinds of relink by name, as JSON", "payments at /relink"),
    optional("SUPPORT_URL", "where customers get help, https://", "none"),
    optional("PRIVACY_URL", "your privacy policy, https://", "none"),
    optional("MERCHANT_LOGO_URL", "your logo, https://", "none"),
    optional("SIGN_IN_URL", "where a customer who is signed out signs in, https://", "none"),
    optional(
        "DATABASE_URL",
        "postgres://user:password@host/database?sslmode=verify-full, or sqlite:path",
        "DATABASE_PATH counts",
    ),
    optional("DATABASE_PATH", "SQLite's file; created if it is missing", "relink.sqlite"),
    optional(
        "RELINK_DATABASE_CONNECTIONS",
        "connections to the database that one instance opens at most, 2 to 1000",
        "20; for SQLite, 6",
    ),
    optional("RELINK_MIGRATE", "never: only `relink-server migrate` updates the tables", "auto"),
    optional(
        "RELINK_DRAIN_SECONDS",
        "how long it keeps serving after SIGTERM, while /readyz answers 503",
        "5",
    ),
    optional(
        "RELINK_METRICS_LISTEN",
        "host:port for /metrics: reachable by Prometheus, not by the public",
        "off",
    ),
    optional("OTEL_EXPORTER_OTLP_ENDPOINT", "where traces are sent, as OTLP over HTTP", "off"),
    optional(
        "RELINK_BANK_LOGOS_DIR",
        "logos of banks, fcinst_….svg, .png or .webp, served below /logos/; needs an https:// RELINK_PUBLIC_URL",
        "none: initials",
    ),
    optional("WIDGET_DIR", "the built widget, served below /widget/", "none"),
    optional("STRIPE_API_BASE", "where Stripe's API is", "https://api.stripe.com"),
    optional(
        "STRIPE_PRE_COLLECTED_CONSENT",
        "on: customers agree to Stripe's text in the review and Stripe does not ask again (a private preview of Stripe's)",
        "off",
    ),
    optional("STRIPE_VERSION", "the header Stripe-Version", relink_stripe::API_VERSION),
    optional(
        "STRIPE_JS_URL",
        "a script that the hosted page loads Stripe.js from",
        "the widget loads Stripe's",
    ),
    optional(
        "SMTP_URL",
        "smtps://user:password@host, or smtp://host:port, with ?tls=required for STARTTLS; without it no email is sent",
        "none",
    ),
    optional(
        "MAIL_FROM",
        "the sender of emails, as Shop <accounts@shop.example>; required with SMTP_URL",
        "none",
    ),
    optional("RETURN_URL_ORIGINS", "origins that a return_url may lead to, besides the allowed ones", "none"),
    optional("HOSTED_WEBHOOK_URL", "an address of your own system, called when a hosted relink ends", "none"),
    optional("HOSTED_WEBHOOK_SECRET", "signs those events; required with HOSTED_WEBHOOK_URL", "none"),
    optional(
        "HOSTED_WEBHOOK_SECRET_PREVIOUS",
        "the previous secret: events are signed with both while it is set",
        "none",
    ),
    optional("RELINK_MAIL_POLICY", "which of Stripe's events send the customer an email", "none"),
    optional(
        "RELINK_MAIL_REMINDERS",
        "days after which such an email is followed by a reminder, as 3,6",
        "none",
    ),
    optional(
        "RELINK_LINK_NAMES_HOURS",
        "how many hours a finished link still names the bank and account",
        "24",
    ),
    optional("INBOX_URL", "where emails can be read during development", "none"),
    optional(
        "RELINK_SECURITY_CONTACT",
        "where to report a vulnerability, for /.well-known/security.txt: mailto:… or https://…",
        "no such file",
    ),
    optional("RELINK_KEEP_SESSIONS_DAYS", "how long finished sessions are kept", "90"),
    optional("RELINK_KEEP_ACCOUNTS_DAYS", "how long accounts that Stripe no longer reports are kept", "90"),
    optional("RELINK_KEEP_LINKS_DAYS", "how long finished links are kept", "180"),
    optional("RELINK_KEEP_MESSAGES_DAYS", "how long messages that were sent or abandoned are kept", "90"),
    optional(
        "RELINK_KEEP_CONTACTS_DAYS",
        "how long names and addresses of customers without accounts are kept",
        "365",
    ),
    optional("RELINK_KEEP_JOURNAL_DAYS", "how long the journal is kept", "730"),
    optional("RELINK_TRUSTED_PROXIES", "networks of proxies whose X-Forwarded-For is trusted", "none"),
    optional(
        "RELINK_RATE_LIMITS",
        "requests at once and in a minute, as customer=30/60,link=20/30; also api_key, address, read, stranger, sign_in",
        "customer=30/60,link=20/30,api_key=1000/12000,address=600/6000,read=120/600,stranger=600/6000,sign_in=20/60",
    ),
    optional("RELINK_STRIPE_CALLS", "how many calls to Stripe may run at the same time", "32"),
    optional(
        "RELINK_MAX_CONNECTIONS",
        "how many connections may be open at the same time",
        "a third of the files that may be open, at most 2048",
    ),
    optional("RELINK_STOP_SECONDS", "how long running requests get when the server stops", "10"),
    optional("LOG_FORMAT", "json for one JSON object a line", "lines for people"),
];

/// The prefix of our names: an unknown name with it is probably a typo.
const OURS: &str = "RELINK_";
/// Variables that begin so and are the merchant's own server's: docs/running.md names them.
const OF_YOUR_SERVER: [&str; 2] = ["RELINK_URL", "RELINK_API_KEY"];
/// A name with our prefix that differs from a known one in at most this many letters is probably a typo of it.
const NEAR: usize = 3;
/// The same of any other name: two letters the wrong way round.
const VERY_NEAR: usize = 2;

/// The messages about unknown names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typos {
    /// Names that begin as ours do: mistakes.
    pub mistakes: Vec<String>,
    /// Names that are similar to known ones: perhaps another program's.
    pub hints: Vec<String>,
}

/// Looks through the names of an environment.
pub fn typos(names: impl IntoIterator<Item = String>) -> Typos {
    let mut typos = Typos::default();
    for name in names {
        let bare = name.strip_suffix(IN_A_FILE).unwrap_or(&name);
        let is_known = VARIABLES.iter().any(|variable| variable.name == bare);
        if is_known || OF_YOUR_SERVER.contains(&bare) || is_of_tests(bare) {
            continue;
        }
        let near = VARIABLES.iter().map(|variable| (strsim::levenshtein(bare, variable.name), variable.name));
        let near = near.min();
        let within = |most| near.filter(|(far, _)| *far <= most).map(|(_, meant)| meant);
        if name.starts_with(OURS) {
            let meant = within(NEAR).map(|meant| format!("; {meant} is probably meant")).unwrap_or_default();
            typos.mistakes.push(format!("{name} is not a variable of relink-server{meant}."));
        } else if let Some(meant) = within(VERY_NEAR) {
            typos.hints.push(format!("{name} is not a variable of relink-server; perhaps {meant} is meant."));
        }
    }
    typos.mistakes.sort_unstable();
    typos.hints.sort_unstable();
    typos
}

#[cfg(feature = "faults")]
fn is_of_tests(name: &str) -> bool {
    name == relink_faults::layer::VARIABLE
}

#[cfg(not(feature = "faults"))]
fn is_of_tests(_: &str) -> bool {
    false
}

/// Characters of a line of the table.
const COLUMNS: usize = 100;

/// The table, for people: names on the left, what they mean beside them in lines of [`COLUMNS`] at most.
pub fn list() -> String {
    let wide = VARIABLES.iter().map(|variable| variable.name.len()).max().unwrap_or_default();
    let mut list = String::new();
    for Variable { name, meaning, default } in VARIABLES {
        let without = default.map_or("required".to_owned(), |default| format!("default: {default}"));
        let mut name = *name;
        for line in lines(&format!("{meaning} ({without})"), COLUMNS - wide - 4) {
            // Writing to a string cannot fail.
            let _ = writeln!(list, "  {name:wide$}  {line}");
            name = "";
        }
    }
    list
}

/// Breaks a text between words, into lines of so many characters at most; a word that is longer than a line, behind commas.
fn lines(text: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let is_long = word.chars().count() > most;
        let parts: Vec<&str> = if is_long { word.split_inclusive(',').collect() } else { vec![word] };
        let mut gap = " ";
        for part in parts {
            match lines.last_mut() {
                Some(line) if line.is_empty() => line.push_str(part),
                Some(line) if line.chars().count() + gap.len() + part.chars().count() <= most => {
                    line.push_str(gap);
                    line.push_str(part);
                }
                Some(_) | None => lines.push(part.to_owned()),
            }
            gap = "";
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_like_ours_is_named_with_what_is_probably_meant() {
        let names = ["RELINK_ALLOWED_ORIGIN", "RELINK_SECRET_FILE", "RELINK_COLOUR", "PATH", "RELINK_LISTEN"];
        assert_eq!(
            typos(names.map(str::to_owned)).mistakes,
            [
                "RELINK_ALLOWED_ORIGIN is not a variable of relink-server; RELINK_ALLOWED_ORIGINS is probably meant.",
                "RELINK_COLOUR is not a variable of relink-server."
            ]
        );
    }

    #[test]
    fn another_name_that_is_nearly_one_of_ours_is_named_and_others_are_left_alone() {
        let names =
            ["STRIPE_SECRET_KEYS", "DATABSAE_URL", "SMTP_UR", "HOME", "STRIPE_KEY", "RELINK_URL", "EDITOR"];
        let found = typos(names.map(str::to_owned));
        assert!(found.mistakes.is_empty(), "{found:?}");
        assert_eq!(
            found.hints,
            [
                "DATABSAE_URL is not a variable of relink-server; perhaps DATABASE_URL is meant.",
                "SMTP_UR is not a variable of relink-server; perhaps SMTP_URL is meant.",
                "STRIPE_SECRET_KEYS is not a variable of relink-server; perhaps STRIPE_SECRET_KEY is meant."
            ]
        );
    }

    #[test]
    fn no_line_of_the_table_is_too_long_and_no_word_is_lost() {
        let list = list();
        assert!(list.lines().all(|line| line.chars().count() <= COLUMNS), "{list}");
        let words = list.split_whitespace().collect::<Vec<_>>().join(" ");
        for variable in VARIABLES {
            assert!(words.contains(variable.meaning), "{}", variable.name);
        }
    }
}
