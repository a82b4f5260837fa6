//! Against the real thing: tells the API half of a relink to Stripe's test mode and to a sandbox in this process, and says where
//! the two differ. The sandbox is what all our tests stand on, so a difference is something that no test would have found.
//!
//! `options` reads what is asked for, `ask` sends a request, `story` has the requests in their order, `shape` is what is kept of
//! an answer. Nothing that is printed is anybody's: places, types, and words of Stripe's own.

mod ask;
mod options;
mod shape;
mod story;

pub use options::{Options, USAGE, Wish};

use ask::Side;
use relink_wire::{Json, Secret};
use reqwest::Url;
use sandbox::Config;
use shape::Difference;
use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};
use story::Heard;

/// What Stripe has and the sandbox leaves out, by version, with the reason: the types test reads the same file.
const LEFT_OUT: &str = include_str!("../../e2e/stripe-client/left-out.json");

/// What came of a comparison.
#[derive(Debug)]
pub struct Report {
    /// For people: a table, and a line that counts.
    pub text: String,
    /// How many differences nobody has given a reason for.
    pub differences: usize,
}

/// Compares. An error is a sentence.
pub async fn check(options: Options) -> Result<Report, String> {
    let Options { key, base, version, writes } = options;
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let run = format!("stripe-check-{nanos}");
    let creates = writes.then_some(run.as_str());
    let stripe = Side::new(base, key, version.clone())?;
    let theirs = story::tell(&stripe, creates).await.map_err(|error| format!("Stripe: {error}"))?;
    let ours = sandboxs(&version, creates).await.map_err(|error| format!("the sandbox: {error}"))?;
    Ok(report(&version, &theirs, &ours))
}

/// What a sandbox says that has had something happen to it, so that it has events of every kind.
async fn sandboxs(version: &str, creates: Option<&str>) -> Result<Heard, String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let config = Config::default();
    let key = Secret::new(config.secret_key.clone());
    let serving = tokio::spawn(sandbox::serve(listener, config));
    let base = Url::parse(&format!("http://{address}")).map_err(|error| error.to_string())?;
    let side = Side::new(base, key, version.to_owned())?;
    happen(&side).await?;
    let heard = story::tell(&side, creates).await;
    serving.abort();
    heard
}

async fn happen(side: &Side) -> Result<(), String> {
    let steps: [(&str, &[(&str, &str)]); 3] = [
        ("test_helpers/financial_connections/accounts/fca_healthy/deactivate", &[]),
        (
            "financial_connections/sessions",
            &[
                ("account_holder[type]", "customer"),
                ("account_holder[customer]", "cus_demo"),
                ("permissions[]", "balances"),
                ("relink_options[authorization]", "fcauth_new_id"),
                ("relink_options[account]", ""),
                ("limits[accounts]", "1"),
            ],
        ),
        ("financial_connections/accounts/fca_permissions/refresh", &[("features[]", "balance")]),
    ];
    for (at, (path, form)) in steps.into_iter().enumerate() {
        let key = format!("happen-{at}");
        let answer = side.ask(ask::Ask { path, form, post: Some(&key), ..Default::default() }).await?;
        if let Some(id) = answer.body["id"].as_str().filter(|id| id.starts_with("fcsess_")) {
            let path = format!("test_helpers/financial_connections/sessions/{id}/finish");
            let form = [("accounts[]", "fca_new_id")];
            side.ask(ask::Ask { path: &path, form: &form, post: Some("finish"), ..Default::default() })
                .await?;
        }
    }
    Ok(())
}

fn report(version: &str, theirs: &Heard, ours: &Heard) -> Report {
    let mut found = Vec::new();
    let mut unseen: Vec<String> = theirs.not_asked.iter().map(|why| (*why).to_owned()).collect();
    for (what, told) in &theirs.facts {
        let sandbox = ours.facts.get(what).cloned().unwrap_or_else(|| "was not asked".into());
        if *told != sandbox {
            found.push(Difference { place: (*what).to_owned(), stripe: told.clone(), sandbox });
        }
    }
    for (name, sandbox) in &ours.shapes {
        match theirs.shapes.get(name).filter(|shape| !shape.is_empty()) {
            Some(stripe) => stripe.differences(sandbox, name, &mut found),
            None => unseen.push(format!("{name}: Stripe gave none")),
        }
    }
    let left_out: Json = serde_json::from_str(LEFT_OUT).unwrap_or_default();
    let reason = |place: &str| {
        let place = place.replace("[]", "");
        left_out[version]["theirs"][place.as_str()].as_str().map(str::to_owned)
    };
    let (known, new): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| reason(&one.place).is_some());
    let mut text = String::new();
    let _ = writeln!(text, "Stripe's {version} beside the sandbox's: {} compared", compared(theirs, ours));
    table(&mut text, "DIFFERS", &new);
    table(&mut text, "left out on purpose (e2e/stripe-client/left-out.json)", &known);
    if !unseen.is_empty() {
        let _ = writeln!(text, "\nnot compared:");
        for one in &unseen {
            let _ = writeln!(text, "  {one}");
        }
    }
    let (new, known) = (new.len(), known.len());
    let _ = writeln!(text, "\n{new} differences, {known} left out on purpose, {} not compared", unseen.len());
    Report { text, differences: new }
}

fn compared(theirs: &Heard, ours: &Heard) -> String {
    let shapes: Vec<&str> =
        theirs.shapes.keys().filter(|name| ours.shapes.contains_key(*name)).copied().collect();
    format!("{} answers in words, and the shapes of {}", theirs.facts.len(), shapes.join(", "))
}

fn table(text: &mut String, title: &str, rows: &[Difference]) {
    if rows.is_empty() {
        return;
    }
    let width = |cell: fn(&Difference) -> &str, least: usize| {
        rows.iter().map(|row| cell(row).chars().count()).max().unwrap_or_default().max(least)
    };
    let (places, stripes) = (width(|row| &row.place, 5), width(|row| &row.stripe, 6));
    let _ = writeln!(text, "\n{title}\n  {:places$}  {:stripes$}  sandbox", "where", "Stripe");
    for Difference { place, stripe, sandbox } in rows {
        let _ = writeln!(text, "  {place:places$}  {stripe:stripes$}  {sandbox}");
    }
}
