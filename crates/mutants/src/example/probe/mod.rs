//! The probe: a module, appended to a copy of the domain crate, that tries thousands of cases made of expressions and
//! says how each ends. Run in the code as it is and in a mutant, it names the cases that tell the two apart.

mod targets;

use std::collections::{BTreeMap, BTreeSet};

use super::index::Index;
use super::types::Ty;
use super::values::Values;

use targets::targets;
pub(super) use targets::{Call, Parts, Target};

/// The file of the probe below the crate's `src`, and its module.
pub const FILE: &str = "src/macadam_probe.rs";
/// The line that makes it part of the crate.
pub const MODULE: &str = "\n#[cfg(test)]\nmod macadam_probe;\n";
/// The one test in it.
pub const TEST: &str = "macadam_probe::probe";

/// How many values one kind of event has in the events of an aggregate or a view.
const EVENT_VALUES_MAX: usize = 10;
/// What each place away from the most typical value counts, in characters.
const UNUSUAL: usize = 6;
/// What a blank text counts, in characters.
const BLANK: usize = 30;
const RUNTIME: &str = include_str!("runtime.rs");

/// Expressions of one type, each with its number in the probe.
pub(super) struct Pool {
    pub(super) ty: Ty,
    pub(super) entries: Vec<(usize, String)>,
    /// Whether the expressions are of what turns into the type.
    into: bool,
    /// How many kinds of expressions take turns.
    kinds: usize,
}

/// All that a probe tries.
pub(super) struct Probe {
    pub(super) pools: Vec<Pool>,
    pub(super) targets: Vec<Target>,
    dropped_values: BTreeSet<usize>,
    dropped_targets: BTreeSet<usize>,
    dropped_shown: BTreeSet<usize>,
}

/// What stands in a line of the probe's source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Fixed,
    Value(usize),
    Target(usize),
    Shown(usize),
}

impl Probe {
    pub(super) fn new(index: &Index, values: &Values<'_>) -> Self {
        let mut pools = Pools { all: Vec::new(), by_type: BTreeMap::new(), next: 1, values };
        let targets = targets(index, &mut pools);
        let pools = pools.all;
        Self {
            pools,
            targets,
            dropped_values: BTreeSet::new(),
            dropped_targets: BTreeSet::new(),
            dropped_shown: BTreeSet::new(),
        }
    }

    /// The expression with this number, and the type of its pool.
    pub(super) fn value(&self, id: usize) -> Option<(&str, &Ty)> {
        self.pools.iter().find_map(|pool| {
            let found = pool.entries.iter().find(|(own, _)| *own == id)?;
            Some((found.1.as_str(), &pool.ty))
        })
    }

    /// How long an expression is, and how far from the most typical of its type; nobody reads an empty text with
    /// pleasure.
    pub(super) fn cost(&self, id: usize) -> usize {
        let find = |pool: &Pool| {
            let place = pool.entries.iter().position(|(own, _)| *own == id)?;
            let text = &pool.entries[place].1;
            let blank = text.matches("\"\"").count() + text.matches("\" \"").count();
            Some(text.len() + UNUSUAL * (place / pool.kinds) + BLANK * blank)
        };
        self.pools.iter().find_map(find).unwrap_or(100)
    }

    /// The source of the module.
    pub(super) fn source(&self) -> String {
        self.lines().into_iter().map(|(_, text)| text + "\n").collect()
    }

    /// Leaves out what stands in these lines, which did not compile; whether there was anything to leave out.
    pub(super) fn drop_lines(&mut self, lines: &BTreeSet<usize>) -> bool {
        let mut dropped = false;
        for (line, (what, _)) in self.lines().into_iter().enumerate() {
            if !lines.contains(&(line + 1)) {
                continue;
            }
            dropped |= match what {
                Line::Fixed => false,
                Line::Value(id) => self.dropped_values.insert(id),
                Line::Target(id) => self.dropped_targets.insert(id),
                Line::Shown(pool) => self.dropped_shown.insert(pool),
            };
        }
        dropped
    }

