//! A backend that knows customers by a token in a header, as `relink-server` does: no cookie, no CSRF, and a token that runs out.

use crate::running::{serve, start};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn};
use conformance::{Options, Requirement as R, Verdict, run};

const FRESH: &str = "Bearer fresh";

#[tokio::test]
async fn a_backend_with_tokens_is_asked_everything_but_what_cookies_need() {
    let running = start().await;
    let own = running.options.headers.clone();
    let token_for_cookie = move |mut request: Request, next: Next| {
        let own = own.clone();
        async move {
            let headers = request.headers_mut();
            if headers.remove(header::AUTHORIZATION).is_some_and(|token| token == FRESH) {
                for (name, value) in own {
                    let name = header::HeaderName::try_from(name).expect("a name");
                    headers.insert(name, HeaderValue::try_from(value).expect("a value"));
                }
            }
            next.run(request).await
        }
    };
    let base = serve(running.router.clone().layer(from_fn(token_for_cookie))).await;
    let options = Options {
        url: format!("{base}/relink"),
        headers: vec![("Authorization".into(), "Bearer stale".into())],
        refresh_header: Some(format!("echo 'Authorization: {FRESH}'")),
        sandbox: None,
        ..running.options.clone()
    };
    let report = run(&options).await.expect("it answers");
    assert!(report.is_good(), "{report}");
    let verdict = |wanted: R| report.findings().into_iter().find(|found| found.requirement == wanted);
    for requirement in [R::Create201, R::SignedIn, R::Foreign, R::AuthorizationAlone, R::Cors] {
        assert!(verdict(requirement).is_some_and(|found| found.verdict == Verdict::Met), "{report}");
    }
    for requirement in [R::CrossSite, R::PlainForm] {
        let found = verdict(requirement).map(|found| found.verdict);
        assert!(matches!(found, Some(Verdict::NotAsked { .. })), "{report}");
    }
}
