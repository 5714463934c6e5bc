//! The report that a browser shows offline, with the viewer of the mutation-testing project, from npm in its pinned
//! version.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use macadam_mutants::report::{elements, page};

use super::Measured;
use crate::python::venv;
use crate::tools::{pinned, tools};
use crate::{RunError, io};

const NPM: RunError = RunError::Missing { program: "npm", remedy: "install Debian's package npm" };

/// Writes report, page and viewer into `target/mutants/<name>`, and gives the page.
pub fn view(root: &Path, measured: &Measured) -> Result<PathBuf, RunError> {
    let name = &measured.measure.subject.name;
    let folder = root.join("target/mutants").join(name);
    std::fs::create_dir_all(&folder).map_err(io("make", &folder))?;
    let report = elements(&measured.measure, &measured.sources).to_string();
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(io("write", &path))
    };
    write("report.js", &format!("globalThis.mutationReport = {report};\n"))?;
    write("report.json", &report)?;
    for (name, text) in page(name) {
        write(name, &text)?;
    }
    let script = package(root, "mutation-testing-elements")?.join("dist/mutation-test-elements.js");
    let to = folder.join("mutation-test-elements.js");
    std::fs::copy(&script, &to).map_err(io("copy", &script))?;
    Ok(folder.join("index.html"))
}

/// Faults of the report beside `page`, by the schema that its viewer's authors publish.
pub(super) fn faults(root: &Path, page: &Path) -> Result<Vec<String>, RunError> {
    let report = page.with_file_name("report.json");
    let schema = package(root, "mutation-testing-report-schema")?;
    let schema = schema.join("dist/src/mutation-testing-report-schema.json");
    // The validator of OpenAPI documents brings one for JSON Schema with it.
    let python = venv(root, "openapi", &["openapi-spec-validator"])?.join("python");
    let mut validate = Command::new(&python);
    validate.args(["-c", VALIDATE]).args([&report, &schema]);
    let output = validate.output();
    let output =
        output.map_err(|source| RunError::Start { program: python.display().to_string(), source })?;
    let said = || format!("{}: {}", report.display(), String::from_utf8_lossy(&output.stderr).trim());
    Ok((!output.status.success()).then(said).into_iter().collect())
}

/// Validates a document, and sees to it that the schema refuses the document once it has a status that there is not.
const VALIDATE: &str = "\
import json, sys
from jsonschema import Draft7Validator
report, schema = (json.load(open(path)) for path in sys.argv[1:3])
validator = Draft7Validator(schema)
faults = [f'{list(fault.path)}: {fault.message}' for fault in validator.iter_errors(report)]
mutants = [mutant for file in report['files'].values() for mutant in file['mutants']]
mutants[0]['status'] = 'Missed'
if validator.is_valid(report):
    faults.append('the schema accepts an unknown status')
sys.exit('; '.join(faults) or 0)
";

/// The folder of a package of npm, fetched once for each version. None of its scripts is run.
fn package(root: &Path, name: &str) -> Result<PathBuf, RunError> {
    let version = pinned(root, name)?;
    let folder = tools().join("npm").join(format!("{name}-{version}"));
    if folder.join("package").is_dir() {
        return Ok(folder.join("package"));
    }
    std::fs::create_dir_all(&folder).map_err(io("make", &folder))?;
    let mut npm = Command::new("npm");
    npm.args(["pack", "--silent", "--ignore-scripts", &format!("{name}@{version}")]).current_dir(&folder);
    let packed = npm.stdin(Stdio::null()).stdout(Stdio::null()).status();
    if !packed.is_ok_and(|status| status.success()) {
        return Err(NPM);
    }
    let mut unpack = Command::new("tar");
    unpack.arg("-xzf").arg(format!("{name}-{version}.tgz")).current_dir(&folder);
    let status = unpack.status().map_err(|source| RunError::Start { program: "tar".to_owned(), source })?;
    if status.success() { Ok(folder.join("package")) } else { Err(NPM) }
}
