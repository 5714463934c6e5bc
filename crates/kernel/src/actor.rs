//! The actor of a command: a person or service, in one role.

use serde::{Deserialize, Serialize};

/// The role of the context itself: processes, deadlines and translators have it.
pub const SYSTEM: &str = "system";

/// A subject and the role in which it sends a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The role, as the board spells it: `Importer`.
    pub role: String,
    /// The caller's id at the identity provider (a token's `sub`).
    pub subject: String,
}

impl Actor {
    /// `subject` acting as `role`.
    pub fn new(role: impl Into<String>, subject: impl Into<String>) -> Self {
        Self { role: role.into(), subject: subject.into() }
    }

    /// The context itself, for `part`: the name of a process or a deadline.
    pub fn system(part: impl Into<String>) -> Self {
        Self::new(SYSTEM, part)
    }

    /// Whether it has this role.
    pub fn is(&self, role: &str) -> bool {
        self.role == role
    }
}
