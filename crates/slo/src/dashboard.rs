//! Dashboards for Grafana: one for each context, and an overview. Every query is parsed before it is written.

mod objectives;
mod overview;
mod panel;
mod parts;
mod series;

use std::collections::{BTreeMap, BTreeSet};

use macadam_board::Board;
use serde_json::{Value, json};

use crate::generate::{About, Generated, RuleFile};
use crate::model::{Catalog, Slo};
use panel::{Section, datasource, laid_out, link};

/// Of Grafana 11 and 12; later ones migrate it.
const SCHEMA_VERSION: u32 = 42;

/// What becomes of Grafana's variables where a query is read without Grafana.
const VARIABLES: &[(&str, &str)] =
    &[("$__rate_interval", "5m"), ("$__range", "1h"), ("$slo", ".*"), ("$context", ".*")];

/// A query that does not parse: a mistake in the road, or a context with a strange name.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the panel `{panel}` of {path} would ask for what is not PromQL: {message}: {expr}")]
pub struct DashboardError {
    path: String,
    panel: String,
    expr: String,
    message: String,
}

/// What only some contexts measure, by what their boards have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// An event carries an amount.
    Amounts,
    /// There are deadlines.
    Deadlines,
    /// There are processes.
    Processes,
    /// There are views or processes, which follow the log.
    Followers,
    /// There are views.
    Views,
}

impl Feature {
    /// Those of a board.
    pub fn of(board: &Board) -> BTreeSet<Self> {
        let (views, processes) = (!board.read_models.is_empty(), !board.processes.is_empty());
        let all = [
            (Self::Amounts, board.events().any(|(_, event)| event.amount.is_some())),
            (Self::Deadlines, !board.deadlines.is_empty()),
            (Self::Processes, processes),
            (Self::Followers, views || processes),
            (Self::Views, views),
        ];
        all.into_iter().filter(|(_, has)| *has).map(|(feature, _)| feature).collect()
    }
}

/// `dashboards/generated/<context>.json` of each context, and `dashboards/generated/overview.json`. What a context does not
/// have by `features` is not drawn.
pub fn dashboards(
    rules: &[(About, RuleFile)],
    catalog: &Catalog,
    features: &BTreeMap<String, BTreeSet<Feature>>,
) -> Result<Vec<Generated>, DashboardError> {
    let none = BTreeSet::new();
    let mut files = Vec::new();
    for (about, file) in rules {
        let context = &about.context;
        let slos: Vec<&Slo> = catalog.slos.iter().filter(|slo| slo.service == *context).collect();
        let mut sections = objectives::sections(context, &slos, file);
        sections.extend(parts::sections(context, features.get(context).unwrap_or(&none)));
        let names: Vec<&str> = slos.iter().map(|slo| slo.name.as_str()).collect();
        let dashboard = Dashboard {
            name: context,
            title: context.clone(),
            description: format!(
                "{context}, owned by {}. Runbook: services/{context}/docs/runbook.md. Contracts: contracts/{context}. ",
                about.owner
            ),
            variable: (!names.is_empty()).then(|| several("slo", "SLO", &names)),
            links: links(about),
            sections,
        };
        files.push(dashboard.written(&format!("context=\"{context}\""), &format!("job=\"{context}\""))?);
    }
    if !rules.is_empty() {
        let names: Vec<&str> = rules.iter().map(|(about, _)| about.context.as_str()).collect();
        let overview = Dashboard {
            name: "overview",
            title: "Overview".to_owned(),
            description: "All contexts, the worst error budget first. ".to_owned(),
            variable: Some(several("context", "Context", &names)),
            links: Vec::new(),
            sections: overview::sections(&catalog.slos),
        };
        files.push(overview.written("context=~\"$context\"", "job=~\"$context\"")?);
    }
    Ok(files)
}

/// A query of a dashboard as Prometheus can read it: with all SLOs, all contexts and windows in the place of Grafana's
/// variables.
pub fn without_variables(expr: &str) -> String {
    VARIABLES.iter().fold(expr.to_owned(), |expr, (variable, value)| expr.replace(variable, value))
}

struct Dashboard<'a> {
    name: &'a str,
    title: String,
    description: String,
    /// The variable besides the data source.
    variable: Option<Value>,
    links: Vec<Value>,
    sections: Vec<Section>,
}