    fn lines(&self) -> Vec<(Line, String)> {
        let mut lines: Vec<_> = RUNTIME.lines().map(|line| (Line::Fixed, line.to_owned())).collect();
        for (nth, pool) in self.pools.iter().enumerate() {
            let ty = pool.ty.to_string().replace('&', "&'static ");
            lines.push((Line::Fixed, format!("fn p{nth}() -> Pool<{ty}> {{ vec![")));
            for (id, text) in pool.entries.iter().filter(|(id, _)| !self.dropped_values.contains(id)) {
                let text = if pool.into { format!("{}::from({text})", pool.ty) } else { text.clone() };
                lines.push((Line::Value(*id), format!("({id}, || {text}),")));
            }
            lines.push((Line::Fixed, "] }".to_owned()));
        }
        let kept = || self.targets.iter().enumerate().filter(|(nth, _)| !self.dropped_targets.contains(nth));
        for (nth, target) in kept() {
            lines.push((Line::Target(nth), format!("fn t{nth}(probe: &mut Probe) {{ {} }}", target.code)));
        }
        lines.push((Line::Fixed, "#[test] fn probe() {".to_owned()));
        lines.push((Line::Fixed, "if std::env::var(\"PROBE_MODE\").unwrap() == \"record\" {".to_owned()));
        for nth in (0..self.pools.len()).filter(|nth| !self.dropped_shown.contains(nth)) {
            lines.push((Line::Shown(nth), format!("shown(p{nth}());")));
        }
        lines.push((Line::Fixed, "} run(&[".to_owned()));
        for (nth, _) in kept() {
            lines.push((Line::Target(nth), format!("({nth}, t{nth}),")));
        }
        lines.push((Line::Fixed, "]); }".to_owned()));
        lines
    }
}

/// Pools as they are asked for.
pub(super) struct Pools<'a> {
    all: Vec<Pool>,
    by_type: BTreeMap<Ty, usize>,
    next: usize,
    pub(super) values: &'a Values<'a>,
}

impl Pools<'_> {
    /// The call that gives the values of a type: `p3()`; none where there are none.
    pub(super) fn of(&mut self, ty: &Ty) -> Option<String> {
        if let Some(nth) = self.by_type.get(ty) {
            return Some(format!("p{nth}()"));
        }
        let texts = self.values.of(ty);
        (!texts.is_empty()).then(|| self.add(ty, texts.to_vec(), None))
    }

    /// As [`Pools::of`], but only what functions of the tests return.
    pub(super) fn samples(&mut self, ty: &Ty) -> Option<String> {
        if let Some(nth) = self.by_type.get(ty) {
            return Some(format!("p{nth}()"));
        }
        let texts = self.values.samples(ty);
        (!texts.is_empty()).then(|| self.add(ty, texts, None))
    }

    /// The values of an enum of events: one of each kind, before a second of any.
    pub(super) fn events(&mut self, index: &Index, table: &Ty) -> Option<String> {
        if let Some(nth) = self.by_type.get(table) {
            return Some(format!("p{nth}()"));
        }
        let each: Vec<_> = index.variants(table).iter().map(|(_, event)| self.values.of(event)).collect();
        let kinds = each.len();
        let texts: Vec<_> = (0..EVENT_VALUES_MAX)
            .flat_map(|nth| each.iter().filter_map(move |one| one.get(nth)).cloned().collect::<Vec<_>>())
            .collect();
        (!texts.is_empty()).then(|| self.add(table, texts, Some(kinds)))
    }

    /// A pool of expressions, or of so many kinds of them that turn into the type.
    fn add(&mut self, ty: &Ty, texts: Vec<String>, kinds: Option<usize>) -> String {
        let nth = self.all.len();
        let entries =
            texts.into_iter().enumerate().map(|(nth, text)| (self.next + nth, text)).collect::<Vec<_>>();
        self.next += entries.len();
        self.all.push(Pool { ty: ty.clone(), entries, into: kinds.is_some(), kinds: kinds.unwrap_or(1) });
        self.by_type.insert(ty.clone(), nth);
        format!("p{nth}()")
    }
}
