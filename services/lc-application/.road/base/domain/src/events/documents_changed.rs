//! What documents changed says, and how `LcApplication` takes it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;

/// Documents changed. It is stored in this form: a change of it is a new version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentsChanged {
    /// Documents.
    pub documents: Vec<String>,
}

impl macadam_kernel::Evolve<DocumentsChanged> for LcApplication {
    /// Nothing that the state holds follows from it.
    fn evolve(&mut self, _: &DocumentsChanged) {}
}
