//! The context over HTTP, as its clients meet it: they begin at the home and follow links and templates.

mod applications;
mod bodies;
mod crash;
mod deadlines;
mod decisions;
mod events;
mod history;
mod home;
mod identity;
mod malformed;
mod metrics;
mod paging;
mod rules;
mod sanctions;
mod seen;
mod support;
mod views;

const BINARY: &str = env!("CARGO_BIN_EXE_lc-application-service");
