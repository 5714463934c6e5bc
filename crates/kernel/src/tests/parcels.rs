//! The context that the tests play with: parcels that are registered, dispatched, and delivered or lost.
#![expect(unreachable_pub, reason = "the macros declare what a domain crate exports")]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate as kernel;
use crate::{Actor, Currency, Decided, Decision, Due, Money, Opened, Opening, SYSTEM, Timestamp};

kernel::aggregate_events! {
    /// Every event of [`Parcel`].
    ParcelEvent {
        Registered { version: 2, published: true, amount: insured },
        Dispatched { version: 1 },
        Delivered { version: 1, published: true },
        Chased { version: 1 },
        Lost { version: 1 },
    }
}

kernel::emits! {
    /// What [`Chase`] may emit.
    ChaseEmits of ParcelEvent { Chased, Lost }
}

kernel::messages! {
    Register of Parcel by ["Sender"] emits Registered rejects ["too-heavy"];
    TakeOver of Parcel by ["Carrier"] emits Registered rejects ["too-heavy"];
    Dispatch of Parcel by ["Sender", "Clerk"] emits Dispatched rejects ["not-at-hand", "somebody-elses"];
    Deliver of Parcel by ["Courier"] emits Delivered rejects ["not-under-way"];
    Chase of Parcel by ["system"] emits ChaseEmits rejects ["not-under-way"];
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Registered {
    pub(super) sender: String,
    pub(super) weight_g: u32,
    pub(super) insured: Money,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Dispatched {
    pub(super) express: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Delivered {
    pub(super) at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Chased {
    pub(super) nth: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Lost {}

/// How far a parcel has come.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub(super) enum Place {
    AtHand,
    UnderWay { chased: u32 },
    Gone,
}

/// The aggregate.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Parcel {
    pub(super) sender: String,
    pub(super) place: Place,
}

/// What a client sees of a parcel.
#[derive(Serialize, JsonSchema)]
pub(super) struct ParcelView {
    place: Place,
}

impl From<&Parcel> for ParcelView {
    fn from(parcel: &Parcel) -> Self {
        Self { place: parcel.place }
    }
}

/// By which rules the context says no.
#[derive(Debug, Clone, PartialEq, thiserror::Error, Serialize, JsonSchema)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub(super) enum Rejection {
    #[error("a parcel weighs at most {limit_g} g")]
    TooHeavy { limit_g: u32 },
    #[error("the parcel is not at hand")]
    NotAtHand,
    #[error("the parcel is somebody else's")]
    SomebodyElses,
    #[error("the parcel is not under way")]
    NotUnderWay,
    /// Which no command lists.
    #[error("the office is closed")]
    Closed,
}

impl kernel::Aggregate for Parcel {
    type Event = ParcelEvent;
    type Rejection = Rejection;
    type View = ParcelView;
    const NAME: &'static str = "Parcel";

    fn open(event: &ParcelEvent) -> Option<Self> {
        match event {
            ParcelEvent::Registered(event) => Some(kernel::Open::open(event)),
            _ => None,
        }
    }

    fn evolve(&mut self, event: &ParcelEvent) {
        self.place = match event {
            ParcelEvent::Registered(_) => self.place,
            ParcelEvent::Dispatched(_) => Place::UnderWay { chased: 0 },
            ParcelEvent::Chased(Chased { nth }) => Place::UnderWay { chased: *nth },
            ParcelEvent::Delivered(_) | ParcelEvent::Lost(_) => Place::Gone,
        };
    }
}

impl kernel::Open<Registered> for Parcel {
    fn open(event: &Registered) -> Self {
        Self { sender: event.sender.clone(), place: Place::AtHand }
    }
}

/// Registers a parcel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Register {
    pub(super) weight_g: u32,
}

impl Register {
    pub(super) const LIMIT_G: u32 = 30_000;
}

impl Opening for Register {
    type Facts = ();

    fn decide(self, (): &()) -> Opened<Self> {
        weighed(self.weight_g, Self::LIMIT_G)
    }
}

/// Registers a parcel that another carrier hands over, under the limit that was agreed with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct TakeOver {
    pub(super) weight_g: u32,
}

impl Opening for TakeOver {
    type Facts = u32;

    fn decide(self, limit_g: &u32) -> Opened<Self> {
        weighed(self.weight_g, *limit_g)
    }
}

fn weighed(weight_g: u32, limit_g: u32) -> Result<Registered, Rejection> {
    if weight_g > limit_g { Err(Rejection::TooHeavy { limit_g }) } else { Ok(registered_with(weight_g)) }
}

/// Sends a parcel on its way: its sender may, and any clerk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Dispatch {
    pub(super) express: bool,
}

impl Decision for Dispatch {
    type Permit<'a> = ();
    type Facts = ();

    fn guard(parcel: &Parcel, actor: &Actor) -> Result<(), Rejection> {
        match parcel.place {
            Place::AtHand if actor.is("Clerk") || actor.subject == parcel.sender => Ok(()),
            Place::AtHand => Err(Rejection::SomebodyElses),
            Place::UnderWay { .. } | Place::Gone => Err(Rejection::NotAtHand),
        }
    }

    fn decide(self, (): (), (): &()) -> Decided<Self> {
        Ok(vec![Dispatched { express: self.express }])
    }
}

/// Hands a parcel over, at the time that is looked up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Deliver {}

impl Decision for Deliver {
    type Permit<'a> = ();
    type Facts = Timestamp;

    fn guard(parcel: &Parcel, _: &Actor) -> Result<(), Rejection> {
        parcel.chased().map(drop)
    }

    fn decide(self, (): (), now: &Timestamp) -> Decided<Self> {
        Ok(vec![Delivered { at: *now }])
    }
}

/// Asks where a parcel is, for the nth time; the second time, it counts as lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Chase {
    pub(super) nth: u32,
}

impl From<Due> for Chase {
    fn from(due: Due) -> Self {
        Self { nth: due.nth }
    }
}

impl Decision for Chase {
    type Permit<'a> = u32;
    type Facts = ();

    fn guard(parcel: &Parcel, actor: &Actor) -> Result<u32, Rejection> {
        if actor.is(SYSTEM) { parcel.chased() } else { Err(Rejection::Closed) }
    }

    fn decide(self, chased: u32, (): &()) -> Decided<Self> {
        match self.nth {
            nth if nth <= chased => Ok(Vec::new()),
            1 => Ok(vec![Chased { nth: 1 }.into()]),
            // By a rule that the board does not list for this command, which an example must notice.
            9 => Err(Rejection::Closed),
            _ => Ok(vec![Lost {}.into()]),
        }
    }
}

impl Parcel {
    fn chased(&self) -> Result<u32, Rejection> {
        match self.place {
            Place::UnderWay { chased } => Ok(chased),
            Place::AtHand | Place::Gone => Err(Rejection::NotUnderWay),
        }
    }
}

/// What somebody registered.
pub(super) fn registered() -> Registered {
    registered_with(500)
}

pub(super) fn registered_with(weight_g: u32) -> Registered {
    Registered { sender: "somebody".to_owned(), weight_g, insured: Money::from_minor(5_000, Currency::EUR) }
}

pub(super) fn at_hand() -> Vec<ParcelEvent> {
    kernel::events![registered()]
}

pub(super) fn under_way() -> Vec<ParcelEvent> {
    kernel::events![registered(), Dispatched { express: false }]
}
