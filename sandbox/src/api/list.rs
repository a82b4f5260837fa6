//! List objects, and the pages that `limit`, `starting_after` and `ending_before` cut from them.

use serde_json::{Value, json};

use super::parameters::whole_number;
use crate::error::ApiError;
use crate::form::Form;

/// The page of `all` that the form asks for. Only what stands on the page is written as JSON: a customer with a thousand accounts is
/// listed in ten pages, and every test that starts a server lists that customer.
pub fn page<T>(
    all: &[T],
    id: fn(&T) -> &str,
    json: impl Fn(&T) -> Value,
    url: &str,
    form: &Form,
) -> Result<Value, ApiError> {
    let limit = match whole_number(form, "limit")? {
        None => 10,
        Some(limit @ 1..=100) => limit as usize,
        Some(_) => return Err(ApiError::invalid("limit", "This value must be between 1 and 100.")),
    };
    let place = |name: &str| match form.text(name) {
        None => Ok(None),
        Some(named) => match all.iter().position(|object| id(object) == named) {
            Some(at) => Ok(Some(at)),
            None => Err(ApiError::NoSuch {
                what: "object",
                id: named.to_owned(),
                param: name.to_owned(),
                in_path: false,
            }),
        },
    };
    let (from, to, has_more) = match (place("starting_after")?, place("ending_before")?) {
        (Some(_), Some(_)) => {
            return Err(ApiError::invalid(
                "ending_before",
                "You can't pass both starting_after and ending_before.",
            ));
        }
        (None, Some(before)) => (before.saturating_sub(limit), before, before > limit),
        (after, None) => {
            let from = after.map_or(0, |after| after + 1);
            let to = all.len().min(from + limit);
            (from, to, to < all.len())
        }
    };
    let data: Vec<Value> = all[from..to].iter().map(json).collect();
    Ok(json!({"object": "list", "data": data, "has_more": has_more, "url": url}))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(query: &str) -> (Vec<String>, bool) {
        let all: Vec<String> = (1..=5).map(|n| format!("x{n}")).collect();
        let form = Form::parse(query).unwrap();
        let page = page(&all, |id| id, |id| json!({"id": id}), "/v1/x", &form).unwrap();
        let ids =
            page["data"].as_array().unwrap().iter().map(|o| o["id"].as_str().unwrap().to_owned()).collect();
        (ids, page["has_more"] == true)
    }

    #[test]
    fn pages_follow_each_other_forwards_and_backwards() {
        assert_eq!(ids("limit=2"), (vec!["x1".into(), "x2".into()], true));
        assert_eq!(ids("limit=2&starting_after=x2"), (vec!["x3".into(), "x4".into()], true));
        assert_eq!(ids("limit=2&starting_after=x4"), (vec!["x5".into()], false));
        assert_eq!(ids("limit=2&ending_before=x5"), (vec!["x3".into(), "x4".into()], true));
        assert_eq!(ids("limit=2&ending_before=x3"), (vec!["x1".into(), "x2".into()], false));
    }

    #[test]
    fn a_page_of_nothing_or_too_much_is_refused() {
        for query in ["limit=0", "limit=101", "limit=two", "starting_after=unknown"] {
            let form = Form::parse(query).unwrap();
            let page = page(&Vec::<String>::new(), |id| id, |id| json!({"id": id}), "/v1/x", &form);
            assert!(page.is_err(), "{query}");
        }
    }
}
