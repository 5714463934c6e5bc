//! An event of the aggregate that is not among those that the board lists for the command.

#[path = "../parcels/mod.rs"]
mod parcels;

use macadam_kernel::{Actor, Decided, Decision};
use parcels::*;

impl Decision for Visit {
    type Permit<'a> = &'a Waiting;
    type Facts = ();

    fn guard<'a>(state: &'a Parcel, _: &Actor) -> Result<&'a Waiting, Rejection> {
        match state {
            Parcel::Waiting(waiting) => Ok(waiting),
            Parcel::Collected => Err(Rejection::AlreadyCollected),
        }
    }

    fn decide(self, _: &Waiting, (): &()) -> Decided<Self> {
        Ok(vec![if self.takes_it { Collected {}.into() } else { Deposited { days: 1 }.into() }])
    }
}

fn main() {
    let state = Parcel::Waiting(Waiting { days: 2 });
    let actor = Actor::new("Recipient", "ada");
    let decided = macadam_kernel::decide(Visit { takes_it: true }, &state, &actor, &());
    assert_eq!(decided, Ok(vec![Collected {}.into()]));
}
