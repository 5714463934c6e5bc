//! Runs contexts as processes on this machine.

use std::path::{Path, PathBuf};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::cargo::Cargo;
use crate::service::Service;
use crate::workspace::contexts;
use crate::{RunError, io};
use macadam_board::diagnostic::nearest;

/// The running services; stopped when dropped.
pub struct Up {
    /// The services, by context.
    pub services: Vec<Service>,
    signals: Signals,
}

/// The folder in which a repository keeps the data of its contexts on this machine.
pub fn state(root: &Path) -> PathBuf {
    root.join(".macadam")
}

/// The folder of the development issuer's key.
pub fn issuer(root: &Path) -> PathBuf {
    state(root).join("dev-issuer")
}

/// Builds these contexts, or all if none is given; returns names and binaries.
pub fn build(root: &Path, chosen: &[String]) -> Result<Vec<(String, PathBuf)>, RunError> {
    let known = contexts(root);
    if let Some(unknown) = chosen.iter().find(|name| !known.contains(name)) {
        let near = nearest(unknown, known.iter().map(String::as_str));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        return Err(RunError::Unknown { context: unknown.clone(), hint, known: known.join(", ") });
    }
    let names = if chosen.is_empty() { known } else { chosen.to_vec() };
    if names.is_empty() {
        return Err(RunError::NoContext);
    }
    let packages: Vec<String> = names.iter().map(|name| format!("{name}-service")).collect();
    let binaries = Cargo::at(root).binaries(&packages)?;
    Ok(names.into_iter().zip(binaries).collect())
}

impl Up {
    /// Starts all contexts; if one does not start, the others are stopped again.
    pub fn start(root: &Path, built: &[(String, PathBuf)]) -> Result<Self, RunError> {
        let signals = Signals::new([SIGINT, SIGTERM]).map_err(io("listen for", Path::new("signals")))?;
        let mut services = Vec::with_capacity(built.len());
        for (context, binary) in built {
            services.push(Service::start(
                context,
                binary,
                &state(root).join("run").join(context),
                &issuer(root),
            )?);
        }
        Ok(Self { services, signals })
    }

    /// Waits for Ctrl-C (`None`), or for a service that ends by itself (its name).
    pub fn wait(&mut self) -> Option<String> {
        loop {
            if self.signals.pending().next().is_some() {
                return None;
            }
            if let Some(ended) = self
                .services
                .iter_mut()
                .find_map(|service| service.has_ended().then(|| service.context.clone()))
            {
                return Some(ended);
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }

    /// Stops all; returns the names of those that did not drain in time.
    pub fn stop(mut self) -> Vec<String> {
        let stopped = self.services.iter_mut().map(|service| (service.stop(), service.context.clone()));
        stopped.filter(|(drained, _)| !drained).map(|(_, context)| context).collect()
    }
}
