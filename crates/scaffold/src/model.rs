//! The data that templates use: the board with all defaults resolved and all names in the spellings that are needed.
//!
//! All decisions are made here. A template repeats and places; where it would have to decide, it is given a text.

mod claims;
mod seeds;

use serde::Serialize;

use self::claims::Claim;
use self::seeds::Seeds;
use macadam_board::names::{kebab, rule_code, snake};
use macadam_board::{Board, Scope, Source};

/// Everything about one context.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Model {
    /// `lc-application`
    pub name: String,
    /// `lc_application_domain`
    pub domain_crate: String,
    /// One sentence.
    pub summary: String,
    /// As `summary`, escaped for a Rust string literal.
    pub summary_literal: String,
    /// The team.
    pub owner: String,
    /// The source and command, for the first line of managed files.
    pub origin: String,
    /// `core`, `supporting` or `generic`.
    pub subdomain: String,
    /// The modules that the domain's `lib.rs` declares, in order.
    pub modules: Vec<String>,
    /// What `wiring.rs` imports from the domain.
    pub domain_imports: Vec<String>,
    /// Aggregates, in board order.
    pub aggregates: Vec<Aggregate>,
    /// Events of all aggregates.
    pub events: Vec<Event>,
    /// Read models built from events.
    pub read_models: Vec<ReadModel>,
    /// Tallies of read models.
    pub tallies: Vec<Tally>,
    /// Processes.
    pub processes: Vec<Process>,
    /// Deadlines.
    pub deadlines: Vec<Deadline>,
    /// Unique claims.
    pub claims: Vec<Claim>,
    /// `values.rs`.
    pub values: Vec<seeds::Struct>,
    /// The `use` lines of `values.rs`.
    pub value_imports: seeds::Uses,
    /// The rejections of `rejection.rs`.
    pub rules: Vec<Rule>,
    /// Words and meanings.
    pub glossary: Vec<Word>,
    /// Open questions.
    pub hotspots: Vec<String>,
}

/// An aggregate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Aggregate {
    /// `LcApplication`
    pub name: String,
    /// `lc_application`
    pub module: String,
    /// `lc-applications`
    pub plural: String,
    /// Roles and what they see.
    pub visible_to: Vec<Reader>,
    /// Names of the events that create it.
    pub opened_by: Vec<String>,
    /// Names of the events that change it.
    pub evolved_by: Vec<String>,
    /// Its events.
    pub events: Vec<Kind>,
    /// Its commands.
    pub commands: Vec<Command>,
    /// The seed of its state.
    pub state: seeds::State,
}

/// A role and its scope.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Reader {
    /// `Importer`
    pub role: String,
    /// `chassis::Scope::Own("applicant_id")`
    pub scope: String,
    /// What it may see, in words.
    pub sees: String,
}

/// A kind of event, as the kernel's macros declare it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Kind {
    /// `Submitted`
    pub name: String,
    /// `Submitted { version: 1, published: true, amount: amount }`
    pub entry: String,
    /// Whether other contexts may consume it.
    pub published: bool,
    /// The version of its schema.
    pub version: u32,
}

/// A command.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Command {
    /// `ChangeAmount`
    pub name: String,
    /// `change_amount`
    pub module: String,
    /// `change-amount`
    pub path: String,
    /// As words: `change amount`
    pub words: String,
    /// `"Importer"`, …
    pub actors: Vec<String>,
    /// Whether it creates.
    pub creates: bool,
    /// The type that it emits.
    pub emits: String,
    /// The kinds that it emits.
    pub kinds: Vec<String>,
    /// Whether it emits several kinds, so that it has an enum of its own for them.
    pub narrow: bool,
    /// `"not-a-draft"`, …
    pub rejects: Vec<String>,
    /// `opening` or `decision`
    pub registers: String,
    /// `.deprecated("ChangeAmount", …)`, or nothing
    pub deprecated: String,
    /// The seed of its file.
    pub seed: seeds::CommandSeed,
}

