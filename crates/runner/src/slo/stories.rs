//! What happens to an SLO in its rule tests.

use std::collections::BTreeMap;

use macadam_slo::model::{Alerting, Ratio, Sli, Slo};
use macadam_slo::names::{
    BAD, BUDGET_REMAINING, CONTEXT_LABEL, ERROR_RATIO, ERROR_RATIO_PERIOD, OBJECTIVE, OBJECTIVE_LABEL,
    PERIOD_DAYS, SLO_LABEL, TOTAL,
};
use macadam_slo::proof::scenario::{Check, Scenario};
use macadam_slo::proof::series::{InputError, Inputs, Life, Minute};
use macadam_slo_oracle::{Document, Event, Phase, Tier, Traffic};
use rust_decimal::Decimal;

use super::expect::{Alerts, checks, duration, windows};
use super::share::Share;

/// How much time is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Some hours: a window of more than `PLAIN` seconds is filled only as far as it takes to fire.
    Hours,
    /// As long as the longest window and more: each window is full before anything burns.
    Days,
    /// Twice the period, looked at now and then only.
    Months,
}

impl Depth {
    /// Rules are evaluated every so many minutes.
    pub(super) const fn every_minutes(self) -> u64 {
        match self {
            Self::Hours | Self::Days => 1,
            Self::Months => 120,
        }
    }
}

/// One objective of an SLO, as both sides know it.
pub(super) struct Subject<'a> {
    /// As the generator reads it.
    slo: &'a Slo,
    /// As the oracle reads it.
    document: &'a Document,
    tiers: Vec<Tier>,
    inputs: Inputs,
    /// Whether the SLI counts what is good, and not what is bad.
    counts_good: bool,
    target: Decimal,
    /// Matchers of what is recorded and of alerts.
    own: String,
    groups: &'static [&'static str],
}

/// Why an objective has no scenarios.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unproven {
    /// Its SLI.
    #[error("its SLI {0}")]
    Input(#[from] InputError),
    /// It has alert policies of its own, or none at all.
    #[error("its alerts are not the pairs of windows of the road")]
    Alerting,
    /// No numbers of events could be found.
    #[error("no share of bad events was found at which {0} fires at a known minute")]
    Share(String),
    /// The oracle has no such objective.
    #[error("the oracle does not read this objective in its document")]
    Document,
}

/// Windows up to this length are full in all scenarios, in seconds.
const PLAIN: u64 = 6 * 3_600;
/// In longer windows, scenarios of [`Depth::Hours`] burn for about so long.
const BURN: u64 = 3 * 3_600;
/// Scenarios of [`Depth::Hours`] do not wait for a short window of more seconds than this to be empty.
const RESOLVED: u64 = 2 * 3_600;
/// A short window of so many seconds is soon empty.
const SOON: u64 = 600;
/// Events in a minute while all is well.
const CALM: u64 = 240;

/// Some minutes in which the same happens.
#[derive(Clone, Copy)]
struct Stretch {
    minutes: u64,
    events: u64,
    bad: u64,
}

const fn calm(minutes: u64) -> Stretch {
    Stretch { minutes, events: CALM, bad: 0 }
}

const fn idle(minutes: u64) -> Stretch {
    Stretch { minutes, events: 0, bad: 0 }
}

const fn all_bad(minutes: u64, events: u64) -> Stretch {
    Stretch { minutes, events, bad: events }
}

impl Stretch {
    fn burning(share: Share, minutes: u64) -> Self {
        Self { minutes, events: share.events, bad: share.bad }
    }

    /// Nine tenths of what the threshold allows: as many bad events among more others.
    fn smouldering(share: Share, minutes: u64, unit: u64) -> Self {
        let events = Decimal::from(share.events) / share.part / Decimal::new(9, 1);
        let events = u64::try_from(events.ceil()).unwrap_or(share.events).div_ceil(unit) * unit;
        Self { minutes, events, bad: share.bad }
    }

    /// As much traffic, and nothing bad.
    fn calm(share: Share, minutes: u64) -> Self {
        Self { bad: 0, ..Self::burning(share, minutes) }
    }
}

