//! Other customers, who come in a steady rhythm and do honest things: whether the server lives, a file of the widget, a session
//! read, a session begun. How long they wait before and during an attack is what the attack costs them.
//!
//! Each request has its moment, whatever became of the one before, and is timed from that moment: a server that stands still for a
//! second makes all wait whose moment fell into it. Each comes on a connection of its own, as a new customer does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::place::Place;
use super::wire::{From, request, send_within, unique};
use crate::failure::Failure;

/// The customer who does them, and one more who reads: a customer who reads as often as both together is told to wait.
const CUSTOMER: &str = "cus_demo";
const SECOND: (&str, &str) = ("cus_other", "fca_other");
/// Accounts of that customer that can be relinked, one after the other.
const ACCOUNTS: [&str; 8] = [
    "fca_access_expired",
    "fca_access_denied",
    "fca_account_unavailable",
    "fca_institution_requirement",
    "fca_unspecified",
    "fca_unknown_cause",
    "fca_tan_expired",
    "fca_everything",
];
/// After so long without an answer a customer has gone.
const GONE: Duration = Duration::from_secs(5);
/// How much longer the slowest of a hundred may wait during an attack.
pub const AT_MOST: u32 = 3;
/// What the machine's own scheduler does to any program on two cores that are both at work: a p99 below it during an attack
/// is no finding, whatever it was before.
pub const NOISE: Duration = Duration::from_millis(20);

/// What a customer does, and how often.
#[derive(Clone, Copy)]
enum Errand {
    Livez,
    File,
    Read,
    Create,
}

impl Errand {
    const ALL: [Self; 4] = [Self::Livez, Self::File, Self::Read, Self::Create];

    /// Time between two of them.
    fn rhythm(self) -> Duration {
        match self {
            Self::Livez | Self::File => Duration::from_millis(40),
            Self::Read => Duration::from_millis(60),
            Self::Create => Duration::from_millis(1000),
        }
    }
}

/// One request.
struct Sample {
    due: Instant,
    took: Duration,
    is_good: bool,
}

/// What other customers saw.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// p99 without the attack.
    pub before: Duration,
    /// p99 with it.
    pub during: Duration,
    /// Requests with it.
    pub count_during: usize,
    /// Requests that did not get what they asked for, with the attack.
    pub failed: usize,
}

impl Seen {
    /// Whether the attack did not reach them.
    pub fn is_unharmed(&self) -> bool {
        self.failed == 0 && self.during <= NOISE.max(self.before * AT_MOST)
    }

    /// In a few words.
    pub fn say(&self) -> String {
        let ms = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1000.0);
        let failed = match self.failed {
            0 => String::new(),
            failed => format!(", {failed} of {} failed", self.count_during),
        };
        let times = self.during.as_secs_f64() / self.before.as_secs_f64().max(f64::MIN_POSITIVE);
        format!("{} → {} ms (× {times:.1}){failed}", ms(self.before), ms(self.during))
    }
}

/// Customers who come until they are told to stop.
pub struct Bystanders {
    stop: Arc<AtomicBool>,
    errands: Vec<JoinHandle<Vec<Sample>>>,
}

impl Bystanders {
    /// Lets them come.
    pub fn start(place: &Place) -> Result<Self, Failure> {
        let token = place.token(CUSTOMER)?;
        let open = |token: &str, account: &str| {
            let session = place.session(From::Customer, token, account).field("id");
            session.ok_or_else(|| place.broken("an honest customer gets no session"))
        };
        let session = open(&token, ACCOUNTS[0])?;
        let second = place.token(SECOND.0)?;
        let reads = [read(&token, &session), read(&second, &open(&second, SECOND.1)?)];
        let stop = Arc::new(AtomicBool::new(false));
        let port = place.port;
        let errands = Errand::ALL.map(|errand| {
            let (stop, token, reads) = (Arc::clone(&stop), token.clone(), reads.clone());
            std::thread::spawn(move || come(errand, port, &token, &reads, &stop))
        });
        Ok(Self { stop, errands: errands.into() })
    }

    /// Sends them home. The attack lasted from `begun` to `ended`.
    pub fn stop(self, begun: Instant, ended: Instant) -> Seen {
        self.stop.store(true, Ordering::Relaxed);
        let samples: Vec<Sample> =
            self.errands.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect();
        let before: Vec<&Sample> = samples.iter().filter(|sample| sample.due < begun).collect();
        let during: Vec<&Sample> =
            samples.iter().filter(|sample| begun <= sample.due && sample.due < ended).collect();
        Seen {
            before: p99(&before),
            during: p99(&during),
            count_during: during.len(),
            failed: during.iter().filter(|sample| !sample.is_good).count(),
        }
    }
}

/// A request that reads a session.
fn read(token: &str, session: &str) -> Vec<u8> {
    let bearer = format!("Bearer {token}");
    request("GET", &format!("/relink/sessions/{session}"), &[("Authorization", &bearer)], None)
}

fn come(errand: Errand, port: u16, token: &str, reads: &[Vec<u8>], stop: &AtomicBool) -> Vec<Sample> {
    let bearer = format!("Bearer {token}");
    let mut samples = Vec::new();
    let mut due = Instant::now();
    let mut turn = 0;
    while !stop.load(Ordering::Relaxed) {
        let bytes = match errand {
            Errand::Livez => request("GET", "/livez", &[], None),
            Errand::File => request("GET", "/widget/relink-widget.js", &[], None),
            Errand::Read => reads[turn % reads.len()].clone(),
            Errand::Create => {
                let body = format!(r#"{{"account":"{}"}}"#, ACCOUNTS[turn % ACCOUNTS.len()]);
                let key = unique("honest");
                let headers = [
                    ("Authorization", bearer.as_str()),
                    ("Idempotency-Key", key.as_str()),
                    ("Content-Type", "application/json"),
                ];
                request("POST", "/relink/sessions", &headers, Some(body.as_bytes()))
            }
        };
        turn += 1;
        let answer = send_within(From::Customer, port, &bytes, GONE);
        samples.push(Sample { due, took: due.elapsed(), is_good: answer.is_good() });
        due += errand.rhythm();
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    samples
}

fn p99(samples: &[&Sample]) -> Duration {
    let mut times: Vec<Duration> = samples.iter().map(|sample| sample.took).collect();
    times.sort_unstable();
    let rank = (times.len() * 99).div_ceil(100);
    times.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{NOISE, Sample, Seen, p99};
    use std::time::{Duration, Instant};

    #[test]
    fn p99_is_what_ninety_nine_of_a_hundred_stay_within() {
        let of = |count: u64| -> Vec<Sample> {
            (1..=count)
                .map(|ms| Sample { due: Instant::now(), took: Duration::from_millis(ms), is_good: true })
                .collect()
        };
        for (count, expected) in [(100, 99), (200, 198), (1, 1), (0, 0)] {
            let samples = of(count);
            assert_eq!(p99(&samples.iter().collect::<Vec<_>>()), Duration::from_millis(expected));
        }
    }

    #[test]
    fn whoever_waits_four_times_as_long_or_gets_nothing_is_harmed() {
        let seen = Seen { before: NOISE, during: NOISE * 3, count_during: 100, failed: 0 };
        assert!(seen.is_unharmed());
        assert!(!Seen { during: NOISE * 4, ..seen }.is_unharmed());
        assert!(!Seen { failed: 1, ..seen }.is_unharmed());
    }
}
