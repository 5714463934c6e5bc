//! The main job in one go, on real input: an application on its way through lc-application, then a new context.

pub(crate) mod letter;
mod loans;

use std::path::Path;

use serde_json::Value;

use crate::RunError;
use crate::cargo::Cargo;
use crate::hal::Client;
use crate::service::Service;

/// Tells what is going on, line by line.
pub type Say<'a> = &'a mut dyn FnMut(&str);

/// Takes the tour through the repository at `root`.
pub fn run(root: &Path, say: Say<'_>) -> Result<(), RunError> {
    letter::run(&Cargo::at(root), say)?;
    loans::run(root, say)
}

fn chapter(say: Say<'_>, title: &str) {
    say("");
    say(&format!("== {title}"));
}

/// The series of a service that are not what they were, as `name{labels} before → after`.
struct Metrics(Vec<(String, f64)>);

impl Metrics {
    fn read(service: &Service) -> Result<Self, RunError> {
        let answer = Client::new(&service.admin, None).get("/metrics")?;
        let Value::String(text) = &answer.body else { return Err(answer.unexpected("metrics are text")) };
        let series = text.lines().filter(|line| line.starts_with("macadam_") && !line.contains("_bucket{"));
        let parsed = series.filter_map(|line| {
            let (name, value) = line.rsplit_once(' ')?;
            Some((name.to_owned(), value.parse().ok()?))
        });
        Ok(Self(parsed.collect()))
    }

    /// What moved in families of these names.
    fn moved_since(&self, before: &Self, families: &[&str]) -> Vec<String> {
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

/// The counters that people look at first.
const FAMILIES: &[&str] = &[
    "macadam_commands_total",
    "macadam_events_total",
    "macadam_amount_total",
    "macadam_deadlines_total",
    "macadam_events_published_total",
];
