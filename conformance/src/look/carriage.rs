//! How a session travels: media type, encoding, caches.

use crate::answer::Answer;

/// What is wrong with the media type, the encoding, or the JSON itself.
pub fn media_type(answer: &Answer) -> Vec<String> {
    let to = &answer.to;
    let mut wrong = Vec::new();
    if answer.media_type() != "application/json" {
        wrong.push(format!("{to}: Content-Type is `{}`", answer.header("content-type").unwrap_or("absent")));
    }
    let charset = answer.header("content-type").and_then(|whole| whole.split_once("charset="));
    let is_utf8 = |name: &str| name.trim_matches([' ', '"', ';']).eq_ignore_ascii_case("utf-8");
    if charset.is_some_and(|(_, name)| !is_utf8(name)) {
        wrong.push(format!("{to}: the charset is not utf-8"));
    }
    if std::str::from_utf8(&answer.body).is_err() {
        wrong.push(format!("{to}: the body is not UTF-8"));
    } else if !answer.json().is_object() {
        wrong.push(format!("{to}: the body is no JSON object"));
    }
    wrong
}

/// Whether a cache may keep it.
pub fn no_store(answer: &Answer) -> Vec<String> {
    let control = answer.header("cache-control").unwrap_or_default().to_ascii_lowercase();
    if control.split(',').any(|part| part.trim() == "no-store") {
        return Vec::new();
    }
    let said = if control.is_empty() { "absent".to_owned() } else { format!("`{control}`") };
    vec![format!("{}: Cache-Control is {said}", answer.to)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(kind: &str, cache: &str, body: &[u8]) -> Answer {
        let headers = vec![("content-type".into(), kind.into()), ("cache-control".into(), cache.into())];
        Answer { to: "GET /sessions/{id}".into(), status: 200, headers, body: body.to_vec() }
    }

    #[test]
    fn json_in_utf8_is_good_with_and_without_a_charset() {
        for kind in
            ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\""]
        {
            assert_eq!(media_type(&answer(kind, "", "{\"name\":\"Café\"}".as_bytes())), [""; 0]);
        }
    }

    #[test]
    fn another_type_another_charset_and_another_encoding_are_told() {
        assert_eq!(media_type(&answer("text/html", "", b"{}")).len(), 1);
        assert_eq!(media_type(&answer("application/json; charset=latin1", "", b"{}")).len(), 1);
        assert_eq!(media_type(&answer("application/json", "", b"{\"name\":\"Caf\xe9\"}")).len(), 1);
    }

    #[test]
    fn only_no_store_keeps_caches_away() {
        assert!(no_store(&answer("", "private, no-store", b"")).is_empty());
        assert!(!no_store(&answer("", "no-cache", b"")).is_empty());
        assert!(!no_store(&answer("", "", b"")).is_empty());
    }
}
