//! A copy of a domain crate in a workspace of its own, in which mutants and examples are built and run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use macadam_mutants::example::{self, Example};
use serde_json::Value;
use toml_edit::{DocumentMut, value};

use crate::cargo::Cargo;
use crate::{RunError, io};

/// How long one run may take: a mutant may loop for ever.
const RUN_TIME_MAX: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(5);

/// The folder, with its `domain`, `target` and `probe`.
pub(super) struct Scratch {
    folder: PathBuf,
    domain: PathBuf,
    package: String,
    rustfmt: PathBuf,
}

/// What came of a build.
pub(super) enum Built {
    /// The program of the crate's own tests.
    Program(PathBuf),
    /// The files, from the crate's folder, and lines of what does not compile.
    Faults(Vec<(PathBuf, usize)>),
}

/// What came of a run.
pub(super) enum Ran {
    Ended { success: bool, printed: String },
    TimedOut,
}

impl Scratch {
    /// Copies the crate, as it is now, beside the build output of earlier searches.
    pub(super) fn prepare(root: &Path, domain: &Path, folder: &Path) -> Result<Self, RunError> {
        let copy = folder.join("domain");
        if copy.is_dir() {
            fs::remove_dir_all(&copy).map_err(io("remove", &copy))?;
        }
        copied(&root.join(domain), &copy)?;
        for file in ["Cargo.lock", "rust-toolchain.toml"] {
            let from = root.join(file);
            if from.is_file() {
                fs::copy(&from, folder.join(file)).map_err(io("copy", &from))?;
            }
        }
        let manifest = root.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).map_err(io("read", &manifest))?;
        let own = folder.join("Cargo.toml");
        fs::write(&own, workspace(&text, root)?).map_err(io("write", &own))?;
        let manifest = copy.join("Cargo.toml");
        let text = fs::read_to_string(&manifest).map_err(io("read", &manifest))?;
        let parsed: DocumentMut = text.parse().map_err(|fault| unreadable(&manifest, fault))?;
        let package = parsed["package"]["name"].as_str().unwrap_or_default().to_owned();
        Ok(Self { folder: folder.to_owned(), domain: copy, package, rustfmt: root.join("rustfmt.toml") })
    }

    /// The copy of the crate.
    pub(super) fn domain(&self) -> &Path {
        &self.domain
    }

    /// A new folder for what the probe finds.
    pub(super) fn probe_folder(&self) -> Result<PathBuf, RunError> {
        let folder = self.folder.join("probe");
        if folder.is_dir() {
            fs::remove_dir_all(&folder).map_err(io("remove", &folder))?;
        }
        fs::create_dir_all(&folder).map_err(io("create", &folder))?;
        Ok(folder)
    }

    /// How many cases the probe noted.
    pub(super) fn cases(&self) -> Result<usize, RunError> {
        let folder = self.folder.join("probe");
        let mut bytes = 0;
        for entry in fs::read_dir(&folder).map_err(io("read", &folder))?.filter_map(Result::ok) {
            if entry.file_name().to_string_lossy().starts_with("ends-") {
                bytes += entry.metadata().map_or(0, |metadata| metadata.len());
            }
        }
        Ok(usize::try_from(bytes / 8).unwrap_or(usize::MAX))
    }

    /// Makes the probe part of the crate.
    pub(super) fn put_probe(&self, source: &str) -> Result<(), RunError> {
        let root = Path::new("src/lib.rs");
        let text = self.read(root)?;
        if !text.ends_with(example::MODULE) {
            self.write(root, &(text + example::MODULE))?;
        }
        self.write(Path::new(example::FILE), source)
    }

    /// Leaves the crate as it was without it.
    pub(super) fn remove_probe(&self) -> Result<(), RunError> {
        let root = Path::new("src/lib.rs");
        let text = self.read(root)?;
        self.write(root, text.strip_suffix(example::MODULE).unwrap_or(&text))?;
        let file = self.domain.join(example::FILE);
        fs::remove_file(&file).map_err(io("remove", &file))
    }

    pub(super) fn read(&self, file: &Path) -> Result<String, RunError> {
        let file = self.domain.join(file);
        fs::read_to_string(&file).map_err(io("read", &file))
    }

    pub(super) fn write(&self, file: &Path, text: &str) -> Result<(), RunError> {
        let file = self.domain.join(file);
        fs::write(&file, text).map_err(io("write", &file))
    }

    /// Writes only what is not so already, since cargo builds again what is newer.
    pub(super) fn write_changed(&self, file: &Path, text: &str) -> Result<(), RunError> {
        if self.read(file)? == text { Ok(()) } else { self.write(file, text) }
    }

    /// Keeps a program beyond the next build.
    pub(super) fn keep(&self, program: &Path) -> Result<PathBuf, RunError> {
        let kept = self.folder.join("probe/original");
        fs::copy(program, &kept).map_err(io("copy", program))?;
        Ok(kept)
    }

    /// Builds the crate's own tests.
    pub(super) fn build(&self) -> Result<Built, RunError> {
        let arguments = [
            "test",
            "--lib",
            "--no-run",
            "--offline",
            "--quiet",
            "--message-format=json",
            "--package",
            &self.package,
        ];
        let mut command = Cargo::at(&self.folder).sharing(self.folder.join("target")).command(&arguments);
        // Nobody reads warnings on what is generated here, and there would be thousands.
        command.env("RUSTFLAGS", "--cap-lints=allow").env("CARGO_INCREMENTAL", "1").stderr(Stdio::piped());
        let output =
            command.output().map_err(|source| RunError::Start { program: "cargo".to_owned(), source })?;
        let text = String::from_utf8_lossy(&output.stdout);
        let messages: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        if output.status.success()
            && let Some(program) = messages.iter().rev().find_map(|message| message["executable"].as_str())
        {
            return Ok(Built::Program(PathBuf::from(program)));
        }
        let faults: Vec<_> = messages.iter().flat_map(faults).collect();
        if faults.is_empty() {
            let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(RunError::Unexpected {
                what: "cargo builds the domain crate".to_owned(),
                answer: stderr,
            });
        }
        Ok(Built::Faults(faults))
    }

    /// Runs one test of a program.
    pub(super) fn run(
        &self,
        program: &Path,
        test: &str,
        variables: &[(&str, &str)],
    ) -> Result<Ran, RunError> {
        let mut command = Command::new(program);
        command.args(["--exact", test, "--nocapture"]).envs(variables.iter().copied());
        self.ended(command)
    }

    /// Runs all tests of a program.
    pub(super) fn run_all(&self, program: &Path) -> Result<Ran, RunError> {
        self.ended(Command::new(program))
    }

    fn ended(&self, mut command: Command) -> Result<Ran, RunError> {
        let printed = self.folder.join("probe/printed");
        let output = fs::File::create(&printed).map_err(io("create", &printed))?;
        command.env("PROBE_FOLDER", self.folder.join("probe")).current_dir(&self.domain);
        command.stdin(Stdio::null()).stdout(output).stderr(Stdio::null());
        let program = command.get_program().display().to_string();
        let start = |source| RunError::Start { program: program.clone(), source };
        let mut child = command.spawn().map_err(start)?;
        let until = Instant::now() + RUN_TIME_MAX;
        loop {
            if let Some(status) = child.try_wait().map_err(start)? {
                let bytes = fs::read(&printed).map_err(io("read", &printed))?;
                let printed = String::from_utf8_lossy(&bytes).into_owned();
                return Ok(Ran::Ended { success: status.success(), printed });
            }
            if Instant::now() > until {
                child.kill().and_then(|()| child.wait()).map_err(start)?;
                return Ok(Ran::TimedOut);
            }
            std::thread::sleep(POLL);
        }
    }

    /// Whether an example passes; none where it was not run at all.
    pub(super) fn test(&self, program: &Path, example: &Example) -> Result<Option<bool>, RunError> {
        let name = format!("{}::{}", example.module, example.name);
        Ok(match self.run(program, &name, &[])? {
            Ran::Ended { success, printed } if printed.contains("running 1 test") => Some(success),
            Ran::Ended { .. } => None,
            Ran::TimedOut => Some(false),
        })
    }

    /// A function as rustfmt writes it in a module; as it is where rustfmt cannot read it.
    pub(super) fn formatted(&self, test: &str) -> Result<String, RunError> {
        let file = self.folder.join("probe/example.rs");
        fs::write(&file, format!("mod examples {{\n{test}}}\n")).map_err(io("write", &file))?;
        let mut command = Command::new("rustfmt");
        command.args(["--edition", "2024", "--config-path"]).arg(&self.rustfmt).arg(&file);
        let output = command.stdin(Stdio::null()).output();
        let output = output.map_err(|source| RunError::Start { program: "rustfmt".to_owned(), source })?;
        if !output.status.success() {
            return Ok(test.to_owned());
        }
        let written = fs::read_to_string(&file).map_err(io("read", &file))?;
        let lines: Vec<_> = written.lines().collect();
        Ok(lines[1..lines.len() - 1].iter().map(|line| format!("{line}\n")).collect())
    }
}

