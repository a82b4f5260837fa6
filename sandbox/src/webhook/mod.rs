//! Webhooks: where they go, in which order, how often, and how they are signed and retried.

pub mod send;
pub mod sign;

use crate::secret::Secret;
use crate::version::Version;
use crate::world::event::Event;

/// How events reach the merchant. Stripe delivers at least once and in any order; a test can order both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Once each, in order.
    Normal,
    /// Twice each.
    Twice,
    /// The events of one change in reverse.
    Reordered,
    /// Held until another mode is set.
    Paused,
}

/// What the merchant's address takes: a webhook endpoint takes snapshots, an event destination may take thin events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// Events with the object as it was.
    Snapshot,
    /// Events that only name the object.
    Thin,
    /// Both: two destinations with one address.
    Both,
}

/// One webhook to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The address.
    pub url: String,
    /// The secrets that sign it.
    pub secrets: Vec<Secret>,
    /// The event as JSON.
    pub body: String,
}

/// Where and how webhooks go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The merchant's address; without one nothing is sent.
    pub url: Option<String>,
    /// The secrets that sign; several while a secret is rotated.
    pub secrets: Vec<Secret>,
    /// What the address takes.
    pub payload: Payload,
    mode: Mode,
    held: Vec<Event>,
}

impl Delivery {
    /// Delivers once each and in order.
    pub fn new(url: Option<String>, secret: String) -> Self {
        Self {
            url,
            secrets: vec![Secret::new(secret)],
            payload: Payload::Snapshot,
            mode: Mode::Normal,
            held: Vec::new(),
        }
    }

    /// Sets the mode. Held events go out with the next ones.
    pub fn set_mode(&mut self, mode: Mode) {
        self.mode = mode;
    }

    /// Drops held events, and delivers once each and in order again.
    pub fn start_over(&mut self) {
        self.mode = Mode::Normal;
        self.held.clear();
    }

    /// The webhooks to send after these events, in order, as that version shows them.
    pub fn plan(&mut self, events: Vec<Event>, version: &Version) -> Vec<Outgoing> {
        self.held.extend(events);
        let Some(url) = self.url.clone() else {
            self.held.clear();
            return Vec::new();
        };
        let mut events = match self.mode {
            Mode::Paused => return Vec::new(),
            Mode::Normal | Mode::Twice | Mode::Reordered => std::mem::take(&mut self.held),
        };
        match self.mode {
            Mode::Twice => events = events.iter().flat_map(|event| [event.clone(), event.clone()]).collect(),
            Mode::Reordered => events.reverse(),
            Mode::Normal | Mode::Paused => {}
        }
        let bodies = events.iter().filter(|event| version.has_event(event.name)).flat_map(|event| {
            let snapshot = (self.payload != Payload::Thin).then(|| event.to_json(version));
            let thin = if self.payload == Payload::Snapshot { None } else { event.to_thin_json() };
            [snapshot, thin].into_iter().flatten()
        });
        let outgoing = |body: serde_json::Value| Outgoing {
            url: url.clone(),
            secrets: self.secrets.clone(),
            body: body.to_string(),
        };
        bodies.map(outgoing).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version::newest;

    fn event(id: &str) -> Event {
        Event { id: id.into(), name: "x", created: 0, object: serde_json::Value::Null }
    }

    fn sent(delivery: &mut Delivery, ids: &[&str]) -> Vec<String> {
        let planned = delivery.plan(ids.iter().map(|id| event(id)).collect(), newest());
        planned
            .iter()
            .map(|o| {
                serde_json::from_str::<serde_json::Value>(&o.body).unwrap()["id"].as_str().unwrap().to_owned()
            })
            .collect()
    }

    #[test]
    fn events_go_once_twice_or_in_reverse_as_told() {
        let mut delivery = Delivery::new(Some("http://merchant".into()), "whsec".into());
        assert_eq!(sent(&mut delivery, &["a", "b"]), ["a", "b"]);
        delivery.set_mode(Mode::Twice);
        assert_eq!(sent(&mut delivery, &["a", "b"]), ["a", "a", "b", "b"]);
        delivery.set_mode(Mode::Reordered);
        assert_eq!(sent(&mut delivery, &["a", "b"]), ["b", "a"]);
    }

    #[test]
    fn paused_events_are_kept_until_the_mode_changes() {
        let mut delivery = Delivery::new(Some("http://merchant".into()), "whsec".into());
        delivery.set_mode(Mode::Paused);
        assert!(sent(&mut delivery, &["a"]).is_empty());
        delivery.set_mode(Mode::Normal);
        assert_eq!(sent(&mut delivery, &["b"]), ["a", "b"]);
    }

    #[test]
    fn without_an_address_nothing_is_sent_or_kept() {
        let mut delivery = Delivery::new(None, "whsec".into());
        assert!(sent(&mut delivery, &["a"]).is_empty());
        delivery.url = Some("http://merchant".into());
        assert!(sent(&mut delivery, &[]).is_empty());
    }
}
