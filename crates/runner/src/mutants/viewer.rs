//! The report that a browser shows offline, with the viewer of the mutation-testing project, from npm in its pinned
//! version.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use macadam_mutants::report::{elements, page};

use super::Measured;
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
