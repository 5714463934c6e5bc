//! A small context for the cases: its tables are those that `messages.rs` has in every context.

use macadam_kernel::{Aggregate, Evolve, Open};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A parcel waits in its locker, or somebody has collected it.
#[derive(Debug, Clone, PartialEq)]
pub enum Parcel {
    Waiting(Waiting),
    Collected,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    pub days: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Deposited {
    pub days: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Prolonged {
    pub days: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Collected {}

/// Keep the parcel for more days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Prolong {
    pub days: u32,
}

/// Take the parcel out, or keep it for a day longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Visit {
    pub takes_it: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum Rejection {
    AlreadyCollected,
}

impl std::fmt::Display for Rejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("already collected")
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ParcelView {
    pub waits: bool,
}

impl From<&Parcel> for ParcelView {
    fn from(parcel: &Parcel) -> Self {
        Self { waits: matches!(parcel, Parcel::Waiting(_)) }
    }
}

macadam_kernel::aggregate_events! {
    /// Every event of [`Parcel`].
    ParcelEvent {
        Deposited { version: 1 },
        Prolonged { version: 1 },
        Collected { version: 1 },
    }
}

macadam_kernel::emits! {
    /// What [`Visit`] may emit.
    VisitEmits of ParcelEvent { Prolonged, Collected }
}

macadam_kernel::messages! {
    Prolong of Parcel by ["Recipient"] emits Prolonged rejects ["already-collected"];
    Visit of Parcel by ["Recipient"] emits VisitEmits rejects ["already-collected"];
}

impl Open<Deposited> for Parcel {
    fn open(event: &Deposited) -> Self {
        Self::Waiting(Waiting { days: event.days })
    }
}

impl Evolve<Prolonged> for Parcel {
    fn evolve(&mut self, event: &Prolonged) {
        if let Self::Waiting(waiting) = self {
            waiting.days += event.days;
        }
    }
}

impl Aggregate for Parcel {
    type Event = ParcelEvent;
    type Rejection = Rejection;
    type View = ParcelView;
    const NAME: &'static str = "Parcel";

    fn open(event: &ParcelEvent) -> Option<Self> {
        match event {
            ParcelEvent::Deposited(event) => Some(Open::open(event)),
            ParcelEvent::Prolonged(_) | ParcelEvent::Collected(_) => None,
        }
    }

    fn evolve(&mut self, event: &ParcelEvent) {
        match event {
            ParcelEvent::Deposited(_) => {}
            ParcelEvent::Prolonged(event) => Evolve::evolve(self, event),
            ParcelEvent::Collected(_) => *self = Self::Collected,
        }
    }
}
