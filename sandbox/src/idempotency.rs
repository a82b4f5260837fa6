//! Stripe's idempotency: the first answer to a key is kept for a day and given again; the same key with other
//! parameters is an error.

use std::collections::HashMap;

use crate::form::Form;

/// How long an answer is kept, in seconds.
pub const KEPT_FOR: i64 = 86_400;
/// How long a key may be.
pub const MAX_KEY: usize = 255;

/// An answer that was sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body, as it was sent.
    pub body: String,
    /// The id of the request that was answered.
    pub request_id: String,
}

impl std::fmt::Debug for Answer {
    /// Omits the body, which may hold a client secret.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Answer").field(&self.status).field(&self.request_id).finish()
    }
}

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// The key is new, or its answer has expired.
    New,
    /// The same request was answered.
    Answered(Answer),
    /// The key was used for another request.
    UsedOtherwise,
}

/// The answers given so far.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    by_key: HashMap<String, Kept>,
}

#[derive(Clone, Debug)]
struct Kept {
    path: String,
    form: Form,
    at: i64,
    answer: Answer,
}

impl Answers {
    /// What is known of a key when this request uses it.
    pub fn look_up(&self, key: &str, path: &str, form: &Form, now: i64) -> Known {
        match self.by_key.get(key) {
            Some(kept) if kept.at + KEPT_FOR <= now => Known::New,
            Some(kept) if kept.path == path && kept.form == *form => Known::Answered(kept.answer.clone()),
            Some(_) => Known::UsedOtherwise,
            None => Known::New,
        }
    }

    /// Keeps an answer.
    pub fn keep(&mut self, key: &str, path: &str, form: &Form, now: i64, answer: Answer) {
        self.by_key.retain(|_, kept| kept.at + KEPT_FOR > now);
        let kept = Kept { path: path.to_owned(), form: form.clone(), at: now, answer };
        self.by_key.insert(key.to_owned(), kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> Answer {
        Answer { status: 200, body: "{}".into(), request_id: "req_1".into() }
    }

    #[test]
    fn the_same_request_is_answered_as_the_first_time_for_a_day() {
        let (mut answers, form) = (Answers::default(), Form::parse("a=1").unwrap());
        answers.keep("k", "/p", &form, 0, answer());
        assert_eq!(answers.look_up("k", "/p", &form, KEPT_FOR - 1), Known::Answered(answer()));
        assert_eq!(answers.look_up("k", "/p", &form, KEPT_FOR), Known::New);
    }

    #[test]
    fn other_parameters_or_another_address_are_another_use() {
        let (mut answers, form) = (Answers::default(), Form::parse("a=1&b=2").unwrap());
        answers.keep("k", "/p", &form, 0, answer());
        assert_eq!(
            answers.look_up("k", "/p", &Form::parse("b=2&a=1").unwrap(), 1),
            Known::Answered(answer())
        );
        assert_eq!(answers.look_up("k", "/p", &Form::parse("a=2").unwrap(), 1), Known::UsedOtherwise);
        assert_eq!(answers.look_up("k", "/q", &form, 1), Known::UsedOtherwise);
    }
}
