//! What was measured, held against the goals: a table for people, JSON for tools.

use std::collections::BTreeMap;
use std::time::Instant;

use figment::Figment;
use figment::providers::{Format as _, Toml};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::stats::{Of, Ratio, Verdict, summary};

/// The form of the JSON; its schema is `docs/schemas/bench.schema.json`.
const FORMAT: u32 = 1;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Goals {
    ratio: BTreeMap<String, f64>,
    at_least: BTreeMap<String, f64>,
    at_most: BTreeMap<String, f64>,
}

/// What `cargo xtask bench --json` writes.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document<'a> {
    /// The version of this form.
    format: u32,
    /// What it ran on.
    machine: Machine<'a>,
    /// How long it took.
    seconds: u64,
    /// The chassis against the least that could do the same: these gate.
    ratios: &'a [Line],
    /// Figures that depend on the machine: these are reported.
    figures: &'a [Figure],
}

/// The machine, and what else it was doing.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Machine<'a> {
    /// Cores that this process may use.
    cores: usize,
    /// The load averages over 1, 5 and 15 minutes when it began.
    load_before: &'a str,
    /// The same at the end, its own load among it.
    load_after: String,
}

/// A ratio with its noise.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    /// What was measured, as in the goals.
    name: String,
    /// The chassis over the other for rates, the other over the chassis for costs: more is better.
    ratio: f64,
    /// The lower end of the interval that holds 95 of 100 resamplings of the rounds.
    low: f64,
    /// Its upper end.
    high: f64,
    /// The least that it should be.
    goal: Option<f64>,
    /// How it stands to its goal.
    verdict: Word,
    /// Rounds in which both sides were measured, one after the other.
    rounds: usize,
    /// The figure that stands for the chassis: the median of rates, the least of costs.
    chassis: f64,
    /// The same for the other.
    other: f64,
    /// The unit of both.
    unit: &'static str,
    /// What one should know beside it.
    note: String,
}

/// A figure of the machine.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Figure {
    /// What was measured.
    name: String,
    /// How much it is.
    value: f64,
    /// Its unit.
    unit: &'static str,
    /// What it should be, with `≥` or `≤`.
    goal: Option<String>,
    /// How it stands to its goal; it fails nothing.
    verdict: Word,
    /// What one should know beside it.
    note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Word {
    /// It has no goal.
    Reported,
    /// The goal is met.
    Met,
    /// It is missed, and no more so than by the noise.
    WithinNoise,
    /// It seems missed, by rounds that are too few to tell.
    TooFewRounds,
    /// It is missed, a ratio by more than the noise.
    Missed,
}

impl Word {
    fn text(self) -> &'static str {
        match self {
            Self::Reported => "",
            Self::Met => "met",
            Self::WithinNoise => "within the noise",
            Self::TooFewRounds => "too few rounds",
            Self::Missed => "MISSED",
        }
    }
}

/// All that was measured.
pub(crate) struct Report {
    goals: Goals,
    ratios: Vec<Line>,
    figures: Vec<Figure>,
    began: Instant,
    load: String,
}

impl Report {
    pub(crate) fn new() -> Self {
        let goals = Figment::from(Toml::string(include_str!("../goals.toml"))).extract();
        let goals = goals.expect("the goals can be read");
        Self { goals, ratios: Vec::new(), figures: Vec::new(), began: Instant::now(), load: load() }
    }

    /// The chassis over the other for rates; the other over the chassis for what is least. A figure for each round.
    pub(crate) fn ratio(
        &mut self,
        name: &str,
        (chassis, other): (&[f64], &[f64]),
        unit: &'static str,
        of: Of,
        note: &str,
    ) {
        let ratio = match of {
            Of::Median => Ratio::of(chassis, other, of),
            Of::Least => Ratio::of(other, chassis, of),
        };
        let goal = self.goals.ratio.get(name).copied();
        let verdict = goal.map_or(Word::Reported, |goal| match ratio.against(goal) {
            Verdict::Met => Word::Met,
            Verdict::WithinNoise => Word::WithinNoise,
            Verdict::TooFewRounds => Word::TooFewRounds,
            Verdict::Missed => Word::Missed,
        });
        self.tell(&format!("{name}: {:.3} ({:.3} to {:.3})", ratio.value, ratio.low, ratio.high));
        self.ratios.push(Line {
            name: name.to_owned(),
            ratio: ratio.value,
            low: ratio.low,
            high: ratio.high,
            goal,
            verdict,
            rounds: ratio.rounds,
            chassis: summary(chassis, of),
            other: summary(other, of),
            unit,
            note: note.to_owned(),
        });
    }

    /// A figure that depends on the machine.
    pub(crate) fn figure(&mut self, name: &str, value: f64, unit: &'static str, note: &str) {
        let least = self.goals.at_least.get(name).map(|goal| (format!("≥ {goal}"), value >= *goal));
        let most = self.goals.at_most.get(name).map(|goal| (format!("≤ {goal}"), value <= *goal));
        let (goal, verdict) = match least.or(most) {
            None => (None, Word::Reported),
            Some((goal, true)) => (Some(goal), Word::Met),
            Some((goal, false)) => (Some(goal), Word::Missed),
        };
        self.tell(&format!("{name}: {value:.1} {unit}"));
        let (name, note) = (name.to_owned(), note.to_owned());
        self.figures.push(Figure { name, value, unit, goal, verdict, note });
    }

    fn tell(&self, text: &str) {
        eprintln!("{:>4} s  {text}", self.began.elapsed().as_secs());
    }

    /// Whether a ratio was missed by more than the noise.
    pub(crate) fn fails(&self) -> bool {
        self.ratios.iter().any(|line| line.verdict == Word::Missed)
    }

    pub(crate) fn json(&self) -> Document<'_> {
        Document {
            format: FORMAT,
            machine: Machine { cores: cores(), load_before: &self.load, load_after: load() },
            seconds: self.began.elapsed().as_secs(),
            ratios: &self.ratios,
            figures: &self.figures,
        }
    }

    pub(crate) fn table(&self) -> String {
        let mut text = String::from(
            "| ratio | measured | 95 % | goal | | chassis | other | unit |\n| --- | --: | --- | --: | --- | --: | --: | --- |\n",
        );
        for line in &self.ratios {
            let goal = line.goal.map_or_else(String::new, |goal| format!("{goal:.2}"));
            let Line { name, ratio, low, high, verdict, chassis, other, unit, note, .. } = line;
            let (note, verdict) = (noted(note), verdict.text());
            text.push_str(&format!(
                "| {name} | {ratio:.3} | {low:.3}–{high:.3} | {goal} | {verdict} | {chassis:.0} | {other:.0} | {unit}{note} |\n"
            ));
        }
        text.push_str("\n| figure | measured | unit | goal | |\n| --- | --: | --- | --- | --- |\n");
        for Figure { name, value, unit, goal, verdict, note } in &self.figures {
            let (goal, note, verdict) = (goal.as_deref().unwrap_or(""), noted(note), verdict.text());
            let digits = usize::from(*value < 1_000.0) + usize::from(*value < 10.0);
            text.push_str(&format!("| {name} | {value:.digits$} | {unit}{note} | {goal} | {verdict} |\n"));
        }
        let (before, after) = (&self.load, load());
        text.push_str(&format!("\n{} cores, load average {before} before and {after} after\n", cores()));
        text
    }
}

fn noted(note: &str) -> String {
    if note.is_empty() { String::new() } else { format!("; {note}") }
}

/// What else this machine is doing: averages over 1, 5 and 15 minutes.
fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(0, std::num::NonZero::get)
}
