//! What shipment changed says, and how `LcApplication` takes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::Shipment;

/// Shipment changed. It is stored in this form: a change of it is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShipmentChanged {
    /// Shipment.
    pub shipment: Shipment,
}

impl macadam_kernel::Evolve<ShipmentChanged> for LcApplication {
    /// Nothing that the state holds follows from it.
    fn evolve(&mut self, _: &ShipmentChanged) {}
}
