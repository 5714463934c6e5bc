//! `rebuild`: asks the running service to build views again beside what is read, and watches; where none runs, marks
//! them, so that the next start begins.

use std::path::Path;
use std::time::{Duration, Instant};

use clap::Args;
use macadam_engine::{Catalog, Layout, VIEWS, ViewRuntime, ViewStatus, ViewStore};
use macadam_event_log::{DataFolder, LOG};
use serde::Deserialize;
use serde_json::Value;

use super::folder::{Holder, belongs, holder, log_in};
use super::progress::Progress;
use super::report::{Rebuilt, Report};
use super::{OperateError, Output, Printer, unknown};

/// How often the service is asked how far it is.
const ASK: Duration = Duration::from_millis(100);

/// Builds views again beside what is read of them
#[derive(Debug, Args)]
pub(crate) struct Rebuild {
    /// The view; without one, all.
    view: Option<String>,
    #[command(flatten)]
    output: Output,
}

/// What the operator's port answers.
#[derive(Debug, Deserialize)]
struct Views {
    views: Vec<ViewStatus>,
}

impl Rebuild {
    pub(super) fn run(&self, catalog: &Catalog, dir: &Path) -> Result<(), OperateError> {
        let known: Vec<&str> = catalog.views.iter().map(|view| view.name()).collect();
        let chosen = match &self.view {
            None => known,
            Some(view) if known.contains(&view.as_str()) => vec![view.as_str()],
            Some(view) => return Err(unknown("view", view, catalog.name, &known)),
        };
        let began = Instant::now();
        let (done, views) = match holder(dir)? {
            Some(holder) => (true, watch(&holder, &chosen)?),
            None => (false, mark(catalog, dir, &chosen)?),
        };
        let seconds = began.elapsed().as_secs_f64();
        let report = Rebuilt { context: catalog.name.to_owned(), done, seconds, views };
        Printer::new(self.output).print(&Report::Rebuild(report), said)
    }
}

/// Has the running service build these views, until all of them are read.
fn watch(holder: &Holder, chosen: &[&str]) -> Result<Vec<ViewStatus>, OperateError> {
    let base = format!("http://{}", holder.admin);
    for view in chosen {
        ask("POST", &format!("{base}/views/{view}/rebuild"))?;
    }
    let mut progress = Progress::begin(format!("building {}", chosen.join(", ")));
    loop {
        let Views { mut views } = ask("GET", &format!("{base}/views"))?;
        views.retain(|view| chosen.contains(&view.view.as_str()));
        let builds = || views.iter().filter_map(|view| view.build.as_ref());
        if builds().next().is_none() {
            return Ok(views);
        }
        let each = builds().map(|build| build.wanted).max().unwrap_or_default();
        let built = i64::try_from(chosen.len() - builds().count()).unwrap_or_default();
        let wanted = each * i64::try_from(chosen.len()).unwrap_or_default();
        progress.at(built * each + builds().map(|build| build.done).sum::<i64>(), wanted);
        std::thread::sleep(ASK);
    }
}

fn ask(method: &str, url: &str) -> Result<Views, OperateError> {
    let failed = |error| OperateError::Ask { url: url.to_owned(), source: Box::new(error) };
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let request = if method == "POST" { agent.post(url).send_empty() } else { agent.get(url).call() };
    let mut answer = request.map_err(failed)?;
    let body: Value = answer.body_mut().read_json().map_err(failed)?;
    serde_json::from_value(body.clone()).map_err(|_| {
        let detail = body["detail"].as_str().unwrap_or("it answers something else");
        OperateError::Refused(format!("the service refuses: {detail}"))
    })
}

/// Marks these views in the folder of a service that does not run.
fn mark(catalog: &Catalog, dir: &Path, chosen: &[&str]) -> Result<Vec<ViewStatus>, OperateError> {
    let log = log_in(dir, catalog.name)?;
    let _lock = DataFolder::take(dir)?;
    let (head, id) = (log.head()?, belongs(&log, &dir.join(LOG), catalog.name)?);
    let store = ViewStore::open(&dir.join(VIEWS), &dir.join(LOG), &id, head)?;
    let mut views = Vec::new();
    for view in catalog.views.iter().filter(|view| chosen.contains(&view.name())) {
        let layout = Layout::of(&**view, &catalog.tallies);
        let tables = store.adopt(&**view, &layout, head)?;
        let tables = if tables.building.is_none() { store.build_again(&**view, &layout)? } else { tables };
        views.push(ViewRuntime::status_of(&**view, &layout, &tables, head));
    }
    Ok(views)
}

fn said(report: &Report) -> String {
    let Report::Rebuild(rebuilt) = report else { return String::new() };
    let names: Vec<&str> = rebuilt.views.iter().map(|view| view.view.as_str()).collect();
    let (context, names) = (&rebuilt.context, names.join(", "));
    if rebuilt.done {
        format!("{context}: {names} built again and read from now on, {:.1} s", rebuilt.seconds)
    } else {
        format!("{context} does not run: {names} will be built again from its next start on")
    }
}
