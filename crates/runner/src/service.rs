//! A service of a context as a child process.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::{RunError, io};

/// How long a service may take to be ready.
const START_MAX: Duration = Duration::from_secs(30);
/// How long it may take to drain; a little longer than its own limit.
const STOP_MAX: Duration = Duration::from_secs(15);

/// A running service; stopped when dropped.
pub struct Service {
    /// The name of the context.
    pub context: String,
    /// URL of the API: `http://127.0.0.1:…`.
    pub http: String,
    /// URL of the admin port: `http://127.0.0.1:…`.
    pub admin: String,
    /// The path of its log.
    pub log: PathBuf,
    child: Child,
    binary: PathBuf,
    issuer: PathBuf,
}

impl Service {
    /// Starts `binary` and waits until it is ready; `folder` has its data and log, `issuer` the development issuer's
    /// key.
    pub fn start(context: &str, binary: &Path, folder: &Path, issuer: &Path) -> Result<Self, RunError> {
        Self::start_with(context, binary, folder, issuer, &[])
    }

    /// The same, with settings as environment variables.
    pub fn start_with(
        context: &str,
        binary: &Path,
        folder: &Path,
        issuer: &Path,
        settings: &[(&str, &str)],
    ) -> Result<Self, RunError> {
        std::fs::create_dir_all(folder).map_err(io("create", folder))?;
        // A file of our own, because another run may still be using the folder.
        let (log, ready) = (folder.join("log"), folder.join(format!("ready-{}.json", std::process::id())));
        let _ = std::fs::remove_file(&ready);
        let output = File::options().create(true).append(true).open(&log).map_err(io("write", &log))?;
        let mut command = Command::new(binary);
        command
            .env("MACADAM_DATA__DIR", folder.join("data"))
            .env("MACADAM_AUTH__DEV_ISSUER_DIR", issuer)
            .env("MACADAM_RUNTIME__READY_FILE", &ready)
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(output)
            // A process group of its own: Ctrl-C reaches only this command, which then stops its services in order.
            .process_group(0);
        let program = binary.display().to_string();
        let mut child = command.spawn().map_err(|source| RunError::Start { program, source })?;
        let started = Instant::now();
        while !ready.exists() {
            let ended = child.try_wait().ok().flatten().is_some();
            if ended || started.elapsed() > START_MAX {
                let _ = child.kill();
                let text = std::fs::read_to_string(&log).unwrap_or_default();
                let from = text.lines().count().saturating_sub(10);
                let tail = text.lines().skip(from).collect::<Vec<_>>().join("\n");
                return Err(RunError::NotReady {
                    context: context.to_owned(),
                    log: log.display().to_string(),
                    tail,
                });
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let text = std::fs::read_to_string(&ready).map_err(io("read", &ready))?;
        let _ = std::fs::remove_file(&ready);
        let addresses: Value = serde_json::from_str(&text).unwrap_or_default();
        let url = |name: &str| format!("http://{}", addresses[name].as_str().unwrap_or_default());
        Ok(Self {
            context: context.to_owned(),
            http: url("http"),
            admin: url("admin"),
            log,
            child,
            binary: binary.to_owned(),
            issuer: issuer.to_owned(),
        })
    }

    /// A token of the development issuer, valid for one hour.
    pub fn token(&self, subject: &str, roles: &[&str]) -> Result<String, RunError> {
        let bearer = Bearer { subject, roles, service: false };
        token(&self.binary, &self.issuer, &bearer, 3_600)
    }

    /// Whether the process has ended.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().ok().flatten().is_some()
    }

    /// Stops it with SIGTERM; true if it drained in time and ended with success. It is killed after 15 s.
    pub fn stop(&mut self) -> bool {
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::TERM);
        }
        let asked = Instant::now();
        while asked.elapsed() < STOP_MAX {
            match self.child.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(5)),
                Ok(Some(status)) => return status.success(),
                Err(_) => return false,
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        false
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if !self.has_ended() {
            self.stop();
        }
    }
}

/// The claims of a token.
#[derive(Debug, Clone, Copy)]
pub struct Bearer<'a> {
    /// The caller's id.
    pub subject: &'a str,
    /// The caller's roles.
    pub roles: &'a [&'a str],
    /// Whether the caller is a service and not a person.
    pub service: bool,
}

/// Signs a token with a service's binary, valid for `seconds`. All contexts share the issuer, so any binary will do.
pub fn token(binary: &Path, issuer: &Path, bearer: &Bearer<'_>, seconds: u32) -> Result<String, RunError> {
    let mut command = Command::new(binary);
    command.env("MACADAM_AUTH__DEV_ISSUER_DIR", issuer).args(["token", "--subject", bearer.subject]);
    command.args(["--seconds", &seconds.to_string()]);
    command.args(bearer.roles.iter().flat_map(|role| ["--as", role]));
    command.args(bearer.service.then_some("--service"));
    let program = binary.display().to_string();
    let output =
        command.stderr(Stdio::inherit()).output().map_err(|source| RunError::Start { program, source })?;
    if !output.status.success() {
        return Err(RunError::Failed {
            command: format!("{} token", binary.display()),
            status: output.status,
        });
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
