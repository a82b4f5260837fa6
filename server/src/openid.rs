//! The configuration of staff's sign-in at an OpenID provider, from the environment. `relink_openid` calls the
//! provider, `relink_dashboard` decides who can sign in.

use relink_dashboard::{Place, ProviderSettings, RETURN};
use relink_openid::{ClientError, Provider, Settings, Url, is_allowed};
use relink_wire::Secret;

/// What staff call the provider where nothing is set.
const NAME: &str = "your work account";
/// The standard's claim that says that the email address is the person's.
const EMAIL_VERIFIED: &str = "email_verified";
/// Characters of the longest name on a button.
const LONGEST_NAME: usize = 60;

/// The provider, as it was configured.
#[derive(Clone, Debug)]
pub struct OpenIdConfig {
    /// Its name, exactly as its tokens have it: an address.
    pub issuer: String,
    /// What it knows us by.
    pub client_id: String,
    /// What proves that to it.
    pub client_secret: Secret,
    /// What staff call it.
    pub name: String,
    /// The claim that says that an email address is the person's.
    pub verified_claim: String,
    /// Whether our second factor is asked for after its word.
    pub is_second_factor_ours: bool,
    /// How a person has to have proved who they are; nothing is asked where there is none.
    pub acr_values: Vec<String>,
    /// A certificate authority to accept in addition to the public ones, as PEM.
    pub authority: Option<Vec<u8>>,
}

/// What is only read where there is a provider, but for the passwords.
const OTHERS: [&str; 7] = [
    "RELINK_OIDC_CLIENT_ID",
    "RELINK_OIDC_CLIENT_SECRET",
    "RELINK_OIDC_NAME",
    "RELINK_OIDC_EMAIL_VERIFIED_CLAIM",
    "RELINK_OIDC_SECOND_FACTOR",
    "RELINK_OIDC_ACR_VALUES",
    "RELINK_OIDC_CA",
];

