//! Each fault of the network, on each call.

use super::{Judged, drive, judge, report};
use crate::support::{Backend, Doc, Fault, World};
use relink_core::CallKind;

/// How long a fault lasts.
#[derive(Clone, Copy, Debug)]
enum Length {
    Once,
    TwoMinutes,
    ForGood,
}

const LENGTHS: [Length; 3] = [Length::Once, Length::TwoMinutes, Length::ForGood];
const CALLS: [CallKind; 4] = [CallKind::Create, CallKind::Read, CallKind::Complete, CallKind::Cancel];

/// The world of a cell: reads matter most where the bank's page is hosted.
fn world(kind: CallKind) -> World {
    let hosted = kind == CallKind::Read;
    let doc = if hosted { Doc::new("").hosted() } else { Doc::new("") };
    let mut world = World::new(Backend::giving([doc]));
    world.backend.settles_on_read = hosted;
    world
}

fn network(kind: CallKind, fault: Fault, length: Length) -> Judged {
    let mut world = world(kind);
    let (first, until_ms) = match length {
        Length::Once => (1, 0),
        Length::TwoMinutes => (0, 120_000),
        Length::ForGood => (u32::MAX, 0),
    };
    world = world.rule(kind, fault, first, until_ms).start();
    let leaves = kind == CallKind::Cancel;
    drive(&mut world, leaves);
    // A passing fault must not end the flow, unless the answer said that no retry helps.
    let is_over = !matches!(length, Length::ForGood);
    let must_succeed = is_over && !fault.is_final() && !leaves;
    judge(format!("{kind:?} × {fault} × {length:?}"), &world, is_over, must_succeed)
}

#[test]
fn every_network_fault_of_every_call_is_survived() {
    let mut cells = Vec::new();
    for kind in CALLS {
        for fault in Fault::ALL {
            cells.extend(LENGTHS.map(|length| network(kind, *fault, length)));
        }
    }
    report("network", &cells);
    assert_eq!(cells.len(), 372, "4 calls, 31 faults, 3 lengths");
}

#[test]
fn what_the_backend_recorded_is_on_screen_within_ten_seconds_of_the_end_of_six_minutes_of_faults() {
    for fault in [Fault::Status(503), Fault::ResetAfter, Fault::Hang] {
        for kind in [CallKind::Read, CallKind::Complete] {
            let mut world = world(kind).rule(CallKind::Read, fault, 0, 400_000);
            world = world.rule(CallKind::Complete, fault, 0, 400_000).start();
            world.pass(2_000);
            world.go_on();
            world.pass(400_000);
            if world.backend.sessions.values().all(|held| held.document["status"] != "succeeded") {
                world.backend.succeed("rls_1");
            }
            // A request that hangs is given up by its own deadline.
            while !world.is_whole() {
                world.pass(100);
            }
            world.pass(10_000);
            assert!(world.end().starts_with("relink-success"), "{fault} on {kind:?}: {:?}", world.view());
        }
    }
}

#[test]
fn the_third_complete_is_committed_and_then_reset_after_two_that_were_refused() {
    let rules = "first 2 complete: status 503; third complete: commit, then reset";
    let mut world = World::new(Backend::giving([Doc::new("")])).faults(rules).start();
    drive(&mut world, false);
    assert_eq!(world.end(), "relink-success relinked");
    assert_eq!((world.backend.doubles, world.keys(CallKind::Complete).len()), (0, 1));
    let sent = world.requests.iter().filter(|call| call.kind == CallKind::Complete).count();
    assert_eq!(sent, 4, "the answer that was kept comes with the fourth");
}

#[test]
fn five_hundred_resets_after_commit_are_five_hundred_single_executions() {
    for nth in 0..500_u64 {
        let mut world = World::new(Backend::giving([Doc::new("")])).rule(
            CallKind::Complete,
            Fault::ResetAfter,
            1 + (nth % 4) as u32,
            0,
        );
        world.elapsed_ms += nth * 37;
        world.begin();
        drive(&mut world, false);
        assert!(world.end().starts_with("relink-success"), "{nth}: {}", world.end());
        assert_eq!(world.backend.doubles, 0, "{nth}");
        assert_eq!(world.keys(CallKind::Complete).len(), 1, "{nth}");
    }
}
