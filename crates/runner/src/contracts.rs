//! The published contracts of contexts: what their compiled code says of itself, kept in `contracts/<context>/`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Serialize;
use serde_json::{Value, json};
use similar::TextDiff;

use crate::{RunError, io};
use macadam_scaffold::Action;

/// The documents that a service describes itself by.
const DOCUMENTS: &[&str] = &["openapi", "metrics"];

/// One document, and what became of it or would become of it.
#[derive(Debug, Clone, Serialize)]
pub struct Contract {
    /// From the repository's root, with slashes.
    pub path: String,
    /// What was done.
    pub action: Action,
    /// What changes, line by line; empty where nothing does, or nothing was there.
    pub diff: String,
}

/// Whether a context has none yet.
pub fn missing(root: &Path, context: &str) -> bool {
    !root.join("contracts").join(context).is_dir()
}

/// Has these services describe themselves, and keeps what they say; with `dry_run` says what would change.
pub fn derive(root: &Path, built: &[(String, PathBuf)], dry_run: bool) -> Result<Vec<Contract>, RunError> {
    let mut texts = Vec::new();
    // All are asked before any is written: one that cannot say leaves nothing half done.
    for (context, binary) in built {
        for document in DOCUMENTS {
            texts.push((format!("contracts/{context}/{document}.json"), described(binary, document)?));
        }
    }
    texts.into_iter().map(|(path, text)| keep(root, path, &text, dry_run)).collect()
}

/// What is reported of them to tools (docs/schemas/contracts.schema.json).
pub fn report(contracts: &[Contract], dry_run: bool) -> Value {
    json!({ "format": 1, "dry_run": dry_run, "contracts": contracts })
}

fn described(binary: &Path, document: &str) -> Result<String, RunError> {
    let program = binary.display().to_string();
    let mut command = Command::new(binary);
    let output = command
        .args(["describe", "--document", document])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| RunError::Start { program: program.clone(), source })?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(RunError::Failed {
            command: format!("{program} describe --document {document}"),
            status: output.status,
        })
    }
}

fn keep(root: &Path, path: String, text: &str, dry_run: bool) -> Result<Contract, RunError> {
    let file = root.join(&path);
    let (action, diff) = match std::fs::read_to_string(&file) {
        Ok(before) if before == text => (Action::Unchanged, String::new()),
        Ok(before) => {
            let diff = TextDiff::from_lines(before.as_str(), text);
            (Action::Update, diff.unified_diff().context_radius(2).header(&path, &path).to_string())
        }
        Err(_) => (Action::Create, String::new()),
    };
    if !dry_run && action != Action::Unchanged {
        let folder = file.parent().unwrap_or(root);
        std::fs::create_dir_all(folder).map_err(io("make", folder))?;
        let staged = tempfile::NamedTempFile::new_in(folder).map_err(io("write into", folder))?;
        std::fs::write(staged.path(), text).map_err(io("write", staged.path()))?;
        staged.persist(&file).map_err(|error| io("replace", &file)(error.error))?;
    }
    Ok(Contract { path, action, diff })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::{derive, missing, report};
    use macadam_scaffold::Action;

    #[test]
    fn a_document_is_made_then_unchanged_then_updated_with_its_difference() {
        let root = tempfile::tempdir().expect("a folder");
        let binary = root.path().join("shop-service");
        let says = |text: &str| {
            std::fs::write(&binary, format!("#!/bin/sh\necho \"$3 {text}\"\n")).expect("written");
            std::fs::set_permissions(&binary, std::fs::Permissions::from_mode(0o755)).expect("executable");
        };
        let built = [("shop".to_owned(), binary.clone())];
        let actions = |dry_run: bool| -> Vec<Action> {
            let contracts = derive(root.path(), &built, dry_run).expect("described");
            contracts.into_iter().map(|contract| contract.action).collect()
        };
        says("one");
        assert!(missing(root.path(), "shop"));
        assert_eq!(actions(true), [Action::Create, Action::Create]);
        assert!(missing(root.path(), "shop"), "a dry run writes nothing");
        assert_eq!(actions(false), [Action::Create, Action::Create]);
        assert_eq!(actions(false), [Action::Unchanged, Action::Unchanged]);
        says("two");
        let mut contracts = derive(root.path(), &built, false).expect("described");
        let schema = include_str!("../../../docs/schemas/contracts.schema.json");
        let schema = serde_json::from_str(schema).expect("a schema is JSON");
        jsonschema::validate(&schema, &report(&contracts, false)).unwrap_or_else(|error| panic!("{error}"));
        let changed = contracts.remove(0);
        assert!(changed.diff.contains("-openapi one\n+openapi two"), "{}", changed.diff);
        let kept = std::fs::read_to_string(root.path().join("contracts/shop/openapi.json"));
        assert_eq!(kept.expect("a document"), "openapi two\n");
    }
}
