//! Checks with cargo-modules that sibling modules of a crate do not use each other in a cycle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::cargo::Cargo;
use crate::verify::Verdict;
use crate::{RunError, tools};

/// Options of cargo-modules: the modules and their uses, without the items inside.
const DRAWN: &[&str] =
    &["--lib", "--no-externs", "--no-sysroot", "--no-traits", "--no-fns", "--no-types", "--no-owns"];

/// Reports each cycle in each library of Macadam. Domain crates are skipped: `messages.rs` uses everything on the
/// board, and everything on the board uses `messages.rs`.
pub fn module_graphs(root: &Path) -> Result<Verdict, RunError> {
    let program = tools::from_cargo(root, "cargo-modules", "run `cargo install cargo-modules --locked`")?;
    let mut verdict = Verdict::default();
    for package in Cargo::at(root).libraries()?.iter().filter(|package| package.starts_with("macadam-")) {
        let mut draw = Command::new(&program);
        draw.args(["modules", "dependencies", "--package", package]).args(DRAWN).current_dir(root);
        let output = draw.stderr(Stdio::inherit()).output();
        let output =
            output.map_err(|source| RunError::Start { program: program.display().to_string(), source })?;
        if !output.status.success() {
            let command = format!("cargo modules dependencies --package {package} {}", DRAWN.join(" "));
            return Err(RunError::Failed { command, status: output.status });
        }
        let printed = Modules::of(&String::from_utf8_lossy(&output.stdout));
        if printed.0.is_empty() && !package.ends_with("-kernel") {
            // Without this check, a tool that prints no graph would let everything pass.
            verdict.faults.push(format!("{package}: cargo-modules printed no module that uses another"));
        }
        verdict.faults.extend(printed.cycles().into_iter().map(|cycle| format!("{package}: {cycle}")));
    }
    Ok(verdict)
}

/// Pairs of a module and a module that it uses, as paths from the crate's root.
struct Modules(BTreeSet<(Vec<String>, Vec<String>)>);

/// For the modules of one folder: which uses which, each with one use as an example.
type Level<'a> = BTreeMap<&'a [String], BTreeMap<&'a [String], (&'a [String], &'a [String])>>;

impl Modules {
    /// Reads DOT as cargo-modules writes it.
    fn of(dot: &str) -> Self {
        let path = |quoted: &str| -> Option<Vec<String>> {
            let name = quoted.trim().strip_prefix('"')?.split('"').next()?;
            Some(name.split("::").map(ToOwned::to_owned).collect())
        };
        let edge = |line: &str| {
            let (from, to) = line.split_once("->")?;
            Some((path(from)?, path(to)?))
        };
        Self(dot.lines().filter_map(edge).collect())
    }

    /// A shortest cycle for each folder that has one. A use counts for the two sibling modules that contain its ends,
    /// so a folder counts as one module for its siblings; parent and child may use each other.
    fn cycles(&self) -> Vec<String> {
        let mut levels: BTreeMap<&[String], Level<'_>> = BTreeMap::new();
        for (from, to) in &self.0 {
            let shared = from.iter().zip(to).take_while(|(one, other)| one == other).count();
            if shared == from.len() || shared == to.len() {
                continue;
            }
            let level = levels.entry(&from[..shared]).or_default();
            level.entry(&from[..=shared]).or_default().entry(&to[..=shared]).or_insert((from, to));
        }
        levels.values().filter_map(cycle).collect()
    }
}

/// The shortest cycle, as the list of its uses.
fn cycle(level: &Level<'_>) -> Option<String> {
    let shortest = level.keys().filter_map(|start| way_back(level, start)).min_by_key(Vec::len)?;
    let uses = shortest.windows(2).map(|pair| {
        let (from, to) = level[pair[0]][pair[1]];
        format!("{} uses {}", from.join("::"), to.join("::"))
    });
    Some(format!("modules form a cycle: {}", uses.collect::<Vec<_>>().join(", ")))
}

/// The shortest path from a module to itself.
fn way_back<'a>(level: &Level<'a>, start: &'a [String]) -> Option<Vec<&'a [String]>> {
    let mut ways = VecDeque::from([vec![start]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        for next in level.get(way.last()?).into_iter().flat_map(BTreeMap::keys) {
            let longer = [way.as_slice(), &[*next]].concat();
            if *next == start {
                return Some(longer);
            }
            if seen.insert(*next) {
                ways.push_back(longer);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::Modules;

    fn cycles(edges: &[&str]) -> Vec<String> {
        let lines = edges.iter().map(|edge| {
            let (from, to) = edge.split_once(" > ").expect("two modules");
            format!("    \"a::{from}\" -> \"a::{to}\" [label=\"uses\", color=\"#7f7f7f\"] [constraint=false]; // edge\n")
        });
        Modules::of(&format!("digraph {{\n{}}}\n", lines.collect::<String>())).cycles()
    }

    #[test]
    fn a_chain_of_modules_and_parents_with_children_are_not_cycles() {
        assert_eq!(cycles(&["http > engine", "engine > log", "http > log"]), Vec::<String>::new());
        assert_eq!(
            cycles(&["http > http::forms", "http::forms > http", "http::views > http::forms"]),
            [""; 0]
        );
    }

    #[test]
    fn a_cycle_is_reported_with_its_uses() {
        let found = cycles(&["http > engine", "engine > log", "log > http", "log > metrics"]);
        assert_eq!(
            found,
            ["modules form a cycle: a::engine uses a::log, a::log uses a::http, a::http uses a::engine"]
        );
    }

    #[test]
    fn a_folder_counts_as_one_module_for_its_siblings() {
        let found = cycles(&["view::store > log", "log > view::query"]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("a::log uses a::view::query"), "{found:?}");
    }

    #[test]
    fn cycles_inside_and_outside_a_folder_are_both_found() {
        let found = cycles(&["view::a > view::b", "view::b > view::a", "x > y", "y > x"]);
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
