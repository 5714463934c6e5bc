//! What tenor changed says, and how `LcApplication` takes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::Tenor;

/// Tenor changed. It is stored in this form: a change of it is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TenorChanged {
    /// Tenor.
    pub tenor: Tenor,
}

impl macadam_kernel::Evolve<TenorChanged> for LcApplication {
    /// Nothing that the state holds follows from it.
    fn evolve(&mut self, _: &TenorChanged) {}
}
