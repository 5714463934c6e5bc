//! Decisions for the hotel of `docs/examples`: what a team writes into the files that the road has made.

/// Each file below the domain's `src`, with what is replaced by what.
pub(super) const DECISIONS: &[(&str, &str, &str)] = &[
    (
        "booking/state.rs",
        "    pub price: Money,\n}",
        "    pub price: Money,
    /// How far it has come.
    pub progress: Progress,
}

/// How far a booking has come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Progress {
    /// Not answered yet.
    Requested,
    /// A room is held.
    Confirmed,
    /// The guest is there.
    CheckedIn,
    /// Nobody will come.
    Over,
}",
    ),
    ("events/requested.rs", "price: event.price,", "price: event.price,\n            progress: crate::booking::state::Progress::Requested,"),
    ("events/confirmed.rs", TAKES_NOTHING, "Self::Active(active) => active.progress = crate::booking::state::Progress::Confirmed,"),
    ("events/checked_in.rs", TAKES_NOTHING, "Self::Active(active) => active.progress = crate::booking::state::Progress::CheckedIn,"),
    ("events/called_off.rs", TAKES_NOTHING, IS_OVER),
    ("events/refused.rs", TAKES_NOTHING, IS_OVER),
    ("events/no_show.rs", TAKES_NOTHING, IS_OVER),
    (
        "booking/confirm.rs",
        OFFERED,
        "Booking::Active(active) if active.progress == super::state::Progress::Requested => Ok(active),
            Booking::Active(_) => Err(Rejection::NotRequested),",
    ),
    (
        "booking/check_in.rs",
        OFFERED,
        "Booking::Active(active) if active.progress == super::state::Progress::Confirmed => Ok(active),
            Booking::Active(_) => Err(Rejection::NotConfirmed),",
    ),
    ("booking/request.rs", "type Facts = ();", "type Facts = macadam_kernel::Timestamp;"),
    (
        "booking/request.rs",
        "(): &()) -> macadam_kernel::Opened<Self> {",
        "now: &macadam_kernel::Timestamp) -> macadam_kernel::Opened<Self> {
        if self.stay.arrival < now.to_zoned(macadam_kernel::jiff::tz::TimeZone::UTC).date() {
            return Err(crate::Rejection::StayInThePast);
        }
        if self.stay.departure <= self.stay.arrival {
            return Err(crate::Rejection::DepartureBeforeArrival);
        }",
    ),
    (
        "values.rs",
        "    pub departure: Date,\n}",
        "    pub departure: Date,
}

impl Stay {
    /// Whether there is a night in both.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.arrival < other.departure && other.arrival < self.departure
    }
}",
    ),
    (
        "room/state.rs",
        "    pub rate: Money,\n}",
        "    pub rate: Money,
    /// For whom it is held, and when.
    pub held: Vec<(macadam_kernel::Id<crate::booking::Booking>, crate::values::Stay)>,
}",
    ),
    ("events/room_opened.rs", "rate: event.rate", "rate: event.rate, held: Vec::new()"),
    ("events/room_held.rs", TAKES_NOTHING, "Self::Active(active) => active.held.push((event.booking_id, event.stay.clone())),"),
    ("events/room_held.rs", "_: &RoomHeld", "event: &RoomHeld"),
    ("events/room_released.rs", TAKES_NOTHING, "Self::Active(active) => active.held.retain(|(booking, _)| *booking != event.booking_id),"),
    ("events/room_released.rs", "_: &RoomReleased", "event: &RoomReleased"),
    ("room/hold_room.rs", "fn decide(self, _:", "fn decide(self, room:"),
    (
        "room/hold_room.rs",
        "Err(Rejection::Undecided)",
        "let Self { booking_id, stay } = self;
        if room.held.iter().any(|(_, held)| held.overlaps(&stay)) {
            return Ok(vec![crate::events::HoldDenied { booking_id }.into()]);
        }
        Ok(vec![crate::events::RoomHeld { booking_id, stay }.into()])",
    ),
    ("processes/allocation.rs", "#[derive(Debug, Clone, Default,", "#[derive(Debug, Clone,"),
    (
        "processes/allocation.rs",
        "pub struct Allocation {}",
        "pub struct Allocation {
    /// Which room was asked for.
    pub room_id: macadam_kernel::Id<crate::room::Room>,
}",
    ),
    ("processes/allocation.rs", "state: Option<Self>, _:", "state: Option<Self>, heard:"),
    (
        "processes/allocation.rs",
        "(Some(state.unwrap_or_default()), Vec::new())",
        "use crate::AllocationSends;
        match &heard.event {
            AllocationHeard::Requested(event) => {
                let hold = crate::room::HoldRoom { booking_id: heard.id(), stay: event.stay.clone() };
                (Some(Self { room_id: event.room_id }), vec![AllocationSends::HoldRoom(event.room_id, hold)])
            }
            AllocationHeard::RoomHeld(event) => {
                (state, vec![AllocationSends::Confirm(event.booking_id, crate::booking::Confirm {})])
            }
            AllocationHeard::HoldDenied(event) => {
                (None, vec![AllocationSends::Refuse(event.booking_id, crate::booking::Refuse {})])
            }
            AllocationHeard::CalledOff(_) => {
                let release = |one: Self| {
                    AllocationSends::ReleaseRoom(one.room_id, crate::room::ReleaseRoom { booking_id: heard.id() })
                };
                (None, state.map(release).into_iter().collect())
            }
            AllocationHeard::Confirmed(_) | AllocationHeard::Refused(_) => (None, Vec::new()),
        }",
    ),
];

const TAKES_NOTHING: &str = "Self::Active(_) => {}";
const IS_OVER: &str = "Self::Active(active) => active.progress = crate::booking::state::Progress::Over,";
const OFFERED: &str = "Booking::Active(active) => Ok(active),";
