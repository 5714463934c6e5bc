//! Reserved names: of Rust, of operating systems, of routes and of generated code.

use super::{Kind, NameFault};
use crate::codes::Code;

/// The role of the context itself, for timers and processes; no caller has it.
pub const SYSTEM: &str = "system";

/// The role of other contexts' services.
pub const CONSUMER: &str = "consumer";

const KEYWORDS: [&str; 54] = [
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "union",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
    "auto",
    "macro_rules",
];

const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Types that generated code names without a path.
const TYPES: [&str; 21] = [
    "Rejection",
    "Actor",
    "Event",
    "Id",
    "Money",
    "Country",
    "Currency",
    "Timestamp",
    "Date",
    "Sensitive",
    "Recorded",
    "String",
    "Vec",
    "Option",
    "Result",
    "Ok",
    "Err",
    "Some",
    "None",
    "Self",
    "Box",
];

/// Modules next to those of the aggregates.
const CRATE_MODULES: [&str; 11] = [
    "events",
    "read_models",
    "processes",
    "deadlines",
    "translators",
    "values",
    "rejection",
    "messages",
    "slis",
    "lib",
    "main",
];

/// Modules next to those of an aggregate's commands.
const AGGREGATE_MODULES: [&str; 3] = ["state", "view", "mod"];

/// Routes that every context has.
const ROUTES: [&str; 8] =
    ["views", "events", "schemas", "custom", "problems", "health", "metrics", "describe"];

/// Whether the word is a Rust keyword in any edition.
pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// Whether Windows treats the word as a device name, whatever the extension.
pub(super) fn is_device(word: &str) -> bool {
    let numbered = |word: &str| {
        let (head, tail) = word.split_at_checked(3).unwrap_or((word, ""));
        matches!(head, "com" | "lpt") && matches!(tail.as_bytes(), [b'1'..=b'9'])
    };
    DEVICES.contains(&word) || numbered(word)
}

/// Checks the names that are reserved for this kind only.
pub(super) fn check(kind: Kind, name: &str, stem: &str) -> Result<(), NameFault> {
    let is_type = matches!(
        kind,
        Kind::Aggregate
            | Kind::Command
            | Kind::Event
            | Kind::ReadModel
            | Kind::Process
            | Kind::Deadline
            | Kind::Value
    );
    let another = "choose another word of the domain";
    if is_type && TYPES.contains(&name) {
        let message = format!("{} `{name}` has the name of a type that generated code uses", kind.noun());
        return Err(NameFault::new(Code::NameReserved, message, another));
    }
    if kind == Kind::Rule && name == "Undecided" {
        let message = "rule `Undecided` is reserved for decisions that are not written yet".to_owned();
        return Err(NameFault::new(Code::NameReserved, message, another));
    }
    if kind == Kind::Role && [SYSTEM, CONSUMER].contains(&stem) {
        let message = format!("role `{name}` looks like the reserved role `{stem}`");
        let hint = format!("write `{stem}` in lower case if you mean that role, or choose another word");
        return Err(NameFault::new(Code::NameReserved, message, &hint));
    }
    let module_taken = (kind == Kind::Aggregate && CRATE_MODULES.contains(&stem))
        || (kind == Kind::Command && AGGREGATE_MODULES.contains(&stem));
    if module_taken {
        let message =
            format!("{} `{name}` becomes the module `{stem}`, which Macadam needs itself", kind.noun());
        return Err(NameFault::new(Code::NameModule, message, another));
    }
    check_route(kind, name, stem)
}

fn check_route(kind: Kind, name: &str, stem: &str) -> Result<(), NameFault> {
    if kind == Kind::Command && stem == "history" {
        let message = format!("command `{name}` becomes the route `history`, which every aggregate has");
        return Err(NameFault::new(Code::NameRoute, message, "name it by a verb of the domain"));
    }
    if kind == Kind::Plural && ROUTES.contains(&name) {
        let message = format!("plural `{name}` is a route that every context has");
        return Err(NameFault::new(Code::NameRoute, message, "give the aggregate another `plural`"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, check, plural};
    use crate::codes::Code;

    #[test]
    fn default_plurals_that_are_routes_are_refused() {
        assert_eq!(check(Kind::Plural, &plural("View")).expect_err("taken").code, Code::NameRoute);
    }
}
