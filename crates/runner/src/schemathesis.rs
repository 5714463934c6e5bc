//! Checks running services against their contracts with an independent tool, schemathesis, once for each actor.

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

/// The subject of all requests, which owns what they create.
const SUBJECT: &str = "schemathesis";
const PHASES: &str = "examples,coverage,fuzzing,stateful";

/// Validates the committed documents, then tests every operation of each context as each actor.
pub fn schemathesis(root: &Path) -> Result<Verdict, RunError> {
    let exclusions = Exclusions::read(root)?;
    let mut verdict = Verdict { faults: exclusions.faults(), ..Verdict::default() };
    eprintln!("{exclusions}");
    verdict.faults.extend(validate(root, root)?);
    let program = venv(root, "schemathesis", &["schemathesis"])?.join("schemathesis");
    let names = contexts(root);
    let packages: Vec<String> = names.iter().map(|name| format!("{name}-service")).collect();
    for (context, binary) in names.iter().zip(Cargo::at(root).binaries(&packages)?) {
        verdict.faults.extend(test_context(context, &binary, &program, &exclusions)?);
    }
    Ok(verdict)
}

/// Validates the documents in `contracts/` of a repository with an independent validator; returns the faults. `root`
/// has the pinned versions.
pub(super) fn validate(root: &Path, repository: &Path) -> Result<Vec<String>, RunError> {
    let program = venv(root, "openapi", &["openapi-spec-validator"])?.join("openapi-spec-validator");
    let mut faults = Vec::new();
    for context in contexts(repository) {
        let file = repository.join("contracts").join(&context).join("openapi.json");
        let output = Command::new(&program).arg(&file).output();
        let output =
            output.map_err(|source| RunError::Start { program: program.display().to_string(), source })?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stdout);
            faults.push(format!("{} is not valid OpenAPI 3.1: {}", file.display(), text.trim()));
        }
    }
    Ok(faults)
}

fn test_context(
    context: &str,
    binary: &Path,
    program: &Path,
    exclusions: &Exclusions,
) -> Result<Vec<String>, RunError> {
    let folder = tempfile::Builder::new().prefix("macadam-schemathesis-").tempdir();
    let folder = folder.map_err(io("create", Path::new("a folder")))?;
    let document = Command::new(binary).args(["describe", "--document", "openapi"]).output();
    let document =
        document.map_err(|source| RunError::Start { program: binary.display().to_string(), source })?;
    let mut document: Value = serde_json::from_slice(&document.stdout).unwrap_or_default();
    let actors = actors(&document);
    if actors.is_empty() {
        return Ok(vec![format!("{context} has no actor in its OpenAPI document, so nothing was tested")]);
    }
    set_owner(&mut document);
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
            faults.push(format!("{context} as {actor}: {summary}; the requests are listed above"));
        }
    }
    if !service.stop() {
        faults.push(format!("{context} did not drain in time"));
    }
    Ok(faults)
}

/// The actors of all operations, without `system`, which no caller can be.
fn actors(document: &Value) -> BTreeSet<String> {
    let lists = operations(document).filter_map(|operation| operation["x-macadam-actors"].as_array());
    let actors = lists.flatten().filter_map(Value::as_str).filter(|actor| *actor != "system");
    actors.map(ToOwned::to_owned).collect()
}

fn operations(document: &Value) -> impl Iterator<Item = &Value> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(_, methods)| methods.as_object().into_iter().flatten()).map(|(_, operation)| operation)
}

/// Sets the field for the owner to a constant in the document: the token decides the owner, and any other value is
/// answered with 403.
fn set_owner(document: &mut Value) {
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

/// The number of requests and their results, from the end of the output.
fn summary(text: &str) -> String {
    let after = text.lines().skip_while(|line| !line.starts_with("Test cases:")).skip(1);
    let cases = after.map(str::trim).find(|line| !line.is_empty()).unwrap_or("it did not end").to_owned();
    let found = text.lines().map(str::trim).filter(|line| line.starts_with('❌') && line.contains("ST"));
    found.fold(cases, |all, one| format!("{all}; {}", one.trim_start_matches('❌').trim()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{actors, set_owner, summary};

    #[test]
    fn the_owner_is_the_subject_and_system_is_not_tested() {
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
        set_owner(&mut document);
        assert_eq!(
            document.pointer("/components/schemas/Place/properties/buyer/const"),
            Some(&json!("schemathesis"))
        );
        assert_eq!(actors(&document).into_iter().collect::<Vec<_>>(), ["Buyer"]);
    }

    #[test]
    fn a_summary_has_the_number_of_cases_and_the_failures() {
        let text = "Failures:\n  ❌ ST103 Undocumented status code: 1\n\nTest cases:\n  20 generated, 1 found 1\n\nSeed: 1\n";
        assert_eq!(summary(text), "20 generated, 1 found 1; ST103 Undocumented status code: 1");
        assert_eq!(summary("Traceback"), "it did not end");
    }
}
