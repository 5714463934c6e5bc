//! Lays a place in a source to the rule that it belongs to, by the `impl` around it and by who calls it.

mod functions;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use syn::{File, GenericArgument, Item, ItemImpl, PathArguments, Type};

use crate::mutant::{Mutant, Position, inside};
use crate::rule::{Rule, RuleKind};
use crate::sources::{Sources, attributes, folder_of_modules, is_test};
use functions::FunctionsOf;

/// Which rule each function of a package belongs to.
#[derive(Debug)]
pub struct Attribution {
    files: BTreeMap<String, Vec<Attributed>>,
    folder: String,
    /// Rules in files that nobody has decided yet.
    waiting: BTreeSet<Rule>,
}

/// A range of a file with the rule that it belongs to.
#[derive(Debug)]
struct Attributed {
    start: Position,
    end: Position,
    rule: Rule,
}

/// A function as it is found, before callers are asked.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) file: String,
    pub(crate) name: String,
    pub(crate) start: Position,
    pub(crate) end: Position,
    /// The rule, or what it is if no single rule calls it.
    pub(crate) rule: Rule,
    /// Whether it may belong to the one rule that calls it.
    pub(crate) helper: bool,
    /// The names that it calls or hands on.
    pub(crate) calls: HashSet<String>,
}

impl Attribution {
    /// Of the package at `folder`, a path from the root of the workspace.
    pub fn of(folder: &str, sources: &Sources) -> Self {
        let names = Names::of(sources);
        let mut found = Vec::new();
        for (path, file) in sources.files.iter().filter(|(_, file)| !file.test_only) {
            FunctionsOf::new(path, &names, &mut found).items(&file.syntax.items);
        }
        let rules: Vec<Rule> = (0..found.len()).map(|at| rule_of(&found, at, &mut HashSet::new())).collect();
        let mut attribution =
            Self { files: BTreeMap::new(), folder: folder.to_owned(), waiting: BTreeSet::new() };
        for (function, rule) in found.into_iter().zip(rules) {
            if sources.files.get(&function.file).is_some_and(|file| file.waits) {
                attribution.waiting.insert(rule.clone());
            }
            let Found { file, start, end, .. } = function;
            attribution.files.entry(file).or_default().push(Attributed { start, end, rule });
        }
        attribution
    }

    /// The rule in which a mutant sits.
    pub fn rule(&self, mutant: &Mutant) -> Rule {
        let path = inside(&self.folder, &mutant.file);
        let start = mutant.span.start;
        let around = self.files.get(path).into_iter().flatten();
        let around = around.filter(|function| function.start <= start && start < function.end);
        // The innermost begins last.
        around
            .max_by_key(|function| function.start)
            .map_or_else(|| module(path), |function| function.rule.clone())
    }

    /// Whether nobody has decided this rule yet: its file is as `cargo xtask new` wrote it, or an example waits there.
    pub fn waits(&self, rule: &Rule) -> bool {
        self.waiting.contains(rule)
    }
}

/// The rule of a function: its own, or for a private helper that of all who call it, if that is one.
fn rule_of(found: &[Found], at: usize, asked: &mut HashSet<usize>) -> Rule {
    let function = &found[at];
    if !function.helper || !asked.insert(at) {
        return function.rule.clone();
    }
    let below = format!("{}/", folder_of_modules(&function.file));
    let callers = found.iter().enumerate().filter(|(other, caller)| {
        *other != at
            && (caller.file == function.file || caller.file.starts_with(&below))
            && caller.calls.contains(&function.name)
    });
    let rules: BTreeSet<Rule> = callers.map(|(caller, _)| rule_of(found, caller, asked)).collect();
    asked.remove(&at);
    let mut rules = rules.into_iter();
    match (rules.next(), rules.next()) {
        (Some(rule), None) => rule,
        _ => function.rule.clone(),
    }
}

/// What stands in no `impl` is the module's.
fn module(path: &str) -> Rule {
    let name = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    Rule::new(RuleKind::Value, name.replace('/', "::"))
}

