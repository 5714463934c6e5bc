//! Calls cargo in a workspace.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::RunError;

/// A workspace and the folder that its build output goes to.
#[derive(Debug, Clone)]
pub struct Cargo {
    root: PathBuf,
    target: Option<PathBuf>,
}

/// A package of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// The folders of the packages of this workspace that it, or its tests, depend on.
    pub(crate) beside: Vec<String>,
}

impl Cargo {
    /// Cargo in the workspace at `root`.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned(), target: None }
    }

    /// Uses the target folder of another workspace, so that common dependencies are built once.
    #[must_use]
    pub(crate) fn sharing(mut self, target: PathBuf) -> Self {
        self.target = Some(target);
        self
    }

    /// A call of cargo, not yet started; cargo prints its own progress.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root).args(arguments).stdin(Stdio::null());
        if let Some(target) = &self.target {
            command.env("CARGO_TARGET_DIR", target);
        }
        // Cargo sets these variables for the process that it runs; they are wrong for another workspace.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("CARGO_PKG_")
                || name.starts_with("CARGO_MANIFEST")
                || name == "CARGO_BIN_NAME"
            {
                command.env_remove(name);
            }
        }
        command
    }

    /// Runs cargo, and waits until it ends.
    pub fn run(&self, arguments: &[&str]) -> Result<(), RunError> {
        let status = self.command(arguments).status().map_err(start)?;
        if status.success() { Ok(()) } else { Err(failed(arguments, status)) }
    }

    /// Builds the binaries of these packages, and returns their paths in the same order.
    pub(crate) fn binaries(&self, packages: &[String]) -> Result<Vec<PathBuf>, RunError> {
        let mut arguments = vec!["build"];
        arguments.extend(packages.iter().flat_map(|package| ["--package", package.as_str()]));
        self.built(&arguments, &packages.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Builds with these arguments, and returns the paths of these targets' programs in the same order.
    pub fn built(&self, arguments: &[&str], targets: &[&str]) -> Result<Vec<PathBuf>, RunError> {
        let mut arguments = arguments.to_vec();
        // Right after the subcommand, because cargo ignores what follows `--`.
        arguments.splice(1..1, ["--message-format", "json-render-diagnostics"]);
        let output = self.command(&arguments).stderr(Stdio::inherit()).output().map_err(start)?;
        if !output.status.success() {
            return Err(failed(&arguments, output.status));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let built: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        targets
            .iter()
            .map(|target| {
                let own = built.iter().filter(|message| message["target"]["name"] == **target);
                let path = own.filter_map(|message| message["executable"].as_str()).next_back();
                let answer = || RunError::Unexpected {
                    what: "cargo names the binary".to_owned(),
                    answer: (*target).to_owned(),
                };
                path.map(PathBuf::from).ok_or_else(answer)
            })
            .collect()
    }

    /// The target folder of this workspace.
    pub fn target(&self) -> Result<PathBuf, RunError> {
        let metadata = self.metadata()?;
        let missing = || RunError::Unexpected {
            what: "cargo names the target folder".to_owned(),
            answer: metadata.to_string(),
        };
        metadata["target_directory"].as_str().map(PathBuf::from).ok_or_else(missing)
    }

    /// The packages of this workspace that are libraries, sorted.
    pub(crate) fn libraries(&self) -> Result<Vec<String>, RunError> {
        let metadata = self.metadata()?;
        let is_library = |package: &&Value| {
            let targets = package["targets"].as_array();
            targets.into_iter().flatten().any(|target| target["kind"][0] == "lib")
        };
        let packages = metadata["packages"].as_array().into_iter().flatten();
        let names = packages.filter(is_library).filter_map(|package| package["name"].as_str());
        let mut names: Vec<String> = names.map(ToOwned::to_owned).collect();
        names.sort();
        Ok(names)
    }

    /// The packages of this workspace by their folders, as paths from its root with slashes.
    pub(crate) fn packages(&self) -> Result<BTreeMap<String, Package>, RunError> {
        let metadata = self.metadata()?;
        let root = PathBuf::from(metadata["workspace_root"].as_str().unwrap_or_default());
        let folder =
            |path: &Path| path.strip_prefix(&root).ok().map(|path| path.to_string_lossy().replace('\\', "/"));
        let mut packages = BTreeMap::new();
        for package in metadata["packages"].as_array().into_iter().flatten() {
            let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
            let beside = package["dependencies"].as_array().into_iter().flatten();
            let beside = beside.filter_map(|dependency| folder(Path::new(dependency["path"].as_str()?)));
            let (Some(own), Some(name)) = (manifest.parent().and_then(folder), package["name"].as_str())
            else {
                continue;
            };
            packages.insert(own, Package { name: name.to_owned(), beside: beside.collect() });
        }
        Ok(packages)
    }

    /// The metadata of the workspace's own packages.
    fn metadata(&self) -> Result<Value, RunError> {
        let arguments = ["metadata", "--format-version", "1", "--no-deps", "--offline"];
        let output = self.command(&arguments).output().map_err(start)?;
        if output.status.success() {
            Ok(serde_json::from_slice(&output.stdout).unwrap_or_default())
        } else {
            Err(failed(&arguments, output.status))
        }
    }

    /// Whether a subcommand is installed, such as `nextest`.
    pub fn has(&self, subcommand: &str) -> bool {
        let mut command = self.command(&[subcommand, "--version"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }
}

fn start(source: std::io::Error) -> RunError {
    RunError::Start { program: "cargo".to_owned(), source }
}

fn failed(arguments: &[&str], status: std::process::ExitStatus) -> RunError {
    RunError::Failed { command: format!("cargo {}", arguments.join(" ")), status }
}
