//! From SLOs to what Prometheus, Alertmanager and people use. Every expression that is made here is parsed before it is
//! written.

mod alert;
mod alertmanager;
mod count;
mod files;
mod indicators;
mod machinery;
mod record;
mod rule;
mod runbook;
mod tiers;

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

pub use alertmanager::{ReceiversError, receivers_of, receivers_seed};
pub use files::{FilesError, Generated, Input, files, indicator_file, rule_files};
pub use indicators::seed;
pub use rule::{Alert, Group, Rule, RuleFile, RuleKind};
pub use tiers::{Severity, Tier, Tiers, tiers};

use crate::model::{Alerting, CalendarUnit, Objective, Slo, Window};
use crate::names::{CONTEXT_LABEL, OBJECTIVE_LABEL, SLO_LABEL};
use count::{INTERVAL, counted};
use record::{Recorded, is_short};

/// Rules of long windows are evaluated every so many seconds: less than the five minutes after which a sample is stale.
const LONG_INTERVAL: u64 = 180;
const DAY: u64 = 86_400;

/// What is said of a context besides its SLOs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its name; also the job under which Prometheus scrapes it.
    pub context: String,
    /// The team that its alerts are sent to.
    pub owner: String,
    /// Where links begin, such as `https://git.example/macadam/blob/main/`; empty: paths within the repository.
    pub links: String,
}

/// Why no rules could be made.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum GenerateError {
    /// An expression that does not parse.
    #[error("{place}: the rule `{rule}` would not be PromQL: {message}")]
    Expression {
        /// `file:line:column` of the SLO.
        place: String,
        /// What it would record, or its alert.
        rule: String,
        /// What the parser says.
        message: String,
    },
    /// Something that is valid OpenSLO and is not generated.
    #[error("{place}: {what} is valid OpenSLO, but not generated yet")]
    Unsupported {
        /// `file:line:column` of the SLO.
        place: String,
        /// What.
        what: String,
    },
    /// No tier is left.
    #[error(
        "{place}: `{slo}` can never alert: with a target of {target}, even if everything is bad the budget burns at most \
         {most} times too fast, and each tier waits for more; raise the target, or set `macadam.dev/alerting: none`"
    )]
    NoTier {
        /// `file:line:column` of the SLO.
        place: String,
        /// Its name.
        slo: String,
        /// Its target.
        target: String,
        /// 1 ÷ (1 − target).
        most: String,
    },
}

/// The rules of a context: of its SLOs, and of the machinery beneath.
pub fn rules(about: &About, slos: &[&Slo]) -> Result<RuleFile, GenerateError> {
    let mut short = Group { name: format!("{}:slo", about.context), interval: INTERVAL, rules: Vec::new() };
    let mut long =
        Group { name: format!("{}:slo:long", about.context), interval: LONG_INTERVAL, rules: Vec::new() };
    let mut comments = Vec::new();
    for slo in slos {
        for (number, objective) in slo.objectives.iter().enumerate() {
            let one = One::of(about, slo, objective, number);
            let made = one.rules()?;
            comments.extend(made.comments);
            for (group, rules) in [(&mut short, made.short), (&mut long, made.long)] {
                for rule in &rules {
                    parsed(rule, slo)?;
                }
                group.rules.extend(rules);
            }
        }
    }
    let machinery = Group {
        name: format!("{}:machinery", about.context),
        interval: machinery::INTERVAL,
        rules: machinery::rules(about),
    };
    let groups = [short, long, machinery].into_iter().filter(|group| !group.rules.is_empty());
    let group_labels = slos.iter().flat_map(|slo| slo.group_by.clone()).collect();
    Ok(RuleFile { context: about.context.clone(), comments, group_labels, groups: groups.collect() })
}

/// `file:line:column`.
fn place(slo: &Slo) -> String {
    let place = &slo.place;
    format!("{}:{}:{}", place.file, place.line, place.column)
}

