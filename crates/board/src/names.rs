//! Rules for names: checked before anything is derived from a name or written.

mod cases;
mod reserved;

use std::fmt::Write as _;

pub use cases::{kebab, pascal, plural, rule_code, snake};
pub use reserved::{CONSUMER, SYSTEM};

use crate::codes::Code;

/// The maximum length of a name, in characters: paths, labels and metric values are built from several names.
pub(crate) const LENGTH_MAX: usize = 40;

/// The kind of thing that has the name; it decides the spelling and the reserved names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A bounded context.
    Context,
    /// A deployment target.
    Target,
    /// A Kubernetes namespace.
    Namespace,
    /// A business domain.
    Domain,
    /// A team.
    Owner,
    /// An external service.
    External,
    /// A service level indicator.
    Sli,
    /// An aggregate's segment of the URL.
    Plural,
    /// An aggregate.
    Aggregate,
    /// A command.
    Command,
    /// An event.
    Event,
    /// A read model.
    ReadModel,
    /// A process manager.
    Process,
    /// A deadline.
    Deadline,
    /// A unique claim.
    Claim,
    /// A value object.
    Value,
    /// A rule, which becomes a rejection.
    Rule,
    /// A role that acts or reads.
    Role,
    /// A field, or a column.
    Field,
    /// A pure function of `slis.rs`.
    Function,
}

/// How a kind of name is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// `two-words`
    Kebab,
    /// `TwoWords`
    Pascal,
    /// `two_words`
    Snake,
}

/// Why a name is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameFault {
    /// The lint that reports it.
    pub code: Code,
    /// What is wrong, as a fragment.
    pub message: String,
    /// How to correct it.
    pub hint: String,
    /// A valid name to use instead, if one is obvious.
    pub instead: Option<String>,
}

/// Checks a name on its own; `clashes` finds names that clash with others.
pub fn check(kind: Kind, name: &str) -> Result<(), NameFault> {
    check_spelling(kind, name)?;
    if name == SYSTEM || name == CONSUMER {
        return Ok(());
    }
    if name.len() > LENGTH_MAX {
        let message = format!(
            "{} `{name}` has {} characters; at most {LENGTH_MAX} are allowed",
            kind.noun(),
            name.len()
        );
        return Err(NameFault::new(Code::NameTooLong, message, "choose a shorter name"));
    }
    let stem = snake(name);
    if reserved::is_keyword(&stem) {
        let message = format!("{} `{name}` becomes `{stem}`, a Rust keyword", kind.noun());
        return Err(NameFault::new(Code::NameKeyword, message, "choose another word of the domain"));
    }
    if reserved::is_device(&stem) {
        let message = format!("{} `{name}` becomes `{stem}`, a device name on Windows", kind.noun());
        return Err(NameFault::new(Code::NameDevice, message, "choose another word of the domain"));
    }
    reserved::check(kind, name, &stem)
}

fn check_spelling(kind: Kind, name: &str) -> Result<(), NameFault> {
    if name.contains(['/', '\\', ':']) || name.contains("..") {
        let message = format!("{} `{name}` contains a path separator", kind.noun());
        return Err(NameFault::new(
            Code::NamePath,
            message,
            "a name becomes a file: leave out `/`, `\\`, `:` and `..`",
        ));
    }
    if let Some(odd) = name.chars().find(|c| !c.is_ascii()) {
        let message = format!("{} `{name}` contains `{odd}`; only ASCII is allowed", kind.noun());
        return Err(NameFault::new(Code::NameNotAscii, message, "spell it with a-z, A-Z and 0-9"));
    }
    if name == SYSTEM || name == CONSUMER {
        if kind == Kind::Role || kind.spelling() != Spelling::Pascal {
            return Ok(());
        }
    } else if kind.spelling().admits(name) {
        return Ok(());
    }
    let spelling = kind.spelling();
    let mut message = format!("{} `{name}` is not in {spelling}", kind.noun());
    if name.is_empty() {
        message = format!("{} is empty", kind.noun());
    }
    let mut fault = NameFault::new(Code::NameSpelling, message, &format!("write it in {spelling}"));
    let instead = spelling.convert(name);
    if spelling.admits(&instead) && check(kind, &instead).is_ok() {
        let _ = write!(fault.hint, ": `{instead}`");
        fault.instead = Some(instead);
    }
    Err(fault)
}

impl NameFault {
    fn new(code: Code, message: String, hint: &str) -> Self {
        Self { code, message, hint: hint.to_owned(), instead: None }
    }
}

impl Kind {
    /// How names of this kind are spelled.
    pub(crate) fn spelling(self) -> Spelling {
        match self {
            Self::Context
            | Self::Target
            | Self::Namespace
            | Self::Domain
            | Self::Owner
            | Self::External
            | Self::Sli
            | Self::Plural => Spelling::Kebab,
            Self::Field | Self::Function => Spelling::Snake,
            _ => Spelling::Pascal,
        }
    }

    /// The noun for it in messages.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Context => "context",
            Self::Target => "target",
            Self::Namespace => "namespace",
            Self::Domain => "domain",
            Self::Owner => "owner",
            Self::External => "external service",
            Self::Sli => "indicator",
            Self::Plural => "plural",
            Self::Aggregate => "aggregate",
            Self::Command => "command",
            Self::Event => "event",
            Self::ReadModel => "read model",
            Self::Process => "process",
            Self::Deadline => "deadline",
            Self::Claim => "claim",
            Self::Value => "value",
            Self::Rule => "rule",
            Self::Role => "role",
            Self::Field => "field",
            Self::Function => "function",
        }
    }
}

impl Spelling {
    /// A regular expression for editors; it matches exactly the spellings that [`check`] accepts.
    pub(crate) fn pattern(self) -> &'static str {
        match self {
            Self::Kebab => "^[a-z][a-z0-9]*(-[a-z0-9]+)*$",
            Self::Pascal => "^[A-Z][A-Za-z0-9]*$",
            Self::Snake => "^[a-z][a-z0-9]*(_[a-z0-9]+)*$",
        }
    }

    fn admits(self, name: &str) -> bool {
        let words = |separator: char| {
            name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.split(separator).all(|word| {
                    !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
                })
        };
        match self {
            Self::Kebab => words('-'),
            Self::Snake => words('_'),
            Self::Pascal => {
                name.starts_with(|c: char| c.is_ascii_uppercase())
                    && name.bytes().all(|b| b.is_ascii_alphanumeric())
            }
        }
    }

    fn convert(self, name: &str) -> String {
        match self {
            Self::Kebab => kebab(name),
            Self::Pascal => pascal(name),
            Self::Snake => snake(name),
        }
    }
}

impl std::fmt::Display for Spelling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Kebab => "kebab-case",
            Self::Pascal => "PascalCase",
            Self::Snake => "snake_case",
        })
    }
}

#[cfg(test)]
mod tests;
