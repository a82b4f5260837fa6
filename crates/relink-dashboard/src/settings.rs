//! The operator's settings for the dashboard.

/// Where the dashboard is. Pages that run Stripe's script are of the public origin: in live it is apart from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// At the public origin, with everything else.
    Shared,
    /// At this origin, and nothing else there.
    Origin(String),
    /// At a listener of its own, by whatever name it is reached, and nothing else there.
    Listener,
}

/// The settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where it is.
    pub place: Place,
    /// Seconds after which a sign-in that nobody used has ended.
    pub idle: i64,
    /// Seconds after which every sign-in has ended.
    pub longest: i64,
    /// Whether nobody gets in without a second factor.
    pub needs_second_factor: bool,
    /// Whether staff may get in by a password.
    pub takes_passwords: bool,
    /// About staff who sign in at an OpenID provider, if there is one.
    pub provider: ProviderSettings,
}

/// About staff who sign in at an OpenID provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderSettings {
    /// What staff call it.
    pub name: String,
    /// Whether the second factor is asked for after its word, as after a password; else the provider asks for one.
    pub is_second_factor_ours: bool,
}