/// What the types of a package are, as their `impl`s say.
#[derive(Debug, Default)]
pub(crate) struct Names {
    aggregates: HashSet<String>,
    /// The deadline that sends a command, by the command.
    deadlines: HashMap<String, String>,
    /// What a type is, by the file that makes it so: two types of one name may be different things elsewhere.
    types: HashMap<(String, String), Rule>,
}

impl Names {
    fn of(sources: &Sources) -> Self {
        let mut names = Self::default();
        for (path, file) in sources.files.iter().filter(|(_, file)| !file.test_only) {
            names.read(path, &file.syntax);
        }
        names
    }

    fn read(&mut self, path: &str, syntax: &File) {
        for item in &syntax.items {
            let Item::Impl(item) = item else { continue };
            if attributes(&Item::Impl(item.clone())).iter().any(is_test) {
                continue;
            }
            let (Some(own), Some((name, argument))) = (last_name(&item.self_ty), trait_of(item)) else {
                continue;
            };
            let rule = match (name.as_str(), argument) {
                ("Aggregate", None) => {
                    self.aggregates.insert(own);
                    continue;
                }
                ("Deadline", None) => {
                    if let Some(sends) = associated(item, "Sends") {
                        self.deadlines.insert(sends, own);
                    }
                    continue;
                }
                ("Open" | "Evolve", Some(event)) => {
                    self.types.insert((path.to_owned(), event.clone()), Rule::new(RuleKind::Event, event));
                    continue;
                }
                ("Opening" | "Decision", None) => Rule::new(RuleKind::Decision, own.clone()),
                ("Projection" | "Tally", None) => Rule::new(RuleKind::ReadModel, own.clone()),
                ("Process", None) => Rule::new(RuleKind::Process, own.clone()),
                _ => continue,
            };
            self.types.insert((path.to_owned(), own), rule);
        }
    }

    /// The rule of a function of an `impl`, and whether it may be somebody's helper.
    pub(crate) fn of_impl(&self, path: &str, item: &ItemImpl, function: &str) -> (Rule, bool) {
        let Some(own) = last_name(&item.self_ty) else { return (module(path), false) };
        let of_trait = trait_of(item);
        let rule = match of_trait.as_ref().map(|(name, argument)| (name.as_str(), argument.as_deref())) {
            Some(("Decision", None)) if function == "guard" => Rule::new(RuleKind::Guard, own),
            Some(("Decision" | "Opening", None)) => Rule::new(RuleKind::Decision, own),
            Some(("Open" | "Evolve", Some(event))) => Rule::new(RuleKind::Event, event),
            Some(("Projection" | "Tally", None)) => Rule::new(RuleKind::ReadModel, own),
            Some(("Process", None)) => Rule::new(RuleKind::Process, own),
            Some(("From", Some("Due"))) => {
                let name = self.deadlines.get(&own).cloned();
                Rule::new(RuleKind::Deadline, name.unwrap_or(own))
            }
            _ => self.of_type(path, own),
        };
        (rule, of_trait.is_none())
    }

    fn of_type(&self, path: &str, own: String) -> Rule {
        if self.aggregates.contains(&own) {
            return Rule::new(RuleKind::Aggregate, own);
        }
        let key = (path.to_owned(), own);
        self.types.get(&key).cloned().unwrap_or_else(|| Rule::new(RuleKind::Value, key.1))
    }
}

/// The last name of a type's path: `Submit` of `super::Submit`.
pub(crate) fn last_name(of: &Type) -> Option<String> {
    match of {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        Type::Reference(reference) => last_name(&reference.elem),
        _ => None,
    }
}

/// The trait of an `impl` with its first type argument.
fn trait_of(item: &ItemImpl) -> Option<(String, Option<String>)> {
    let (_, path, _) = item.trait_.as_ref()?;
    let last = path.segments.last()?;
    let argument = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(of) => last_name(of),
                _ => None,
            })
        }
        _ => None,
    };
    Some((last.ident.to_string(), argument))
}

fn associated(item: &ItemImpl, name: &str) -> Option<String> {
    item.items.iter().find_map(|inner| match inner {
        syn::ImplItem::Type(of) if of.ident == name => last_name(&of.ty),
        _ => None,
    })
}
