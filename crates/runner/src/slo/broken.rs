//! Proves alerts on what a running context really exposed while something was done to it from outside: each row was once
//! broken and paged nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use macadam_slo::generate::{About, RuleFile, indicator_file, rules, seed};
use macadam_slo::openslo;
use macadam_slo::proof::scenario::{Check, Scenario};

use super::promtool::Promtool;
use crate::cargo::Cargo;
use crate::verify::Verdict;
use crate::{RunError, io};

/// The context of the chassis's own tests, which is broken there.
const CONTEXT: &str = "shop";
const FREE: &str = "macadam_data_free_bytes";
/// Minutes for which all is well, before it is broken.
const HEALTHY: u64 = 10;
/// Minutes after which it is looked at what fires. Slow tiers have had time to fire then.
const LATER: u64 = 70;
/// The variable by which the tests are told to keep what they scrape.
const KEEP: &str = "MACADAM_KEEP_SCRAPES";

/// Something that was done to the context, and the alerts that say so, each with `page` or `ticket`.
struct Row {
    /// The scrape that was kept; nothing where no scrape succeeds.
    scrape: Option<&'static str>,
    what: &'static str,
    /// Whether what is under way hangs, so that it is as much older as time goes by.
    hangs: bool,
    /// Metrics that are set, where nothing was done to a context that would set them.
    sets: &'static [(&'static str, f64)],
    fires: &'static [(&'static str, &'static str)],
}

const STUCK: (&str, &str) = ("ShopStuck", "page");
const FAIL: (&str, &str) = ("ShopCommitsFail", "page");
const AVAILABILITY: (&str, &str) = ("ShopAvailabilityBudgetBurn", "page");
const COMMANDS: (&str, &str) = ("ShopCommandOutcomeBudgetBurn", "page");
const FRESHNESS: (&str, &str) = ("ShopFreshnessBudgetBurn", "page");
const BEHIND: (&str, &str) = ("ShopSubscriptionStuck", "page");
const GONE: (&str, &str) = ("ShopDataFileGone", "page");

const ROWS: &[Row] = &[
    Row { scrape: Some("healthy"), what: "nothing", hangs: false, sets: &[], fires: &[] },
    Row {
        scrape: Some("rejections"),
        what: "commands are rejected by rules",
        hangs: false,
        sets: &[],
        fires: &[],
    },
    Row {
        scrape: Some("log-held"),
        what: "the log is held by another process",
        hangs: true,
        sets: &[],
        fires: &[STUCK],
    },
    Row {
        scrape: Some("log-held-commit-failed"),
        what: "the log is held until commands fail",
        hangs: false,
        sets: &[],
        fires: &[AVAILABILITY, COMMANDS, FAIL],
    },
    Row {
        scrape: Some("clients-give-up"),
        what: "clients give up",
        hangs: true,
        sets: &[],
        fires: &[AVAILABILITY, COMMANDS, STUCK],
    },
    Row {
        scrape: Some("views-held"),
        what: "the views are held",
        hangs: true,
        sets: &[],
        fires: &[FRESHNESS, BEHIND],
    },
    Row {
        scrape: None,
        what: "the process is stopped",
        hangs: false,
        sets: &[],
        fires: &[("ShopDown", "page")],
    },
    Row {
        scrape: Some("disk-full"),
        what: "the disk is full",
        hangs: false,
        sets: &[],
        fires: &[AVAILABILITY, COMMANDS, FAIL],
    },
    Row {
        scrape: Some("few-open-files"),
        what: "few files may be open",
        hangs: false,
        sets: &[],
        fires: &[("ShopCannotAccept", "page"), ("ShopLimitNear", "ticket")],
    },
    Row { scrape: Some("log-renamed"), what: "the log is renamed", hangs: false, sets: &[], fires: &[GONE] },
    Row {
        scrape: Some("views-renamed"),
        what: "the views are renamed",
        hangs: false,
        sets: &[],
        fires: &[GONE],
    },
    Row {
        scrape: Some("reader-holds-wal"),
        what: "a reader holds the write-ahead log",
        hangs: false,
        sets: &[],
        fires: &[("ShopWalGrows", "ticket")],
    },
    Row {
        scrape: Some("healthy"),
        what: "a deadline is due and not sent",
        hangs: false,
        sets: &[("macadam_deadlines_overdue", 2.0)],
        fires: &[("ShopDeadlinesOverdue", "page")],
    },
    Row {
        scrape: Some("healthy"),
        what: "the disk fills",
        hangs: false,
        sets: &[(FREE, 1e9)],
        fires: &[("ShopDiskFills", "ticket")],
    },
];

