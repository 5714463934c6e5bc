//! Programs that are not ours, as children.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{RunError, io};

/// How long a program may take to start, or to receive data.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A started program; killed when dropped, also after an error.
pub(crate) struct Program {
    child: Child,
    output: PathBuf,
}

impl Program {
    /// Starts it; what it prints goes into the file `output`.
    pub(crate) fn start(command: &mut Command, output: PathBuf) -> Result<Self, RunError> {
        let file = File::create(&output).map_err(io("write", &output))?;
        let errors = file.try_clone().map_err(io("write", &output))?;
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command.stdin(Stdio::null()).stdout(file).stderr(errors).spawn();
        Ok(Self { child: child.map_err(|source| RunError::Start { program, source })?, output })
    }

    /// What it has printed so far.
    pub(crate) fn output(&self) -> String {
        std::fs::read_to_string(&self.output).unwrap_or_default()
    }

    /// Calls `found` with the output so far until it returns a result; an error if the program ends or takes too long.
    pub(crate) fn until<T>(
        &mut self,
        what: &str,
        mut found: impl FnMut(&str) -> Option<T>,
    ) -> Result<T, RunError> {
        let started = Instant::now();
        loop {
            let output = self.output();
            if let Some(found) = found(&output) {
                return Ok(found);
            }
            let ended = self.child.try_wait().ok().flatten().is_some();
            if ended || started.elapsed() > PATIENCE {
                return Err(RunError::Unexpected { what: format!("expected {what}"), answer: output });
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A free port, for programs that cannot report which port they were given.
pub(crate) fn free_port() -> Result<u16, RunError> {
    let bound = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    bound.map(|address| address.port()).map_err(io("find", Path::new("a free port")))
}