impl Dashboard<'_> {
    /// The file; deployments are selected by `chosen`, restarts by `job`.
    fn written(&self, chosen: &str, job: &str) -> Result<Generated, DashboardError> {
        let path = format!("dashboards/generated/{}.json", self.name);
        let annotations = annotations(chosen, job);
        let annotated =
            annotations.iter().filter_map(|one| Some((one["name"].as_str()?, one["expr"].as_str()?)));
        let panels = self.sections.iter().flat_map(|section| &section.panels);
        let asked = panels.flat_map(|panel| {
            panel.targets.iter().map(|target| (panel.title.as_str(), target.expr.as_str()))
        });
        for (panel, expr) in asked.chain(annotated) {
            promql_parser::parser::parse(&without_variables(expr)).map_err(|message| DashboardError {
                path: path.clone(),
                panel: panel.to_owned(),
                expr: expr.to_owned(),
                message,
            })?;
        }
        let variables = std::iter::once(sources()).chain(self.variable.clone());
        let overview = link("Overview", "/d/macadam-overview");
        let links: Vec<Value> =
            (self.name != "overview").then_some(overview).into_iter().chain(self.links.clone()).collect();
        let dashboard = json!({
            "uid": format!("macadam-{}", self.name),
            "title": self.title,
            "description": format!(
                "{}Managed by Macadam: generated from slo/ and contracts/ by `cargo xtask slo generate`. Do not edit.",
                self.description
            ),
            "tags": ["macadam"],
            "schemaVersion": SCHEMA_VERSION,
            "editable": false,
            "graphTooltip": 1,
            "timezone": "browser",
            "refresh": "30s",
            "time": { "from": "now-6h", "to": "now" },
            "annotations": { "list": annotations },
            "templating": { "list": variables.collect::<Vec<_>>() },
            "links": links,
            "panels": laid_out(&self.sections),
        });
        Ok(Generated { path, text: format!("{dashboard:#}\n"), owned: false })
    }
}

/// Links of a context out of Grafana: only where the repository has an address.
fn links(about: &About) -> Vec<Value> {
    let (base, context) = (&about.links, &about.context);
    if base.is_empty() {
        return Vec::new();
    }
    let targets = [
        ("Runbook", format!("services/{context}/docs/runbook.md")),
        ("API contract", format!("contracts/{context}/openapi.json")),
        ("What is measured", format!("contracts/{context}/metrics.json")),
        ("SLOs", format!("slo/{context}.yaml")),
    ];
    targets.into_iter().map(|(title, path)| link(title, &format!("{base}{path}"))).collect()
}

/// Marks in all panels: when another version began to run, and when a process was started.
fn annotations(chosen: &str, job: &str) -> Vec<Value> {
    let by = "count by (context, version, commit, schema, configuration)";
    let info = format!("macadam_context_info{{{chosen}}}");
    let deployed = format!("{by} ({info}) unless {by} ({info} offset 5m)");
    let started = format!("changes(process_start_time_seconds{{{job}}}[$__rate_interval]) > 0");
    let mark = |name: &str, colour: &str, expr: String, title: &str, text: &str| {
        json!({
            "name": name,
            "datasource": datasource(),
            "enable": true,
            "hide": false,
            "iconColor": colour,
            "expr": expr,
            "step": "60s",
            "titleFormat": title,
            "textFormat": text,
            "tagKeys": "version",
        })
    };
    vec![
        mark(
            "Deployments",
            "blue",
            deployed,
            "{{context}} {{version}} was deployed",
            "commit {{commit}}, schema {{schema}}, configuration {{configuration}}",
        ),
        mark("Restarts", "orange", started, "{{job}} was started", "{{instance}}"),
    ]
}

/// The variable that every panel reads its data source from.
fn sources() -> Value {
    json!({
        "name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus",
        "description": "The Prometheus that scrapes the contexts and records the rules in slo/generated.",
        "refresh": 1, "regex": "", "hide": 0, "multi": false, "includeAll": false, "options": [], "skipUrlSync": false,
    })
}

/// A variable of which some or all of these values are chosen.
fn several(name: &str, label: &str, values: &[&str]) -> Value {
    let all = json!({ "text": "All", "value": "$__all", "selected": true });
    let options = values.iter().map(|value| json!({ "text": value, "value": value, "selected": false }));
    json!({
        "name": name, "label": label, "type": "custom", "query": values.join(","),
        "hide": 0, "multi": true, "includeAll": true, "allValue": ".*", "skipUrlSync": false,
        "current": { "text": "All", "value": "$__all" },
        "options": std::iter::once(all.clone()).chain(options).collect::<Vec<_>>(),
    })
}