/// Breaks a running context in each of these ways, and asks promtool which alerts fire on what it exposed.
pub fn broken(root: &Path) -> Result<Verdict, RunError> {
    let promtool = Promtool::installed()?;
    let folder = tempfile::tempdir().map_err(io("create a folder in", &std::env::temp_dir()))?;
    let scrapes = folder.path().join("scrapes");
    let arguments =
        ["test", "--quiet", "--package", "macadam-chassis", "--test", "it", "--", "signals::", "disk::"];
    let mut command = Cargo::at(root).command(&arguments);
    let output = command
        .env(KEEP, &scrapes)
        .output()
        .map_err(|source| RunError::Start { program: "cargo".to_owned(), source })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        return Ok(Verdict {
            faults: vec![format!("the tests that break a context fail:\n{said}")],
            ..Verdict::default()
        });
    }
    let rules = seeded()?;
    let used = metrics(&rules);
    let mut healthy = scrape(&scrapes, "healthy", &used)?;
    // How full the disk of this machine is says nothing of the service.
    let size =
        healthy.iter().find(|(name, _)| name.starts_with("macadam_data_size_bytes")).map(|(_, size)| *size);
    for (_, free) in healthy.iter_mut().filter(|(name, _)| name.starts_with(FREE)) {
        *free = size.unwrap_or(*free);
    }
    let mut verdict = Verdict::default();
    let mut scenarios = Vec::new();
    for row in ROWS {
        let broken = row.scrape.map(|name| scrape(&scrapes, name, &used)).transpose()?;
        scenarios.push(row.scenario(&healthy, broken.as_ref()));
    }
    verdict.faults.extend(promtool.test(folder.path(), &rules, &scenarios)?);
    eprintln!(
        "{} ways to break a context: the right alerts fire on what it exposed, and no others",
        ROWS.len()
    );
    Ok(verdict)
}

/// The rules of a context that was made just now.
fn seeded() -> Result<RuleFile, RunError> {
    let about =
        About { context: CONTEXT.to_owned(), owner: "sales".to_owned(), hours: None, links: String::new() };
    let files = [
        ("slo/shop.yaml".to_owned(), seed(&about, "Sells things.")),
        ("slo/generated/shop.slis.yaml".to_owned(), indicator_file(&about).text),
    ];
    let (catalog, _) = openslo::read(&files);
    let slos: Vec<_> = catalog.slos.iter().collect();
    rules(&about, &slos).map_err(|error| RunError::Unexpected {
        what: "the rules of a new context".to_owned(),
        answer: error.to_string(),
    })
}

/// The samples of a scrape, by series.
type Samples = BTreeMap<String, f64>;

/// The samples that the rules read.
fn scrape(folder: &Path, name: &str, used: &BTreeSet<String>) -> Result<Samples, RunError> {
    let file = folder.join(format!("{name}.prom"));
    let text = std::fs::read_to_string(&file).map_err(io("read", &file))?;
    let lines = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.rsplit_once(' '));
    let samples = lines.filter(|(series, _)| {
        let metric = series.split('{').next().unwrap_or_default();
        // Of histograms one bucket is read: all of them would take promtool minutes.
        used.contains(metric) && (!metric.ends_with("_bucket") || series.contains("le=\"0.5\""))
    });
    Ok(samples.filter_map(|(series, value)| Some((series.to_owned(), value.parse().ok()?))).collect())
}

/// The words in the expressions of rules, the names of metrics among them.
fn metrics(rules: &RuleFile) -> BTreeSet<String> {
    let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
    rules.rules().flat_map(|rule| rule.expr.split(|char| !is_name(char))).map(str::to_owned).collect()
}

impl Row {
    fn scenario(&self, healthy: &Samples, broken: Option<&Samples>) -> Scenario {
        let mut series: Vec<(String, String)> = healthy
            .iter()
            .map(|(name, before)| {
                let metric = name.split('{').next().unwrap_or_default();
                let set = self.sets.iter().find(|(set, _)| *set == metric).map(|(_, value)| *value);
                let kept = |broken: &Samples| broken.get(name).copied().filter(|_| metric != FREE);
                let after = broken.map(|broken| set.or_else(|| kept(broken)).unwrap_or(*before));
                (name.clone(), values(name, *before, after, self.hangs))
            })
            .collect();
        let up = if broken.is_some() { "1" } else { "0" };
        series.push((format!("up{{job=\"{CONTEXT}\"}}"), format!("1x{HEALTHY} {up}x{LATER}")));
        // Alertmanager leaves tickets out while the same SLO pages.
        let expr =
            "group by (alertname, severity) (ALERTS{alertstate=\"firing\",tier!~\"ticket.*\"})".to_owned();
        let samples = self
            .fires
            .iter()
            .map(|(alert, severity)| (format!("{{alertname=\"{alert}\",severity=\"{severity}\"}}"), 1))
            .collect();
        let checks = vec![
            Check { minute: HEALTHY, expr: expr.clone(), samples: Vec::new() },
            Check { minute: HEALTHY + LATER, expr, samples },
        ];
        Scenario { name: self.what.to_owned(), series, checks }
    }
}

/// A series at each minute: as in a healthy context, then as it was when it was broken, and on like that.
///
/// What was counted until then is counted again each minute, an age grows by a minute each minute where things hang, and a
/// file by what it had grown; anything else stays as it was.
fn values(series: &str, before: f64, after: Option<f64>, hangs: bool) -> String {
    let metric = series.split('{').next().unwrap_or_default();
    let Some(after) = after else { return format!("{before}x{HEALTHY} _x{LATER}") };
    let is_counter = ["_total", "_count", "_bucket"].iter().any(|end| metric.ends_with(end));
    if is_counter {
        // A context that starts has counted nothing.
        let step = if after > before { after - before } else { 0.0 };
        return format!("0x{HEALTHY} {step}+{step}x{LATER}");
    }
    let is_age = metric.contains("_oldest") || metric.contains("_lag_seconds");
    let step = match metric {
        _ if is_age && hangs && after > before => 60.0,
        "macadam_data_file_bytes" => (after - before).max(0.0),
        _ => 0.0,
    };
    format!("{before}x{HEALTHY} {after}+{step}x{LATER}")
}
