//! `ChangeDocuments`: what is asked, when it may be, and what comes of it.

use macadam_kernel::Actor;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Rejection;
use crate::events::DocumentsChanged;

use super::LcApplication;

/// Change documents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeDocuments {
    /// Documents.
    pub documents: Vec<String>,
}

impl macadam_kernel::Decision for ChangeDocuments {
    type Permit<'a> = &'a super::state::Active;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<Self::Permit<'a>, Rejection> {
        match state {
            LcApplication::Active(active) => Ok(active),
        }
    }

    fn decide(self, _: Self::Permit<'_>, (): &()) -> macadam_kernel::Decided<Self> {
        Ok(vec![DocumentsChanged { documents: self.documents }])
    }
}

#[cfg(test)]
mod examples {
    /// Replace it by the first example of the workshop: `given(…).when(ChangeDocuments { … }).then(…)`.
    #[test]
    fn change_documents_awaits_its_example() {
        panic!("say by an example what `ChangeDocuments` means");
    }
}
