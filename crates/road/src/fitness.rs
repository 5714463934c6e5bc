//! Who may depend on whom, held against cargo's own metadata.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What the rules look at: each package of the workspace with what it depends on, and all that follows from that.
#[derive(Debug, Default)]
pub struct Graph {
    /// Normal dependencies of each package, by name.
    direct: BTreeMap<String, BTreeSet<String>>,
    /// Packages of the workspace.
    members: BTreeSet<String>,
}

/// All that a domain crate may name in its `[dependencies]`.
const DOMAIN: &[&str] = &["macadam-kernel", "schemars", "serde", "thiserror"];
/// What does IO; no domain crate reaches it, by whatever way. (Dice are clippy's to find: cargo unifies features, so
/// that `uuid` has them wherever any crate of the workspace asks for them.)
const IMPURE: &[&str] = &["tokio", "axum", "hyper", "rusqlite", "sqlx", "ureq", "reqwest"];

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
            let normal = |dependency: &&Value| {
                list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null())
            };
            let dependencies = list(&node["deps"]);
            let names =
                dependencies.iter().filter(normal).map(|dependency| name(&dependency["pkg"])).collect();
            graph.direct.insert(name(&node["id"]), names);
        }
        graph
    }

    /// Everything that `package` reaches.
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

    /// Each broken rule, in words; nothing where all hold.
    pub fn violations(&self) -> Vec<String> {
        let mut found = Vec::new();
        for package in &self.members {
            let direct: Vec<&str> =
                self.direct.get(package).into_iter().flatten().map(String::as_str).collect();
            let reached = self.reached(package);
            let pure = package == "macadam-kernel" || package.ends_with("-domain");
            for impure in IMPURE.iter().filter(|impure| pure && reached.contains(**impure)) {
                found.push(format!("{package} is pure, and reaches {impure}"));
            }
            if package.ends_with("-domain") {
                for other in direct.iter().filter(|other| !DOMAIN.contains(other)) {
                    found
                        .push(format!("{package} may depend on {} alone, not on {other}", DOMAIN.join(", ")));
                }
            }
            if let Some(context) = package.strip_suffix("-service") {
                let own = format!("{context}-domain");
                let foreign = |other: &&&str| {
                    (other.ends_with("-domain") && **other != own) || other.ends_with("-service")
                };
                for other in direct.iter().filter(foreign) {
                    found.push(format!(
                        "{package} depends on {other}: services share contracts and nothing else"
                    ));
                }
            }
            for (from, to) in [
                ("macadam-road", "macadam-chassis"),
                ("macadam-chassis", "macadam-road"),
                ("xtask", "macadam-chassis"),
            ] {
                if package == from && reached.contains(to) {
                    found.push(format!("{from} reaches {to}: they share data, not code"));
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who depends on whom.
    type Edges<'a> = &'a [(&'a str, &'a [&'a str])];

    fn graph(edges: Edges<'_>) -> Graph {
        let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        Graph {
            direct: edges.iter().map(|(from, to)| ((*from).to_owned(), owned(to))).collect(),
            members: edges.iter().map(|(from, _)| (*from).to_owned()).collect(),
        }
    }

    #[test]
    fn what_the_design_allows_is_no_violation() {
        let sound = graph(&[
            ("macadam-kernel", &["serde"]),
            ("a-domain", &["macadam-kernel", "serde"]),
            ("a-service", &["a-domain", "macadam-chassis"]),
            ("macadam-chassis", &["macadam-kernel", "tokio"]),
            ("xtask", &["macadam-road"]),
        ]);
        assert_eq!(sound.violations(), Vec::<String>::new());
    }

    #[test]
    fn each_planted_violation_is_found() {
        let cases: &[(Edges<'_>, &str)] = &[
            (&[("a-domain", &["client"]), ("client", &["tokio"])], "a-domain is pure, and reaches tokio"),
            (&[("a-domain", &["regex"])], "not on regex"),
            (&[("a-service", &["b-domain"])], "a-service depends on b-domain"),
            (&[("a-service", &["b-service"])], "a-service depends on b-service"),
            (&[("macadam-road", &["macadam-chassis"])], "macadam-road reaches macadam-chassis"),
            (
                &[("macadam-chassis", &["x"]), ("x", &["macadam-road"])],
                "macadam-chassis reaches macadam-road",
            ),
        ];
        for (edges, expected) in cases {
            let found = graph(edges).violations();
            assert!(found.iter().any(|violation| violation.contains(expected)), "{expected}: {found:?}");
        }
    }
}
