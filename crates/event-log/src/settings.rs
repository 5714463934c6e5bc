//! What can be configured of stored data.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where things are stored.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DataSettings {
    /// The folder of the event log and the views; made where there is none.
    pub dir: PathBuf,
    /// Seconds for which a caller's `Idempotency-Key` is kept, with the answer that was given.
    pub idempotency_keys_kept_seconds: u64,
}

impl Default for DataSettings {
    fn default() -> Self {
        Self { dir: PathBuf::from(".macadam/data"), idempotency_keys_kept_seconds: 7 * 24 * 60 * 60 }
    }
}
