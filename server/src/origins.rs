//! Origins, as browsers write them.

use relink_stripe::Url;

/// An origin, exactly as a browser writes it.
pub(crate) fn origin(text: &str) -> Option<String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let origin = url.origin().ascii_serialization();
    (origin == text).then_some(origin)
}

/// Whether it is reached by HTTPS.
pub(crate) fn is_https(origin: &str) -> bool {
    origin.starts_with("https://")
}

/// Its host, with the port where that is not the scheme's own: what a browser sends as `Host`.
pub(crate) fn host(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, host)| host)
}

/// Whether a text is `host:port`.
pub(crate) fn is_address(text: &str) -> bool {
    text.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
}
