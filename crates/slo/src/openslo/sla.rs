//! Reads `slo/slas.yaml`: service-level agreements, which OpenSLO has no document for. It is read as strictly as those.

use macadam_board::codes::Code;
use macadam_board::diagnostic::{Diagnostic, Report};
use rust_decimal::Decimal;

use super::object::{Findings, Object, wrong_type};
use super::objectives::target;
use super::yaml::{self, Node, Value};
use crate::model::{Catalog, Place, Slo};

const FIELDS: [&str; 4] = ["name", "description", "consequence", "targets"];
const TARGET_FIELDS: [&str; 3] = ["slo", "target", "targetPercent"];

/// What was promised to somebody outside: SLOs with looser targets, and what follows if one is missed.
#[derive(Debug, Clone, PartialEq)]
pub struct Sla {
    /// A DNS label, unique in its file.
    pub name: String,
    /// To whom and what for, or empty.
    pub description: String,
    /// What follows, in words.
    pub consequence: String,
    /// At least one.
    pub targets: Vec<SlaTarget>,
    /// Where it stands.
    pub place: Place,
}

/// A target of an SLA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlaTarget {
    /// The SLO's name; its period is that of the SLA as well.
    pub slo: String,
    /// 0 <= target < 1, exact, and less than the SLO's.
    pub target: Decimal,
}

/// The agreements of a file, and all that is wrong with it. They refer to SLOs of the catalog.
pub fn slas(file: &str, text: &str, catalog: &Catalog) -> (Vec<Sla>, Vec<Diagnostic>) {
    let mut report = Report::default();
    let (documents, complete) = yaml::documents(text, &mut report);
    let mut findings = Findings::new(file, &mut report, complete);
    let mut slas: Vec<Sla> = Vec::new();
    for document in &documents {
        let Value::List(items) = &document.value else {
            wrong_type(
                "an agreement file",
                "a list of agreements, each after `- name: `",
                document,
                &mut findings,
            );
            continue;
        };
        for item in items {
            let Some(sla) = agreement(item, catalog, &mut findings) else { continue };
            if slas.iter().any(|known| known.name == sla.name) {
                let message = format!("the agreement `{}` appears twice", sla.name);
                findings.say(Code::DuplicateDocument, &item.at, message, "rename or remove one of them");
            } else {
                slas.push(sla);
            }
        }
    }
    (slas, report.finish(file, text))
}

fn agreement(node: &Node, catalog: &Catalog, findings: &mut Findings<'_>) -> Option<Sla> {
    let before = findings.errors();
    let object = Object::open(node, &node.at, "an agreement", &FIELDS, findings)?;
    for field in ["name", "consequence", "targets"] {
        object.require(field, findings);
    }
    let name = object.name("name", findings).map(|(name, _)| name.to_owned());
    let description = object.description(findings);
    let consequence = object.bounded("consequence", 1050, findings);
    let targets: Vec<SlaTarget> = object
        .list("targets", findings)
        .unwrap_or_default()
        .iter()
        .filter_map(|node| looser(node, catalog, findings))
        .collect();
    if findings.errors() == before && targets.is_empty() {
        let message = "the agreement has no target";
        findings.say(Code::MissingField, object.at, message, "add one: `- slo: …` with `targetPercent: …`");
    }
    let place = findings.place(&node.at);
    let sla = Sla { name: name?, description, consequence: consequence?, targets, place };
    (findings.errors() == before).then_some(sla)
}

/// A target, which is less than that of its SLO: what is promised outside is missed later than what is aimed at.
fn looser(node: &Node, catalog: &Catalog, findings: &mut Findings<'_>) -> Option<SlaTarget> {
    let object = Object::open(node, &node.at, "a target of an agreement", &TARGET_FIELDS, findings)?;
    object.require("slo", findings);
    let target = target(&object, findings);
    let (name, at) = object.text("slo", findings)?;
    let target = target?;
    let Some(slo) = catalog.slos.iter().find(|slo| slo.name == name) else {
        let finding = Diagnostic::new(Code::DanglingReference, &at.span, format!("there is no SLO `{name}`"));
        let names = catalog.slos.iter().map(|slo| slo.name.as_str());
        findings.push(finding.did_you_mean(name, names, "name an SLO of slo/*.yaml"));
        return None;
    };
    let least = least(slo);
    if target >= least {
        let percent = |share: Decimal| (share * Decimal::ONE_HUNDRED).normalize();
        let message = format!(
            "the target {}% of `{name}` is not below the SLO's own, {}%",
            percent(target),
            percent(least)
        );
        let hint = "promise less than you aim at, so that the SLO alerts before the agreement is missed";
        findings.say(Code::TargetRange, object.at, message, hint);
        return None;
    }
    Some(SlaTarget { slo: name.to_owned(), target })
}

/// The loosest of its objectives.
fn least(slo: &Slo) -> Decimal {
    slo.objectives.iter().map(|objective| objective.target).min().unwrap_or(Decimal::ONE)
}
