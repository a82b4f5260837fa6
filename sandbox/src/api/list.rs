//! List objects, and the pages that `limit`, `starting_after` and `ending_before` cut from them.

use serde_json::{Value, json};

use super::parameters::whole_number;
use crate::error::ApiError;
use crate::form::Form;

/// The page of `all` that the form asks for.
pub fn page(all: Vec<Value>, url: &str, form: &Form) -> Result<Value, ApiError> {
    let limit = match whole_number(form, "limit")? {
        None => 10,
        Some(limit @ 1..=100) => limit as usize,
        Some(_) => return Err(ApiError::invalid("limit", "This value must be between 1 and 100.")),
    };
    let place = |name: &str| match form.text(name) {
        None => Ok(None),
        Some(id) => match all.iter().position(|object| object["id"] == id) {
            Some(at) => Ok(Some(at)),
            None => Err(ApiError::NoSuch {
                what: "object",
                id: id.to_owned(),
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
    Ok(json!({"object": "list", "data": all[from..to], "has_more": has_more, "url": url}))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(query: &str) -> (Vec<String>, bool) {
        let all = (1..=5).map(|n| json!({"id": format!("x{n}")})).collect();
        let page = page(all, "/v1/x", &Form::parse(query).unwrap()).unwrap();
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
            assert!(page(Vec::new(), "/v1/x", &Form::parse(query).unwrap()).is_err(), "{query}");
        }
    }
}
