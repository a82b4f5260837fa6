//! Addresses that the page may open, measured by the browsers' own rules as another program has them: an address that is
//! accepted leads, for a browser, to the host that a person reads in it, over HTTPS, and as nobody.

use relink_wire::SafeUrl;
use url::{Host, Url};

/// The oracle.
pub fn judge(bytes: &[u8]) {
    let raw = String::from_utf8_lossy(bytes);
    let (https, lenient) = (SafeUrl::https(&raw), SafeUrl::https_or_loopback(&raw));
    assert!(
        https.is_none() || lenient == https,
        "what is accepted as a link is accepted as a handoff: {raw:?}"
    );
    if let Some(url) = https {
        https_holds(url.as_str());
        assert_eq!(url.as_str(), raw, "an address is opened as it was given");
    }
    if let Some(url) = lenient {
        holds(url.as_str());
        assert_eq!(
            SafeUrl::https_or_loopback(url.as_str()),
            Some(url),
            "what was accepted is accepted again"
        );
    } else if let Ok(url) = Url::parse(&raw) {
        assert!(!is_plain(&raw, &url), "a plain address is refused: {raw:?}");
    }
}

/// What holds of every link.
pub fn https_holds(raw: &str) {
    holds(raw);
    assert!(Url::parse(raw).ok().is_none_or(|parsed| parsed.scheme() == "https"), "{raw:?}");
}

/// What holds of every address of a bank's page.
pub fn holds(raw: &str) {
    let parsed = match Url::parse(raw) {
        Ok(parsed) => parsed,
        // A browser opens it nowhere. That a name of letters is no name is for IDNA's tables, which are not shipped.
        Err(_) => return assert!(is_beyond_us(raw), "no browser can open {raw:?}"),
    };
    assert!(parsed.username().is_empty() && parsed.password().is_none(), "as somebody: {raw:?}");
    let is_here = match parsed.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    assert!(parsed.scheme() == "https" || (parsed.scheme() == "http" && is_here), "not safe: {raw:?}");
    let read = read_host(raw);
    let meant = parsed.host_str().unwrap_or_default();
    assert!(
        !read.is_ascii() || is_address(&read) || read.eq_ignore_ascii_case(meant),
        "{raw:?} leads to {meant:?}"
    );
    let again = Url::parse(parsed.as_str());
    assert_eq!(again.as_ref(), Ok(&parsed), "printed and parsed again it is another: {raw:?}");
    // What IDNA makes of letters beyond ASCII may be a name that is refused.
    let is_accepted = SafeUrl::https_or_loopback(parsed.as_str()).is_some();
    assert!(is_accepted || !read.is_ascii(), "as a browser writes it, {parsed}, it is refused");
}

/// The host as a person reads it: between the slashes, without the port.
fn read_host(raw: &str) -> String {
    let after = raw.split_once("//").map(|(_, after)| after).unwrap_or_default();
    let authority: String = after.chars().take_while(|c| !"/?#".contains(*c)).collect();
    match authority.rfind(':') {
        Some(colon) if authority[colon + 1..].bytes().all(|byte| byte.is_ascii_digit()) => {
            authority[..colon].into()
        }
        Some(_) | None => authority,
    }
}

/// A number in any of the forms that browsers take (`0x7f.1`, `[::1]`), which they normalize.
fn is_address(host: &str) -> bool {
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    host.starts_with('[') || last.starts_with(|c: char| c.is_ascii_digit())
}

/// Names of letters beyond ASCII, names that say they stand for such, and numbers.
fn is_beyond_us(raw: &str) -> bool {
    let host = read_host(raw).to_ascii_lowercase();
    !host.is_ascii() || host.contains("xn--") || is_address(&host)
}

/// An address that nobody could mistake: it is written as a browser writes it, over HTTPS, with no user and a host of
/// plain letters, so that there is no reason to refuse it.
fn is_plain(raw: &str, url: &Url) -> bool {
    let as_written = url.as_str() == raw && url.scheme() == "https" && url.username().is_empty();
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    as_written
        && url.password().is_none()
        && url.host_str().is_some_and(|host| host.chars().all(plain))
        && !raw.contains('@')
}
