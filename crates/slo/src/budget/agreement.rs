//! How agreements stand, by the SLOs that they are about.

use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

use super::standing::{Standing, Verdict};
use super::words::{percent, rough};
use crate::openslo::Sla;

/// How an agreement stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) consequence: String,
    pub(super) verdict: Agreed,
    pub(super) targets: Vec<Share>,
}

/// What can be said of an agreement in the present periods of its SLOs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Agreed {
    /// One of its targets is missed.
    Missed,
    /// Of one of its targets nothing is known.
    Unknown,
    /// All are kept.
    Kept,
}

/// One target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Share {
    pub slo: String,
    /// From 0 to 1.
    pub target: f64,
    pub sli: Option<f64>,
    pub verdict: Agreed,
    /// The share that is left of what the agreement allows, below 0 when it is missed.
    pub left: Option<f64>,
}

/// How an agreement stands by these SLOs; nothing if none of them is asked for.
pub fn agreement(sla: &Sla, standings: &[Standing]) -> Option<Agreement> {
    let mut any = false;
    let targets: Vec<Share> = sla
        .targets
        .iter()
        .map(|agreed| {
            let standing = standings.iter().find(|standing| standing.slo == agreed.slo);
            any |= standing.is_some();
            let target = agreed.target.to_f64().unwrap_or(f64::NAN);
            let known = standing.filter(|standing| standing.verdict != Verdict::Unknown);
            let sli = known.and_then(|standing| standing.sli);
            // While nothing happens, nothing is missed.
            let left = known.map(|_| sli.map_or(1.0, |sli| 1.0 - (1.0 - sli) / (1.0 - target)));
            let verdict = match left {
                None => Agreed::Unknown,
                // What is exactly kept differs from it by the last bits of floating point.
                Some(left) if left < -1e-9 => Agreed::Missed,
                Some(_) => Agreed::Kept,
            };
            Share { slo: agreed.slo.clone(), target, sli, verdict, left }
        })
        .collect();
    let verdict = targets.iter().map(|target| target.verdict).min().unwrap_or(Agreed::Unknown);
    any.then(|| Agreement {
        name: sla.name.clone(),
        description: sla.description.clone(),
        consequence: sla.consequence.clone(),
        verdict,
        targets,
    })
}

impl Agreement {
    /// Whether it is kept, what follows if not, and each target.
    pub fn text(&self) -> String {
        let verdict = match self.verdict {
            Agreed::Kept => "kept",
            Agreed::Missed => "MISSED",
            Agreed::Unknown => "not known",
        };
        let mut lines = vec![format!("SLA {}: {verdict}", self.name)];
        if !self.description.is_empty() {
            lines.push(format!("  {}", self.description));
        }
        let when = if self.verdict == Agreed::Missed { "It follows" } else { "If it is missed" };
        lines.push(format!("  {when}: {}", self.consequence));
        lines.extend(self.targets.iter().map(|agreed| {
            let target = percent(agreed.target);
            match (agreed.left, agreed.sli) {
                (None, _) => format!("  {}: no data; {target} is agreed", agreed.slo),
                (Some(_), None) => format!("  {}: idle; {target} is agreed", agreed.slo),
                (Some(left), Some(sli)) if left < -1e-9 => {
                    format!("  {}: {} good, {target} is agreed: MISSED", agreed.slo, percent(sli))
                }
                (Some(left), Some(sli)) => format!(
                    "  {}: {} good, {target} is agreed; {} of what may be bad is left",
                    agreed.slo,
                    percent(sli),
                    rough(left)
                ),
            }
        }));
        lines.join("\n")
    }
}
