//! An event that the board does not list for the command, where it lists one.

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
        Ok(vec![Collected {}])
    }
}

fn main() {
    let state = Parcel::Waiting(Waiting { days: 2 });
    let actor = Actor::new("Recipient", "ada");
    let decided = macadam_kernel::decide(Prolong { days: 1 }, &state, &actor, &());
    assert_eq!(decided, Ok(vec![Prolonged { days: 1 }]));
}
