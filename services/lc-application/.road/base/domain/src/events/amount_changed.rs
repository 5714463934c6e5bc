//! What amount changed says, and how `LcApplication` takes it.

use macadam_kernel::Money;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;

/// Amount changed. It is stored in this form: a change of it is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AmountChanged {
    /// Amount.
    pub amount: Money,
}

impl macadam_kernel::Evolve<AmountChanged> for LcApplication {
    /// Nothing that the state holds follows from it.
    fn evolve(&mut self, _: &AmountChanged) {}
}
