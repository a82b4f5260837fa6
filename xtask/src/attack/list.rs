//! The list of attacks: what each is called and does, which function it is, and whether others are watched.

use super::came::Came;
use super::place::{Place, Site};
use super::{floods, keys, link, memory, modes, passwords, shapes, staff, webhooks};
use crate::failure::Failure;

/// One attack.
pub struct Attack {
    /// The point of the threat model that it belongs to: a number of the list in docs/attacks.md, or `-` for its brothers.
    pub point: &'static str,
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it does, in a few words.
    pub does: &'static str,
    /// Does it.
    pub run: fn(&Site, &mut Place) -> Result<Came, Failure>,
    /// What it is about: rules alone, or what it costs others.
    pub kind: Kind,
    /// Whether it is quick enough for every test run.
    pub is_short: bool,
}

/// How an attack is judged.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A rule is tried with a few requests.
    Rule,
    /// Other customers are watched meanwhile.
    Cost,
    /// The same, with 256 files for the server.
    CostWith256Files,
}

use Kind::{Cost, CostWith256Files, Rule};

const fn attack(
    point: &'static str,
    name: &'static str,
    does: &'static str,
    run: fn(&Site, &mut Place) -> Result<Came, Failure>,
    kind: Kind,
    is_short: bool,
) -> Attack {
    Attack { point, name, does, run, kind, is_short }
}

