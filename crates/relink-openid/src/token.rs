//! Whether an ID token is accepted, and who it is about.
//! The library checks signature, issuer, audience, expiry and nonce. The rest is here: which algorithms are allowed,
//! that the token is recent, for us alone and issued with this access token, and which claim makes an email address
//! verified. The userinfo endpoint's answer counts like the token, by the same rule.

use crate::settings::Settings;
use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreGenderClaim, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm, CoreTokenType,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalClaims, ClaimsVerificationError, ClientId, EmptyExtraTokenFields,
    EndUserEmail, IdToken, IdTokenFields, IssuerUrl, Nonce, SignatureVerificationError,
    StandardTokenResponse, UserInfoClaims,
};
use relink_wire::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Seconds that two clocks may differ.
const SLACK: i64 = 60;
/// Seconds that a token may be old: it was asked for a moment ago.
const OLDEST: i64 = 10 * 60;
/// Characters of the longest name that a provider may have for somebody, by the standard.
const LONGEST_SUBJECT: usize = 255;
/// Characters of the longest email address.
const LONGEST_EMAIL: usize = 320;
/// The standard's claim that says that the email address is the person's.
const EMAIL_VERIFIED: &str = "email_verified";
/// How a token may be signed: with the provider's private key. Never `none`, and never with a secret that we have too.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 3] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
];

/// Claims that are not the standard's.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct More {
    #[serde(flatten)]
    claims: Map<String, Value>,
}

impl AdditionalClaims for More {}

type Token = IdToken<More, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Fields = IdTokenFields<
    More,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
/// What the userinfo endpoint answers.
pub(crate) type UserInfo = UserInfoClaims<More, CoreGenderClaim>;
/// What the token endpoint answers.
pub(crate) type TokenResponse = StandardTokenResponse<Fields, CoreTokenType>;

/// Somebody, as the provider knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// Its name for them, which never becomes another's.
    pub subject: String,
    /// What the token says of their email address.
    pub(crate) email: Email,
    /// What the userinfo endpoint answers to.
    pub(crate) access: Secret,
}

/// What a provider says of somebody's email address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Email {
    /// It is theirs; in small letters.
    Theirs(String),
    /// There is one, and it does not say that it is theirs.
    Anybodys,
    /// Nothing.
    Unsaid,
}

impl Email {
    /// The address, where it is the person's.
    pub(crate) fn theirs(self) -> Option<String> {
        match self {
            Self::Theirs(email) => Some(email),
            Self::Anybodys | Self::Unsaid => None,
        }
    }
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unbelievable {
    /// It is signed with a key that the provider did not have when it was asked.
    UnknownKey,
    /// Everything else, in words.
    For(&'static str),
}

impl Unbelievable {
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::UnknownKey => "the identity token is signed with none of its keys",
            Self::For(why) => why,
        }
    }
}

/// Believes a token or does not. `access` is the access token that came with it, `nonce` this sign-in's.
pub(crate) fn judge(
    settings: &Settings,
    keys: &CoreJsonWebKeySet,
    token: &Token,
    access: &AccessToken,
    nonce: &str,
    now: i64,
) -> Result<Identity, Unbelievable> {
    let issuer = IssuerUrl::new(settings.issuer.clone())
        .map_err(|_| Unbelievable::For("the provider's name is no address"))?;
    let at = |seconds: i64| DateTime::<Utc>::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC);
    let acr_values = &settings.acr_values;
    // As for a client without a secret: then no secret can have signed it.
    let verifier = CoreIdTokenVerifier::new_public_client(
        ClientId::new(settings.client_id.clone()),
        issuer,
        keys.clone(),
    )
    .set_allowed_algs(ALGORITHMS)
    .set_other_audience_verifier_fn(|_| false)
    .set_time_fn(move || at(now - SLACK))
    .set_issue_time_verifier_fn(move |issued| {
        let is_now = issued <= at(now + SLACK) && issued >= at(now - OLDEST);
        is_now.then_some(()).ok_or_else(String::new)
    })
    .set_auth_context_verifier_fn(move |said| {
        let is_enough =
            acr_values.is_empty() || said.is_some_and(|said| acr_values.iter().any(|value| *value == **said));
        is_enough.then_some(()).ok_or_else(String::new)
    });
    let claims = token.claims(&verifier, &Nonce::new(nonce.to_owned())).map_err(|error| why(&error))?;
    if claims.authorized_party().is_some_and(|party| **party != settings.client_id) {
        return Err(Unbelievable::For("the identity token was made for another client"));
    }
    if let Some(hash) = claims.access_token_hash() {
        let key = token.signing_key(&verifier).map_err(|_| Unbelievable::UnknownKey)?;
        let algorithm = token.signing_alg().ok();
        let right = algorithm.and_then(|algorithm| AccessTokenHash::from_token(access, algorithm, key).ok());
        if right.as_ref() != Some(hash) {
            return Err(Unbelievable::For("the access token is not the identity token's"));
        }
    }
    let subject = claims.subject().to_string();
    if !is_name(&subject, LONGEST_SUBJECT) {
        return Err(Unbelievable::For("the identity token names nobody"));
    }
    let email = email(settings, claims.email(), claims.email_verified(), claims.additional_claims());
    let access = Secret::new(access.secret());
    Ok(Identity { issuer: settings.issuer.clone(), subject, email, access })
}

