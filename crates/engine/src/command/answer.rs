//! What the sender of a command is answered.

use macadam_event_log::Appended;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// A command was accepted.
#[derive(Debug)]
pub struct Accepted {
    /// The aggregate's id.
    pub stream: Uuid,
    /// Its version afterwards.
    pub version: i64,
    /// The position to read a view at, to see it there.
    pub position: i64,
    /// What the caller is shown of the new state.
    pub view: Value,
    /// The commands that the caller may send next.
    pub offered: Vec<&'static str>,
    /// Whether it was accepted before, under the same key.
    pub repeated: bool,
}

/// What a caller is shown of the new state, and the commands that it may send next.
#[derive(Serialize)]
pub(crate) struct Shown {
    pub view: Value,
    pub offered: Vec<&'static str>,
}

impl Shown {
    pub(crate) fn accepted(self, appended: &Appended) -> Accepted {
        let Appended { stream, version, position, .. } = *appended;
        Accepted { stream, version, position, view: self.view, offered: self.offered, repeated: false }
    }
}