/// An event's file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Event {
    /// `Submitted`
    pub name: String,
    /// `submitted`
    pub module: String,
    /// The seed of its file.
    pub seed: seeds::EventSeed,
}

/// A read model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct ReadModel {
    /// `PendingApproval`
    pub name: String,
    /// `pending_approval`
    pub module: String,
    /// `pending-approval`
    pub path: String,
    /// Increased by the team when its logic changes.
    pub version: u32,
    /// The events that it listens to.
    pub kinds: Vec<Kind>,
    /// `"state", "submitted_at"` for each index.
    pub index: Vec<String>,
    /// The roles that may read it.
    pub readers: Vec<Reader>,
    /// `.deprecated(…)`, or nothing
    pub deprecated: String,
    /// The seed of its file.
    pub seed: seeds::ViewSeed,
}

/// A tally of a read model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Tally {
    /// `Portfolio`
    pub name: String,
    /// `Applications`
    pub of: String,
    /// `"state"`
    pub group_by: String,
    /// `.sum("amount")`, or nothing
    pub sum: String,
    /// The roles that may read it.
    pub readers: Vec<Reader>,
    /// `.deprecated(…)`, or nothing
    pub deprecated: String,
}

/// A process.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Process {
    /// `Fulfilment`
    pub name: String,
    /// `fulfilment`
    pub module: String,
    /// The events that it listens to.
    pub kinds: Vec<Kind>,
    /// `"Paid"`
    pub starts_on: String,
    /// `"Cancelled", "Delivered"`
    pub ends_on: String,
    /// `Open`
    pub opens: Vec<String>,
    /// `Approve of LcApplication`
    pub decides: Vec<String>,
    /// The names of all commands that it sends.
    pub sends: Vec<String>,
    /// The seed of its file.
    pub seed: seeds::ProcessSeed,
}

/// A deadline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Deadline {
    /// `ApprovalReminder`
    pub name: String,
    /// `LcApplication`
    pub aggregate: String,
    /// `Submitted`
    pub set_by: String,
    /// `"Approved", "Declined"`
    pub cleared_by: String,
    /// The same, without quotes.
    pub cleared_by_words: Vec<String>,
    /// `SignedDuration::from_hours(240)`
    pub after: Vec<String>,
    /// As written on the board.
    pub after_words: Vec<String>,
    /// `RemindOfApproval`
    pub sends: String,
}

/// A rejection.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Rule {
    /// `NotADraft`
    pub name: String,
    /// `not a draft`
    pub words: String,
}

/// A word of the glossary.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Word {
    /// The word.
    pub word: String,
    /// What it means here.
    pub meaning: String,
}

impl Model {
    /// The model of a board.
    pub(crate) fn of(board: &Board) -> Self {
        let seeds = Seeds::of(board);
        let aggregates: Vec<_> = board.aggregates.iter().map(|one| aggregate(board, one, &seeds)).collect();
        let events = board
            .events()
            .map(|(owner, event)| Event {
                name: event.name.to_string(),
                module: snake(&event.name),
                seed: seeds.event(owner, event),
            })
            .collect();
        let name = board.context.name.to_string();
        let rules = rules(board, &aggregates);
        let (values, value_imports) = seeds.values();
        Self {
            domain_crate: format!("{}_domain", snake(&name)),
            summary: board.context.summary.to_string(),
            summary_literal: board.context.summary.replace('\\', "\\\\").replace('"', "\\\""),
            owner: board.context.owner.to_string(),
            origin: format!(
                "generated from services/{name}/context.toml by `cargo xtask update {name}`. Do not edit."
            ),
            subdomain: board.context.subdomain.as_str().to_owned(),
            modules: modules(board),
            domain_imports: domain_imports(board),
            aggregates,
            events,
            read_models: read_models(board, &seeds),
            tallies: tallies(board),
            processes: board.processes.iter().map(|one| process(board, one, &seeds)).collect(),
            deadlines: board.deadlines.iter().map(|one| deadline(board, one)).collect(),
            claims: board.claims.iter().map(|one| Claim::of(board, one)).collect(),
            values,
            value_imports,
            rules,
            glossary: board
                .glossary
                .iter()
                .map(|entry| Word { word: entry.word.to_string(), meaning: entry.meaning.to_string() })
                .collect(),
            hotspots: board.hotspots.iter().map(|hotspot| hotspot.text.to_string()).collect(),
            name,
        }
    }
}

