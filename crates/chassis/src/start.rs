//! What is checked before a context starts: that what was wired together fits together.

use std::net::SocketAddr;
use std::path::PathBuf;

use macadam_kernel::SYSTEM;
use schemars::Schema;

use crate::auth::AuthError;
use crate::caller::Scope;
use crate::claim::ClaimDef;
use crate::command::ErasedAggregate;
use crate::config::Config;
use crate::context::Context;
use crate::deadline::DeadlineDef;
use crate::deprecation::Deprecation;
use crate::event_log::OpenError;
use crate::http;
use crate::process::ErasedProcess;
use crate::schema::{is_scalar, property};
use crate::telemetry::{ExportError, Shape};
use crate::view::{ErasedView, StoreError};

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
    #[error("make the data folder `{}`", dir.display())]
    DataDir {
        /// Which.
        dir: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another process has it: two writers would each think that the next position is theirs.
    #[error("data folder `{}` is used by another process: stop that one, or set data.dir", dir.display())]
    InUse {
        /// Which.
        dir: PathBuf,
    },
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
    Views(#[from] StoreError),
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
    /// The system does not tell the port.
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
    /// The ready file.
    #[error("write the ready file")]
    Ready(#[source] std::io::Error),
}

/// Holds what the board says against what the code is.
pub(crate) fn check(context: &Context, config: &Config) -> Result<(), StartError> {
    let mut faults = Vec::new();
    for aggregate in &context.aggregates {
        let schema = aggregate.view_schema();
        check_scopes(&mut faults, &format!("{}'s view", aggregate.name()), &schema, aggregate.visible_to());
        let known = aggregate.rules();
        for command in aggregate.commands() {
            for rule in command.rejects.iter().filter(|rule| !known.iter().any(|known| known == *rule)) {
                faults.push(format!(
                    "{} rejects by `{rule}`, which is no variant of `Rejection`",
                    command.name
                ));
            }
        }
        for command in aggregate.commands() {
            check_deprecation(&mut faults, command.name, command.deprecated);
        }
        if http::RESERVED.contains(&aggregate.plural()) {
            faults.push(format!("the plural `{}` is a route of its own", aggregate.plural()));
        }
    }
    for view in &context.views {
        let schema = view.schema();
        check_deprecation(&mut faults, view.name(), view.deprecated());
        check_scopes(&mut faults, view.name(), &schema, view.readers());
        for field in view.index().iter().flat_map(|fields| fields.iter()) {
            check_scalar(&mut faults, view.name(), &schema, field);
        }
    }
    for tally in &context.tallies {
        check_deprecation(&mut faults, tally.name, tally.deprecated);
        let Some(view) = context.views.iter().find(|view| view.name() == tally.of) else {
            faults.push(format!("{} counts `{}`, which is no read model", tally.name, tally.of));
            continue;
        };
        check_scopes(&mut faults, tally.name, &view.schema(), &tally.readers);
        for field in tally.group_by {
            check_scalar(&mut faults, view.name(), &view.schema(), field);
        }
        if let Some(field) = tally.sum
            && property(&view.schema(), field).is_none()
        {
            faults.push(format!("{} sums `{field}`, which {} does not have", tally.name, view.name()));
        }
    }
    let commands: Vec<_> = context.aggregates.iter().flat_map(|aggregate| aggregate.commands()).collect();
    for deadline in &context.deadlines {
        let sent = commands.iter().find(|info| info.name == deadline.command);
        if !sent.is_some_and(|info| info.actors.contains(&SYSTEM)) {
            let (name, command) = (deadline.name, deadline.command);
            faults.push(format!("{name} sends {command}, which `{SYSTEM}` must be an actor of"));
        }
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
    for claim in &context.claims {
        check_claim(&mut faults, context, claim);
    }
    for deadline in config.deadlines.keys() {
        if !context.deadlines.iter().any(|known| known.is_called(deadline)) {
            faults.push(format!("the configuration sets deadlines.{deadline}, which is not on the board"));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(StartError::Wiring { context: context.name, faults }) }
}

fn check_claim(faults: &mut Vec<String>, context: &Context, claim: &ClaimDef) {
    let (name, of) = (claim.name, claim.aggregate);
    let Some(aggregate) = context.aggregates.iter().find(|aggregate| aggregate.name() == of) else {
        faults.push(format!("{name} is a claim of `{of}`, which is no aggregate"));
        return;
    };
    if !aggregate.rules().iter().any(|rule| rule == claim.rule) {
        faults.push(format!("{name} rejects by `{}`, which is no variant of `Rejection`", claim.rule));
    }
    let schemas = aggregate.event_schemas();
    for event in claim.taken_by.iter().chain(claim.released_by) {
        match schemas.iter().find(|(known, _)| known == event) {
            None => faults.push(format!("{name} hears `{event}`, which is no event of {of}")),
            Some((_, schema)) if claim.taken_by.contains(event) => {
                check_scalar(faults, event, schema, claim.field);
            }
            Some(_) => {}
        }
    }
}

fn check_deprecation(faults: &mut Vec<String>, what: &str, deprecated: Option<Deprecation>) {
    if let Some(day) = deprecated.and_then(|deprecated| deprecated.fault()) {
        faults.push(format!("{what} is deprecated by `{day}`, which is no day: write it as `2027-05-01`"));
    }
}

fn check_scopes(faults: &mut Vec<String>, what: &str, schema: &Schema, scopes: &[(&'static str, Scope)]) {
    for (_, scope) in scopes {
        if let Scope::Own(field) = scope {
            check_scalar(faults, what, schema, field);
        }
    }
}

fn check_scalar(faults: &mut Vec<String>, what: &str, schema: &Schema, field: &str) {
    match property(schema, field) {
        None => faults.push(format!("{what} has no field `{field}`: add it, or mend the board")),
        Some(property) if !is_scalar(&property) => {
            faults.push(format!("`{field}` of {what} is not a scalar: text, number or truth value"));
        }
        Some(_) => {}
    }
}

/// The names that metrics are made of.
pub(crate) fn shape(
    aggregates: &[Box<dyn ErasedAggregate>],
    views: &[Box<dyn ErasedView>],
    processes: &[Box<dyn ErasedProcess>],
    deadlines: &[DeadlineDef],
) -> Shape {
    let commands = aggregates.iter().flat_map(|aggregate| aggregate.commands());
    let names = views.iter().map(|view| view.name()).chain(processes.iter().map(|process| process.name()));
    Shape {
        commands: commands.map(|info| (info.name, info.rejects.to_vec())).collect(),
        events: aggregates.iter().flat_map(|aggregate| aggregate.kinds()).collect(),
        subscriptions: names.collect(),
        views: views.iter().map(|view| view.name()).collect(),
        processes: processes.iter().map(|process| (process.name(), process.ends_on())).collect(),
        deadlines: deadlines.iter().map(|deadline| deadline.name).collect(),
        routes: http::routes(aggregates),
    }
}
