//! A small domain as text, and what cargo-mutants would say of it.

use std::collections::{BTreeMap, HashMap};

use macadam_mutants::{Measure, Mutant, Outcome, Sources, Subject, listed};
use serde_json::json;

/// One decision with a private helper, an event, a read model, a deadline's command and an aggregate.
pub(crate) const FILES: &[(&str, &str)] = &[
    ("src/lib.rs", "mod orders;\n#[cfg(test)]\nmod samples;\n"),
    ("src/samples.rs", "pub fn sample() -> u32 {\n    7\n}\n"),
    (
        "src/orders.rs",
        "\
pub struct Pay;

impl Decision for Pay {
    fn guard(state: &Order, actor: &Actor) -> Result<u32, Rejection> {
        state.open()
    }

    fn decide(self, open: u32, now: &()) -> Decided<Self> {
        if is_due(open) { Ok(vec![Paid]) } else { Ok(vec![]) }
    }
}

fn is_due(open: u32) -> bool {
    limit() < open
}

fn limit() -> u32 {
    10
}

fn shared() -> u32 {
    1
}

pub fn twice(open: u32) -> u32 {
    open * shared()
}

impl Opening for Place {
    fn decide(self, facts: &()) -> Opened<Self> {
        vec![shared()].pop().map(Placed)
    }
}

impl Evolve<Paid> for Order {
    fn evolve(&mut self, event: &Paid) {
        self.paid = true;
    }
}

impl Projection for Debtors {
    fn project(view: Option<Self>, heard: &Recorded<DebtorsHeard>) -> Option<Self> {
        Self::fresh(view)
    }
}

impl Debtors {
    fn fresh(view: Option<Self>) -> Option<Self> {
        view
    }
}

impl From<Due> for Remind {
    fn from(due: Due) -> Self {
        Self { nth: due.nth + 1 }
    }
}

impl Process for Dunning {
    fn react(state: Option<Self>, heard: &Recorded<DunningHeard>) -> (Option<Self>, Vec<DunningSends>) {
        (state, vec![])
    }
}

impl Deadline for Payment {
    type Sends = Remind;
}

impl Aggregate for Order {}

impl Order {
    pub fn open(&self) -> Result<u32, Rejection> {
        Ok(self.open)
    }
}

pub struct Iban(String);

impl Iban {
    pub fn is_valid(&self) -> bool {
        !self.0.is_empty()
    }
}

#[cfg(test)]
mod examples {
    #[test]
    fn what_is_due_is_paid() {}
}
",
    ),
];

pub(crate) fn sources(files: &[(&str, &str)]) -> Sources {
    let files: BTreeMap<String, String> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    Sources::parse(files).expect("sound")
}

/// A mutant at the first place of `text` in a file, in a function of this name.
pub(crate) fn mutant(file: &str, function: &str, text: &str, change: &str) -> Mutant {
    let source = FILES.iter().find(|(path, _)| *path == file).map_or("", |(_, source)| source);
    let at = source.find(text).unwrap_or_else(|| panic!("`{text}` is in {file}"));
    let line = source[..at].matches('\n').count() + 1;
    let column = at - source[..at].rfind('\n').map_or(0, |newline| newline + 1) + 1;
    let path = format!("services/shop/domain/{file}");
    let list = json!([{
        "name": format!("{path}:{line}:{column}: {change} in {function}"),
        "package": "shop-domain",
        "file": path,
        "function": { "function_name": function, "return_type": "", "span": { "start": { "line": 1, "column": 1 }, "end": { "line": 9, "column": 1 } } },
        "span": { "start": { "line": line, "column": column }, "end": { "line": line, "column": column + text.len() } },
        "replacement": "",
        "genre": "BinaryOperator",
    }]);
    listed(&list.to_string()).expect("as cargo-mutants writes it").remove(0)
}

/// The mutants of the domain above, with their outcomes.
pub(crate) fn measure(outcomes: &[(Mutant, Outcome)]) -> Measure {
    measure_of(FILES, outcomes)
}

pub(crate) fn measure_of(files: &[(&str, &str)], outcomes: &[(Mutant, Outcome)]) -> Measure {
    let subject = Subject {
        name: "shop".to_owned(),
        folder: "services/shop/domain".to_owned(),
        floor_percent: Some(90),
    };
    let mutants = outcomes.iter().map(|(mutant, _)| mutant.clone()).collect();
    let mut measure = Measure::of(subject, &sources(files), "ground".to_owned(), mutants);
    let outcomes: HashMap<String, Outcome> =
        outcomes.iter().map(|(mutant, outcome)| (mutant.name.clone(), *outcome)).collect();
    measure.take(&outcomes);
    measure
}
