//! From SLOs to what Prometheus, Alertmanager and people use. Every expression that is made here is parsed before it is
//! written.

mod alert;
mod alertmanager;
mod calendar;
mod count;
mod files;
mod indicators;
mod machinery;
mod record;
mod rule;
mod runbook;
mod tiers;

use std::collections::{BTreeMap, BTreeSet};

use macadam_board::Hours;
use rust_decimal::Decimal;

pub use alertmanager::{ReceiversError, receivers_missing, receivers_seed, receivers_without_address};
pub use files::{FilesError, Generated, Input, files, indicator_file, rule_files};
pub use indicators::seed;
pub use rule::{Alert, Group, Rule, RuleFile, RuleKind};
pub(crate) use tiers::duration;
pub use tiers::{Severity, Tier, Tiers, tiers};

use crate::model::{Alerting, Objective, Slo, Window};
use crate::names::{BAD, COMPOSITE, CONTEXT_LABEL, OBJECTIVE_LABEL, SLO_LABEL, TOTAL};
use calendar::Calendar;
pub(crate) use count::INTERVAL;
use count::{Counted, RATE, Unit, counted};
use record::{Recorded, is_short};

/// Rules of long windows are evaluated every so many seconds: less than the five minutes after which a sample is stale.
const LONG_INTERVAL: u64 = 180;

/// What is said of a context besides its SLOs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its name; also the job under which Prometheus scrapes it.
    pub context: String,
    /// The team that its alerts are sent to.
    pub owner: String,
    /// When that team works; tickets wait for it. At all times where it is not said.
    pub hours: Option<Hours>,
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
    /// So few slices fit into the longest window that no tier is left.
    #[error(
        "{place}: `{slo}` can never alert: it waits for {min_bad} bad {what}, and of those only {most} fit into {window}; lower \
         `macadam.dev/min-bad`, or set `macadam.dev/alerting: none`"
    )]
    TooFew {
        /// `file:line:column` of the SLO.
        place: String,
        /// Its name.
        slo: String,
        /// So many bad ones are asked for.
        min_bad: u32,
        /// `minutes` or `slices of time`.
        what: &'static str,
        /// So many there are.
        most: String,
        /// The longest window.
        window: String,
    },
    /// An SLO that nothing is generated of.
    #[error(
        "{place}: `{slo}` is of the service `{service}`, which is no context here, so that nothing would measure it; write the name of \
         a context ({contexts}), or move the document out of slo/"
    )]
    NoContext {
        /// `file:line:column` of the SLO.
        place: String,
        /// Its name.
        slo: String,
        /// `spec.service`.
        service: String,
        /// All contexts.
        contexts: String,
    },
}

