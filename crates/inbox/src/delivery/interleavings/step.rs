//! What may happen, drawn at random.

use std::time::Duration;

use proptest::{prelude::*, sample::Index};
use switchboard_store::MessageStatus;

/// Things that happen at once, each on a connection of its own, and the time that passes afterwards.
#[derive(Debug, Clone)]
pub(super) struct Round {
    pub(super) steps: Vec<Step>,
    pub(super) then_passes: Duration,
}

#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) what: What,
    /// The process dies before the commit.
    pub(super) rolled_back: bool,
}

/// `pick` chooses among what there is at that moment; with nothing to choose from, nothing happens.
#[derive(Debug, Clone)]
pub(super) enum What {
    Says {
        pair: Index,
        messages: usize,
    },
    /// A webhook comes again.
    SaysAgain {
        pick: Index,
    },
    TypesOnPhone {
        pair: Index,
    },
    ClaimTurns,
    RenewLease {
        pick: Index,
    },
    /// By its worker, whether or not it holds the lease still. `looks_again`: it has seen what came since the claim.
    FinishTurn {
        pick: Index,
        looks_again: bool,
        comes_to: Thinks,
    },
    /// The worker vanishes with its lease.
    ForgetTurn {
        pick: Index,
    },
    TakeOver {
        pair: Index,
    },
    HandBack {
        pair: Index,
    },
    OperatorSends {
        pair: Index,
    },
    ClaimSends {
        limit: i64,
    },
    LapseSends,
    /// A call to Graph is over.
    SendEnds {
        pick: Index,
        how: Ends,
    },
    /// A status of something Graph has taken, or takes now. `through`: the number of this pair, the right one or not.
    Status {
        pick: Index,
        status: MessageStatus,
        with_our_id: bool,
        through: Option<Index>,
    },
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Thinks {
    Answer { parts: usize },
    HandOff,
    TryAgain,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Ends {
    Sent,
    /// `taken`: Graph has the message, though it did not say so.
    Unknown {
        taken: bool,
    },
    Vanished {
        taken: bool,
    },
    Retry,
    Paused,
    Held,
    Failed,
}

pub(super) fn rounds() -> impl Strategy<Value = Vec<Round>> {
    prop::collection::vec(round(), 1..40)
}

fn round() -> impl Strategy<Value = Round> {
    let steps = prop_oneof![2 => prop::collection::vec(step(), 1..=1), 3 => prop::collection::vec(step(), 2..=2)];
    // The quiet period, the pair's interval, the lease of a turn, that of a send, the wait for a status.
    let seconds = prop_oneof![6 => Just(0), 3 => Just(1), 3 => Just(2), 2 => Just(6), 1 => Just(16), 1 => Just(21), 1 => Just(31)];
    (steps, seconds).prop_map(|(steps, seconds)| Round { steps, then_passes: Duration::from_secs(seconds) })
}

fn step() -> impl Strategy<Value = Step> {
    (what(), prop::bool::weighted(0.08)).prop_map(|(what, rolled_back)| Step { what, rolled_back })
}

fn what() -> impl Strategy<Value = What> {
    use What::*;
    let index = any::<Index>;
    prop_oneof![
        6 => (index(), 1_usize..=2).prop_map(|(pair, messages)| Says { pair, messages }),
        2 => index().prop_map(|pick| SaysAgain { pick }),
        1 => index().prop_map(|pair| TypesOnPhone { pair }),
        5 => Just(ClaimTurns),
        1 => index().prop_map(|pick| RenewLease { pick }),
        6 => (index(), any::<bool>(), thinks()).prop_map(|(pick, looks_again, comes_to)| FinishTurn { pick, looks_again, comes_to }),
        1 => index().prop_map(|pick| ForgetTurn { pick }),
        3 => index().prop_map(|pair| TakeOver { pair }),
        4 => index().prop_map(|pair| HandBack { pair }),
        2 => index().prop_map(|pair| OperatorSends { pair }),
        6 => (1_i64..=3).prop_map(|limit| ClaimSends { limit }),
        2 => Just(LapseSends),
        7 => (index(), ends()).prop_map(|(pick, how)| SendEnds { pick, how }),
        4 => (index(), status(), any::<bool>(), prop::option::weighted(0.3, index()))
            .prop_map(|(pick, status, with_our_id, through)| Status { pick, status, with_our_id, through }),
    ]
}

fn thinks() -> impl Strategy<Value = Thinks> {
    prop_oneof![8 => (1_usize..=2).prop_map(|parts| Thinks::Answer { parts }), 1 => Just(Thinks::HandOff), 1 => Just(Thinks::TryAgain)]
}

fn ends() -> impl Strategy<Value = Ends> {
    prop_oneof![
        8 => Just(Ends::Sent),
        2 => any::<bool>().prop_map(|taken| Ends::Unknown { taken }),
        2 => any::<bool>().prop_map(|taken| Ends::Vanished { taken }),
        2 => Just(Ends::Retry),
        1 => Just(Ends::Paused),
        1 => Just(Ends::Held),
        1 => Just(Ends::Failed),
    ]
}

fn status() -> impl Strategy<Value = MessageStatus> {
    use MessageStatus::{Delivered, Failed, Read, Sent};
    prop_oneof![3 => Just(Sent), 3 => Just(Delivered), 2 => Just(Read), 1 => Just(Failed)]
}
