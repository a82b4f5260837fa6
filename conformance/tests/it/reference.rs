//! relink-server meets everything, and a server that is none is told so.

use crate::running::{empty, serve, start, start_with_cookies};
use conformance::{Options, Requirement, Verdict, run};

/// What can only be asked where a session takes several accounts.
const OF_SEVERAL: Requirement = Requirement::ToChoose;
/// What can only be asked where no bank is visited.
const WITHOUT_BANK: Requirement = Requirement::Confirmed;

#[tokio::test]
async fn relink_server_with_tokens_meets_every_requirement_that_is_not_about_cookies() {
    let running = start().await;
    let of_cookies = [Requirement::CrossSite, Requirement::PlainForm];
    meets_all_but(&running.options, &[&[OF_SEVERAL, WITHOUT_BANK], &of_cookies[..]].concat()).await;
}

#[tokio::test]
async fn behind_a_server_that_knows_customers_by_a_cookie_it_meets_those_too() {
    let running = start_with_cookies().await;
    meets_all_but(&running.options, &[OF_SEVERAL, WITHOUT_BANK]).await;
}

async fn meets_all_but(options: &Options, not_asked: &[Requirement]) {
    let report = run(options).await.expect("relink-server answers");
    for finding in report.findings().iter().filter(|finding| !not_asked.contains(&finding.requirement)) {
        assert_eq!(finding.verdict, Verdict::Met, "{finding}");
    }
    let text = report.to_string();
    let met = Requirement::ALL.len() - not_asked.len();
    assert!(text.ends_with(&format!("{met} passed, 0 failed")), "{text}");
}

#[tokio::test]
async fn where_several_accounts_are_taken_it_lets_the_customer_choose() {
    let running = start().await;
    let url = running.options.url.replace("/relink", "/relink-data");
    let report = run(&Options { url, ..running.options }).await.expect("relink-server answers");
    let found = report.findings().into_iter().find(|finding| finding.requirement == OF_SEVERAL);
    assert_eq!(found.map(|finding| finding.verdict), Some(Verdict::Met), "{report}");
    assert!(report.is_good(), "{report}");
}

#[tokio::test]
async fn without_a_sandbox_nothing_is_completed_and_the_rest_is_met() {
    let running = start().await;
    let options = Options { sandbox: None, other_headers: Vec::new(), ..running.options };
    let report = run(&options).await.expect("relink-server answers");
    assert!(report.is_good(), "{report}");
    assert!(report.to_string().contains("0 warnings, 19 not asked"), "{report}");
}

#[tokio::test]
async fn a_customer_who_is_not_signed_in_is_the_command_lines_fault() {
    let running = start().await;
    let options = Options { headers: Vec::new(), ..running.options };
    let report = run(&options).await.expect("relink-server answers").to_string();
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
