//! The reference merchant meets everything, and a server that is none is told so.

use crate::running::{empty, serve, start};
use conformance::{Options, Requirement, Verdict, run};

/// What can only be asked where a session takes several accounts.
const OF_SEVERAL: Requirement = Requirement::ToChoose;

#[tokio::test]
async fn the_reference_merchant_meets_every_requirement() {
    let running = start().await;
    let report = run(&running.options).await.expect("the merchant answers");
    for finding in report.findings().iter().filter(|finding| finding.requirement != OF_SEVERAL) {
        assert_eq!(finding.verdict, Verdict::Met, "{finding}");
    }
    let text = report.to_string();
    assert!(text.ends_with(&format!("{} passed, 0 failed", Requirement::ALL.len() - 1)), "{text}");
}

#[tokio::test]
async fn where_several_accounts_are_taken_it_lets_the_customer_choose() {
    let running = start().await;
    let url = running.options.url.replace("/relink", "/relink-data");
    let report = run(&Options { url, ..running.options }).await.expect("the merchant answers");
    let found = report.findings().into_iter().find(|finding| finding.requirement == OF_SEVERAL);
    assert_eq!(found.map(|finding| finding.verdict), Some(Verdict::Met), "{report}");
    assert!(report.is_good(), "{report}");
}

#[tokio::test]
async fn without_a_sandbox_nothing_is_completed_and_the_rest_is_met() {
    let running = start().await;
    let options = Options { sandbox: None, other_headers: Vec::new(), ..running.options };
    let report = run(&options).await.expect("the merchant answers");
    assert!(report.is_good(), "{report}");
    assert!(report.to_string().contains("0 warnings, 15 not asked"), "{report}");
}

#[tokio::test]
async fn a_customer_who_is_not_signed_in_is_the_command_lines_fault() {
    let running = start().await;
    let options = Options { headers: Vec::new(), ..running.options };
    let report = run(&options).await.expect("the merchant answers").to_string();
    assert!(report.contains("Fault: the command line. Do: Give --cookie"), "{report}");
}

#[tokio::test]
async fn a_server_that_is_no_relink_api_fails_at_the_first_requirement() {
    let base = serve(empty()).await;
    let report = run(&Options { url: base, ..Options::default() }).await.expect("it answers");
    assert!(!report.is_good());
    let first = report.findings()[0].to_string();
    assert!(
        first.starts_with("FAIL  create-201") && first.contains("Seen: POST /sessions answered 200"),
        "{first}"
    );
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_said() {
    let options = Options { url: "http://127.0.0.1:9/relink".into(), ..Options::default() };
    let error = run(&options).await.expect_err("nobody is there").to_string();
    assert!(error.contains("Is the backend running"), "{error}");
}
