//! A context's binary as a child process.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use macadam_http::{AuthSettings, DevIssuer};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::client::Client;
use crate::scrape::{KEEP, Scrape};

/// How long a context may take to start or to stop on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running context; killed when dropped.
pub struct Service {
    child: Child,
    program: PathBuf,
    arguments: Vec<String>,
    settings: Vec<(String, String)>,
    /// What the context writes lies here.
    folder: TempDir,
    http: String,
    admin: String,
}

/// A context that ended instead of serving.
#[derive(Debug)]
pub struct EndedAtStart {
    /// How it ended.
    pub status: ExitStatus,
    /// All that it wrote to its log.
    pub log: String,
}

impl std::fmt::Display for EndedAtStart {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "the context ended at its start, {}:\n{}", self.status, self.log)
    }
}

impl std::error::Error for EndedAtStart {}

impl Service {
    /// Starts `binary` on ports that the system picks, with data in a folder of its own.
    pub fn start(binary: impl AsRef<Path>) -> Self {
        Self::start_with(binary, &[])
    }

    /// The same, with configuration by environment: `("MACADAM_HTTP__BODY_MAX_BYTES", "1000")`.
    pub fn start_with(binary: impl AsRef<Path>, settings: &[(&str, &str)]) -> Self {
        Self::start_as(binary, &[], settings)
    }

    /// The same for a program that needs arguments to be the context.
    pub fn start_as(program: impl AsRef<Path>, arguments: &[&str], settings: &[(&str, &str)]) -> Self {
        Self::try_start_as(program, arguments, settings).unwrap_or_else(|ended| panic!("{ended}"))
    }

    /// The same; an error where it ends at its start, with what it logged.
    pub fn try_start_as(
        program: impl AsRef<Path>,
        arguments: &[&str],
        settings: &[(&str, &str)],
    ) -> Result<Self, EndedAtStart> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let program = program.as_ref().to_owned();
        let arguments: Vec<_> = arguments.iter().map(ToString::to_string).collect();
        let settings: Vec<_> =
            settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (child, http, admin) = launch(&program, &arguments, folder.path(), &settings)?;
        Ok(Self { child, program, arguments, settings, folder, http, admin })
    }

    /// A client with these roles.
    pub fn client(&self, subject: &str, roles: &[&str]) -> Client {
        let roles: Vec<_> = roles.iter().map(ToString::to_string).collect();
        let token = self.issuer().token(subject, &roles, 600).expect("the development issuer signs");
        Client::new(&self.http, Some(token))
    }

    /// A client with this token, or none.
    pub fn client_with(&self, token: Option<String>) -> Client {
        Client::new(&self.http, token)
    }

    /// The issuer that the context believes.
    pub fn issuer(&self) -> DevIssuer {
        DevIssuer::open(&self.auth()).expect("the development issuer's key is there")
    }

    /// What the context believes of tokens.
    pub fn auth(&self) -> AuthSettings {
        AuthSettings { dev_issuer_dir: self.folder.path().join("issuer"), ..AuthSettings::default() }
    }

    /// Where its data lies.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// All that it has written to its log, as text.
    pub fn log_text(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// A client of the operator's port.
    pub fn admin(&self) -> Client {
        Client::new(&self.admin, None)
    }

    /// The sum of the series with this name and these labels; none where there is no such series.
    pub fn metric(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        self.scrape().metric(name, labels)
    }

    /// All that it exposes at the moment.
    pub fn scrape(&self) -> Scrape {
        Scrape::of(&self.admin())
    }

    /// The lines that it has logged, in all its lives.
    pub fn log(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.path().join("log")).expect("the log is readable");
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Ends it at once, as a power cut would end the process.
    pub fn kill(&mut self) {
        self.child.kill().expect("the child can be killed");
        self.child.wait().expect("the child ends");
    }

    /// Starts it again over the same data.
    pub fn restart(&mut self) {
        self.restart_with(&[]);
    }

    /// Starts it again over the same data, this once with more in its environment.
    pub fn restart_with(&mut self, more: &[(&str, &str)]) {
        self.try_restart_with(more).unwrap_or_else(|ended| panic!("{ended}"));
    }

    /// The same; an error where it ended at its start, with what it logged.
    pub fn try_restart_with(&mut self, more: &[(&str, &str)]) -> Result<(), EndedAtStart> {
        let mut settings = self.settings.clone();
        settings.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let (child, http, admin) = launch(&self.program, &self.arguments, self.folder.path(), &settings)?;
        (self.child, self.http, self.admin) = (child, http, admin);
        Ok(())
    }

    /// How it ended; nothing while it runs.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("the child can be asked")
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(&mut self) -> ExitStatus {
        self.terminate();
        self.wait()
    }

    /// Asks it to end, as an orchestrator does, without waiting.
    pub fn terminate(&self) {
        let pid =
            i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a child has a process id");
        kill_process(pid, Signal::TERM).expect("the child can be signalled");
    }

    /// Waits until it has ended.
    pub fn wait(&mut self) -> ExitStatus {
        let mut status = None;
        eventually("the context ends", || {
            status = self.child.try_wait().expect("the child can be asked");
            status.is_some()
        });
        status.expect("it has ended")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Polls until it holds; fails after a minute.
#[track_caller]
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn launch(
    program: &Path,
    arguments: &[String],
    folder: &Path,
    settings: &[(String, String)],
) -> Result<(Child, String, String), EndedAtStart> {
    let ready = folder.join("ready.json");
    let _ = std::fs::remove_file(&ready);
    let log = std::fs::File::create(folder.join("log")).expect("the folder is writable");
    let mut child = Command::new(program)
        .args(arguments)
        .env("MACADAM_DATA__DIR", folder.join("data"))
        .env("MACADAM_AUTH__DEV_ISSUER_DIR", folder.join("issuer"))
        .env("MACADAM_RUNTIME__READY_FILE", &ready)
        // It is this test's, and no key of the configuration.
        .env_remove(KEEP)
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap_or_else(|error| panic!("start {}: {error}", program.display()));
    let mut ended = None;
    eventually("the context starts", || {
        ended = child.try_wait().expect("the child can be asked");
        ended.is_some() || ready.exists()
    });
    if let Some(status) = ended {
        let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        return Err(EndedAtStart { status, log });
    }
    let text = std::fs::read_to_string(&ready).expect("the ready file is readable");
    let addresses: Value = serde_json::from_str(&text).expect("the ready file is JSON");
    let url = |name: &str| format!("http://{}", addresses[name].as_str().expect("an address"));
    Ok((child, url("http"), url("admin")))
}