fn parsed(rule: &Rule, slo: &Slo) -> Result<(), GenerateError> {
    promql_parser::parser::parse(&rule.expr).map(|_| ()).map_err(|message| GenerateError::Expression {
        place: place(slo),
        rule: rule.name().to_owned(),
        message,
    })
}

/// One objective of one SLO.
pub(crate) struct One<'a> {
    pub about: &'a About,
    pub slo: &'a Slo,
    pub objective: &'a Objective,
    /// The labels that all its rules carry.
    pub labels: BTreeMap<String, String>,
    /// Selects its recorded series.
    pub own: String,
    /// Seconds.
    pub period: u64,
}

struct Made {
    comments: Vec<String>,
    short: Vec<Rule>,
    long: Vec<Rule>,
}

impl<'a> One<'a> {
    fn of(about: &'a About, slo: &'a Slo, objective: &'a Objective, number: usize) -> Self {
        let mut labels = BTreeMap::from([
            (CONTEXT_LABEL.to_owned(), slo.service.clone()),
            (SLO_LABEL.to_owned(), slo.name.clone()),
        ]);
        if slo.objectives.len() > 1 {
            labels.insert(OBJECTIVE_LABEL.to_owned(), (number + 1).to_string());
        }
        let pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let own = format!("{{{}}}", pairs.join(","));
        Self { about, slo, objective, labels, own, period: nominal(&slo.window) }
    }

    fn rules(&self) -> Result<Made, GenerateError> {
        let (slo, target) = (self.slo, self.objective.target);
        let counted = counted(slo, self.objective, &self.own);
        let mut comments = Vec::new();
        let mut alerts: Vec<(u64, Rule)> = Vec::new();
        let mut windows = BTreeSet::new();
        match &slo.alerting {
            Alerting::Multiwindow => {
                let Tiers { kept, unreachable } = tiers(self.period, target);
                comments.extend(unreachable.iter().map(|tier| self.left_out(tier)));
                if kept.is_empty() {
                    let most = (Decimal::ONE / (Decimal::ONE - target)).round_dp(2).normalize();
                    return Err(GenerateError::NoTier {
                        place: place(slo),
                        slo: slo.name.clone(),
                        target: target.normalize().to_string(),
                        most: most.to_string(),
                    });
                }
                for tier in kept {
                    windows.extend([tier.long, tier.short]);
                    alerts.push((tier.long, self.burns(&tier, &counted)));
                }
            }
            Alerting::Policies(policies) => {
                for policy in policies {
                    windows.insert(policy.lookback_seconds);
                    alerts
                        .extend(self.breaches(policy, &counted)?.map(|rule| (policy.lookback_seconds, rule)));
                }
            }
            Alerting::None => {}
        }
        let recorded =
            Recorded { labels: &self.labels, own: &self.own, period: self.period, target, windows };
        let (mut short, mut long) = (recorded.short(&counted), recorded.long(counted.unit));
        for (window, alert) in alerts {
            if is_short(window) { &mut short } else { &mut long }.push(alert);
        }
        Ok(Made { comments, short, long })
    }

    fn left_out(&self, tier: &Tier) -> String {
        let (target, factor) = (self.objective.target, tier.factor);
        format!(
            "{}: no {} ({}): {factor} × (1 − {}) = {} is not below 1, so that no error ratio exceeds it",
            self.slo.name,
            tier.name,
            tier.windows(),
            target.normalize(),
            tier.threshold(target)
        )
    }
}

/// The seconds of a period; of a calendar's, the usual length: a month has 30 days, a quarter 90, a year 365.
pub fn nominal(window: &Window) -> u64 {
    match window {
        Window::Rolling { seconds } => *seconds,
        Window::Calendar { count, unit, .. } => {
            let unit = match unit {
                CalendarUnit::Minute => 60,
                CalendarUnit::Hour => 3_600,
                CalendarUnit::Day => DAY,
                CalendarUnit::Week => 7 * DAY,
                CalendarUnit::Month => 30 * DAY,
                CalendarUnit::Quarter => 90 * DAY,
                CalendarUnit::Year => 365 * DAY,
            };
            u64::from(*count) * unit
        }
    }
}