fn aggregate(board: &Board, aggregate: &macadam_board::Aggregate, seeds: &Seeds<'_>) -> Aggregate {
    let founds =
        |event: &&macadam_board::Event| aggregate.emitters(&event.name).any(|command| command.creates);
    let names =
        |events: Vec<&macadam_board::Event>| events.iter().map(|event| event.name.to_string()).collect();
    let (opened, evolved): (Vec<_>, Vec<_>) = aggregate.events.iter().partition(founds);
    Aggregate {
        name: aggregate.name.to_string(),
        module: snake(&aggregate.name),
        plural: aggregate.plural.to_string(),
        visible_to: visible_to(aggregate),
        opened_by: names(opened),
        evolved_by: names(evolved),
        events: aggregate.events.iter().map(kind).collect(),
        commands: aggregate.commands.iter().map(|one| command(board, aggregate, one, seeds)).collect(),
        state: seeds.state(aggregate),
    }
}

fn visible_to(aggregate: &macadam_board::Aggregate) -> Vec<Reader> {
    aggregate.visible_to.iter().map(|entry| reader(&entry.role, &entry.scope)).collect()
}

fn reader(role: &str, scope: &Scope) -> Reader {
    let (scope, sees) = match scope {
        Scope::All => ("chassis::Scope::All".to_owned(), "all".to_owned()),
        Scope::Field(field) => (format!("chassis::Scope::Own({field:?})"), format!("its own, by `{field}`")),
    };
    Reader { role: role.to_owned(), scope, sees }
}

fn kind(event: &macadam_board::Event) -> Kind {
    let mut entry = format!("{} {{ version: {}", event.name, event.version.value);
    if event.published {
        entry.push_str(", published: true");
    }
    if let Some(amount) = &event.amount {
        entry.push_str(&format!(", amount: {amount}"));
    }
    entry.push_str(" }");
    Kind { name: event.name.to_string(), entry, published: event.published, version: event.version.value }
}

fn kinds<'a>(board: &Board, names: impl Iterator<Item = &'a macadam_board::Name>) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    for (_, event) in names.filter_map(|name| board.event(name)) {
        if !kinds.iter().any(|known| *known.name == *event.name.value) {
            kinds.push(kind(event));
        }
    }
    kinds
}

fn command(
    board: &Board,
    aggregate: &macadam_board::Aggregate,
    command: &macadam_board::Command,
    seeds: &Seeds<'_>,
) -> Command {
    let narrow = command.emits.len() > 1;
    let first = command.emits.first().map(ToString::to_string).unwrap_or_default();
    Command {
        name: command.name.to_string(),
        module: snake(&command.name),
        path: kebab(&command.name),
        words: words(&command.name),
        actors: command.actors.iter().map(|actor| format!("{:?}", actor.value)).collect(),
        creates: command.creates,
        emits: if narrow { format!("{}Emits", command.name) } else { first },
        kinds: command.emits.iter().map(ToString::to_string).collect(),
        narrow,
        rejects: command.rejects.iter().map(|rule| format!("{:?}", rule_code(rule))).collect(),
        deprecated: deprecated(command.deprecated.as_ref(), Some(&command.name)),
        registers: if command.creates { "opening" } else { "decision" }.to_owned(),
        seed: seeds.command(board, aggregate, command),
    }
}

