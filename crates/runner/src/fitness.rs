//! Architecture tests: the allowed dependencies between crates as data, checked against cargo's metadata.

mod public;
mod purity;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub use public::unused_public;
pub use purity::impurities;

/// One group of crates, in layers from the lowest up. A crate may depend on crates of the layers before its own, and on
/// no other crate of the workspace; crates of one layer do not depend on each other.
type Side = &'static [&'static [&'static str]];

/// The layers of a running context.
const RUNTIME: Side = &[
    &["macadam-kernel", HAL],
    &["macadam-telemetry"],
    &["macadam-event-log"],
    &["macadam-engine"],
    &["macadam-http"],
    &["macadam-chassis"],
    &[TESTKIT],
];
/// The layers of `cargo xtask`.
const ROAD: Side = &[
    &["macadam-board", ORACLE, HAL],
    &["macadam-scaffold", "macadam-slo", "macadam-mutants"],
    &["macadam-runner"],
    &["xtask"],
];
const SIDES: &[Side] = &[RUNTIME, ROAD];

/// The client that tests of services and the tour share: the one crate that stands on both sides.
const HAL: &str = "macadam-hal";
/// What says when alerts should fire. It knows nothing of what generates them, and is not known by it.
const ORACLE: &str = "macadam-slo-oracle";
/// The test kit: only a dev-dependency, never part of a program.
const TESTKIT: &str = "macadam-testkit";
/// The only dependencies that a domain crate may have.
const DOMAIN: &[&str] = &["macadam-kernel", "schemars", "serde", "thiserror"];
/// The crates of Macadam that a service may depend on, besides its own domain crate.
const SERVICE: &[&str] = &["macadam-chassis", "macadam-kernel"];
/// Crates that do IO; a pure crate must not depend on them, directly or indirectly. (Clippy finds random numbers: cargo
/// unifies features, so `uuid` has them in every crate if one crate of the workspace enables them.)
const IMPURE: &[&str] = &["tokio", "axum", "hyper", "rusqlite", "sqlx", "ureq", "reqwest"];

/// The packages of the workspace with their direct and indirect dependencies.
#[derive(Debug, Default)]
pub struct Graph {
    /// The dependencies of each package, by name, without dev-dependencies.
    direct: BTreeMap<String, BTreeSet<String>>,
    /// Packages of the workspace.
    members: BTreeSet<String>,
}

impl Graph {
    /// Reads `cargo metadata --format-version 1`.
    pub fn of(metadata: &Value) -> Self {
        let list = |value: &'_ Value| value.as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let names: BTreeMap<String, String> = list(&metadata["packages"])
            .iter()
            .map(|package| (text(&package["id"]), text(&package["name"])))
            .collect();
        let name = |id: &Value| names.get(id.as_str().unwrap_or_default()).cloned().unwrap_or_default();
        let members = list(&metadata["workspace_members"]).iter().map(name).collect();
        let mut graph = Self { members, ..Self::default() };
        for node in list(&metadata["resolve"]["nodes"]) {
            let linked =
                |dependency: &&Value| list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev");
            let dependencies = list(&node["deps"]);
            let names =
                dependencies.iter().filter(linked).map(|dependency| name(&dependency["pkg"])).collect();
            graph.direct.insert(name(&node["id"]), names);
        }
        graph
    }

    /// A message for each violation; empty if there is none.
    pub fn violations(&self) -> Vec<String> {
        let mut found = Vec::new();
        for package in &self.members {
            let direct: Vec<&str> =
                self.direct.get(package).into_iter().flatten().map(String::as_str).collect();
            if let Some(context) = package.strip_suffix("-service") {
                self.of_a_service(context, &direct, &mut found);
            } else if package.ends_with("-domain") {
                let foreign = direct.iter().filter(|other| !DOMAIN.contains(other));
                let allowed = DOMAIN.join(", ");
                found.extend(
                    foreign.map(|other| format!("{package} may depend on {allowed} only, not on {other}")),
                );
            } else {
                self.of_a_layer(package, &direct, &mut found);
            }
            if package == "macadam-kernel" || package.ends_with("-domain") {
                let reached = self.reached(package);
                let impure = IMPURE.iter().filter(|impure| reached.contains(**impure));
                found.extend(impure.map(|impure| format!("{package} must be pure, but depends on {impure}")));
            }
        }
        found
    }

    fn of_a_service(&self, context: &str, direct: &[&str], found: &mut Vec<String>) {
        let own = format!("{context}-domain");
        let allowed =
            |other: &&&str| !self.members.contains(**other) || **other == own || SERVICE.contains(*other);
        for other in direct.iter().filter(|other| !allowed(other)) {
            found.push(format!(
                "{context}-service depends on {other}: a service may use its own domain and the chassis; services share \
                 contracts, not crates"
            ));
        }
    }

    fn of_a_layer(&self, package: &str, direct: &[&str], found: &mut Vec<String>) {
        let place = SIDES.iter().find_map(|side| {
            let row = side.iter().position(|row| row.contains(&package))?;
            Some(&side[..row])
        });
        let Some(before) = place else {
            found.push(format!("{package} has no layer: add it to a layer in fitness.rs"));
            return;
        };
        for other in direct.iter().filter(|other| self.members.contains(**other)) {
            if !before.iter().any(|row| row.contains(other)) {
                found.push(format!("{package} depends on {other}, which is not in a lower layer"));
            }
        }
    }

    /// All direct and indirect dependencies of `package`.
    fn reached<'a>(&'a self, package: &'a str) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        let mut next = vec![package];
        while let Some(package) = next.pop() {
            for dependency in self.direct.get(package).into_iter().flatten() {
                if reached.insert(dependency.as_str()) {
                    next.push(dependency);
                }
            }
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Packages with their dependencies.
    type Edges<'a> = &'a [(&'a str, &'a [&'a str])];

    /// A workspace of these packages; `client` and unlisted packages are external.
    fn graph(edges: Edges<'_>) -> Graph {
        let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        Graph {
            direct: edges.iter().map(|(from, to)| ((*from).to_owned(), owned(to))).collect(),
            members: edges
                .iter()
                .map(|(from, _)| (*from).to_owned())
                .filter(|name| name != "client")
                .collect(),
        }
    }

    #[test]
    fn allowed_dependencies_are_not_violations() {
        let valid = graph(&[
            ("macadam-kernel", &["serde"]),
            ("a-domain", &["macadam-kernel", "serde"]),
            ("a-service", &["a-domain", "macadam-chassis", "tokio"]),
            ("macadam-chassis", &["macadam-kernel", "tokio"]),
            ("macadam-board", &[]),
            ("macadam-runner", &["macadam-board"]),
            ("xtask", &["macadam-runner", "macadam-board"]),
        ]);
        assert_eq!(valid.violations(), Vec::<String>::new());
    }

    #[test]
    fn each_planted_violation_is_found() {
        let cases: &[(Edges<'_>, &str)] = &[
            (
                &[("a-domain", &["client"]), ("client", &["tokio"])],
                "a-domain must be pure, but depends on tokio",
            ),
            (&[("macadam-kernel", &["rusqlite"])], "macadam-kernel must be pure, but depends on rusqlite"),
            (&[("a-domain", &["regex"])], "not on regex"),
            (&[("a-service", &["b-domain"]), ("b-domain", &[])], "a-service depends on b-domain"),
            (&[("a-service", &["b-service"]), ("b-service", &[])], "a-service depends on b-service"),
            (
                &[("a-service", &["macadam-testkit"]), ("macadam-testkit", &[])],
                "a-service depends on macadam-testkit",
            ),
            (
                &[("a-service", &["macadam-engine"]), ("macadam-engine", &[])],
                "a-service depends on macadam-engine",
            ),
            (
                &[("macadam-board", &["macadam-kernel"]), ("macadam-kernel", &[])],
                "macadam-board depends on macadam-kernel, which is not in a lower layer",
            ),
            (
                &[("xtask", &["macadam-chassis"]), ("macadam-chassis", &[])],
                "xtask depends on macadam-chassis, which is not in a lower layer",
            ),
            (
                &[("macadam-engine", &["macadam-http"]), ("macadam-http", &[])],
                "macadam-engine depends on macadam-http, which is not in a lower layer",
            ),
            (
                &[("macadam-chassis", &["macadam-testkit"]), ("macadam-testkit", &[])],
                "macadam-chassis depends on macadam-testkit, which is not in a lower layer",
            ),
            (
                &[("macadam-mutants", &["macadam-scaffold"]), ("macadam-scaffold", &[])],
                "macadam-mutants depends on macadam-scaffold, which is not in a lower layer",
            ),
            (&[("macadam-common", &[])], "macadam-common has no layer"),
        ];
        for (edges, expected) in cases {
            let found = graph(edges).violations();
            assert!(found.iter().any(|violation| violation.contains(expected)), "{expected}: {found:?}");
        }
    }
}
