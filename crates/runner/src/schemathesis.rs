//! The contracts, held to the running service by a tool that we did not write: schemathesis, once for each actor.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::cargo::Cargo;
use crate::exclusions::Exclusions;
use crate::python::venv;
use crate::service::Service;
use crate::verify::Verdict;
use crate::workspace::contexts;
use crate::{RunError, io};

/// Who asks. What is created belongs to them.
const SUBJECT: &str = "schemathesis";
const PHASES: &str = "examples,coverage,fuzzing,stateful";

/// Validates the committed documents, then has each actor try every operation of each context.
pub fn schemathesis(root: &Path) -> Result<Verdict, RunError> {
    let exclusions = Exclusions::read(root)?;
    let mut verdict = Verdict { faults: exclusions.faults(), ..Verdict::default() };
    eprintln!("{exclusions}");
    verdict.faults.extend(validate(root, root)?);
    let program = venv(root, "schemathesis", &["schemathesis"])?.join("schemathesis");
    let names = contexts(root);
    let packages: Vec<String> = names.iter().map(|name| format!("{name}-service")).collect();
    for (context, binary) in names.iter().zip(Cargo::at(root).binaries(&packages)?) {
        verdict.faults.extend(hold(context, &binary, &program, &exclusions)?);
    }
    Ok(verdict)
}

/// What a validator that we did not write has to say of the documents in a repository's `contracts/`; `root` names the
/// pinned versions.
pub(super) fn validate(root: &Path, repository: &Path) -> Result<Vec<String>, RunError> {
    let program = venv(root, "openapi", &["openapi-spec-validator"])?.join("openapi-spec-validator");
    let mut faults = Vec::new();
    for context in contexts(repository) {
        let file = repository.join("contracts").join(&context).join("openapi.json");
        let output = Command::new(&program).arg(&file).output();
        let output =
            output.map_err(|source| RunError::Start { program: program.display().to_string(), source })?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stdout);
            faults.push(format!("{} is no OpenAPI 3.1: {}", file.display(), said.trim()));
        }
    }
    Ok(faults)
}

fn hold(
    context: &str,
    binary: &Path,
    program: &Path,
    exclusions: &Exclusions,
) -> Result<Vec<String>, RunError> {
    let folder = tempfile::Builder::new().prefix("macadam-schemathesis-").tempdir();
    let folder = folder.map_err(io("make", Path::new("a folder")))?;
    let document = Command::new(binary).args(["describe", "--document", "openapi"]).output();
    let document =
        document.map_err(|source| RunError::Start { program: binary.display().to_string(), source })?;
    let mut document: Value = serde_json::from_slice(&document.stdout).unwrap_or_default();
    let actors = actors(&document);
    if actors.is_empty() {
        return Ok(vec![format!("{context} names no actor in its OpenAPI document: nothing was held to it")]);
    }
    for_subject(&mut document);
    exclusions.leave_out(&mut document);
    let (schema, config) = (folder.path().join("openapi.json"), folder.path().join("schemathesis.toml"));
    std::fs::write(&schema, document.to_string()).map_err(io("write", &schema))?;
    std::fs::write(&config, exclusions.config()).map_err(io("write", &config))?;
    let mut service =
        Service::start(context, binary, &folder.path().join("run"), &folder.path().join("issuer"))?;
    let mut faults = Vec::new();
    for actor in &actors {
        let token = service.token(SUBJECT, &[actor])?;
        let mut command = Command::new(program);
        command.current_dir(folder.path()).env("NO_COLOR", "1").arg("--config-file").arg(&config).arg("run");
        command.arg(&schema).args(["--url", &service.http, "--phases", PHASES, "--warnings", "off"]);
        command.args(["--header", &format!("Authorization: Bearer {token}")]);
        command.args([
            "--seed",
            &exclusions.seed.to_string(),
            "--max-examples",
            &exclusions.examples.to_string(),
        ]);
        let output = command.output();
        let output =
            output.map_err(|source| RunError::Start { program: program.display().to_string(), source })?;
        let text = String::from_utf8_lossy(&output.stdout);
        let summary = summary(&text);
        eprintln!("{context} as {actor}: {summary}");
        if !output.status.success() {
            eprintln!("{text}{}", String::from_utf8_lossy(&output.stderr));
            faults.push(format!("{context} as {actor}: {summary}; the requests stand above"));
        }
    }
    if !service.stop() {
        faults.push(format!("{context} did not drain in time"));
    }
    Ok(faults)
}

/// Who is named by an operation, but for the road itself, which nobody outside can be.
fn actors(document: &Value) -> BTreeSet<String> {
    let lists = operations(document).filter_map(|operation| operation["x-macadam-actors"].as_array());
    let actors = lists.flatten().filter_map(Value::as_str).filter(|actor| *actor != "system");
    actors.map(ToOwned::to_owned).collect()
}

fn operations(document: &Value) -> impl Iterator<Item = &Value> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(_, methods)| methods.as_object().into_iter().flatten()).map(|(_, operation)| operation)
}

/// Says in the document what only a token says: that what somebody creates must be their own. Anything else is a 403,
/// as for whatever does not fit the schema.
fn for_subject(document: &mut Value) {
    let own = operations(document).filter_map(|operation| {
        let field = operation["x-macadam-own"].as_str()?;
        let content = &operation["requestBody"]["content"]["application/json"]["schema"];
        let schema = content["$ref"].as_str()?.strip_prefix('#')?;
        Some(format!("{schema}/properties/{field}"))
    });
    for pointer in own.collect::<Vec<_>>() {
        if let Some(field) = document.pointer_mut(&pointer) {
            *field = json!({ "const": SUBJECT });
        }
    }
}

/// The last lines that say how many requests there were, and what came of them.
fn summary(text: &str) -> String {
    let after = text.lines().skip_while(|line| !line.starts_with("Test cases:")).skip(1);
    let cases = after.map(str::trim).find(|line| !line.is_empty()).unwrap_or("it did not end").to_owned();
    let found = text.lines().map(str::trim).filter(|line| line.starts_with('❌') && line.contains("ST"));
    found.fold(cases, |all, one| format!("{all}; {}", one.trim_start_matches('❌').trim()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{actors, for_subject, summary};

    #[test]
    fn what_is_created_is_the_subjects_own_and_nobody_is_the_road() {
        let mut document = json!({
            "paths": {
                "/orders/place": { "post": {
                    "x-macadam-actors": ["Buyer"], "x-macadam-own": "buyer",
                    "requestBody": { "content": { "application/json": { "schema": {
                        "$ref": "#/components/schemas/Place",
                    } } } },
                } },
                "/orders/{id}/remind": { "post": { "x-macadam-actors": ["system"] } },
            },
            "components": { "schemas": { "Place": { "properties": { "buyer": { "type": "string" } } } } },
        });
        for_subject(&mut document);
        assert_eq!(
            document.pointer("/components/schemas/Place/properties/buyer/const"),
            Some(&json!("schemathesis"))
        );
        assert_eq!(actors(&document).into_iter().collect::<Vec<_>>(), ["Buyer"]);
    }

    #[test]
    fn a_summary_says_how_many_and_what_was_found() {
        let text = "Failures:\n  ❌ ST103 Undocumented status code: 1\n\nTest cases:\n  20 generated, 1 found 1\n\nSeed: 1\n";
        assert_eq!(summary(text), "20 generated, 1 found 1; ST103 Undocumented status code: 1");
        assert_eq!(summary("Traceback"), "it did not end");
    }
}
