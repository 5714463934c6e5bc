//! Reads OpenSLO v1 documents: all that is wrong with them in one run, each finding with its place and remedy.

mod alerts;
mod annotations;
mod document;
mod index;
mod indicator;
mod known;
mod object;
mod objectives;
mod promql;
mod sla;
mod slo;
mod values;
mod yaml;

use macadam_board::diagnostic::{Diagnostic, Report};

use crate::model::{Catalog, Service};
pub use sla::{Sla, slas};

use document::{Document, Kind};
use index::Index;
use object::Findings;

/// Reads files that belong together, each a name for messages and its text.
///
/// References are resolved among all of them. The catalog has what is valid, sorted by name. A document with an error
/// is left out of it, and so is what refers to that document. A part that is valid OpenSLO but not generated is
/// left out as well, with the warning [`Code::NotGenerated`](macadam_board::codes::Code::NotGenerated), so that whoever
/// writes files from the catalog has to refuse on it. Findings are in the order of the files and their lines.
pub fn read(files: &[(String, String)]) -> (Catalog, Vec<Diagnostic>) {
    let mut reports: Vec<Report> = files.iter().map(|_| Report::default()).collect();
    let mut complete = true;
    let mut trees = Vec::new();
    for ((_, text), report) in files.iter().zip(&mut reports) {
        let (documents, whole) = yaml::documents(text, report);
        complete &= whole;
        trees.push(documents);
    }
    let mut documents = Vec::new();
    for (file, tree) in trees.iter().enumerate() {
        let mut findings = Findings::new(&files[file].0, &mut reports[file], complete);
        documents.extend(tree.iter().filter_map(|node| Document::open(file, node, &mut findings)));
    }
    // A document whose kind or name cannot be read may be the one that a reference is for.
    complete &= documents.len() == trees.iter().map(Vec::len).sum::<usize>();
    complete &= documents.iter().all(|document| document.metadata.name.is_some());
    let mut reading = Reading { files, reports, complete, documents };
    let catalog = reading.catalog();
    let findings =
        files.iter().zip(reading.reports).flat_map(|((file, text), report)| report.finish(file, text));
    (catalog, findings.collect())
}

/// All documents, and the findings about them.
struct Reading<'a> {
    files: &'a [(String, String)],
    reports: Vec<Report>,
    complete: bool,
    documents: Vec<Document<'a>>,
}

impl Reading<'_> {
    /// Reads each kind after those that it refers to.
    fn catalog(&mut self) -> Catalog {
        let services = self.all(Kind::Service, |document, findings| Some(service(document, findings)));
        let sources = self.all(Kind::DataSource, indicator::source);
        let mut promql = indicator::Queries::new(&sources);
        let indicators = self.all(Kind::Sli, |document, findings| {
            let spec = document.spec("the spec of an SLI", &indicator::FIELDS, findings)?;
            Some(indicator::read(&spec, &document.metadata, &mut promql, findings))
        });
        let conditions = self.all(Kind::AlertCondition, alerts::condition_document);
        let targets = self.all(Kind::AlertNotificationTarget, alerts::target_document);
        let known = alerts::Known { conditions: &conditions, targets: &targets };
        let policies = self.all(Kind::AlertPolicy, |document, findings| {
            let spec = document.spec("the spec of an AlertPolicy", &alerts::POLICY_FIELDS, findings)?;
            alerts::policy(&spec, &document.metadata, &known, findings)
        });
        let mut known = known::Known {
            services: &services,
            indicators: &indicators,
            policies: &policies,
            alerts: &known,
            promql,
        };
        let slos = self.all(Kind::Slo, |document, findings| slo::read(document, &mut known, findings));
        self.unused(&policies);
        self.unused(&conditions);
        Catalog { services: services.into_values(), slos: slos.into_values() }
    }

    /// Reads all documents of a kind.
    fn all<T>(
        &mut self,
        kind: Kind,
        mut read: impl FnMut(&Document<'_>, &mut Findings<'_>) -> Option<T>,
    ) -> Index<T> {
        let mut index = Index::new(kind);
        for document in self.documents.iter().filter(|document| document.kind == kind) {
            let file = &self.files[document.file].0;
            let mut findings = Findings::new(file, &mut self.reports[document.file], self.complete);
            annotations::elsewhere(document, &mut findings);
            let value = read(document, &mut findings);
            let value = value.filter(|_| findings.errors() == 0 && document.is_sound);
            index.insert(document, value, &mut findings);
        }
        index
    }

    /// Reports documents that nothing refers to, if all that could do so was read.
    fn unused<T>(&mut self, index: &Index<T>) {
        if !self.complete {
            return;
        }
        for (name, file, at) in index.unused() {
            let mut findings = Findings::new(&self.files[file].0, &mut self.reports[file], self.complete);
            index::unused(index.kind(), name, at, &mut findings);
        }
    }
}

fn service(document: &Document<'_>, findings: &mut Findings<'_>) -> Service {
    let spec = document.optional_spec("the spec of a Service", &["description"], findings);
    let description = spec.map(|spec| spec.description(findings)).unwrap_or_default();
    Service { name: document.metadata.name(), title: document.metadata.title(), description }
}
