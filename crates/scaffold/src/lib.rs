//! Generates the files of a context from its board: model → plan → render → write. Only the last step writes files.
//! `check` compares what would be written with the existing files.

mod check;
mod flags;
mod format;
mod lock;
mod lockfile;
mod model;
mod plan;
mod region;
mod render;
mod write;

pub use check::{Drift, Drifted, check};
pub use flags::{Flags, FlagsError};
pub use plan::{Action, Owner};
pub use region::RegionError;
pub use write::{Written, create, update};

/// Why a context could not be created or updated.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// A template cannot be rendered: a defect of Macadam.
    #[error("render `{template}`")]
    Render {
        /// Which.
        template: String,
        /// The cause.
        source: tera::Error,
    },
    /// The rendered files are not valid Rust: a defect of Macadam.
    #[error("format the rendered files: {message}")]
    Format {
        /// The output of rustfmt.
        message: String,
    },
    /// A tool is not installed.
    #[error("`{tool}` is missing: {remedy}")]
    Missing {
        /// Which.
        tool: &'static str,
        /// How to install it.
        remedy: &'static str,
    },
    /// The context exists already.
    #[error("`{path}` exists already: choose another name, or change the existing context")]
    Exists {
        /// Its folder.
        path: String,
    },
    /// Reading or writing a file failed.
    #[error("{step} `{path}`")]
    Io {
        /// The step that failed, such as `read`.
        step: &'static str,
        /// The file or folder.
        path: String,
        /// The cause.
        source: std::io::Error,
    },
    /// What is managed in an owned file cannot be written into it.
    #[error("write what is managed in `{path}`")]
    Region {
        /// Which file.
        path: String,
        /// Why, and what to do.
        source: RegionError,
    },
    /// `Cargo.lock` does not have the expected form.
    #[error(
        "add the crates to Cargo.lock: it does not name macadam-kernel; run `cargo check` once, then try again"
    )]
    LockFile,
}
