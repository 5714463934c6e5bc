//! Who sends a request: a verified subject with the roles that it was granted, and what these roles may see.

use macadam_kernel::{Actor, SYSTEM};

/// A verified subject, a person or a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub(crate) subject: String,
    pub(crate) roles: Vec<String>,
    /// The client that the token was issued to, where it says so.
    pub(crate) client: Option<String>,
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
    /// A subject with its roles, and the client that speaks for it.
    pub fn new(subject: String, roles: Vec<String>, client: Option<String>) -> Self {
        Self { subject, roles, client }
    }

    /// Who it is: the token's `sub`.
    #[inline]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What it may be: the board's actors.
    pub fn roles(&self) -> &[String] {
        &self.roles
    }

    /// Whether it has a role.
    pub fn has(&self, role: &str) -> bool {
        self.roles.iter().any(|granted| granted == role)
    }

    /// The program that the token was issued to (`client_id`, else `azp`), where it says so.
    pub fn client(&self) -> Option<&str> {
        self.client.as_deref()
    }

    /// Whether a service speaks for itself and for no person: its token's subject is the client (RFC 9068, 2.2).
    pub fn is_service(&self) -> bool {
        self.client() == Some(&self.subject)
    }

    /// A part of the context itself.
    pub(crate) fn system(part: &str) -> Self {
        Self { subject: part.to_owned(), roles: vec![SYSTEM.to_owned()], client: Some(part.to_owned()) }
    }

    /// The first of `roles` that the caller has, as an actor.
    pub fn acting_as(&self, roles: &[&str]) -> Option<Actor> {
        let role = roles.iter().find(|role| self.has(role))?;
        Some(Actor::new(*role, self.subject.clone()))
    }

    /// The widest of the scopes that the caller's roles give; none where they give none.
    pub fn scope(&self, granted: &[(&'static str, Scope)]) -> Option<Scope> {
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
    pub fn sees(&self, scope: Scope, document: &serde_json::Value) -> bool {
        match scope {
            Scope::All => true,
            Scope::Own(field) => document.get(field).and_then(|value| value.as_str()) == Some(&self.subject),
        }
    }
}