impl OpenIdConfig {
    /// Reads it, and whether staff may get in by a password besides. What is wrong is added to `mistakes`, one sentence each.
    /// `place` is where the dashboard is; `is_set` tells whether a variable is there, even where its file cannot be read.
    pub fn read(
        get: impl Fn(&'static str) -> Option<String>,
        is_set: impl Fn(&'static str) -> bool,
        place: Option<&Place>,
        is_live: bool,
        mistakes: &mut Vec<String>,
    ) -> (Option<Self>, bool) {
        let mut wrong = |name: &str, expected: &str| mistakes.push(format!("{name} must be {expected}."));
        let takes_passwords = match get("RELINK_STAFF_PASSWORDS").as_deref() {
            None | Some("allowed") => true,
            Some("refused") => false,
            Some(_) => {
                wrong("RELINK_STAFF_PASSWORDS", "allowed or refused");
                true
            }
        };
        let Some(issuer) = get("RELINK_OIDC_ISSUER") else {
            if !is_set("RELINK_OIDC_ISSUER") {
                for name in OTHERS.into_iter().filter(|name| is_set(name)) {
                    mistakes.push(format!("{name} is set and RELINK_OIDC_ISSUER is not."));
                }
                if !takes_passwords {
                    mistakes.push(
                        "RELINK_STAFF_PASSWORDS must be allowed where RELINK_OIDC_ISSUER is not set: otherwise nobody could sign in."
                            .into(),
                    );
                }
            }
            return (None, takes_passwords);
        };
        let address = Url::parse(&issuer).ok().filter(|url| is_allowed(url, !is_live));
        if address.is_none_or(|url| url.query().is_some() || url.fragment().is_some()) {
            wrong(
                "RELINK_OIDC_ISSUER",
                "the provider's address, https:// and without ? and #, exactly as its openid-configuration says it; http:// only on this machine, with test keys",
            );
        }
        let name = get("RELINK_OIDC_NAME").unwrap_or_else(|| NAME.into());
        if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            wrong("RELINK_OIDC_NAME", "a name of 60 characters at most");
        }
        let is_second_factor_ours = match get("RELINK_OIDC_SECOND_FACTOR").as_deref() {
            None | Some("ours") => true,
            Some("provider") => false,
            Some(_) => {
                wrong("RELINK_OIDC_SECOND_FACTOR", "ours or provider");
                true
            }
        };
        let authority = get("RELINK_OIDC_CA");
        if authority.as_ref().is_some_and(|pem| !pem.starts_with("-----BEGIN CERTIFICATE-----")) {
            wrong("RELINK_OIDC_CA", "certificates as PEM; RELINK_OIDC_CA_FILE names a file with them");
        }
        for name in ["RELINK_OIDC_CLIENT_ID", "RELINK_OIDC_CLIENT_SECRET"] {
            if !is_set(name) {
                mistakes.push(format!("{name} is not set; it is required with RELINK_OIDC_ISSUER."));
            }
        }
        match place {
            Some(Place::Origin(_) | Place::Shared) => {}
            Some(Place::Listener) | None => mistakes.push(
                "RELINK_DASHBOARD_URL is not set; it is required with RELINK_OIDC_ISSUER: the provider sends browsers back there."
                    .into(),
            ),
        }
        let list = get("RELINK_OIDC_ACR_VALUES").unwrap_or_default();
        let config = Self {
            issuer,
            client_id: get("RELINK_OIDC_CLIENT_ID").unwrap_or_default(),
            client_secret: Secret::new(get("RELINK_OIDC_CLIENT_SECRET").unwrap_or_default()),
            name,
            verified_claim: get("RELINK_OIDC_EMAIL_VERIFIED_CLAIM").unwrap_or_else(|| EMAIL_VERIFIED.into()),
            is_second_factor_ours,
            acr_values: list.split_whitespace().map(str::to_owned).collect(),
            authority: authority.map(String::into_bytes),
        };
        (Some(config), takes_passwords)
    }

    /// The provider, which leads browsers back to the dashboard at that origin.
    pub(crate) fn provider(&self, origin: &str, is_live: bool) -> Result<Option<Provider>, ClientError> {
        let Ok(redirect) = Url::parse(&format!("{origin}{RETURN}")) else { return Ok(None) };
        let settings = Settings {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            redirect,
            verified_claim: self.verified_claim.clone(),
            acr_values: self.acr_values.clone(),
            allows_loopback: !is_live,
            authority: self.authority.clone(),
        };
        Provider::new(settings).map(Some)
    }

    /// What the dashboard says of it and asks after it.
    pub(crate) fn settings(config: Option<&Self>) -> ProviderSettings {
        ProviderSettings {
            name: config.map_or(NAME, |config| &config.name).to_owned(),
            is_second_factor_ours: config.is_none_or(|config| config.is_second_factor_ours),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 3] = [
        ("RELINK_OIDC_ISSUER", "https://login.shop.example/realms/staff"),
        ("RELINK_OIDC_CLIENT_ID", "relink"),
        ("RELINK_OIDC_CLIENT_SECRET", "planted secret"),
    ];

    fn read_at(
        place: Option<&Place>,
        is_live: bool,
        changes: &[(&str, &str)],
    ) -> Result<(Option<OpenIdConfig>, bool), Vec<String>> {
        let mut mistakes = Vec::new();
        let get = |name: &str| {
            let found = changes.iter().chain(&GOOD).find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned()).filter(|value| !value.is_empty())
        };
        let config = OpenIdConfig::read(get, |name| get(name).is_some(), place, is_live, &mut mistakes);
        if mistakes.is_empty() { Ok(config) } else { Err(mistakes) }
    }

    fn read(changes: &[(&str, &str)]) -> Result<(Option<OpenIdConfig>, bool), Vec<String>> {
        read_at(Some(&Place::Origin("https://staff.shop.example".into())), true, changes)
    }

    #[test]
    fn three_variables_are_enough_and_the_rest_is_as_strict_as_can_be() {
        let (config, takes_passwords) = read(&[]).expect("a configuration");
        let config = config.expect("a provider");
        assert!(takes_passwords && config.is_second_factor_ours && config.acr_values.is_empty());
        assert_eq!((config.verified_claim.as_str(), config.name.as_str()), (EMAIL_VERIFIED, NAME));
        assert!(!format!("{config:?}").contains("planted"));
        let none = read(&GOOD.map(|(name, _)| (name, ""))).expect("a configuration");
        assert!(none.0.is_none() && none.1);
    }

    #[test]
    fn what_it_cannot_be_is_said_once_and_not_repeated() {
        let long = "planted ".repeat(8);
        for (name, value) in [
            ("RELINK_OIDC_ISSUER", "planted"),
            ("RELINK_OIDC_ISSUER", "http://planted.example"),
            ("RELINK_OIDC_ISSUER", "http://127.0.0.1:8080/planted"),
            ("RELINK_OIDC_ISSUER", "https://user:planted@login.shop.example"),
            ("RELINK_OIDC_ISSUER", "https://login.shop.example/?planted"),
            ("RELINK_OIDC_ISSUER", "https://login.shop.example/#planted"),
            ("RELINK_OIDC_NAME", long.as_str()),
            ("RELINK_OIDC_SECOND_FACTOR", "planted"),
            ("RELINK_OIDC_CA", "planted"),
            ("RELINK_STAFF_PASSWORDS", "planted"),
            ("RELINK_OIDC_CLIENT_ID", ""),
            ("RELINK_OIDC_CLIENT_SECRET", ""),
        ] {
            let mistakes = read(&[(name, value)]).expect_err(name);
            assert!(mistakes.len() == 1 && mistakes[0].starts_with(name), "{value}: {mistakes:?}");
            assert!(!mistakes[0].contains("planted"), "{mistakes:?}");
        }
    }

    #[test]
    fn on_this_machine_it_may_be_spoken_to_in_the_clear_with_test_keys() {
        let here = [("RELINK_OIDC_ISSUER", "http://127.0.0.1:8080/realms/staff")];
        assert!(read_at(Some(&Place::Shared), false, &here).is_ok());
        let elsewhere = [("RELINK_OIDC_ISSUER", "http://login.shop.example")];
        assert!(read_at(Some(&Place::Shared), false, &elsewhere).is_err());
    }

    #[test]
    fn where_browsers_cannot_be_led_back_and_where_nobody_would_get_in_is_said() {
        for place in [Some(&Place::Listener), None] {
            let mistakes = read_at(place, true, &[]).expect_err("no address");
            assert!(mistakes.len() == 1 && mistakes[0].starts_with("RELINK_DASHBOARD_URL"), "{mistakes:?}");
        }
        let only = |changes: &[(&'static str, &'static str)]| {
            let mut all = GOOD.map(|(name, _)| (name, "")).to_vec();
            all.splice(0..0, changes.iter().copied());
            read(&all).expect_err("a mistake")
        };
        assert!(only(&[("RELINK_STAFF_PASSWORDS", "refused")])[0].contains("nobody could sign in"));
        let lonely = only(&[("RELINK_OIDC_CLIENT_ID", "relink")]);
        assert_eq!(lonely, ["RELINK_OIDC_CLIENT_ID is set and RELINK_OIDC_ISSUER is not."]);
    }
}
