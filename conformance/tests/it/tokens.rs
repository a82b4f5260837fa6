//! A backend that knows customers by a token in a header, as `relink-server` does: no cookie, no CSRF, and a token that runs out.

use crate::running::start;
use conformance::{Options, Requirement as R, Verdict, run};

#[tokio::test]
async fn a_backend_with_tokens_is_asked_everything_but_what_cookies_need() {
    let running = start().await;
    let [(_, fresh)] = &running.options.headers[..] else { panic!("a token") };
    let options = Options {
        headers: vec![("Authorization".into(), "Bearer stale".into())],
        refresh_header: Some(format!("echo 'Authorization: {fresh}'")),
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
