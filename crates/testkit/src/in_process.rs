//! A context in the test's own process: no binary is needed, and what it uses can be looked at from outside.

use std::path::PathBuf;

use macadam_chassis::{Config, Context, DevIssuer, Running};
use macadam_telemetry::chain;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::client::Client;
use crate::scrape::Scrape;

/// A running context on ports that the system picks, with data in a folder of its own.
pub struct InProcess {
    build: Box<dyn Fn(&Config) -> Context>,
    config: Config,
    /// What the context writes lies here.
    folder: TempDir,
    live: Option<(Runtime, Running)>,
}

impl InProcess {
    /// Starts what `build` makes.
    pub fn start(build: impl Fn(&Config) -> Context + 'static) -> Self {
        Self::start_with(build, |_| {})
    }

    /// The same, with other settings than the defaults.
    pub fn start_with(
        build: impl Fn(&Config) -> Context + 'static,
        configure: impl FnOnce(&mut Config),
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut config = Config::default();
        config.data.dir = folder.path().join("data");
        config.auth.dev_issuer_dir = folder.path().join("issuer");
        configure(&mut config);
        let mut context = Self { build: Box::new(build), config, folder, live: None };
        context.resume();
        context
    }

    /// Starts it again over the same data.
    pub fn resume(&mut self) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("the machine gives threads");
        let context = (self.build)(&self.config);
        let running = runtime.block_on(Running::start(context, self.config.clone()));
        self.live = Some((runtime, running.unwrap_or_else(|error| panic!("{}", chain(&error)))));
    }

    /// Starts it again over the same data, with other settings.
    pub fn resume_with(&mut self, configure: impl FnOnce(&mut Config)) {
        configure(&mut self.config);
        self.resume();
    }

    /// Drains it; true if all that was under way ended.
    pub fn stop(&mut self) -> bool {
        let (runtime, running) = self.live.take().expect("it runs");
        let drained = runtime.block_on(running.stop());
        runtime.shutdown_background();
        drained
    }

    /// A client with these roles.
    pub fn client(&self, subject: &str, roles: &[&str]) -> Client {
        let roles: Vec<_> = roles.iter().map(ToString::to_string).collect();
        let issuer = DevIssuer::open(&self.config.auth).expect("the development issuer's key is there");
        self.client_with(Some(issuer.token(subject, &roles, 600).expect("the development issuer signs")))
    }

    /// A client with this token, or none.
    pub fn client_with(&self, token: Option<String>) -> Client {
        Client::new(&format!("http://{}", self.running().addresses.http), token)
    }

    /// A client of the operator's port.
    pub fn admin(&self) -> Client {
        Client::new(&format!("http://{}", self.running().addresses.admin), None)
    }

    /// The sum of the series with this name and these labels; none where there is no such series.
    pub fn metric(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        self.scrape().metric(name, labels)
    }

    /// All that it exposes at the moment.
    pub fn scrape(&self) -> Scrape {
        Scrape::of(&self.admin())
    }

    /// Where its data lies.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn running(&self) -> &Running {
        &self.live.as_ref().expect("it runs").1
    }
}

impl Drop for InProcess {
    fn drop(&mut self) {
        if let Some((runtime, _)) = self.live.take() {
            runtime.shutdown_background();
        }
    }
}
