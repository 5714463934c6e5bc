//! Fills in the documents that must be presented.

use macadam_kernel::{Actor, Decided, Decision};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LcApplication;
use super::state::Draft;
use crate::Rejection;
use crate::events::DocumentsChanged;
use crate::values::Document;

/// Fill in the documents that must be presented, or change all of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeDocuments {
    /// The documents that must be presented.
    #[schemars(length(min = 1))]
    pub documents: Vec<Document>,
}

impl Decision for ChangeDocuments {
    type Permit<'a> = &'a Draft;
    type Facts = ();

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<&'a Draft, Rejection> {
        state.draft()
    }

    fn decide(self, draft: &Draft, (): &()) -> Decided<Self> {
        let Self { documents } = self;
        if documents.is_empty() {
            return Err(Rejection::NoDocuments);
        }
        if draft.documents.as_ref() == Some(&documents) {
            return Ok(Vec::new());
        }
        Ok(vec![DocumentsChanged { documents }])
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::events;
    use macadam_kernel::testing::given;

    use super::*;
    use crate::values::samples::{approved, cancelled, declined, documents, draft, started, submitted};

    #[test]
    fn the_documents_are_filled_in() {
        given(events![started()])
            .when(ChangeDocuments { documents: documents() })
            .then(events![DocumentsChanged { documents: documents() }]);
    }

    #[test]
    fn the_same_documents_again_change_nothing() {
        given(draft()).when(ChangeDocuments { documents: documents() }).then_nothing();
    }

    #[test]
    fn there_is_one_document_at_least() {
        given(draft()).when(ChangeDocuments { documents: vec![] }).then_rejected(Rejection::NoDocuments);
    }

    #[test]
    fn the_documents_of_anything_but_a_draft_stays_as_it_is() {
        for history in [submitted(), approved(), declined(), cancelled()] {
            given(history)
                .when(ChangeDocuments { documents: documents() })
                .then_rejected(Rejection::NotADraft);
        }
    }
}