/// The workspace's manifest for the copy alone, with paths that lead to the workspace's own crates.
fn workspace(text: &str, root: &Path) -> Result<String, RunError> {
    let mut manifest: DocumentMut =
        text.parse().map_err(|fault| unreadable(&root.join("Cargo.toml"), fault))?;
    manifest["workspace"]["members"] = value(toml_edit::Array::from_iter(["domain"]));
    if let Some(dependencies) = manifest["workspace"]["dependencies"].as_table_like_mut() {
        for (_, dependency) in dependencies.iter_mut() {
            let path = dependency.get("path").and_then(|path| path.as_str()).map(|path| root.join(path));
            if let Some(path) = path {
                dependency["path"] = value(path.display().to_string());
            }
        }
    }
    manifest["profile"]["dev"]["debug"] = value(false);
    Ok(manifest.to_string())
}

/// The places of one message of the compiler that stops a build.
fn faults(message: &Value) -> Vec<(PathBuf, usize)> {
    let inner = &message["message"];
    if inner["level"] != "error" {
        return Vec::new();
    }
    let spans = inner["spans"].as_array().into_iter().flatten().filter(|span| span["is_primary"] == true);
    spans
        .filter_map(|span| {
            // Of what a macro writes, where it is called.
            let mut span = span;
            while let Some(call) = span["expansion"].get("span") {
                span = call;
            }
            let file = span["file_name"].as_str()?;
            let file = file.find("src/").map_or(file, |at| &file[at..]);
            Some((PathBuf::from(file), usize::try_from(span["line_start"].as_u64()?).ok()?))
        })
        .collect()
}

fn copied(from: &Path, to: &Path) -> Result<(), RunError> {
    fs::create_dir_all(to).map_err(io("create", to))?;
    for entry in fs::read_dir(from).map_err(io("read", from))? {
        let entry = entry.map_err(io("read", from))?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copied(&path, &target)?;
        } else {
            fs::copy(&path, &target).map_err(io("copy", &path))?;
        }
    }
    Ok(())
}

fn unreadable(path: &Path, fault: toml_edit::TomlError) -> RunError {
    RunError::Io { step: "read", path: path.display().to_string(), source: std::io::Error::other(fault) }
}
