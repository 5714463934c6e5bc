//! What listens to parcels: a read model, a process and a deadline.
#![expect(unreachable_pub, reason = "the macros declare what a domain crate exports")]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::parcels::{Chase, Chased, Delivered, Dispatched, Lost, Parcel, Register, Registered};
use crate as kernel;
use crate::{Process, Projection, Recorded, SignedDuration, Timestamp};

kernel::hears! {
    /// What [`Whereabouts`] is made from.
    WhereaboutsHeard { Dispatched { version: 1 }, Chased { version: 1 }, Lost { version: 1 } }
}

kernel::hears! {
    /// What [`Recovery`] hears.
    RecoveryHeard {
        Registered { version: 2, published: true, amount: insured },
        Dispatched { version: 1 },
        Chased { version: 1 },
        Delivered { version: 1, published: true },
        Lost { version: 1 },
    }
}

kernel::sends! {
    /// What [`Recovery`] sends.
    RecoverySends { opens [Register] decides [Chase of Parcel] }
}

/// What was last heard of a parcel that is under way, with all that the log adds to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Whereabouts {
    pub(super) express: bool,
    pub(super) position: i64,
    pub(super) version: i64,
    pub(super) heard_at: Timestamp,
    pub(super) heard_from: String,
}

impl kernel::ReadModel for Whereabouts {
    type Heard = WhereaboutsHeard;
    const NAME: &'static str = "Whereabouts";
    const VERSION: u32 = 1;
}

impl Projection for Whereabouts {
    fn project(view: Option<Self>, heard: &Recorded<WhereaboutsHeard>) -> Option<Self> {
        let express = match &heard.event {
            WhereaboutsHeard::Dispatched(event) => event.express,
            WhereaboutsHeard::Chased(_) => view?.express,
            WhereaboutsHeard::Lost(_) => return None,
        };
        Some(Self {
            express,
            position: heard.position,
            version: heard.version,
            heard_at: heard.recorded_at,
            heard_from: heard.actor.subject.clone(),
        })
    }
}

/// Asks for a parcel again, and registers another in the place of one that is lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Recovery {
    pub(super) heard: u32,
}

impl kernel::ProcessManager for Recovery {
    type Heard = RecoveryHeard;
    type Sends = RecoverySends;
    const NAME: &'static str = "Recovery";
    const STARTS_ON: &'static [&'static str] = &["Dispatched"];
    const ENDS_ON: &'static [&'static str] = &["Delivered", "Lost"];
}

impl Process for Recovery {
    fn key(heard: &Recorded<RecoveryHeard>) -> String {
        heard.stream.to_string()
    }

    /// Counts and answers whatever it is given, and never ends: where it starts and ends is for the board to say.
    fn react(state: Option<Self>, heard: &Recorded<RecoveryHeard>) -> (Option<Self>, Vec<RecoverySends>) {
        let sends = match &heard.event {
            RecoveryHeard::Registered(event) => {
                vec![RecoverySends::Register(Register { weight_g: event.weight_g })]
            }
            RecoveryHeard::Dispatched(_) | RecoveryHeard::Delivered(_) => Vec::new(),
            RecoveryHeard::Chased(event) => {
                vec![RecoverySends::Chase(heard.id(), Chase { nth: event.nth + 1 })]
            }
            RecoveryHeard::Lost(_) => vec![RecoverySends::Register(Register { weight_g: 1 })],
        };
        (Some(Self { heard: state.map_or(1, |state| state.heard + 1) }), sends)
    }
}

/// Chases a parcel after one week and after two.
#[derive(Debug)]
pub(super) struct Chasing;

/// A week.
pub(super) const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

impl kernel::Deadline for Chasing {
    type Aggregate = Parcel;
    type Sends = Chase;
    const NAME: &'static str = "Chasing";
    const SET_BY: &'static str = "Dispatched";
    const CLEARED_BY: &'static [&'static str] = &["Delivered", "Lost"];
    const AFTER: &'static [SignedDuration] = &[WEEK, SignedDuration::from_hours(14 * 24)];
}
