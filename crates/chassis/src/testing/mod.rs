//! What tests of a context use: its real binary in a folder of its own, and a client that only follows links.

mod client;
mod conformance;
mod in_process;
mod service;

pub use client::{Client, Reply, Resource};
pub use conformance::{drains, keeps_its_contracts, refuses, serves};
pub use in_process::InProcess;
pub use service::{Service, eventually};
