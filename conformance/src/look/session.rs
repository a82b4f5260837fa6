//! What the schema cannot say of a relink session: whether its times make sense now.

use serde_json::Value as Json;

/// The latest moment that is taken for seconds: beyond it are milliseconds.
const LATEST: i64 = 99_999_999_999;

/// What is wrong with the times of a session that has just been made, at `now` by our clock. Clocks may be two minutes
/// apart, and a session lasts at most a month.
pub fn wrong_times(session: &Json, now: i64) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some(at) = session["expires_at"].as_i64() else {
        return vec!["`expires_at` is no whole number".into()];
    };
    if at > LATEST {
        return vec!["`expires_at` is in milliseconds".into()];
    }
    if at <= now {
        wrong.push(format!("`expires_at` is {} seconds in the past", now - at));
    }
    if at > now + 31 * 86_400 {
        wrong.push("`expires_at` is more than a month away".into());
    }
    match &session["expires_in"] {
        Json::Null => {}
        left => match left.as_i64() {
            Some(left) if left > 0 && (at - now - left).abs() <= 120 => {}
            Some(left) => wrong
                .push(format!("`expires_in` is {left}, while `expires_at` is {} seconds ahead", at - now)),
            None => wrong.push("`expires_in` is no whole number".into()),
        },
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn milliseconds_and_the_past_are_found() {
        let times =
            |at: i64, left: Json| wrong_times(&json!({"expires_at": at, "expires_in": left}), 1_800_000_000);
        assert!(times(1_800_001_800, json!(1800)).is_empty());
        assert!(times(1_800_001_800, Json::Null).is_empty());
        assert_eq!(times(1_800_001_800_000, json!(1800)), ["`expires_at` is in milliseconds"]);
        assert_eq!(times(1_799_999_000, Json::Null).len(), 1);
        assert_eq!(times(1_800_001_800, json!(1_800_000)).len(), 1);
    }
}
