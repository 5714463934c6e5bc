//! A decision that is called without the permit of its guard.

#[path = "../parcels/mod.rs"]
mod parcels;

use macadam_kernel::{Actor, Decided, Decision};
use parcels::*;

impl Decision for Prolong {
    type Permit<'a> = &'a Waiting;
    type Facts = ();

    fn guard<'a>(state: &'a Parcel, _: &Actor) -> Result<&'a Waiting, Rejection> {
        match state {
            Parcel::Waiting(waiting) => Ok(waiting),
            Parcel::Collected => Err(Rejection::AlreadyCollected),
        }
    }

    fn decide(self, _: &Waiting, (): &()) -> Decided<Self> {
        Ok(vec![Prolonged { days: self.days }])
    }
}

fn main() {
    let state = Parcel::Waiting(Waiting { days: 2 });
    let actor = Actor::new("Recipient", "ada");
    let permit = Prolong::guard(&state, &actor).unwrap();
    let decided = Prolong { days: 1 }.decide(permit, &());
    assert_eq!(decided, Ok(vec![Prolonged { days: 1 }]));
}
