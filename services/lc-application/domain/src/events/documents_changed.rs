//! The documents were filled in or changed.

use macadam_kernel::Evolve;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lc_application::LcApplication;
use crate::values::Document;

/// The documents were filled in or changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentsChanged {
    /// The documents that must be presented.
    pub documents: Vec<Document>,
}

impl Evolve<DocumentsChanged> for LcApplication {
    fn evolve(&mut self, event: &DocumentsChanged) {
        if let Self::Draft(draft) = self {
            draft.documents = Some(event.documents.clone());
        }
    }
}
