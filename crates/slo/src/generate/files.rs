//! The files that are generated, each with its path and text.

use std::collections::BTreeMap;

use super::alertmanager::{ReceiversError, alertmanager};
use super::rule::RuleFile;
use super::{About, GenerateError, indicators, place, rules, runbook};
use crate::model::{Catalog, Slo};
use crate::yaml::{document, map, text, texts};

/// A file, its path from the repository's root, with slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// Where it belongs.
    pub path: String,
    /// All of it.
    pub text: String,
    /// Whether it is the team's, and was only added to.
    pub owned: bool,
}

/// Why nothing was generated.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// An SLO.
    #[error(transparent)]
    Slo(#[from] GenerateError),
    /// The receivers.
    #[error(transparent)]
    Receivers(#[from] ReceiversError),
}

/// What is read to generate all files.
pub struct Input<'a> {
    /// All contexts.
    pub contexts: &'a [About],
    /// All SLOs.
    pub catalog: &'a Catalog,
    /// `slo/receivers.yaml`.
    pub receivers: &'a str,
    /// `services/<context>/docs/runbook.md` by context, where there is one.
    pub runbooks: &'a BTreeMap<String, String>,
}

/// `slo/generated/<context>.slis.yaml`: made first, since the SLOs refer to it.
pub fn indicator_file(about: &About) -> Generated {
    let path = format!("slo/generated/{}.slis.yaml", about.context);
    let comment = managed(&format!("services/{}/context.toml", about.context));
    Generated { path, text: format!("{comment}{}", indicators::indicators(about)), owned: false }
}

/// The rules of each context.
pub fn rule_files(input: &Input<'_>) -> Result<Vec<(About, RuleFile)>, GenerateError> {
    let contexts: Vec<&str> = input.contexts.iter().map(|about| about.context.as_str()).collect();
    if let Some(slo) = input.catalog.slos.iter().find(|slo| !contexts.contains(&slo.service.as_str())) {
        return Err(GenerateError::NoContext {
            place: place(slo),
            slo: slo.name.clone(),
            service: slo.service.clone(),
            contexts: contexts.join(", "),
        });
    }
    let made = input.contexts.iter().map(|about| {
        let own: Vec<&Slo> = input.catalog.slos.iter().filter(|slo| slo.service == about.context).collect();
        Ok((about.clone(), rules(about, &own)?))
    });
    made.collect()
}

/// Rules in both forms, Alertmanager's configuration, and the runbooks that lack an entry.
pub fn files(input: &Input<'_>, rules: &[(About, RuleFile)]) -> Result<Vec<Generated>, FilesError> {
    let mut files = Vec::new();
    for (about, file) in rules {
        let context = &about.context;
        let mut comment = managed(&format!("slo/{context}.yaml"));
        comment.extend(file.comments.iter().map(|line| format!("# {line}\n")));
        let groups = document(&map([("groups", file.groups_node())]));
        let metadata = map([
            ("name", text(format!("macadam-{context}"))),
            ("labels", texts([("app.kubernetes.io/name", context.as_str()), ("prometheus", "macadam")])),
        ]);
        let resource = document(&map([
            ("apiVersion", text("monitoring.coreos.com/v1")),
            ("kind", text("PrometheusRule")),
            ("metadata", metadata),
        ]));
        // The same groups, two columns further in.
        let spec = groups.lines().fold("spec:\n".to_owned(), |spec, line| {
            if line.is_empty() { spec + "\n" } else { spec + "  " + line + "\n" }
        });
        for (kind, body) in [("rules", groups), ("prometheusrule", resource + &spec)] {
            let path = format!("slo/generated/{context}.{kind}.yaml");
            files.push(Generated { path, text: format!("{comment}{body}"), owned: false });
        }
        let theirs = input.runbooks.get(context).map_or("", String::as_str);
        if let Some(text) = runbook::with_entries(theirs, about, file, input.catalog) {
            let path = format!("services/{context}/docs/runbook.md");
            files.push(Generated { path, text, owned: true });
        }
    }
    if !rules.is_empty() {
        let body = alertmanager(rules, input.receivers)?;
        let text = format!("{}{body}", managed("slo/receivers.yaml and the boards"));
        files.push(Generated { path: "slo/generated/alertmanager.yaml".to_owned(), text, owned: false });
    }
    Ok(files)
}

fn managed(source: &str) -> String {
    format!("# Managed by Macadam: generated from {source} by `cargo xtask slo generate`. Do not edit.\n")
}
