//! What is checked before a context starts, and why one may not start.

use std::net::SocketAddr;

use jiff::SignedDuration;
use macadam_engine::{Catalog, ViewStoreError};
use macadam_event_log::{FolderError, OpenError};
use macadam_http::{AuthError, RESERVED};
use macadam_telemetry::ExportError;

use crate::config::Config;

/// Why a context does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Board and code do not agree; each line says where and what to do.
    #[error("what {context} is made of does not fit together:\n  {}", faults.join("\n  "))]
    Wiring {
        /// The context.
        context: &'static str,
        /// What does not fit.
        faults: Vec<String>,
    },
    /// A configured time cannot be read.
    #[error("read `{text}` of deadlines.{deadline}: expected a number and ms, s, m, h, d or w, as in `10d`")]
    Duration {
        /// Which deadline.
        deadline: String,
        /// What stands there.
        text: String,
    },
    /// The folder for data.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Where spans go to.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// Where the process listens could not be written into the data folder's lock.
    #[error("write into the lock of the data folder")]
    Lock(#[source] std::io::Error),
    /// A metric's name or labels.
    #[error("register metrics")]
    Metrics(#[from] prometheus::Error),
    /// The log.
    #[error(transparent)]
    Log(#[from] OpenError),
    /// The views.
    #[error(
        "open the views; where views.db is damaged, remove it with its -wal and -shm: all of it is built again from \
         the log"
    )]
    Views(#[from] ViewStoreError),
    /// Whose tokens are believed.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// A port.
    #[error(
        "listen on {address}: set http.listen or admin.listen to a free address; port 0 lets the system choose"
    )]
    Bind {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The system does not say which port it chose.
    #[error("learn the address of a listener")]
    Address(#[source] std::io::Error),
    /// Fewer files than connections: listeners and databases would fail before any limit of this context's is met.
    #[error(
        "this process may have {limit} files open, and needs {wanted}: raise its limit (`ulimit -n`, LimitNOFILE), or \
         set limits.connections_max lower"
    )]
    Files {
        /// How many it may have.
        limit: u64,
        /// How many it needs.
        wanted: u64,
    },
    /// The machine does not let a thread start.
    #[error("start the thread that looks at the data folder")]
    Watch(#[source] std::io::Error),
    /// The ready file.
    #[error("write the ready file")]
    Ready(#[source] std::io::Error),
}

/// Holds what the board says against what the code is, and the configuration against both.
pub(crate) fn check(catalog: &Catalog, config: &Config) -> Result<(), StartError> {
    let mut faults = catalog.faults();
    for aggregate in catalog.aggregates().iter().filter(|one| RESERVED.contains(&one.plural())) {
        faults.push(format!("the plural `{}` is a route of its own", aggregate.plural()));
    }
    for (key, value) in [
        ("limits.requests_max", config.limits.requests_max),
        ("limits.connections_max", config.limits.connections_max),
        ("limits.actors_max", config.limits.actors_max),
    ] {
        if value == 0 {
            faults.push(format!("{key} is 0, so that nobody would be served: set it to 1 or more"));
        }
    }
    for deadline in config.deadlines.keys() {
        if !catalog.deadlines.iter().any(|known| known.is_called(deadline)) {
            faults.push(format!("the configuration sets deadlines.{deadline}, which is not on the board"));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(StartError::Wiring { context: catalog.name, faults }) }
}

/// Lets configured times stand in for the board's.
pub(crate) fn set_deadlines(catalog: &mut Catalog, config: &Config) -> Result<(), StartError> {
    for (deadline, after) in &config.deadlines {
        let known = catalog.deadlines.iter_mut().find(|known| known.is_called(deadline));
        let Some(known) = known else { continue };
        known.after = durations(deadline, after)?;
    }
    Ok(())
}

/// `10d` and the like, as the board writes them; days have 24 hours here, since a deadline has no time zone.
fn durations(deadline: &str, texts: &[String]) -> Result<Vec<SignedDuration>, StartError> {
    let parse = |text: &String| {
        let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let factor = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 604_800_000,
            _ => return None,
        };
        number.parse::<i64>().ok()?.checked_mul(factor).map(SignedDuration::from_millis)
    };
    texts
        .iter()
        .map(|text| {
            parse(text)
                .ok_or_else(|| StartError::Duration { deadline: deadline.to_owned(), text: text.clone() })
        })
        .collect()
}
