//! Who is at the door: a verified subject with the roles that it was granted.

use macadam_kernel::{Actor, SYSTEM};

/// A verified subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    pub subject: String,
    pub roles: Vec<String>,
}

/// Whose documents a role may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everyone's.
    All,
    /// Those whose field of this name is the caller's subject.
    Own(&'static str),
}

impl Caller {
    /// The road itself.
    pub(crate) fn system(part: &str) -> Self {
        Self { subject: part.to_owned(), roles: vec![SYSTEM.to_owned()] }
    }

    /// The first of `roles` that the caller has, as an actor.
    pub(crate) fn acting_as(&self, roles: &[&str]) -> Option<Actor> {
        let role = roles.iter().find(|role| self.has(role))?;
        Some(Actor::new(*role, self.subject.clone()))
    }

    pub(crate) fn has(&self, role: &str) -> bool {
        self.roles.iter().any(|granted| granted == role)
    }

    /// The widest of the scopes that the caller's roles give; none where they give none.
    pub(crate) fn scope(&self, granted: &[(&'static str, Scope)]) -> Option<Scope> {
        if self.has(SYSTEM) {
            return Some(Scope::All);
        }
        let mut scopes = granted.iter().filter(|(role, _)| self.has(role)).map(|(_, scope)| *scope);
        let first = scopes.next()?;
        Some(if first == Scope::All {
            first
        } else {
            scopes.find(|scope| *scope == Scope::All).unwrap_or(first)
        })
    }

    /// Whether `document` lies within `scope`.
    pub(crate) fn sees(&self, scope: Scope, document: &serde_json::Value) -> bool {
        match scope {
            Scope::All => true,
            Scope::Own(field) => document.get(field).and_then(|value| value.as_str()) == Some(&self.subject),
        }
    }
}