/// The call of `deprecated` in `wiring.rs`; for a command it takes the name of the command as well.
fn deprecated(deprecated: Option<&macadam_board::Deprecated>, command: Option<&str>) -> String {
    let Some(macadam_board::Deprecated { since, sunset, see }) = deprecated else { return String::new() };
    let mut text = format!("chassis::Deprecation::since({:?})", since.value);
    for (call, value) in [("sunset", sunset), ("see", see)] {
        text.push_str(&value.as_ref().map(|value| format!(".{call}({:?})", value.value)).unwrap_or_default());
    }
    let name = command.map(|name| format!("{name:?}, ")).unwrap_or_default();
    format!(".deprecated({name}{text})")
}

fn read_models(board: &Board, seeds: &Seeds<'_>) -> Vec<ReadModel> {
    board
        .read_models
        .iter()
        .filter_map(|model| match &model.source {
            Source::Events(from) => Some((model, from)),
            Source::Tally { .. } => None,
        })
        .map(|(model, from)| ReadModel {
            name: model.name.to_string(),
            module: snake(&model.name),
            path: kebab(&model.name),
            version: model.version.value,
            kinds: kinds(board, from.iter()),
            index: model.index.iter().map(|fields| quoted(fields)).collect(),
            readers: readers(board, model),
            deprecated: deprecated(model.deprecated.as_ref(), None),
            seed: seeds.view(board, model, from),
        })
        .collect()
}

fn tallies(board: &Board) -> Vec<Tally> {
    board
        .read_models
        .iter()
        .filter_map(|model| match &model.source {
            Source::Tally { of, group_by, sum } => Some(Tally {
                name: model.name.to_string(),
                of: of.to_string(),
                group_by: quoted(group_by),
                sum: sum.as_ref().map(|field| format!(".sum({:?})", field.value)).unwrap_or_default(),
                readers: readers(board, model),
                deprecated: deprecated(model.deprecated.as_ref(), None),
            }),
            Source::Events(_) => None,
        })
        .collect()
}

/// The readers of a read model, each with the scope that its aggregates give the role.
pub(super) fn readers(board: &Board, model: &macadam_board::ReadModel) -> Vec<Reader> {
    let from: Vec<&macadam_board::Name> = match &model.source {
        Source::Events(from) => from.iter().collect(),
        Source::Tally { of, .. } => match board.read_model(of).map(|model| &model.source) {
            Some(Source::Events(from)) => from.iter().collect(),
            _ => Vec::new(),
        },
    };
    let owners: Vec<&macadam_board::Aggregate> =
        from.iter().filter_map(|name| board.event(name)).map(|(owner, _)| owner).collect();
    let scope = |role: &str| {
        let scopes =
            owners.iter().flat_map(|owner| &owner.visible_to).filter(|entry| *entry.role.value == *role);
        // The narrowest scope applies: a view of two aggregates must not show more than either aggregate does.
        let mut scopes: Vec<&Scope> = scopes.map(|entry| &entry.scope.value).collect();
        scopes.sort_by_key(|scope| **scope == Scope::All);
        scopes.first().copied().cloned().unwrap_or(Scope::All)
    };
    model.readers.iter().map(|role| reader(role, &scope(role))).collect()
}

fn process(board: &Board, process: &macadam_board::Process, seeds: &Seeds<'_>) -> Process {
    let commands: Vec<_> = process.sends.iter().filter_map(|name| board.command(name)).collect();
    let (opens, decides): (Vec<_>, Vec<_>) = commands.iter().partition(|(_, command)| command.creates);
    Process {
        name: process.name.to_string(),
        module: snake(&process.name),
        kinds: kinds(board, process.hears()),
        starts_on: format!("{:?}", process.starts_on.value),
        ends_on: quoted(&process.ends_on),
        opens: opens.iter().map(|(_, command)| command.name.to_string()).collect(),
        decides: decides
            .iter()
            .map(|(owner, command)| format!("{} of {}", command.name, owner.name))
            .collect(),
        sends: process.sends.iter().map(ToString::to_string).collect(),
        seed: seeds.process(board, process),
    }
}

