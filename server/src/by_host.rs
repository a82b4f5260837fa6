//! Two host names on one listener: the dashboard's, and all others. Each serves nothing of the other.

use axum::Router;
use axum::extract::Request;
use axum::http::header;
use tower::ServiceExt;

/// What answers by the name that a browser addressed: `Host`. A proxy in front has to pass it on.
pub(crate) fn by_host(host: &str, own: Router, others: Router) -> Router {
    let host = host.to_owned();
    Router::new().fallback(move |request: Request| {
        let router = if is_for(&request, &host) { own.clone() } else { others.clone() };
        async move {
            match router.oneshot(request).await {
                Ok(answer) => answer,
                Err(never) => match never {},
            }
        }
    })
}

fn is_for(request: &Request, host: &str) -> bool {
    let mut named = request.headers().get_all(header::HOST).into_iter();
    let (Some(name), None) = (named.next(), named.next()) else { return false };
    name.to_str().is_ok_and(|name| {
        // Some clients name the scheme's own port.
        let name = name.strip_suffix(":443").or_else(|| name.strip_suffix(":80")).unwrap_or(name);
        name.eq_ignore_ascii_case(host)
    })
}

#[cfg(test)]
mod tests {
    use super::is_for;
    use axum::body::Body;
    use axum::extract::Request;

    #[test]
    fn a_request_is_for_the_host_that_it_names_once() {
        let asked = |hosts: &[&str]| {
            let mut request = Request::builder();
            for host in hosts {
                request = request.header("host", *host);
            }
            is_for(&request.body(Body::empty()).expect("a request"), "staff.example")
        };
        assert!(asked(&["staff.example"]) && asked(&["Staff.Example:443"]));
        assert!(!asked(&[]) && !asked(&["relink.example"]) && !asked(&["staff.example:8080"]));
        assert!(!asked(&["staff.example", "relink.example"]));
        assert!(!asked(&["staff.example.evil.example"]));
    }
}
