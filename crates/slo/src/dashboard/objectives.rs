//! What a context promises: objective against SLI, the budget, how fast it burns, and which windows fire.

use std::collections::{BTreeMap, BTreeSet};

use promql_parser::util::parse_duration;

use super::panel::{Empty, Panel, Section, Shape};
use super::series::Series;
use crate::generate::{RuleFile, duration, nominal, tiers};
use crate::model::{Alerting, Slo};
use crate::names::ERROR_RATIO;

const NO_EVENTS: Empty = Empty::Idle("nothing was counted in this window.");

/// Colours of a budget: from red when spent to green.
pub(super) const BUDGET: &[(f64, &str)] = &[(0.0, "orange"), (0.25, "yellow"), (0.5, "green")];

/// The SLOs of a context: all at a glance, then each by itself.
pub(super) fn sections(context: &str, slos: &[&Slo], rules: &RuleFile) -> Vec<Section> {
    if slos.is_empty() {
        return Vec::new();
    }
    let all = Series::of(&format!("context=\"{context}\",slo=~\"$slo\""), slos.iter().copied());
    let alerts = format!("ALERTS{{context=\"{context}\",alertstate=\"firing\",slo=~\"$slo\",tier!=\"\"}}");
    vec![
        Section { id: 100, title: "SLOs".to_owned(), repeat: None, panels: at_a_glance(&all) },
        Section {
            id: 110,
            title: "$slo".to_owned(),
            repeat: Some("slo"),
            panels: vec![
                measured(&all, rules),
                Panel::new(112, "$slo: budget left", "percentunit", NO_EVENTS)
                    .says("The share of the error budget that is left for the SLO's period; below 0 it is overspent.")
                    .query(all.remaining(), all.legend())
                    .coloured(BUDGET, "red"),
                burn(&all, slos, rules),
                Panel::new(114, "$slo: windows that fire", "none", Empty::Good("no window fires."))
                    .says("Each pair of windows whose alert fires, with what it does: a page wakes somebody, a ticket waits for the day.")
                    .query(format!("max by (tier, windows, severity) ({alerts})"), "{{windows}} {{severity}}")
                    .shaped(Shape::Timeline, 16, 5),
                Panel::new(115, "$slo: counted", "eps", Empty::Broken)
                    .says("What the SLI counts, each second: all, and what of it was bad.")
                    .query(all.counted(), format!("all {}", all.legend()))
                    .query(all.counted_bad(), format!("bad {}", all.legend()))
                    .shaped(Shape::Lines, 8, 5),
            ],
        },
    ]
}

/// Figures of now, the worst first.
fn at_a_glance(all: &Series) -> Vec<Panel> {
    vec![
        Panel::new(101, "Budget left, worst first", "percentunit", NO_EVENTS)
            .says("The share of each error budget that is left; below 0 it is overspent. Of an SLO that is measured in groups, the worst group.")
            .query(format!("sort({})", all.least(&all.remaining())), all.objective_legend())
            .shaped(Shape::Bars, 8, 7)
            .coloured(BUDGET, "red"),
        Panel::new(102, "Objective and SLI", "percentunit", NO_EVENTS)
            .says("The share that must be good, beside the share that was, over the SLO's period and over the last hour's budget: what the last hour has spent of the whole.")
            .query(all.least(&all.measured()), "measured")
            .query(all.least(&all.objective()), "objective")
            .query(all.greatest(&all.spent_last_hour()), "spent in the last hour")
            .shaped(Shape::Table, 8, 7),
        Panel::new(103, "Time to exhaustion", "s", Empty::Good("no budget burns, so that none runs out."))
            .says("How long each error budget lasts at the pace of the last hour.")
            .query(format!("sort({})", all.least(&all.seconds_left())), all.objective_legend())
            .shaped(Shape::Bars, 8, 7)
            .coloured(&[(3_600.0, "orange"), (259_200.0, "green")], "red"),
    ]
}

fn measured(all: &Series, rules: &RuleFile) -> Panel {
    let mut panel = Panel::new(111, "$slo: objective and SLI", "percentunit", NO_EVENTS)
        .says("The share that was good: over the whole period, and over the longest window up to an hour that is recorded, beside the objective.")
        .query(all.objective(), "objective {{slo}}")
        .query(all.measured(), format!("period {}", all.legend()));
    if let Some(window) = windows(rules).into_iter().rfind(|window| seconds_of(window) <= 3_600) {
        panel = panel.query(all.good(&window), format!("{window} {}", all.legend()));
    }
    panel
}

fn burn(all: &Series, slos: &[&Slo], rules: &RuleFile) -> Panel {
    let says = format!(
        "How many times faster than it may the error budget burns, by window; at 1 it is spent exactly at the end of the period. \
         A tier fires where both of its windows are above its factor.{}",
        factors(slos)
    );
    let panel = Panel::new(113, "$slo: burn by window", "none", NO_EVENTS)
        .says(says)
        .coloured(&[(1.0, "red")], "green");
    windows(rules).into_iter().fold(panel, |panel, window| {
        let legend = format!("{window} {}", all.legend());
        panel.query(all.burn(&window), legend)
    })
}

/// The factors of the tiers, by period.
fn factors(slos: &[&Slo]) -> String {
    let mut by_period: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
    for slo in slos.iter().filter(|slo| slo.alerting == Alerting::Multiwindow) {
        let period = nominal(&slo.window);
        let kept = slo.objectives.iter().flat_map(|objective| tiers(period, objective.target).kept);
        by_period
            .entry(period)
            .or_default()
            .extend(kept.map(|tier| format!("{} at {} over {}", tier.name, tier.factor, tier.windows())));
    }
    let written = by_period.into_iter().map(|(period, tiers)| {
        let tiers: Vec<String> = tiers.into_iter().collect();
        format!(" Of a period of {}: {}.", duration(period), tiers.join(", "))
    });
    written.collect()
}

/// The windows whose ratios are recorded, from the shortest on.
fn windows(rules: &RuleFile) -> Vec<String> {
    let names = rules.rules().filter_map(|rule| rule.name().strip_prefix(ERROR_RATIO)?.strip_prefix(':'));
    let found: BTreeSet<(u64, &str)> =
        names.filter(|window| *window != "period").map(|window| (seconds_of(window), window)).collect();
    found.into_iter().map(|(_, window)| window.to_owned()).collect()
}

fn seconds_of(window: &str) -> u64 {
    parse_duration(window).map_or(0, |duration| duration.as_secs())
}