fn deadline(board: &Board, deadline: &macadam_board::Deadline) -> Deadline {
    let aggregate =
        board.event(&deadline.set_by).map(|(owner, _)| owner.name.to_string()).unwrap_or_default();
    Deadline {
        name: deadline.name.to_string(),
        aggregate,
        set_by: deadline.set_by.to_string(),
        cleared_by: quoted(&deadline.cleared_by),
        cleared_by_words: deadline.cleared_by.iter().map(ToString::to_string).collect(),
        after: deadline.after.iter().map(|period| duration(period.value.duration)).collect(),
        after_words: deadline.after.iter().map(|period| period.value.text.clone()).collect(),
        sends: deadline.sends.to_string(),
    }
}

/// The shortest way to write a duration.
fn duration(duration: std::time::Duration) -> String {
    let millis = duration.as_millis();
    for (unit, name) in [(3_600_000, "hours"), (60_000, "mins"), (1_000, "secs")] {
        if millis.is_multiple_of(unit) {
            return format!("kernel::SignedDuration::from_{name}({})", grouped(millis / unit));
        }
    }
    format!("kernel::SignedDuration::from_millis({})", grouped(millis))
}

/// Digits in groups of three, as clippy requires: `12_345`.
fn grouped(number: u128) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

/// The rejections: every rule of the board, and `Undecided` if a seed needs it.
fn rules(board: &Board, aggregates: &[Aggregate]) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut add = |name: &str| {
        if !rules.iter().any(|rule| rule.name == name) {
            rules.push(Rule { name: name.to_owned(), words: words(name) });
        }
    };
    board.commands().flat_map(|(_, command)| &command.rejects).for_each(|rule| add(rule));
    let undecided =
        aggregates.iter().flat_map(|aggregate| &aggregate.commands).any(|command| command.seed.undecided);
    if undecided || board.commands().all(|(_, command)| command.rejects.is_empty()) {
        add("Undecided");
    }
    rules
}

fn modules(board: &Board) -> Vec<String> {
    let mut modules = vec!["pub mod events;".to_owned()];
    modules.extend(board.aggregates.iter().map(|aggregate| format!("pub mod {};", snake(&aggregate.name))));
    modules.push("mod messages;".to_owned());
    if !board.processes.is_empty() {
        modules.push("pub mod processes;".to_owned());
    }
    if board.read_models.iter().any(|model| matches!(model.source, Source::Events(_))) {
        modules.push("pub mod read_models;".to_owned());
    }
    modules.push("mod rejection;".to_owned());
    modules.push("pub mod values;".to_owned());
    modules
}

fn domain_imports(board: &Board) -> Vec<String> {
    let mut imports: Vec<_> =
        board.aggregates.iter().map(|aggregate| format!("{}::*", snake(&aggregate.name))).collect();
    imports.extend(board.deadlines.iter().map(|deadline| deadline.name.to_string()));
    if !board.processes.is_empty() {
        imports.push("processes::*".to_owned());
    }
    if board.read_models.iter().any(|model| matches!(model.source, Source::Events(_))) {
        imports.push("read_models::*".to_owned());
    }
    imports
}

fn quoted(names: &[macadam_board::Name]) -> String {
    names.iter().map(|name| format!("{:?}", name.value)).collect::<Vec<_>>().join(", ")
}

/// `NotADraft` as `not a draft`.
pub(super) fn words(name: &str) -> String {
    kebab(name).replace('-', " ")
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn five_digits_and_more_are_grouped_by_three() {
        let numbers = [0, 1_234, 12_345, 100_000, 1_234_567];
        assert_eq!(numbers.map(grouped), ["0", "1234", "12_345", "100_000", "1_234_567"]);
    }
}
