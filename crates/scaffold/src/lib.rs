//! From a board to the files of a context: model → plan → render → write. Only the last changes the disk.
//! `check` holds what would be written against what is there.

mod check;
mod flags;
mod format;
mod lock;
mod lockfile;
mod model;
mod plan;
mod render;
mod seeds;
mod write;

pub use check::{Drift, Drifted, check};
pub use flags::{Flags, FlagsError};
pub use plan::{Action, Owner};
pub use write::{Written, create, update};

/// Why there is no context, or no newer one.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// A template does not render: a fault of the road.
    #[error("render `{template}`")]
    Render {
        /// Which.
        template: String,
        /// Why.
        source: tera::Error,
    },
    /// What is rendered is not Rust: a fault of the road.
    #[error("format what was rendered: {message}")]
    Format {
        /// What rustfmt said.
        message: String,
    },
    /// A tool is not there.
    #[error("`{tool}` is missing: {remedy}")]
    Missing {
        /// Which.
        tool: &'static str,
        /// How to get it.
        remedy: &'static str,
    },
    /// The context is there already.
    #[error("`{path}` exists: choose another name, or change the context that is there")]
    Exists {
        /// Where.
        path: String,
    },
    /// The disk.
    #[error("{step} `{path}`")]
    Io {
        /// What was being done.
        step: &'static str,
        /// With what.
        path: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// `Cargo.lock` has no form that the road knows.
    #[error(
        "add the crates to Cargo.lock: it does not name macadam-kernel; run `cargo check` once, then try again"
    )]
    LockFile,
}
