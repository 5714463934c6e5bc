//! A decision without its guard.

#[path = "../parcels/mod.rs"]
mod parcels;

use macadam_kernel::{Actor, Decided, Decision};
use parcels::*;

impl Decision for Prolong {
    type Permit<'a> = &'a Waiting;
    type Facts = ();

    fn decide(self, _: &Waiting, (): &()) -> Decided<Self> {
        Ok(vec![Prolonged { days: self.days }])
    }
}

fn main() {
    let state = Parcel::Waiting(Waiting { days: 2 });
    let actor = Actor::new("Recipient", "ada");
    let decided = macadam_kernel::decide(Prolong { days: 1 }, &state, &actor, &());
    assert_eq!(decided, Ok(vec![Prolonged { days: 1 }]));
}
