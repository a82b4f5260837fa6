//! One key for everything: what a rotation of keys leaves open.

use super::came::Came;
use super::place::{OTHER_SECRET, Place, SECRET, Site, WEBHOOK_SECRET};
use super::wire::{Answer, unique};
use crate::failure::Failure;

/// Where a link leads from a request that was made before a rotation and again after it.
fn same_key_around(
    place: &mut Place,
    changes: &[(&str, &str)],
) -> Result<(Option<String>, Option<String>, Answer), Failure> {
    place.token("cus_many")?;
    let key = unique("rotation");
    let (before, _) = place.link("fca_many", &key);
    place.stop(std::time::Duration::from_secs(10))?;
    for (name, value) in changes {
        place.set(name, value);
    }
    place.start()?;
    let (after, answer) = place.link("fca_many", &key);
    Ok((before, after, answer))
}

/// The seal is changed without the one before: the same `Idempotency-Key` must not make a second live link.
pub fn rotation_forgotten(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let start = place.try_start(&[("RELINK_SECRET", OTHER_SECRET)])?;
    if start.is_refused() {
        let why = start.said.lines().next().unwrap_or_default().to_owned();
        return Ok(Came::of(true, format!("it does not start: {why}")));
    }
    let (before, after, answer) = same_key_around(place, &[("RELINK_SECRET", OTHER_SECRET)])?;
    let is_second = after.is_some() && after != before;
    let what = match (&after, is_second) {
        (_, true) => "A SECOND LIVE LINK".to_owned(),
        (Some(_), _) => "the same link".to_owned(),
        (None, _) => format!("{}: {}", answer.outcome(), answer.field("code").unwrap_or_default()),
    };
    Ok(Came::of(
        before.is_some() && !is_second && answer.status != 500,
        format!("the same key after the rotation: {what}"),
    ))
}

/// The seal is changed as the documentation says, with the one before kept: the same answer, and every sealed text readable.
pub fn rotation_kept(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let changes = [("RELINK_SECRET", OTHER_SECRET), ("RELINK_SECRET_PREVIOUS", SECRET)];
    let (before, after, answer) = same_key_around(place, &changes)?;
    let resealed = place.knows("reseal").then(|| place.operate(&["reseal"], "")).transpose()?;
    place.stop(std::time::Duration::from_secs(10))?;
    // After that the old one is thrown away, and nothing that rests may need it.
    place.set("RELINK_SECRET_PREVIOUS", "");
    let starts = place.start().is_ok();
    let is_same = before.is_some() && before == after;
    let reseal = match &resealed {
        None => "there is no command that re-seals".to_owned(),
        Some((true, said)) => format!("re-sealed ({})", said.lines().next().unwrap_or_default()),
        Some((false, said)) => format!("reseal failed: {}", said.lines().next().unwrap_or_default()),
    };
    let same = if is_same {
        "the same link".to_owned()
    } else {
        format!("not the same answer ({})", answer.outcome())
    };
    Ok(Came::of(is_same && starts && resealed.is_some_and(|(done, _)| done), format!("{same}; {reseal}")))
}

/// Mail that waits in the outbox when the seal is changed goes out all the same.
pub fn mail_in_waiting(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    place.api(
        "POST",
        "/v1/customer_tokens",
        Some(r#"{"customer":"cus_many","email":"many@customer.example","name":"Many"}"#),
        &[],
    );
    let refused = place.sandbox("mail_refusals", "answer=later&times=1");
    let key = unique("mail");
    let body = r#"{"account":"fca_many","delivery":"email"}"#;
    let asked = place.api("POST", "/v1/hosted_relinks", Some(body), &[("Idempotency-Key", &key)]);
    let id = asked.field("id").unwrap_or_default();
    if !refused.is_good() || asked.status != 202 {
        return Ok(Came::of(
            false,
            format!("no mail could be asked for: {} {}", asked.outcome(), asked.text()),
        ));
    }
    place.stop(std::time::Duration::from_secs(10))?;
    place.set("RELINK_SECRET", OTHER_SECRET);
    place.set("RELINK_SECRET_PREVIOUS", SECRET);
    place.start()?;
    let begun = std::time::Instant::now();
    loop {
        let mail = place
            .api("GET", &format!("/v1/hosted_relinks/{id}"), None, &[])
            .field("mail")
            .unwrap_or_default();
        if mail == "sent" {
            return Ok(Came::of(true, "it was sent under the new seal"));
        }
        if mail == "dead" || begun.elapsed().as_secs() > 15 {
            return Ok(Came::of(
                false,
                format!("it is {mail} {} s after the rotation", begun.elapsed().as_secs()),
            ));
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
}

/// What one key opens must be closed to the others: a webhook signed with the seal, and a token under Stripe's key.
pub fn keys_for_each_other(_: &Site, place: &mut Place) -> Result<Came, Failure> {
    let token = place.token("cus_many")?;
    place.stop(std::time::Duration::from_secs(10))?;
    // Everything but the seal is new; what the seal made stays good.
    place.set("STRIPE_WEBHOOK_SECRET", &format!("{WEBHOOK_SECRET}new"));
    place.start()?;
    let kept = place.session(super::wire::From::Customer, &token, "fca_many").is_good();
    place.stop(std::time::Duration::from_secs(10))?;
    // On this database a server does not even start without the seal before; on another the token is worthless.
    let forgotten = place.try_start(&[("RELINK_SECRET", OTHER_SECRET)])?.is_refused();
    place.set("RELINK_SECRET", OTHER_SECRET);
    place.set("DATABASE_PATH", &place.folder.join("other.sqlite").display().to_string());
    place.start()?;
    let gone = forgotten && place.session(super::wire::From::Customer, &token, "fca_many").status == 401;
    Ok(Came::of(
        kept && gone,
        format!(
            "a customer's token {} Stripe's secret changed, and {} the seal changed without the one before",
            if kept { "stays good when" } else { "IS LOST when" },
            if gone { "is worthless when" } else { "IS GOOD when" }
        ),
    ))
}
