//! What tests of a context use: its real binary in a folder of its own, a client that only follows links, and checks
//! that hold for every context. A dev-dependency of services, which is never linked into them.

mod client;
mod conformance;
mod crash;
mod forgery;
mod in_process;
pub mod measure;
mod provider;
mod scrape;
mod service;
mod telemetry;
mod tells;

pub use client::{Client, Reply, Resource};
pub use conformance::{drains, folds, keeps_its_contracts, refuses, serves};
pub use crash::{Crashes, crashes, crashes_as};
pub use forgery::{Forgery, Signer};
pub use in_process::InProcess;
pub use provider::Provider;
pub use scrape::Scrape;
pub use service::{EndedAtStart, Service, eventually};
pub use telemetry::{Collector, Logs, SilentCollector, Span, with_telemetry};
pub use tells::tells;
