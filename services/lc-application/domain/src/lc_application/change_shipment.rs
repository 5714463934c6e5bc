//! Fills the shipment in.

use macadam_kernel::{Actor, Date, Decided, Decision};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LcApplication;
use super::state::Draft;
use crate::Rejection;
use crate::events::ShipmentChanged;
use crate::values::Shipment;

/// Fill the shipment in, or change all of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeShipment {
    /// The last day on which the merchandise may be shipped.
    pub latest: Date,
    /// Where it is shipped from.
    pub from: String,
    /// Where it is shipped to.
    pub to: String,
    /// Whether partial shipments are allowed.
    pub partial: bool,
    /// Whether transhipment is allowed.
    pub transhipment: bool,
}

impl Decision for ChangeShipment {
    type Permit<'a> = &'a Draft;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<&'a Draft, Rejection> {
        state.draft()
    }

    fn decide(self, draft: &Draft, (): &()) -> Decided<Self> {
        let Self { latest, from, to, partial, transhipment } = self;
        if draft.expiry.as_ref().is_some_and(|expiry| latest > expiry.date) {
            return Err(Rejection::ShipmentAfterExpiry);
        }
        let shipment = Shipment { latest, from, to, partial, transhipment };
        if draft.shipment.as_ref() == Some(&shipment) {
            return Ok(Vec::new());
        }
        let Shipment { latest, from, to, partial, transhipment } = shipment;
        Ok(vec![ShipmentChanged { latest, from, to, partial, transhipment }])
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::events;
    use macadam_kernel::jiff::civil::date;
    use macadam_kernel::testing::given;

    use super::*;
    use crate::values::samples::{
        approved, cancelled, declined, draft, shipment_changed, started, submitted,
    };

    fn until(latest: Date) -> ChangeShipment {
        let ShipmentChanged { latest: _, from, to, partial, transhipment } = shipment_changed();
        ChangeShipment { latest, from, to, partial, transhipment }
    }

    #[test]
    fn the_shipment_is_filled_in() {
        let latest = date(2027, 1, 1);
        given(events![started()])
            .when(until(latest))
            .then(events![ShipmentChanged { latest, ..shipment_changed() }]);
    }

    #[test]
    fn the_same_shipment_again_changes_nothing() {
        given(draft()).when(until(date(2026, 6, 1))).then_nothing();
    }

    #[test]
    fn the_day_of_expiry_is_early_enough() {
        let latest = date(2026, 6, 30);
        given(draft()).when(until(latest)).then(events![ShipmentChanged { latest, ..shipment_changed() }]);
    }

    #[test]
    fn the_latest_shipment_is_not_after_the_expiry() {
        given(draft()).when(until(date(2026, 7, 1))).then_rejected(Rejection::ShipmentAfterExpiry);
    }

    #[test]
    fn the_shipment_of_anything_but_a_draft_stays_as_it_is() {
        for history in [submitted(), approved(), declined(), cancelled()] {
            given(history).when(until(date(2026, 5, 1))).then_rejected(Rejection::NotADraft);
        }
    }
}
