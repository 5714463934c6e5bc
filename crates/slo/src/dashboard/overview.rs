//! All contexts beside each other, the worst budget first.

use super::objectives::BUDGET;
use super::panel::{Empty, Panel, Section, Shape};
use super::series::Series;
use crate::model::Slo;

const NO_EVENTS: Empty = Empty::Idle("no SLO has counted anything yet.");
/// Where a click leads.
const TO_CONTEXT: &str =
    "/d/macadam-${__field.labels.context}?var-slo=${__field.labels.slo}&var-datasource=${datasource}";

/// The overview's sections.
pub(super) fn sections(slos: &[Slo]) -> Vec<Section> {
    let all = Series::of("context=~\"$context\"", slos.iter());
    let mut sections = Vec::new();
    if !slos.is_empty() {
        sections.push(Section { id: 100, title: "SLOs".to_owned(), repeat: None, panels: promises(&all) });
    }
    sections.push(Section { id: 200, title: "Contexts".to_owned(), repeat: None, panels: contexts() });
    sections
}

fn promises(all: &Series) -> Vec<Panel> {
    let link = || Some(("To the context's dashboard".to_owned(), TO_CONTEXT.to_owned()));
    let called = format!("{{{{context}}}}: {}", all.objective_legend());
    vec![
        Panel {
            link: link(),
            ..Panel::new(101, "Budget left, worst first", "percentunit", NO_EVENTS)
                .says("The share of each error budget that is left; below 0 it is overspent. Of an SLO that is measured in groups, the worst group.")
                .query(format!("sort({})", all.least(&all.remaining())), called.clone())
                .shaped(Shape::Bars, 12, 14)
                .coloured(BUDGET, "red")
        },
        Panel {
            link: link(),
            ..Panel::new(102, "Time to exhaustion, soonest first", "s", Empty::Good("no budget burns, so that none runs out."))
                .says("How long each error budget lasts at the pace of the last hour.")
                .query(format!("sort({})", all.least(&all.seconds_left())), called.clone())
                .shaped(Shape::Bars, 12, 7)
                .coloured(&[(3_600.0, "orange"), (259_200.0, "green")], "red")
        },
        Panel {
            link: link(),
            ..Panel::new(103, "Burn in the last hour", "none", NO_EVENTS)
                .says("How many times faster than it may each error budget burns; at 1 it is spent exactly at the end of the period.")
                .query(format!("sort_desc({})", all.greatest(&all.pace())), called)
                .shaped(Shape::Bars, 12, 7)
                .coloured(&[(1.0, "orange"), (6.0, "red")], "green")
        },
        Panel::new(104, "Budget left, objective and SLI", "percentunit", NO_EVENTS)
            .says("The share of the error budget that is left, what of the whole the last hour has spent, the share that was good over the period, and the share that must be.")
            .query(all.least(&all.remaining()), "budget left")
            .query(all.greatest(&all.spent_last_hour()), "spent in the last hour")
            .query(all.least(&all.measured()), "measured")
            .query(all.least(&all.objective()), "objective")
            .shaped(Shape::Table, 24, 8),
        Panel::new(105, "Alerts that fire", "none", Empty::Good("no alert fires."))
            .says("Each alert that fires now, with who is asked to act.")
            .query(
                "max by (context, alertname, severity, slo, windows, owner) (ALERTS{context=~\"$context\",alertstate=\"firing\"})",
                "firing",
            )
            .shaped(Shape::Table, 24, 8),
    ]
}

fn contexts() -> Vec<Panel> {
    vec![
        Panel::new(201, "Answers Prometheus", "none", Empty::Broken)
            .says("1 for each context of which any process answered the last scrape, else 0.")
            .query("max by (job) (up{job=~\"$context\"})", "{{job}}")
            .coloured(&[(1.0, "green")], "red")
            .shaped(Shape::Figures, 24, 4),
        Panel::new(202, "Requests", "reqps", Empty::Broken)
            .says("Requests that were answered, each second.")
            .query(
                "sum by (context) (rate(http_server_request_duration_seconds_count{context=~\"$context\"}[$__rate_interval]))",
                "{{context}}",
            ),
        Panel::new(203, "Errors", "reqps", Empty::Good("no request failed."))
            .says("Requests that were answered with a server's error (5xx), or whose client gave up waiting (499), each second.")
            .query(
                "sum by (context) (rate(http_server_request_duration_seconds_count{context=~\"$context\",http_response_status_code=~\"5..|499\"}[$__rate_interval])) > 0",
                "{{context}}",
            ),
        Panel::new(204, "Duration", "s", Empty::Idle("no traffic in this window."))
            .says("So long took 99 of 100 requests at most, long polls of /events aside.")
            .query(
                "histogram_quantile(0.99, sum by (context, le) (rate(http_server_request_duration_seconds_bucket{context=~\"$context\",http_route!~\"unmatched|/events\"}[$__rate_interval]))) >= 0",
                "{{context}}",
            ),
        Panel::new(205, "Commands by outcome", "ops", Empty::Broken)
            .says("Commands each second. A rejection is a decision of the domain, never an error.")
            .query(
                "sum by (context, outcome) (rate(macadam_commands_total{context=~\"$context\"}[$__rate_interval]))",
                "{{context}} {{outcome}}",
            ),
        Panel::new(206, "Events", "eps", Empty::Broken)
            .says("Events that were stored, each second.")
            .query(
                "sum by (context) (rate(macadam_events_total{context=~\"$context\"}[$__rate_interval]))",
                "{{context}}",
            ),
        Panel::new(207, "Behind the log", "s", Empty::Broken)
            .says("The age of the oldest event that a read model or process has not applied.")
            .query(
                "max by (context) (macadam_subscription_lag_seconds{context=~\"$context\"})",
                "{{context}}",
            ),
    ]
}