/// Every attack, by the point that it belongs to. A row is a line, so that the list can be read.
#[rustfmt::skip]
pub const ATTACKS: &[Attack] = &[
    attack("1", "webhook-100000", "100,000 v1= entries over a body of 512 KB, 8 times", webhooks::hundred_thousand, Cost, true),
    attack("1", "webhook-8kb", "8 KB of signatures over 512 KB, 40 times", webhooks::eight_kilobytes, Cost, false),
    attack("1", "webhook-well-formed", "8 wrong signatures over 512 KB, 120 times", webhooks::well_formed, Cost, false),
    attack("1", "webhook-forged", "an event under no, wrong, old and doubled signatures", webhooks::forged, Rule, true),
    attack("2", "demonstration", "sign-in, reset and fault routes of demonstrations and tests", modes::demonstration, Rule, true),
    attack("2", "other-mode", "a test database with live keys, and the way back", modes::other_mode, Rule, true),
    attack("2", "other-account", "a database with keys of another Stripe account", modes::other_account, Rule, false),
    attack("3", "forty-guesses", "40 passwords for one name at once, the right one last", passwords::forty_at_once, Rule, true),
    attack("3", "forty-addresses", "the same from 40 addresses", passwords::forty_addresses, Rule, false),
    attack("3", "spray", "one password at 80 names from one address", passwords::spray, Rule, false),
    attack("3", "spray-spoofed", "the same, a false X-Forwarded-For each time", passwords::spray_with_false_addresses, Rule, false),
    attack("4", "passwords-560", "560 passwords from 32 connections", passwords::five_hundred_and_sixty, Cost, false),
    attack("4", "passwords-100-addresses", "300 passwords from 100 addresses", passwords::from_a_hundred_addresses, Cost, false),
    attack("4", "half-heads", "300 requests whose headers never end; 256 files", floods::half_heads, CostWith256Files, false),
    attack("4", "half-bodies", "300 requests whose bodies never end; 256 files", floods::half_bodies, CostWith256Files, false),
    attack("4", "silent", "300 connections that say nothing; 256 files", floods::silent, CostWith256Files, false),
    attack("4", "idle", "300 connections that asked once; 256 files", floods::idle, CostWith256Files, false),
    attack("4", "slow-readers", "200 readers of 4 MB who do not read; 256 files", floods::slow_readers, CostWith256Files, false),
    attack("4", "stop-half-sent", "the signal to stop with 60 such connections open", floods::stop_while_half_sent, Rule, true),
    attack("4", "sessions-token", "300 sessions of one account by one customer", floods::sessions_by_token, Cost, true),
    attack("4", "sessions-accounts", "300 sessions of 300 accounts by one customer", floods::sessions_of_many_accounts, Cost, false),
    attack("4", "sessions-link", "300 sessions by one link, without a sign-in", floods::sessions_by_link, Cost, true),
    attack("-", "links", "300 links for one account by a stolen API key", floods::links_by_key, Cost, false),
    attack("-", "reads", "1000 reads of a pending session", floods::reads, Cost, false),
    attack("-", "idempotency-keys", "1500 wrong requests, each with another Idempotency-Key", floods::keys_without_number, Cost, false),
    attack("-", "wrong-bearers", "1500 requests with tokens and keys that are none", floods::wrong_bearers, Cost, false),
    attack("5", "rotation-forgotten", "RELINK_SECRET changed, the same Idempotency-Key again", keys::rotation_forgotten, Rule, true),
    attack("5", "rotation-kept", "the same with the secret before kept; then re-sealed", keys::rotation_kept, Rule, false),
    attack("5", "mail-in-waiting", "a mail in the outbox while the secret changes", keys::mail_in_waiting, Rule, false),
    attack("5", "keys-apart", "what one secret's change does to what another made", keys::keys_for_each_other, Rule, false),
    attack("6", "environments", "17 environments with mixed modes, clear text, short secrets", modes::environments, Rule, true),
    attack("7", "trace", "2 wrong passwords, a key made and revoked", memory::failures_leave_a_trace, Rule, true),
    attack("7", "lock-trace", "12 wrong passwords, and the lock", memory::a_lock_leaves_a_trace, Rule, false),
    attack("7", "removed-line", "lines of the security log removed, changed, swapped", memory::a_removed_line_shows, Rule, false),
    attack("7", "forged-line", "line breaks in a name and an address", memory::a_forged_line, Rule, false),
    attack("8", "erased", "a customer erased; then token, session, link, files", memory::erased, Rule, true),
    attack("8", "erasing-by-others", "the route that erases by nobody, a customer, another key", memory::erasing_by_others, Rule, false),
    attack("9", "removed-staff", "somebody removed while signed in", staff::removed, Rule, true),
    attack("9", "old-sign-ins", "a sign-in after a new password; a cookie after the sign-out", staff::old_sign_ins, Rule, false),
    attack("9", "key-scope", "a key that was revoked, and one beyond its scope", staff::keys_beyond_their_scope, Rule, true),
    attack("9", "second-factor", "codes again, old ones, 40 guesses, the password alone", staff::second_factor, Rule, false),
    attack("10", "shared-origin", "the dashboard at the public address with live keys; HSTS", staff::shared_origin, Rule, false),
    attack("10", "headers", "nosniff, CSP and COOP on 11 kinds of answers", staff::headers, Rule, true),
    attack("-", "cross-site-sign-in", "a sign-in from other origins, and a rebound host", staff::cross_site_sign_in, Rule, false),
    attack("11", "token-travels", "a link followed: its token in addresses, pages, the log", link::token_travels, Rule, true),
    attack("11", "scanner", "20 programs that look into a mail", link::scanner, Rule, true),
    attack("11", "link-for-more", "other accounts and customers by one link", link::link_for_more, Rule, false),
    attack("11", "link-forged-post", "POSTs from another site's page, without the page's token", link::forged_post, Rule, false),
    attack("-", "large-bodies", "10 MB in one piece, in chunks, in chunks of one byte", shapes::large_bodies, Cost, false),
    attack("-", "header-floods", "10,000 headers, 1 MB of header or address, 4000 cookies", shapes::header_floods, Cost, false),
    attack("-", "path-tricks", "32 addresses with .., %2f, %00 and the like", shapes::path_tricks, Rule, true),
    attack("-", "host-tricks", "Host, Forwarded and X-Forwarded-Host of another site", shapes::host_tricks, Rule, false),
    attack("-", "cors", "10 origins that are not on the list, null among them", shapes::cors, Rule, true),
    attack("-", "json-bombs", "JSON that is deep, wide, doubled, or falls together", shapes::json_bombs, Cost, false),
    attack("-", "huge-queries", "10,000 parameters and fields", shapes::huge_queries, Rule, false),
    attack("-", "smuggling", "12 requests with two lengths, two ends or two meanings", shapes::smuggling, Rule, true),
    attack("-", "inside-knowledge", "addresses that tell what is inside", shapes::inside_knowledge, Rule, false),
    attack("-", "http2-rapid-reset", "HTTP/2 unasked, 10,000 resets, and the upgrade", shapes::http2, Cost, false),
];

#[cfg(test)]
mod tests {
    use super::ATTACKS;
    use std::collections::BTreeSet;

    #[test]
    fn every_point_of_the_server_is_attacked_and_by_a_short_one_too() {
        let names: BTreeSet<&str> = ATTACKS.iter().map(|attack| attack.name).collect();
        assert_eq!(names.len(), ATTACKS.len(), "a name twice");
        for point in (1..=11).map(|point| point.to_string()) {
            let of_point = || ATTACKS.iter().filter(|attack| attack.point == point);
            assert!(of_point().any(|attack| attack.is_short), "{point}");
        }
    }
}
