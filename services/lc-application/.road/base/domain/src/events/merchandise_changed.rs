//! What merchandise changed says, and how `LcApplication` takes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::Merchandise;

/// Merchandise changed. It is stored in this form: a change of it is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MerchandiseChanged {
    /// Merchandise.
    pub merchandise: Merchandise,
}

impl macadam_kernel::Evolve<MerchandiseChanged> for LcApplication {
    /// Nothing that the state holds follows from it.
    fn evolve(&mut self, _: &MerchandiseChanged) {}
}
