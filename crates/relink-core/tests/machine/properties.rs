//! Random stories of up to eighty moves: whatever comes, in whatever order, every promise of `relink_oracles::promises`
//! holds
//! after each move. A thousand and more stories in the test command; `PROPTEST_CASES=100000` for more of them, which
//! then differ at each run. Each failure is shrunk by proptest and becomes a test of its own in `regressions`.

use crate::support::shape::Shape;
use crate::support::{
    moves::{Move, Reply},
    play::Play,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

/// There is no model beside the machine: the promises are the model. Only the moves are drawn here.
struct Anything;

impl ReferenceStateMachine for Anything {
    type State = ();
    type Transition = Move;

    fn init_state() -> BoxedStrategy<()> {
        Just(()).boxed()
    }

    fn transitions((): &()) -> BoxedStrategy<Move> {
        let number = any::<u8>;
        prop_oneof![
            3 => (any::<bool>(), any::<bool>()).prop_map(|(named, windows)| Move::Start { named, windows }),
            1 => Just(Move::Restart),
            2 => Just(Move::Reload),
            24 => (number(), reply()).prop_map(|(which, reply)| Move::Answer { which, reply }),
            2 => (0..40_u8, reply()).prop_map(|(number, reply)| Move::Stale { number, reply }),
            10 => number().prop_map(Move::Fire),
            2 => number().prop_map(Move::FireAny),
            14 => number().prop_map(Move::Press),
            3 => number().prop_map(Move::PressAny),
            2 => Just(Move::CloseAsked),
            1 => Just(Move::Withdrawn),
            6 => (number(), number()).prop_map(|(ago, accounts)| Move::Returned { ago, accounts }),
            2 => (number(), number()).prop_map(|(ago, how)| Move::Failed { ago, how }),
            2 => number().prop_map(|ago| Move::Blocked { ago }),
            3 => number().prop_map(|ago| Move::WindowClosed { ago }),
            2 => any::<bool>().prop_map(Move::Online),
            2 => any::<bool>().prop_map(Move::Visible),
            2 => Just(Move::Restored),
            2 => Just(Move::Nudged),
            2 => (0..4_000_u16, -86_400..=86_400_i32)
                .prop_map(|(elapsed_s, wall_s)| Move::Jump { elapsed_s, wall_s }),
        ]
        .boxed()
    }

    fn apply((): (), _: &Move) {}
}

fn reply() -> impl Strategy<Value = Reply> {
    let number = any::<u8>;
    let spoiled = prop_oneof![6 => Just(None), 1 => (number(), number()).prop_map(Some)];
    let shape = (
        prop::bool::weighted(0.05),
        number(),
        number(),
        any::<bool>(),
        number(),
        number(),
        number(),
        number(),
        spoiled,
    );
    let shape = shape.prop_map(|(foreign, status, accounts, any, limit, handoff, result, left, spoiled)| {
        Shape { foreign, status, accounts, any, limit, handoff, result, left, spoiled }
    });
    prop_oneof![
        12 => shape.prop_map(Reply::Session),
        4 => (number(), 0..24_u8, number())
            .prop_map(|(status, code, retry_after)| Reply::Problem { status, code, retry_after }),
        1 => number().prop_map(Reply::Garbage),
        1 => Just(Reply::NoAnswer),
        1 => Just(Reply::TimedOut),
        1 => Just(Reply::HeadersFailed),
        1 => Just(Reply::HeadersRefused),
        1 => Just(Reply::TooLarge),
    ]
}

impl StateMachineTest for Anything {
    type SystemUnderTest = Play;
    type Reference = Self;

    fn init_test((): &()) -> Play {
        let mut play = Play::default();
        play.make(&Move::Start { named: false, windows: true });
        play
    }

    fn apply(mut play: Play, (): &(), turn: Move) -> Play {
        play.make(&turn);
        play
    }
}

fn config() -> ProptestConfig {
    let asked = ProptestConfig::default();
    let more = std::env::var_os("PROPTEST_CASES").is_some();
    ProptestConfig {
        cases: if more { asked.cases } else { 1_536 },
        rng_seed: if more { asked.rng_seed } else { RngSeed::Fixed(2_026) },
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..asked
    }
}

prop_state_machine! {
    #![proptest_config(config())]

    #[test]
    fn every_promise_holds_whatever_comes(sequential 1..80 => Anything);
}
