//! What each door costs: whatever comes in, four times as much of it is at most some four times as much work. A door that is
//! worse lets a small request hold a processor, before anybody has proved who they are.
//!
//! Work cannot be counted exactly without an instrumented build, so the processor's time of this thread is measured, which
//! other programs on the machine do not add to; what looks like too much is run again, and the best of several runs counts. Work that grows with the square is
//! sixteen times as much, and is told apart from four by a wide margin.

use relink_oracles::doors::{DOORS, Oracle};
use relink_signature::{Refusal, verify};
use relink_wire::Secret;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// The smaller input, in bytes.
const SMALL: usize = 4 * 1024;
/// The larger one is so many times as large.
const TIMES: u32 = 4;
/// More than this many times the work is too much: twice what it should be.
const MOST: u32 = 2 * TIMES;
/// What is always granted: the resolution of the clock, and memory that is fetched for the first time.
const SLACK: Duration = Duration::from_millis(3);
/// Runs of which the best counts.
const RUNS: usize = 5;

#[cfg(unix)]
fn processor_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let whole = u64::try_from(now.tv_sec).expect("after the beginning");
    Duration::new(whole, u32::try_from(now.tv_nsec).expect("less than a second"))
}

#[cfg(not(unix))]
fn processor_time() -> Duration {
    use std::sync::LazyLock;
    use std::time::Instant;
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGUN.elapsed()
}

fn cost(work: &impl Fn()) -> Duration {
    let begun = processor_time();
    work();
    processor_time() - begun
}

/// The best of several runs: what a first run pays for memory and caches is not the door's.
fn best(work: impl Fn()) -> Duration {
    (0..RUNS).map(|_| cost(&work)).min().unwrap_or_default()
}

/// How much work the smaller and the larger input are, where the larger is too much more.
fn excess(work: impl Fn(usize)) -> Option<(Duration, Duration)> {
    let too_much = |small: Duration, large: Duration| large > small * MOST + SLACK;
    let (small, large) = (|| work(SMALL), || work(SMALL * TIMES as usize));
    if !too_much(cost(&small), cost(&large)) {
        return None;
    }
    let (small, large) = (best(small), best(large));
    too_much(small, large).then_some((small, large))
}

fn repeated(pattern: &[u8], length: usize) -> Vec<u8> {
    pattern.iter().copied().cycle().take(length).collect()
}

/// What makes parsers work: depth, quotes, escapes, separators, numbers.
const PATTERNS: [&[u8]; 12] = [
    b"[",
    b"{\"a\":",
    b"\"\\u0000",
    b"{\"accounts\":[{}],",
    b"1e9",
    b",v1=",
    b"t=1,",
    b"%2e%2e/",
    b"\xe2\x80\x8d",
    b"a.",
    b"\xff\x00",
    b"https://a@b/",
];

fn judged(name: &str, oracle: Oracle) -> Vec<String> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/seeds")).join(name);
    let seeds = fs::read_dir(folder).expect("seeds").map(|entry| entry.expect("an entry").path());
    let seeds = seeds.map(|path| fs::read(path).expect("a seed")).filter(|seed| !seed.is_empty());
    let patterns = PATTERNS.iter().map(|pattern| pattern.to_vec()).chain(seeds);
    let too_much = |pattern: Vec<u8>| {
        let (small, large) = excess(|length| oracle(&repeated(&pattern, length)))?;
        Some(format!(
            "{name}: {small:?}, and {large:?} for four times as much of {:?}",
            String::from_utf8_lossy(&pattern)
        ))
    };
    patterns.filter_map(too_much).collect()
}

#[test]
fn four_times_the_input_is_about_four_times_the_work_at_every_door() {
    let wrong: Vec<String> = DOORS.iter().flat_map(|(name, oracle)| judged(name, *oracle)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Nobody has proved anything before a signature is checked. Here all that an attacker chooses grows: the header's entries,
/// whatever they are, and the body.
#[test]
fn a_signature_is_refused_with_little_work_however_long_header_and_body_are() {
    const NOW: i64 = 1_795_000_000;
    let secret = Secret::new("whsec_planted");
    let hex = "0".repeat(64);
    for entry in
        [format!(",v1={hex}"), ",v1=".into(), ",v1".into(), ",".into(), ",t=1".into(), ",v0=aa".into()]
    {
        let header = |length: usize| format!("t={NOW}{}", entry.repeat(length / entry.len()));
        let whole = excess(|length| {
            let refused = verify(&secret, &header(length), &repeated(b"{}", length * 8), NOW);
            assert!(matches!(refused, Err(Refusal::DoesNotFit | Refusal::TooLong)));
        });
        assert_eq!(whole, None, "{entry}");
    }
    // What is too long is not read: the body is never hashed for it, and the length of the header does not matter.
    let body = repeated(b"{}", 512 * 1024);
    let long = format!("t={NOW}{}", format!(",v1={hex}").repeat(100_000));
    let refused = best(|| assert_eq!(verify(&secret, &long, &body, NOW), Err(Refusal::TooLong)));
    let stale = best(|| assert_eq!(verify(&secret, "t=1,v1=", &body, NOW), Err(Refusal::OutOfTime)));
    assert!(refused < SLACK && stale < SLACK, "{refused:?}, {stale:?}");
}

#[test]
fn the_oracle_objects_to_work_that_grows_with_the_square() {
    let square = |length: usize| {
        let words = length / 64;
        let mut sum = 0_usize;
        for outer in 0..words {
            for inner in 0..words {
                sum = std::hint::black_box(sum.wrapping_add(outer ^ inner));
            }
        }
    };
    // Long enough that the slack says nothing, on a quick machine too.
    assert!(excess(|length| square(length * 16)).is_some());
    assert!(
        excess(|length| (0..length * 64).for_each(|at| assert!(std::hint::black_box(at) < usize::MAX)))
            .is_none()
    );
}