impl<'a> Subject<'a> {
    /// The objective at this place, from 0, with the oracle's documents.
    pub(super) fn of(slo: &'a Slo, objective: usize, documents: &'a [Document]) -> Result<Self, Unproven> {
        let document =
            documents.iter().find(|document| document.name == slo.name).ok_or(Unproven::Document)?;
        let target = *document.targets.get(objective).ok_or(Unproven::Document)?;
        if slo.alerting != Alerting::Multiwindow {
            return Err(Unproven::Alerting);
        }
        let groups: &'static [&'static str] = if slo.group_by.is_empty() { &[""] } else { &["a", "b"] };
        let sli = &slo.objectives.get(objective).ok_or(Unproven::Document)?.sli;
        let mut own = format!("{CONTEXT_LABEL}={:?},{SLO_LABEL}={:?}", document.service, document.name);
        if document.targets.len() > 1 {
            own.push_str(&format!(",{OBJECTIVE_LABEL}=\"{}\"", objective + 1));
        }
        Ok(Self {
            slo,
            document,
            tiers: Tier::of(document, target),
            inputs: Inputs::of(sli, &slo.group_by, groups)?,
            counts_good: matches!(sli, Sli::Ratio { of: Ratio::Good { .. }, .. }),
            target,
            own,
            groups,
        })
    }

    /// All that the oracle goes by, but for names.
    pub(super) fn expected(&self) -> String {
        let Document { period, min_bad, .. } = self.document;
        format!("{} {period} {min_bad} {:?}", self.target.normalize(), self.tiers)
    }

    /// Names of rules whose windows are full in the scenarios of days alone, as mutants call them.
    pub(super) fn slow_rules(&self) -> Vec<String> {
        let slow = self.tiers.iter().filter(|tier| tier.long > PLAIN);
        let named = slow.flat_map(|tier| {
            [format!("alert {}", windows(tier)), format!("{ERROR_RATIO}:{}", duration(tier.long))]
        });
        named.collect()
    }

    /// All scenarios of this depth.
    pub(super) fn scenarios(&self, depth: Depth) -> Result<Vec<Scenario>, Unproven> {
        let mut made = Vec::new();
        for tier in &self.tiers {
            if depth == Depth::Hours || (depth == Depth::Days && tier.long > PLAIN) {
                made.push(self.burns(tier, depth)?);
            }
        }
        let Some(fastest) = self.tiers.first() else { return Ok(made) };
        if depth == Depth::Months {
            return Ok(vec![self.months()]);
        }
        if (fastest.long <= PLAIN) == (depth == Depth::Hours) {
            let (outage, start) = (self.outage(fastest)?, self.outage_from_the_start(fastest)?);
            made.extend([outage, self.cold_start(fastest)?, start]);
        }
        let slow = |tier: &&Tier| (tier.long > PLAIN) == (depth == Depth::Days);
        for tier in self.tiers.iter().filter(slow) {
            // Both within the long window, and not.
            made.extend([tier.long / 100, tier.long / 60 + 8].map(|after| self.few(tier, after)));
            made.push(self.gap(tier)?);
        }
        if depth == Depth::Days {
            return Ok(made);
        }
        made.extend([
            self.healthy(),
            self.idles(),
            self.absent(fastest),
            self.beside_others(self.absent(fastest)),
            self.lives("counters that begin again at 0", Life::Reset(60)),
            self.lives("a restored log: other series, lower values", Life::Restored(60)),
            self.weighs(),
        ]);
        Ok(made)
    }

    /// Fires when the long window has its share, and resolves when the short one has it no more.
    fn burns(&self, tier: &Tier, depth: Depth) -> Result<Scenario, Unproven> {
        let full = tier.long <= PLAIN || depth == Depth::Days;
        let wanted = if full { 500 } else { u32::try_from(BURN * 1_000 / tier.long).unwrap_or(500) };
        let resolves = full || tier.short <= RESOLVED;
        let share = self.share(tier, wanted, resolves)?;
        let rises = share.rises(tier);
        let before = if full { tier.long.saturating_sub(rises) / 60 + 10 } else { 60 };
        let mut stretches = vec![
            Stretch::calm(share, before),
            Stretch::burning(share, rises / 60 + 15),
            Stretch::calm(share, if resolves { share.minutes_to_resolve(tier) } else { 5 }),
        ];
        // In a short window that is soon empty, a threshold that is too low shows only where a little less than it is bad.
        if tier.short <= SOON {
            stretches.push(Stretch::smouldering(share, tier.short / 60 + 4, self.inputs.unit()));
        }
        let name = format!("{} burns", windows(tier));
        Ok(self.beside_others(self.scenario(&name, Some(tier), &stretches, Life::Whole, Vec::new())))
    }

    /// Nearly all is bad: the fastest tier fires, and is resolved six minutes after the end of it.
    fn outage(&self, tier: &Tier) -> Result<Scenario, Unproven> {
        let share = self.worst(tier)?;
        let burning = share.rises(tier) / 60 + 15;
        let before = tier.long / 60 + 10;
        let stretches =
            [Stretch::calm(share, before), Stretch::burning(share, burning), Stretch::calm(share, 8)];
        let resolved = (tier.short <= 300).then(|| Check {
            minute: before + burning + 6,
            expr: format!("ALERTS{{{},windows={:?}}}", self.own, windows(tier)),
            samples: Vec::new(),
        });
        let extra = resolved.into_iter().collect();
        Ok(self.scenario("an outage, and its end", Some(tier), &stretches, Life::Whole, extra))
    }

    /// Less is bad than any tier asks for.
    fn healthy(&self) -> Scenario {
        let stretch = self.tolerated();
        let stretches = [Stretch { minutes: 390, ..stretch }];
        let ratio = Check { minute: 380, expr: format!("ALERTS{{{}}}", self.own), samples: Vec::new() };
        self.scenario("healthy for six hours", None, &stretches, Life::Whole, vec![ratio])
    }

    /// A Prometheus that was just started pages when the budget says so, and not at once.
    fn cold_start(&self, tier: &Tier) -> Result<Scenario, Unproven> {
        let share = self.share(tier, 750, false)?;
        let stretches = [Stretch::burning(share, share.rises(tier) / 60 + 8)];
        Ok(self.scenario(
            "cold start, some bad from the first minute on",
            Some(tier),
            &stretches,
            Life::Whole,
            Vec::new(),
        ))
    }

    fn outage_from_the_start(&self, tier: &Tier) -> Result<Scenario, Unproven> {
        let share = self.worst(tier)?;
        let stretches = [Stretch::burning(share, share.rises(tier) / 60 + 8)];
        Ok(self.scenario("cold start into an outage", Some(tier), &stretches, Life::Whole, Vec::new()))
    }

    /// Nothing happens, at first and again later: no share, nothing that is no number, no alert.
    fn idles(&self) -> Scenario {
        let own = self.of_first_group();
        let all = format!("{{__name__=~\"slo:.+\",{own}}}");
        let none = |minute, expr: String| Check { minute, expr, samples: Vec::new() };
        let is =
            |minute, expr: String, value| Check { minute, expr, samples: vec![("{}".to_owned(), value)] };
        let mut extra = vec![
            none(80, format!("{{__name__=~\"{ERROR_RATIO}:.+\",{own}}}")),
            none(200, format!("{ERROR_RATIO}:5m{{{own}}}")),
        ];
        for minute in [80, 200] {
            extra.push(is(minute, format!("count({TOTAL}{{{own}}} == 0)"), 1));
            extra.push(is(minute, format!("count({BAD}{{{own}}} == 0)"), 1));
            extra.push(is(minute, format!("count({all}) - count({all} >= -Inf)"), 0));
        }
        self.scenario("idle", None, &[idle(90), calm(60), idle(60), calm(10)], Life::Whole, extra)
    }

    /// What is bad, or what is good, has no series yet.
    fn absent(&self, tier: &Tier) -> Scenario {
        if self.counts_good {
            let minutes = tier.long * 2 / 60;
            let minutes = (tier.threshold * Decimal::from(minutes)).ceil();
            let stretches = [all_bad(u64::try_from(minutes).unwrap_or_default() + 8, CALM)];
            let name = "no series of what is good";
            return self.scenario(name, Some(tier), &stretches, Life::Absent, Vec::new());
        }
        let groups = i64::try_from(self.groups.len()).unwrap_or(1);
        let check = |minute| Check {
            minute,
            expr: format!("count({BAD}{{{}}} == 0)", self.own),
            samples: vec![("{}".to_owned(), groups)],
        };
        let stretches = [calm(40), idle(30), calm(5)];
        let checks = vec![check(30), check(60)];
        self.scenario("no series of what is bad", None, &stretches, Life::Absent, checks)
    }

    fn lives(&self, what: &str, life: Life) -> Scenario {
        let counted = Check {
            minute: 62,
            expr: format!("count({TOTAL}{{{}}} > 0)", self.of_first_group()),
            samples: vec![("{}".to_owned(), 1)],
        };
        self.scenario(what, None, &[Stretch { minutes: 130, ..self.tolerated() }], life, vec![counted])
    }

    /// Nothing was scraped for as long as the long window. What was seen before counts no more, and what burns now does not count
    /// as all that there was.
    fn gap(&self, tier: &Tier) -> Result<Scenario, Unproven> {
        let wanted = u32::try_from((BURN * 1_000 / tier.long).min(500)).unwrap_or(500);
        let share = self.share(tier, wanted, false)?;
        let (before, length) = (60, tier.long / 60);
        let stretches =
            [Stretch::calm(share, before), idle(length), Stretch::burning(share, share.rises(tier) / 60 + 8)];
        let place = |minute: u64| usize::try_from(minute).unwrap_or_default();
        let life = Life::Gap(place(before), place(before + length));
        let name = format!("{}: nothing scraped for as long", windows(tier));
        Ok(self.scenario(&name, Some(tier), &stretches, life, Vec::new()))
    }

    /// Six minutes burn once in two periods, at a moment at which rules are evaluated. Each long window holds them as long as
    /// it should, with as many other moments.
    fn months(&self) -> Scenario {
        let unit = self.inputs.unit();
        let every = Depth::Months.every_minutes();
        let period = self.document.period / 60;
        let burnt = (period / every + 3) * every;
        let end = burnt + period + 2 * every;
        let stretch = |minutes, bad| Stretch { minutes, events: 4 * unit, bad };
        let stretches = [stretch(burnt - 6, 0), stretch(6, 2 * unit), stretch(end - burnt, 0)];
        let lengths = self.tiers.iter().flat_map(|tier| [tier.long, tier.short]).map(|window| window / 60);
        let lengths = lengths.filter(|window| *window >= 3 * every && window.is_multiple_of(every));
        let mut windows: BTreeMap<u64, String> =
            lengths.map(|window| (window, format!("{ERROR_RATIO}:{}", duration(window * 60)))).collect();
        if period.is_multiple_of(every) {
            windows.insert(period, ERROR_RATIO_PERIOD.to_owned());
        }
        let own = self.of_first_group();
        let mut extra = Vec::new();
        for (window, series) in windows {
            // Half of what happened at one of so many moments was bad.
            let moments = window / every + 1;
            let within = burnt + window * 3 / 4 / every * every;
            let is = |minute, condition: String| Check {
                minute,
                expr: format!("count({series}{{{own}}} {condition})"),
                samples: vec![("{}".to_owned(), 1)],
            };
            extra.push(is(within, format!("* {moments} > 0.36 < 0.7")));
            extra.push(is(burnt + window + 2 * every, "== 0".to_owned()));
        }
        extra.sort_by_key(|check| check.minute);
        let mut scenario = self.scenario("months", None, &stretches, Life::Whole, Vec::new());
        scenario.checks = extra;
        scenario
    }

    /// So few events that one failure is a large share: an alert needs `min-bad` of them in its long window. The last one
    /// comes `after` minutes after the others.
    fn few(&self, tier: &Tier, after: u64) -> Scenario {
        let others = u64::from(self.document.min_bad).max(1) - 1;
        // With so much of the window filled, all bad is over the threshold.
        let filled = (tier.threshold * Decimal::from(tier.long / 60)).ceil();
        let before = u64::try_from(filled).unwrap_or_default() + 6;
        let stretches = [idle(before), all_bad(1, others), idle(after - 1), all_bad(1, 1), idle(7)];
        let mut extra = vec![Check {
            minute: before + after + 8,
            expr: format!("count({ERROR_RATIO_PERIOD}{{{}}} > 0.99)", self.of_first_group()),
            samples: vec![("{}".to_owned(), 1)],
        }];
        // While what happened is in the rates, but for the last failure where all are in the window.
        let last = before + after + 1;
        let too_few = if after * 60 > tier.long { last..last + 6 } else { 0..0 };
        if others > 0 {
            extra.extend((before + 1..before + 7).chain(too_few).map(|minute| Check {
                minute,
                expr: format!("ALERTS{{{},windows={:?}}}", self.own, windows(tier)),
                samples: Vec::new(),
            }));
        }
        let name =
            format!("{}: {others} failures, and one {after} minutes later, and nothing else", windows(tier));
        self.beside_others(self.scenario(&name, Some(tier), &stretches, Life::Whole, extra))
    }

    /// A busy hour without failures weighs more than a quiet one with many.
    fn weighs(&self) -> Scenario {
        let unit = self.inputs.unit();
        let busy = Stretch { minutes: 60, events: 60 * unit, bad: 0 };
        let quiet = Stretch { minutes: 60, events: 4 * unit, bad: unit };
        let stretches = [idle(10), busy, quiet, idle(10)];
        let ratio = Decimal::ONE / Decimal::from(64);
        let left = Decimal::ONE - ratio / (Decimal::ONE - self.target);
        let own = self.of_first_group();
        let at = |minute, series: String, own: &str, value: Decimal| Check {
            minute,
            expr: format!("count(abs({series}{{{own}}} - {}) < 0.000000001)", value.normalize()),
            samples: vec![("{}".to_owned(), 1)],
        };
        let is = |series: String, own: &str, value| at(140, series, own, value);
        let mut extra = vec![
            at(125, format!("{ERROR_RATIO}:5m"), &own, Decimal::new(25, 2)),
            is(ERROR_RATIO_PERIOD.to_owned(), &own, ratio),
            is(BUDGET_REMAINING.to_owned(), &own, left),
            is(OBJECTIVE.to_owned(), &self.own, self.target),
            is(
                PERIOD_DAYS.to_owned(),
                &self.own,
                Decimal::from(self.document.period) / Decimal::from(86_400),
            ),
        ];
        for window in self.tiers.iter().flat_map(|tier| [tier.long, tier.short]) {
            let series = format!("{ERROR_RATIO}:{}", duration(window));
            match window / 60 {
                11..=65 => extra.push(is(series, &own, Decimal::new(25, 2))),
                131.. => extra.push(is(series, &own, ratio)),
                _ => {}
            }
        }
        let mut scenario = self.scenario("traffic weighs", None, &stretches, Life::Whole, Vec::new());
        extra.sort_by(|one, other| (one.minute, &one.expr).cmp(&(other.minute, &other.expr)));
        extra.dedup();
        scenario.checks = extra;
        self.beside_others(scenario)
    }

    /// Matchers of what is recorded for the first group.
    fn of_first_group(&self) -> String {
        let labels = self.slo.group_by.iter().map(|label| format!(",{label}={:?}", self.groups[0]));
        format!("{}{}", self.own, labels.collect::<String>())
    }

    /// Half of what the slowest tier asks for, where that is a whole number of events; else nothing bad.
    fn tolerated(&self) -> Stretch {
        let unit = self.inputs.unit();
        let least = self.tiers.iter().map(|tier| tier.threshold).min().unwrap_or_default();
        let events = (Decimal::from(2 * unit) / least.max(Decimal::new(1, 6))).ceil();
        let events = u64::try_from(events).unwrap_or(u64::MAX).div_ceil(unit) * unit;
        if events > 10_000 { calm(1) } else { Stretch { minutes: 1, events, bad: unit } }
    }

    fn share(&self, tier: &Tier, wanted: u32, resolves: bool) -> Result<Share, Unproven> {
        Share::of(tier, self.inputs.unit(), wanted, resolves).ok_or_else(|| Unproven::Share(windows(tier)))
    }

    /// A share close to all.
    fn worst(&self, tier: &Tier) -> Result<Share, Unproven> {
        let part = (tier.threshold * Decimal::ONE_THOUSAND).ceil();
        self.share(tier, u32::try_from(part).unwrap_or(1_000), false)
    }

    /// Only the first group has these stretches; in the others all is well. The tier that it is about is checked on both
    /// sides of each change as closely as can be; shares are not chosen for the others.
    fn scenario(
        &self,
        name: &str,
        about: Option<&Tier>,
        stretches: &[Stretch],
        life: Life,
        extra: Vec<Check>,
    ) -> Scenario {
        let end: u64 = stretches.iter().map(|stretch| stretch.minutes).sum();
        let mut events: Vec<Event> = Vec::new();
        let mut groups = Vec::new();
        for (place, group) in self.groups.iter().enumerate() {
            // In the others all is well, and while nothing is scraped, nothing is seen.
            let well = |stretch: &Stretch| match life {
                Life::Gap(..) if stretch.events == 0 => *stretch,
                _ => calm(stretch.minutes),
            };
            let happens = stretches.iter().map(|stretch| if place == 0 { *stretch } else { well(stretch) });
            let phases = happens.map(|stretch| Phase {
                seconds: stretch.minutes * 60,
                step: 60,
                events: stretch.events,
                bad: stretch.bad,
            });
            let of_group = Traffic { group: (*group).into(), phases: phases.collect() }.events();
            groups.push(by_minute(&of_group, end));
            events.extend(of_group);
        }
        let alerts = Alerts { own: self.own.clone(), group_by: &self.slo.group_by, groups: self.groups };
        let gap = match life {
            Life::Gap(from, to) => Some((from as u64 * 60, to as u64 * 60)),
            _ => None,
        };
        let tiers = (self.tiers.as_slice(), about);
        let mut checks = checks(&alerts, self.document, tiers, (&events, gap), end);
        checks.extend(extra);
        checks.sort_by_key(|check| check.minute);
        let name = format!("{}: {name}", self.document.name);
        Scenario { name, series: self.inputs.values(&groups, life), checks }
    }

    /// With what another SLO and another context recorded. Rules that read it as their own are wrong, or fail.
    fn beside_others(&self, mut scenario: Scenario) -> Scenario {
        let end = scenario.checks.last().map_or(0, |check| check.minute);
        let lengths = self.tiers.iter().flat_map(|tier| [tier.long, tier.short]);
        let ratios = lengths.map(|window| format!("{ERROR_RATIO}:{}", duration(window)));
        let ratios = ratios.chain([ERROR_RATIO_PERIOD.to_owned()]).map(|series| (series, "0.9"));
        let recorded: BTreeMap<String, &str> =
            ratios.chain([(TOTAL.to_owned(), "1000"), (BAD.to_owned(), "900")]).collect();
        let own = self.of_first_group();
        let others = [&self.document.name, &self.document.service]
            .map(|name| own.replace(&format!("={name:?}"), "=\"foreign\""));
        let named = recorded.into_iter().flat_map(|(series, value)| {
            others.clone().map(|labels| (format!("{series}{{{labels}}}"), format!("{value}+0x{end}")))
        });
        scenario.series.extend(named);
        scenario
    }
}

/// Events counted in each minute.
fn by_minute(events: &[Event], end: u64) -> Vec<Minute> {
    let mut minutes = vec![Minute::default(); usize::try_from(end).unwrap_or_default()];
    for event in events {
        let place = usize::try_from(event.at.saturating_sub(1) / 60).unwrap_or_default();
        if let Some(minute) = minutes.get_mut(place) {
            minute.events += 1;
            minute.bad += u64::from(!event.good);
        }
    }
    minutes
}
