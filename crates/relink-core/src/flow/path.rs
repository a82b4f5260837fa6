//! Paths below the endpoint. An id comes from outside, so it is percent-encoded as one segment (RFC 3986).
//!
//! One or two dots alone cannot be a segment: browsers take `%2E%2E` for `..` too (WHATWG URL, "double-dot path segment").
//! They are encoded twice, so that the request stays where it belongs and the backend knows no such session.

/// `/sessions/{id}` and what follows it.
pub fn session(id: &str, rest: &str) -> String {
    let mut path = String::from("/sessions/");
    let percent = if matches!(id, "." | "..") { "%25" } else { "%" };
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~') {
            path.push(byte as char);
        } else {
            path.push_str(percent);
            for half in [byte >> 4, byte & 0xf] {
                path.push(char::from_digit(u32::from(half), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
    path.push_str(rest);
    path
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_id_cannot_leave_its_segment() {
        assert_eq!(super::session("rls_1", "/cancel"), "/sessions/rls_1/cancel");
        assert_eq!(super::session("../x?y#ü", ""), "/sessions/%2E%2E%2Fx%3Fy%23%C3%BC");
    }

    #[test]
    fn dots_alone_stay_a_segment_in_a_browser_too() {
        assert_eq!(super::session("..", "/cancel"), "/sessions/%252E%252E/cancel");
        assert_eq!(super::session(".", ""), "/sessions/%252E");
        assert_eq!(super::session("...", ""), "/sessions/%2E%2E%2E");
    }
}
