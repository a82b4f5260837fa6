//! `/.well-known/security.txt`: where to report.

use crate::shop::{Shop, problem};

const PATH: &str = "/.well-known/security.txt";

#[tokio::test]
async fn whoever_looks_for_a_contact_finds_the_operators() {
    let shop = Shop::open_with(&[("RELINK_SECURITY_CONTACT", "mailto:security@shop.example")]).await;
    let answer = shop.http.get(format!("{}{PATH}", shop.base)).send().await.expect("an answer");
    assert_eq!(answer.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    let text = answer.text().await.expect("text");
    assert!(text.starts_with("Contact: mailto:security@shop.example\r\nExpires: "), "{text}");
    assert!(text.contains("T00:00:00Z\r\n") && text.ends_with(&format!("{PATH}\r\n")), "{text}");
}

#[tokio::test]
async fn without_a_contact_there_is_none() {
    let shop = Shop::open().await;
    problem(shop.get(PATH), 404, "invalid_request").await;
}
