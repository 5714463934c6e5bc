//! Who asks: one person or service, in the one role in which it asks.

use serde::{Deserialize, Serialize};

/// The role of the road itself: processes, deadlines and translators act in it.
pub const SYSTEM: &str = "system";

/// A subject in the role that lets it send a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The role, as the board spells it: `Importer`.
    pub role: String,
    /// Who it is, as the identity provider names it (a token's `sub`).
    pub subject: String,
}

impl Actor {
    /// `subject` acting as `role`.
    pub fn new(role: impl Into<String>, subject: impl Into<String>) -> Self {
        Self { role: role.into(), subject: subject.into() }
    }

    /// The road itself, on behalf of `part`: a process or a deadline by its name.
    pub fn system(part: impl Into<String>) -> Self {
        Self::new(SYSTEM, part)
    }

    /// Whether it acts in this role.
    pub fn is(&self, role: &str) -> bool {
        self.role == role
    }
}
