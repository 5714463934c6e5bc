//! What was measured, held against the goals: a table for people, JSON for tools.

use std::collections::BTreeMap;

use figment::Figment;
use figment::providers::{Format as _, Toml};
use serde::{Deserialize, Serialize};

use crate::stats::{Of, Ratio, summary};

/// The form of the JSON; its schema is `docs/schemas/bench.schema.json`.
const FORMAT: u32 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Goals {
    ratio: BTreeMap<String, f64>,
    at_least: BTreeMap<String, f64>,
    at_most: BTreeMap<String, f64>,
}

/// One side of a comparison.
pub(crate) struct Side {
    pub figures: Vec<f64>,
    pub unit: &'static str,
}

#[derive(Serialize)]
struct Line {
    name: String,
    ratio: f64,
    low: f64,
    high: f64,
    goal: Option<f64>,
    verdict: &'static str,
    rounds: usize,
    chassis: f64,
    other: f64,
    unit: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    note: String,
}

#[derive(Serialize)]
struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    goal: Option<String>,
    verdict: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    note: String,
}

/// All that was measured.
pub(crate) struct Report {
    goals: Goals,
    ratios: Vec<Line>,
    figures: Vec<Figure>,
    began: std::time::Instant,
}

impl Report {
    pub(crate) fn new() -> Self {
        let goals = Figment::from(Toml::string(include_str!("../goals.toml"))).extract();
        let goals = goals.expect("the goals can be read");
        Self { goals, ratios: Vec::new(), figures: Vec::new(), began: std::time::Instant::now() }
    }

    /// The chassis over the other for rates; the other over the chassis for what is least.
    pub(crate) fn ratio(&mut self, name: &str, chassis: Side, other: Side, of: Of, note: &str) {
        let ratio = match of {
            Of::Median => Ratio::of(&chassis.figures, &other.figures, of),
            Of::Least => Ratio::of(&other.figures, &chassis.figures, of),
        };
        let goal = self.goals.ratio.get(name).copied();
        let verdict = match goal {
            None => "reported",
            Some(goal) if ratio.misses(goal) => "MISSED",
            Some(goal) if ratio.value < goal => "within the noise",
            Some(_) => "met",
        };
        eprintln!("{:>4} s  {name}: {:.3}", self.began.elapsed().as_secs(), ratio.value);
        self.ratios.push(Line {
            name: name.to_owned(),
            ratio: ratio.value,
            low: ratio.low,
            high: ratio.high,
            goal,
            verdict,
            rounds: chassis.figures.len(),
            chassis: summary(&chassis.figures, of),
            other: summary(&other.figures, of),
            unit: chassis.unit,
            note: note.to_owned(),
        });
    }

    /// A figure that depends on the machine.
    pub(crate) fn figure(&mut self, name: &str, value: f64, unit: &'static str, note: &str) {
        let least = self.goals.at_least.get(name).map(|goal| (format!("≥ {goal}"), value >= *goal));
        let most = self.goals.at_most.get(name).map(|goal| (format!("≤ {goal}"), value <= *goal));
        let (goal, verdict) = match least.or(most) {
            None => (None, "reported"),
            Some((goal, true)) => (Some(goal), "met"),
            Some((goal, false)) => (Some(goal), "missed"),
        };
        eprintln!("{:>4} s  {name}: {value:.1} {unit}", self.began.elapsed().as_secs());
        let (name, note) = (name.to_owned(), note.to_owned());
        self.figures.push(Figure { name, value, unit, goal, verdict, note });
    }

    /// Whether a ratio was missed by more than the noise.
    pub(crate) fn fails(&self) -> bool {
        self.ratios.iter().any(|line| line.verdict == "MISSED")
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "format": FORMAT, "machine": machine(), "seconds": self.began.elapsed().as_secs(),
            "ratios": self.ratios, "figures": self.figures,
        })
    }

    pub(crate) fn table(&self) -> String {
        let mut text = String::from(
            "| ratio | measured | 95 % | goal | | chassis | other | unit |\n|---|--:|---|--:|---|--:|--:|---|\n",
        );
        for line in &self.ratios {
            let goal = line.goal.map_or_else(String::new, |goal| format!("{goal:.2}"));
            let Line { name, ratio, low, high, verdict, chassis, other, unit, note, .. } = line;
            let note = if note.is_empty() { String::new() } else { format!("; {note}") };
            text.push_str(&format!(
                "| {name} | {ratio:.3} | {low:.3}–{high:.3} | {goal} | {verdict} | {chassis:.1} | {other:.1} | {unit}{note} |\n"
            ));
        }
        text.push_str("\n| figure | measured | unit | goal | |\n|---|--:|---|---|---|\n");
        for Figure { name, value, unit, goal, verdict, note } in &self.figures {
            let goal = goal.as_deref().unwrap_or("");
            let note = if note.is_empty() { String::new() } else { format!("; {note}") };
            text.push_str(&format!("| {name} | {value:.1} | {unit}{note} | {goal} | {verdict} |\n"));
        }
        text.push_str(&format!("\n{}\n", machine()["load"].as_str().unwrap_or_default()));
        text
    }
}

/// What else this machine was doing.
fn machine() -> serde_json::Value {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let averages: Vec<&str> = load.split(' ').take(3).collect();
    let load = format!("{cores} cores, load average {} at the end", averages.join(" "));
    serde_json::json!({ "cores": cores, "load": load })
}