/// The rules of a context: of its SLOs, and of the machinery beneath.
pub fn rules(about: &About, slos: &[&Slo]) -> Result<RuleFile, GenerateError> {
    let mut short = Group { name: format!("{}:slo", about.context), interval: INTERVAL, rules: Vec::new() };
    let mut long =
        Group { name: format!("{}:slo:long", about.context), interval: LONG_INTERVAL, rules: Vec::new() };
    let mut comments = Vec::new();
    for slo in slos {
        for one in One::all(about, slo) {
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

/// What an SLO promises: each of its objectives, and of a composite all together.
pub(crate) struct Promise<'a> {
    /// The value of the label `objective`; nothing where an SLO has one objective.
    pub name: Option<String>,
    /// What is counted; nothing of a composite, which only adds up.
    pub objective: Option<&'a Objective>,
    /// From 0 to 1.
    pub target: Decimal,
    /// Whether it is part of a composite, which alerts for it.
    pub is_part: bool,
    /// What its events are called.
    pub noun: &'static str,
    /// Whether it is time that is counted, so that traffic has no say.
    pub is_time: bool,
    /// Bad events reach the recorded rates over so many seconds.
    pub ramp: u64,
}

/// All that an SLO promises.
pub(crate) fn promises<'a>(about: &'a About, slo: &'a Slo) -> Vec<Promise<'a>> {
    let promise = |one: One<'a>| {
        let counted = one.counts.map(|objective| counted(slo, objective, &one.own));
        let unit = counted.map_or(Unit::Events("events"), |counted| counted.unit);
        let slice = one.counts.and_then(|objective| objective.slice_seconds);
        Promise {
            name: one.labels.get(OBJECTIVE_LABEL).cloned(),
            objective: one.counts,
            target: one.target,
            is_part: one.is_part,
            noun: unit.noun(),
            is_time: !matches!(unit, Unit::Events(_)) || unit.noun() == "seconds",
            ramp: match unit {
                Unit::Events(_) => RATE,
                Unit::Minutes => 0,
                Unit::Slices => slice.unwrap_or(0),
            },
        }
    };
    One::all(about, slo).into_iter().map(promise).collect()
}

/// `file:line:column`.
pub(crate) fn place(slo: &Slo) -> String {
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

/// One objective of one SLO, or all objectives of a composite together.
pub(crate) struct One<'a> {
    about: &'a About,
    slo: &'a Slo,
    /// The objective that is counted; nothing of a composite, which only adds up.
    counts: Option<&'a Objective>,
    /// From 0 to 1.
    target: Decimal,
    /// The labels that all its rules carry.
    labels: BTreeMap<String, String>,
    /// Selects its recorded series.
    own: String,
    /// Seconds.
    period: u64,
    /// Of a composite: the weight of each objective, and what selects its series.
    parts: Vec<(Decimal, String)>,
    /// Whether it is part of a composite, which alerts for it.
    is_part: bool,
}

/// An alert and its long window in seconds.
type Timed = (u64, Rule);

struct Made {
    comments: Vec<String>,
    short: Vec<Rule>,
    long: Vec<Rule>,
}

impl<'a> One<'a> {
    /// Each objective of an SLO; of a composite, then all together.
    fn all(about: &'a About, slo: &'a Slo) -> Vec<Self> {
        let weights: Option<Vec<Decimal>> = slo.objectives.iter().map(|objective| objective.weight).collect();
        let weights = weights.filter(|weights| weights.len() > 1);
        let several = slo.objectives.len() > 1;
        let mut all: Vec<Self> = slo
            .objectives
            .iter()
            .enumerate()
            .map(|(number, objective)| {
                let name = several.then(|| (number + 1).to_string());
                let one = Self::new(about, slo, objective.target, name);
                Self { counts: Some(objective), is_part: weights.is_some(), ..one }
            })
            .collect();
        if let Some(weights) = weights {
            let sum: Decimal = weights.iter().sum();
            let target: Decimal = weights.iter().zip(&all).map(|(weight, one)| *weight * one.target).sum();
            let parts = weights.into_iter().zip(all.iter().map(|one| one.own.clone())).collect();
            let composite = Self::new(about, slo, target / sum, Some(COMPOSITE.to_owned()));
            all.push(Self { parts, ..composite });
        }
        all
    }

    fn new(about: &'a About, slo: &'a Slo, target: Decimal, objective: Option<String>) -> Self {
        let mut labels = BTreeMap::from([
            (CONTEXT_LABEL.to_owned(), slo.service.clone()),
            (SLO_LABEL.to_owned(), slo.name.clone()),
        ]);
        labels.extend(objective.map(|objective| (OBJECTIVE_LABEL.to_owned(), objective)));
        let pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let own = format!("{{{}}}", pairs.join(","));
        let period = nominal(&slo.window);
        Self { about, slo, counts: None, target, labels, own, period, parts: Vec::new(), is_part: false }
    }

    fn rules(&self) -> Result<Made, GenerateError> {
        let counted = match self.counts {
            Some(objective) => counted(self.slo, objective, &self.own),
            None => self.together(),
        };
        let unsupported = |what| GenerateError::Unsupported { place: place(self.slo), what };
        if self.counts.and_then(|objective| objective.slice_seconds).is_some_and(|slice| slice < INTERVAL) {
            return Err(unsupported("`timeSliceWindow` of less than a minute".to_owned()));
        }
        let calendar = Calendar::of(&self.slo.window).map_err(unsupported)?;
        let mut comments: Vec<String> = Vec::new();
        let inexact = calendar.as_ref().and_then(|calendar| calendar.comment.as_ref());
        comments.extend(inexact.map(|comment| format!("{}: {comment}", self.slo.name)));
        let (windows, alerts) = self.alerts(&counted, &mut comments)?;
        let recorded = Recorded {
            labels: &self.labels,
            own: &self.own,
            period: self.period,
            target: self.target,
            windows,
            parts: &self.parts,
            group_by: &self.slo.group_by.join(", "),
            calendar: calendar.as_ref(),
        };
        let (mut short, mut long) = (recorded.short(&counted), recorded.long(counted.unit));
        for (window, alert) in alerts {
            if is_short(window) { &mut short } else { &mut long }.push(alert);
        }
        Ok(Made { comments, short, long })
    }

    /// The windows that are needed, and the alerts, each with its long window.
    fn alerts(
        &self,
        counted: &Counted,
        comments: &mut Vec<String>,
    ) -> Result<(BTreeSet<u64>, Vec<Timed>), GenerateError> {
        let mut alerts: Vec<Timed> = Vec::new();
        let mut windows = BTreeSet::new();
        match &self.slo.alerting {
            Alerting::Multiwindow => {
                let Tiers { kept, unreachable, early } = tiers(self.period, self.alerted());
                let Some(slowest) = kept.last().map(|tier| tier.long) else {
                    return Err(if unreachable.is_empty() {
                        self.too_short_a_period()
                    } else {
                        self.never()
                    });
                };
                let most = self.most();
                let (kept, too_short): (Vec<Tier>, _) =
                    kept.into_iter().partition(|tier| self.suffices(tier.long, most));
                if kept.is_empty() {
                    return Err(self.too_few(slowest, most, counted.unit));
                }
                if !self.is_part {
                    comments.extend(unreachable.iter().map(|tier| self.left_out(tier)));
                    comments.extend(early.iter().map(|tier| self.fires_early(tier)));
                    comments.extend(too_short.iter().map(|tier| self.too_short(tier, most, counted.unit)));
                }
                for tier in kept {
                    windows.extend([tier.long, tier.short]);
                    alerts.push((tier.long, self.burns(&tier, counted)));
                }
            }
            Alerting::Policies(policies) => {
                for policy in policies {
                    windows.insert(policy.lookback_seconds);
                    let rule = self.breaches(policy, counted)?;
                    alerts.extend(rule.map(|rule| (policy.lookback_seconds, rule)));
                }
            }
            Alerting::None => {}
        }
        if self.is_part {
            alerts.clear();
        }
        Ok((windows, alerts))
    }

    /// The target whose tiers are recorded: a part has the windows of its composite.
    fn alerted(&self) -> Decimal {
        let composite = self.is_part.then(|| Self::all(self.about, self.slo).pop()).flatten();
        composite.map_or(self.target, |composite| composite.target)
    }

    /// All that the objectives of a composite count.
    fn together(&self) -> Counted {
        let own = self.own.replace(
            &format!("{OBJECTIVE_LABEL}=\"{COMPOSITE}\""),
            &format!("{OBJECTIVE_LABEL}!=\"{COMPOSITE}\""),
        );
        let by = match self.slo.group_by.join(", ") {
            none if none.is_empty() => none,
            labels => format!(" by ({labels}) "),
        };
        let sum = |series: &str| format!("sum{by}({series}{own})");
        // Slices of several lengths are still slices.
        let unit = if self.most().is_some() { Unit::Slices } else { Unit::Events("events") };
        Counted { total: sum(TOTAL), bad: sum(BAD), blame: None, unit, most: self.most() }
    }

    /// So many are counted in a second at most, where time is; of a part, what its whole composite counts.
    fn most(&self) -> Option<Decimal> {
        let most = |objective| counted(self.slo, objective, &self.own).most;
        match self.counts {
            Some(objective) if !self.is_part => most(objective),
            _ => self.slo.objectives.iter().map(most).sum(),
        }
    }

    /// Whether enough bad ones fit into a window of so many seconds.
    fn suffices(&self, window: u64, most: Option<Decimal>) -> bool {
        most.is_none_or(|most| most * Decimal::from(window) > self.least())
    }

    fn never(&self) -> GenerateError {
        let most = (Decimal::ONE / (Decimal::ONE - self.target)).round_dp(2).normalize();
        GenerateError::NoTier {
            place: place(self.slo),
            slo: self.slo.name.clone(),
            target: self.target.normalize().to_string(),
            most: most.to_string(),
        }
    }

    fn too_few(&self, window: u64, most: Option<Decimal>, unit: Unit) -> GenerateError {
        GenerateError::TooFew {
            place: place(self.slo),
            slo: self.slo.name.clone(),
            min_bad: self.slo.min_bad,
            what: unit.noun(),
            most: fitting(window, most),
            window: duration(window),
        }
    }

    fn too_short(&self, tier: &Tier, most: Option<Decimal>, unit: Unit) -> String {
        format!(
            "{}: no {} ({}): it waits for {} bad {} (macadam.dev/min-bad), and of those only {} fit into {}",
            self.slo.name,
            tier.name,
            tier.windows(),
            self.slo.min_bad,
            unit.noun(),
            fitting(tier.long, most),
            duration(tier.long)
        )
    }

    fn too_short_a_period(&self) -> GenerateError {
        let what = format!(
            "a period of {} (in an hour, the shortest long window, an objective that is met may spend more of its budget than \
             any tier waits for; from 10h on there are alerts, or set `macadam.dev/alerting: none`)",
            duration(self.period)
        );
        GenerateError::Unsupported { place: place(self.slo), what }
    }

    fn fires_early(&self, tier: &Tier) -> String {
        format!(
            "{}: no {} ({}): {} × (1 − {}) is what an objective of {} that is met may spend in {}",
            self.slo.name,
            tier.name,
            tier.windows(),
            tier.factor,
            self.target.normalize(),
            duration(self.period),
            duration(tier.long)
        )
    }

    fn left_out(&self, tier: &Tier) -> String {
        let (target, factor) = (self.target, tier.factor);
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

/// So many fit into a window of so many seconds.
fn fitting(window: u64, most: Option<Decimal>) -> String {
    (most.unwrap_or_default() * Decimal::from(window)).round_dp(1).normalize().to_string()
}

/// The seconds of a period; of a calendar's, the usual length: a month has 30 days, a quarter 90, a year 365.
pub(crate) fn nominal(window: &Window) -> u64 {
    match window {
        Window::Rolling { seconds } => *seconds,
        Window::Calendar { count, unit, .. } => u64::from(*count) * unit.seconds(),
    }
}
