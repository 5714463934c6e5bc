//! The shipment was filled in or changed.

use macadam_kernel::{Date, Evolve};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::Shipment;

/// The shipment was filled in or changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShipmentChanged {
    /// The last day on which it may be shipped.
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

impl Evolve<ShipmentChanged> for LcApplication {
    fn evolve(&mut self, event: &ShipmentChanged) {
        if let Self::Draft(draft) = self {
            draft.shipment = Some(Shipment {
                latest: event.latest,
                from: event.from.clone(),
                to: event.to.clone(),
                partial: event.partial,
                transhipment: event.transhipment,
            });
        }
    }
}