/// What the userinfo endpoint says of the email address. The library has looked whether it is the same person's.
pub(crate) fn email_of(settings: &Settings, told: &UserInfo) -> Email {
    email(settings, told.email(), told.email_verified(), told.additional_claims())
}

fn email(settings: &Settings, email: Option<&EndUserEmail>, is_verified: Option<bool>, more: &More) -> Email {
    let Some(email) = email else { return Email::Unsaid };
    let is_theirs = if settings.verified_claim == EMAIL_VERIFIED {
        is_verified == Some(true)
    } else {
        more.claims.get(&settings.verified_claim).is_some_and(is_yes)
    };
    let email = email.trim().to_lowercase();
    if is_theirs && is_name(&email, LONGEST_EMAIL) { Email::Theirs(email) } else { Email::Anybodys }
}

/// Providers write a yes in several ways.
fn is_yes(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::Number(number) => number.as_i64() == Some(1),
        Value::String(text) => text == "true" || text == "1",
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

fn is_name(text: &str, longest: usize) -> bool {
    !text.is_empty() && text.chars().count() <= longest && !text.chars().any(char::is_control)
}

/// The library's words hold what the token says; these do not.
fn why(error: &ClaimsVerificationError) -> Unbelievable {
    Unbelievable::For(match error {
        ClaimsVerificationError::Expired(_) => "the identity token is not of now: is a clock wrong?",
        ClaimsVerificationError::InvalidAudience(_) => "the identity token was made for another client",
        ClaimsVerificationError::InvalidIssuer(_) => "the identity token is another provider's",
        ClaimsVerificationError::InvalidNonce(_) => "the identity token belongs to another sign-in",
        ClaimsVerificationError::InvalidAuthContext(_) => {
            "the person has not proved who they are in the way of RELINK_OIDC_ACR_VALUES"
        }
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            return Unbelievable::UnknownKey;
        }
        ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoSignature
            | SignatureVerificationError::DisallowedAlg(_)
            | SignatureVerificationError::UnsupportedAlg(_),
        ) => "the identity token is not signed by RS256, PS256 or ES256",
        ClaimsVerificationError::SignatureVerification(_) => "the identity token's signature is wrong",
        _ => "the identity token cannot be read",
    })
}

#[cfg(test)]
mod tests {
    use super::{is_name, is_yes};
    use serde_json::json;

    #[test]
    fn a_yes_is_written_in_several_ways_and_nothing_else_is_one() {
        assert!([json!(true), json!("true"), json!(1), json!("1")].iter().all(is_yes));
        let no =
            [json!(false), json!("false"), json!(0), json!("yes"), json!(null), json!([true]), json!({})];
        assert!(!no.iter().any(is_yes));
    }

    #[test]
    fn a_name_is_there_short_and_without_control_characters() {
        assert!(is_name("248289761001", 255));
        for bad in ["", "a\0b", &"x".repeat(256)] {
            assert!(!is_name(bad, 255), "{bad:?}");
        }
    }
}
