//! The alert rules and the dashboard that are shipped name only what is scraped.

use crate::metrics::Watched;
use relink_server::metrics::METRICS;
use relink_wire::Json;
use std::collections::BTreeSet;

const ALERTS: &str = include_str!("../../operate/alerts.yaml");
const DASHBOARD: &str = include_str!("../../operate/dashboard.json");
const RUNBOOK: &str = include_str!("../../../docs/operating.md");

/// Every name of ours in a text.
fn names(text: &str) -> BTreeSet<&str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| word.starts_with("relink_"))
        .collect()
}

/// What the dashboard asks Prometheus.
fn queries(json: &Json, into: &mut Vec<String>) {
    match json {
        Json::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Json::String(query) if name == "expr" => into.push(query.clone()),
                    _ => queries(value, into),
                }
            }
        }
        Json::Array(list) => list.iter().for_each(|value| queries(value, into)),
        _ => {}
    }
}

#[tokio::test]
async fn each_metric_that_the_alerts_and_the_dashboard_name_is_scraped() {
    let watched = Watched::start().await;
    watched.story().await;
    let scrape = watched.scrape().await;
    let dashboard: Json = serde_json::from_str(DASHBOARD).expect("JSON");
    let mut asked = Vec::new();
    queries(&dashboard, &mut asked);
    assert!(asked.len() >= 8, "{asked:?}");
    let asked = asked.join("\n");
    let used: BTreeSet<&str> = names(ALERTS).into_iter().chain(names(&asked)).collect();
    assert!(used.len() >= 10, "{used:?}");
    // It appears with the first request that is refused.
    let later = "relink_rate_limited_total";
    let unknown: Vec<_> =
        used.iter().filter(|name| !scrape.names().contains(*name) && **name != later).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn each_alert_has_its_paragraph_in_the_runbook_and_each_metric_its_row() {
    let alerts: Vec<&str> = ALERTS.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(alerts.len() >= 8, "{alerts:?}");
    for alert in &alerts {
        assert!(RUNBOOK.contains(&format!("### {alert}\n")), "{alert} is not in docs/operating.md");
        let at = format!("docs/operating.md#{}", alert.to_lowercase());
        assert!(ALERTS.contains(&at), "{alert} does not lead to {at}");
    }
    for metric in METRICS {
        assert!(
            RUNBOOK.contains(&format!("| `{}`", metric.name)),
            "{} is not in docs/operating.md",
            metric.name
        );
    }
    let headings = RUNBOOK.lines().filter_map(|line| line.strip_prefix("### Relink"));
    assert_eq!(headings.count(), alerts.len(), "a paragraph about an alert that there is not");
}
