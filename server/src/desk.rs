//! Where the dashboard is, and what it requires of staff, from the environment.
//! Pages with Stripe's script are on the public origin. With live keys the dashboard is never there: it has an address
//! of its own, or is off.

use crate::openid::OpenIdConfig;
use crate::origins::{host, is_address, is_https, origin};
use relink_dashboard::{Place, Settings};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
/// What counts where nothing is set.
const IDLE_MINUTES: i64 = 30;
const LONGEST_HOURS: i64 = 12;

/// The dashboard, as it was configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskConfig {
    /// Where it is; `None` if it is off.
    pub place: Option<Place>,
    /// What it listens on by itself, where it does: `host:port`.
    pub listen: Option<String>,
    /// Seconds after which a sign-in that nobody used has ended.
    pub idle: i64,
    /// Seconds after which every sign-in has ended.
    pub longest: i64,
    /// Whether nobody gets in without a second factor.
    pub needs_second_factor: bool,
    /// Whether staff may get in by a password: read with the OpenID provider.
    pub takes_passwords: bool,
}

impl DeskConfig {
    /// Reads it. What is wrong is added to `mistakes`, one sentence each, and the default taken in its place. `public` is
    /// the public origin.
    pub fn read(
        get: impl Fn(&'static str) -> Option<String>,
        public: &str,
        is_live: bool,
        mistakes: &mut Vec<String>,
    ) -> Self {
        let mut wrong = |name: &str, expected: &str| mistakes.push(format!("{name} must be {expected}."));
        let listen = get("RELINK_DASHBOARD_LISTEN");
        if listen.as_ref().is_some_and(|listen| !is_address(listen)) {
            wrong("RELINK_DASHBOARD_LISTEN", "host:port, as in 127.0.0.1:4051");
        }
        let named = get("RELINK_DASHBOARD_URL").map(|text| {
            let own = origin(text.trim_end_matches('/'));
            own.filter(|own| (!is_live || is_https(own)) && host(own) != host(public))
        });
        if named == Some(None) {
            wrong(
                "RELINK_DASHBOARD_URL",
                "an origin of its own like https://staff.shop.example, another than RELINK_PUBLIC_URL's; with live keys, https://",
            );
        }
        let place = match (named.flatten(), &listen) {
            (Some(own), _) => Some(Place::Origin(own)),
            (None, Some(_)) => Some(Place::Listener),
            (None, None) => (!is_live).then_some(Place::Shared),
        };
        let mut whole = |name: &'static str, default: i64, most: i64, expected: &str| {
            let Some(text) = get(name) else { return default };
            let number = text.parse().ok().filter(|number| (1..=most).contains(number));
            if number.is_none() {
                wrong(name, expected);
            }
            number.unwrap_or(default)
        };
        let idle =
            whole("RELINK_STAFF_IDLE_MINUTES", IDLE_MINUTES, 24 * 60, "a number of minutes from 1 to 1440");
        let longest =
            whole("RELINK_STAFF_SIGN_IN_HOURS", LONGEST_HOURS, 7 * 24, "a number of hours from 1 to 168");
        let needs_second_factor = match get("RELINK_SECOND_FACTOR").as_deref() {
            None => is_live,
            Some("required") => true,
            Some("optional") => false,
            Some(_) => {
                wrong("RELINK_SECOND_FACTOR", "required or optional");
                true
            }
        };
        Self {
            place,
            listen,
            idle: idle * MINUTE,
            longest: longest * HOUR,
            needs_second_factor,
            takes_passwords: true,
        }
    }

    /// What the dashboard goes by; `None` if it is off.
    pub(crate) fn settings(&self, openid: Option<&OpenIdConfig>) -> Option<Settings> {
        Some(Settings {
            place: self.place.clone()?,
            idle: self.idle,
            longest: self.longest,
            needs_second_factor: self.needs_second_factor,
            takes_passwords: self.takes_passwords,
            provider: OpenIdConfig::settings(openid),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: &str = "https://relink.shop.example";

    fn read(set: &[(&str, &str)], is_live: bool) -> Result<DeskConfig, Vec<String>> {
        let mut mistakes = Vec::new();
        let get = |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let config = DeskConfig::read(get, PUBLIC, is_live, &mut mistakes);
        if mistakes.is_empty() { Ok(config) } else { Err(mistakes) }
    }

    fn place(set: &[(&str, &str)], is_live: bool) -> Option<Place> {
        read(set, is_live).expect("a configuration").place
    }

    #[test]
    fn with_live_keys_the_dashboard_is_at_an_address_of_its_own_or_off() {
        assert_eq!(place(&[], false), Some(Place::Shared));
        assert_eq!(place(&[], true), None);
        let listen = ("RELINK_DASHBOARD_LISTEN", "127.0.0.1:4051");
        assert_eq!(place(&[listen], true), Some(Place::Listener));
        let named = ("RELINK_DASHBOARD_URL", "https://staff.shop.example/");
        let origin = Some(Place::Origin("https://staff.shop.example".into()));
        assert_eq!(place(&[named], true), origin);
        assert_eq!(place(&[named, listen], true), origin, "known by that name at its own listener");
    }

    #[test]
    fn with_live_keys_a_second_factor_is_asked_for_unless_the_operator_says_otherwise() {
        let needs = |set: &[_], is_live| read(set, is_live).expect("a configuration").needs_second_factor;
        assert!(needs(&[], true) && !needs(&[], false));
        assert!(!needs(&[("RELINK_SECOND_FACTOR", "optional")], true));
        assert!(needs(&[("RELINK_SECOND_FACTOR", "required")], false));
    }

    #[test]
    fn what_it_cannot_be_is_said_and_not_repeated() {
        for (name, value) in [
            ("RELINK_DASHBOARD_LISTEN", "planted"),
            ("RELINK_DASHBOARD_URL", "planted"),
            ("RELINK_DASHBOARD_URL", PUBLIC),
            ("RELINK_DASHBOARD_URL", "http://planted.example"),
            ("RELINK_STAFF_IDLE_MINUTES", "0"),
            ("RELINK_STAFF_SIGN_IN_HOURS", "planted"),
            ("RELINK_SECOND_FACTOR", "planted"),
        ] {
            let mistakes = read(&[(name, value)], true).expect_err(name);
            assert!(
                mistakes.len() == 1 && mistakes[0].starts_with(&format!("{name} must be")),
                "{mistakes:?}"
            );
            assert!(!mistakes[0].contains("planted"));
        }
    }
}
