//! The tour: one application in lc-application from start to approval, then a new context from a board.

pub(crate) mod letter;
mod loans;

use std::path::Path;

use crate::RunError;
use crate::cargo::Cargo;
use crate::service::Service;
use macadam_hal::Client;

/// Prints one line of progress.
pub type Progress<'a> = &'a mut dyn FnMut(&str);

/// Runs the tour in the repository at `root`.
pub fn run(root: &Path, print: Progress<'_>) -> Result<(), RunError> {
    letter::run(&Cargo::at(root), print)?;
    loans::run(root, print)
}

fn chapter(print: Progress<'_>, title: &str) {
    print("");
    print(&format!("== {title}"));
}

/// The series of a service with their values.
struct Metrics(Vec<(String, f64)>);

impl Metrics {
    fn read(service: &Service) -> Result<Self, RunError> {
        let metrics = Client::new(&service.admin, None).get("/metrics")?;
        let series =
            metrics.text.lines().filter(|line| line.starts_with("macadam_") && !line.contains("_bucket{"));
        let parsed = series.filter_map(|line| {
            let (name, value) = line.rsplit_once(' ')?;
            Some((name.to_owned(), value.parse().ok()?))
        });
        Ok(Self(parsed.collect()))
    }

    /// The changed series of these families, as `name{labels} before → after`.
    fn changed_since(&self, before: &Self, families: &[&str]) -> Vec<String> {
        let changed = self
            .0
            .iter()
            .filter(|(name, _)| families.iter().any(|family| name.starts_with(&format!("{family}{{"))));
        changed
            .filter_map(|(name, value)| {
                let old = before.0.iter().find(|(known, _)| known == name).map_or(0.0, |(_, value)| *value);
                (old.total_cmp(value).is_ne()).then(|| format!("{name} {old} → {value}"))
            })
            .collect()
    }
}

/// The most important counters.
const FAMILIES: &[&str] = &[
    "macadam_commands_total",
    "macadam_events_total",
    "macadam_amount_total",
    "macadam_deadlines_total",
    "macadam_events_published_total",
];
