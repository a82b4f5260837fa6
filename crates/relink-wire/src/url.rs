//! An address that the page may open. Nothing else may be used for `href` or `window.open`.

/// An absolute HTTPS address, or plain HTTP to this machine where that is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SafeUrl(Box<str>);

impl SafeUrl {
    /// Accepts HTTPS only: links that a backend or a merchant supplies.
    pub fn https(raw: &str) -> Option<Self> {
        host_after(raw, "https://").map(|_| Self(raw.into()))
    }

    /// Accepts HTTPS, and plain HTTP on localhost, which docs/contract.md allows for a hosted handoff during
    /// development.
    pub fn https_or_loopback(raw: &str) -> Option<Self> {
        let loopback =
            |host: &str| matches!(host, "localhost" | "127.0.0.1" | "[::1]") || host.ends_with(".localhost");
        Self::https(raw)
            .or_else(|| host_after(raw, "http://").filter(|h| loopback(h)).map(|_| Self(raw.into())))
    }

    /// The address as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The host of an address with that scheme, if a browser cannot read another host from it: no white space, control
/// character or backslash (which a browser reads as a slash), and a host of letters, digits and separators, so that
/// there is no user name before an `@` and no escape. A port is allowed.
fn host_after<'a>(raw: &'a str, scheme: &str) -> Option<&'a str> {
    let start = raw.get(..scheme.len())?;
    if !start.eq_ignore_ascii_case(scheme)
        || raw.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\')
    {
        return None;
    }
    // By bytes: the library's search for characters weighs more than all of this.
    let place_of = |text: &str, letter| text.bytes().position(|byte| byte == letter);
    let rest = &raw[scheme.len()..];
    let (authority, _) =
        rest.split_at(rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len()));
    let (host, port) = match place_of(authority, b']') {
        Some(end) => authority.split_at(end + 1),
        None => authority.split_at(place_of(authority, b':').unwrap_or(authority.len())),
    };
    let digits = port.strip_prefix(':').unwrap_or(port);
    // By letters: the parser of numbers would weigh more than all of this.
    let is_port = digits.bytes().all(|b| b.is_ascii_digit())
        && (digits.len() < 5 || digits.len() == 5 && digits <= "65535");
    let is_host = match host.strip_prefix('[') {
        Some(address) => address.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.' | b']')),
        None => {
            host.chars().all(|c| !c.is_ascii() || c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
        }
    };
    (is_port && is_host && !host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(raw: &str) -> bool {
        SafeUrl::https(raw).is_none() && SafeUrl::https_or_loopback(raw).is_none()
    }

    #[test]
    fn https_is_accepted() {
        assert!(SafeUrl::https("https://bank.example/relink?x=1#y").is_some());
        assert!(SafeUrl::https("HTTPS://bank.example").is_some());
    }

    #[test]
    fn plain_http_is_for_this_machine_and_a_handoff_only() {
        for local in
            ["http://localhost:4000/bank", "http://127.0.0.1/", "http://[::1]:9/x", "http://a.localhost"]
        {
            assert!(SafeUrl::https_or_loopback(local).is_some(), "{local}");
            assert!(SafeUrl::https(local).is_none(), "{local}");
        }
        assert!(refused("http://bank.example/"));
        assert!(refused("http://localhost.evil.example/"));
        assert!(refused("http://127.0.0.1.evil.example/"));
    }

    #[test]
    fn an_address_that_runs_or_hides_its_host_is_refused() {
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)//https://",
            "data:text/html,x",
            " https://bank.example",
            "https://bank.example\n",
            "https:\\\\bank.example",
            "https://user:pw@evil.example",
            "https://bank.example\\@evil.example",
            "https://bank%2Eexample/",
            "https://[::1].evil.example/",
            "https://bank.example:99999/",
            "https://bank.example:x/",
            "https://bank.example:+80/",
            "https:///path",
            "https://",
            "//bank.example",
            "/bank",
            "",
        ] {
            assert!(refused(bad), "{bad:?}");
        }
    }
}
