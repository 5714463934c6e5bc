//! Reads alert policies, their conditions and their targets, in documents of their own and inline.

use macadam_board::codes::Code;
use rust_decimal::Decimal;

use super::annotations;
use super::document::{Document, Metadata};
use super::index::Index;
use super::object::{Findings, Object};
use super::values;
use super::yaml::{Node, Spot, Value};
use crate::model::{Op, Policy};

/// The fields of an `AlertPolicy`'s spec.
pub(super) const POLICY_FIELDS: [&str; 6] = [
    "description",
    "alertWhenNoData",
    "alertWhenResolved",
    "alertWhenBreaching",
    "conditions",
    "notificationTargets",
];

const CONDITION_FIELDS: [&str; 3] = ["description", "severity", "condition"];
const TARGET_FIELDS: [&str; 2] = ["description", "target"];

/// How values are compared.
pub(super) const OPS: [(&str, Op); 4] = [("lt", Op::Lt), ("lte", Op::Lte), ("gt", Op::Gt), ("gte", Op::Gte)];

/// An `AlertCondition`.
#[derive(Clone)]
pub(super) struct Condition {
    severity: String,
    op: Op,
    threshold: Decimal,
    lookback_seconds: u64,
    alert_after_seconds: u64,
}

/// An `AlertNotificationTarget`.
#[derive(Clone)]
pub(super) struct Target {
    name: String,
}

/// What policies refer to.
pub(super) struct Known<'a> {
    pub(super) conditions: &'a Index<Condition>,
    pub(super) targets: &'a Index<Target>,
}

/// Reads an `AlertCondition` of its own.
pub(super) fn condition_document(document: &Document<'_>, findings: &mut Findings<'_>) -> Option<Condition> {
    condition(&document.spec("the spec of an AlertCondition", &CONDITION_FIELDS, findings)?, findings)
}

/// Reads an `AlertNotificationTarget` of its own.
pub(super) fn target_document(document: &Document<'_>, findings: &mut Findings<'_>) -> Option<Target> {
    let spec = document.spec("the spec of an AlertNotificationTarget", &TARGET_FIELDS, findings)?;
    target(&spec, &document.metadata, findings)
}

/// Reads an `AlertPolicy`'s spec.
pub(super) fn policy(
    spec: &Object<'_>,
    metadata: &Metadata<'_>,
    known: &Known<'_>,
    findings: &mut Findings<'_>,
) -> Option<Policy> {
    let description = spec.description(findings);
    let mut flag = |name, default| spec.flag(name, findings).unwrap_or(default);
    let when_breaching = flag("alertWhenBreaching", true);
    let when_resolved = flag("alertWhenResolved", true);
    let when_no_data = flag("alertWhenNoData", false);
    let condition = only_condition(spec, known, findings);
    let targets = targets(spec, known, findings);
    let condition = condition?;
    Some(Policy {
        name: metadata.name(),
        description,
        severity: condition.severity,
        op: condition.op,
        threshold: condition.threshold,
        lookback_seconds: condition.lookback_seconds,
        alert_after_seconds: condition.alert_after_seconds,
        when_breaching,
        when_no_data,
        when_resolved,
        targets: targets?,
    })
}

fn only_condition(spec: &Object<'_>, known: &Known<'_>, findings: &mut Findings<'_>) -> Option<Condition> {
    spec.require("conditions", findings);
    let items = spec.list("conditions", findings)?;
    if items.len() != 1 {
        let at = items.get(1).map_or(spec.key("conditions")?, |second| &second.at);
        let message = format!("the alert policy has {} conditions", items.len());
        findings.say(
            Code::ConditionCount,
            at,
            message,
            "give exactly one; several alerts are several policies",
        );
    }
    let mut conditions = items.iter().map(|item| {
        match inline_or_reference(item, "conditionRef", "AlertCondition", findings)? {
            Entry::Reference(name, at) => known.conditions.resolve(name, at, findings).cloned(),
            Entry::Inline(object) => {
                let (spec, _) =
                    inline(&object, "the spec of an AlertCondition", &CONDITION_FIELDS, findings)?;
                condition(&spec, findings)
            }
        }
    });
    // All are read, so that each one's mistakes are reported.
    let first = conditions.next().flatten();
    conditions.for_each(drop);
    first
}

fn targets(spec: &Object<'_>, known: &Known<'_>, findings: &mut Findings<'_>) -> Option<Vec<String>> {
    spec.require("notificationTargets", findings);
    let items = spec.list("notificationTargets", findings)?;
    if items.is_empty() {
        let at = spec.key("notificationTargets")?;
        findings.say(
            Code::MissingField,
            at,
            "the alert policy has no notification target",
            "name at least one",
        );
    }
    let targets = items.iter().map(|item| {
        let target = match inline_or_reference(item, "targetRef", "AlertNotificationTarget", findings)? {
            Entry::Reference(name, at) => known.targets.resolve(name, at, findings).cloned(),
            Entry::Inline(object) => {
                let what = "the spec of an AlertNotificationTarget";
                let (spec, metadata) = inline(&object, what, &TARGET_FIELDS, findings)?;
                target(&spec, &metadata, findings)
            }
        };
        target.map(|target| target.name)
    });
    let read: Vec<_> = targets.collect();
    read.into_iter().collect()
}

fn condition(spec: &Object<'_>, findings: &mut Findings<'_>) -> Option<Condition> {
    spec.description(findings);
    spec.require("severity", findings);
    let severity = spec.text("severity", findings).map(|(severity, _)| severity.to_owned());
    spec.require("condition", findings);
    let fields = ["kind", "op", "threshold", "lookbackWindow", "alertAfter"];
    let object = spec.child("condition", "a condition", &fields, findings)?;
    object.word("kind", &[("burnrate", ())], findings);
    for field in ["op", "threshold", "lookbackWindow"] {
        object.require(field, findings);
    }
    let op = object.word("op", &OPS, findings);
    let threshold = object.number("threshold", findings);
    let lookback = duration(&object, "lookbackWindow", 1, findings);
    // The specification's default.
    let after = if object.get("alertAfter").is_some() {
        duration(&object, "alertAfter", 0, findings)
    } else {
        Some(0)
    };
    Some(Condition {
        severity: severity?,
        op: op?,
        threshold: threshold?.0,
        lookback_seconds: lookback?,
        alert_after_seconds: after?,
    })
}

fn target(spec: &Object<'_>, metadata: &Metadata<'_>, findings: &mut Findings<'_>) -> Option<Target> {
    spec.description(findings);
    spec.require("target", findings);
    let (target, at) = spec.text("target", findings)?;
    let name = metadata.name();
    let message = format!("valid, but not generated yet: delivery of `{name}` to `{target}`");
    findings.say(Code::NotDelivered, at, message, "route its alerts in Alertmanager by hand");
    Some(Target { name })
}

/// A duration of at least so many seconds, in seconds.
fn duration(object: &Object<'_>, field: &str, seconds_min: u64, findings: &mut Findings<'_>) -> Option<u64> {
    let (text, at) = object.text(field, findings)?;
    let seconds = values::duration(text).map(values::seconds).filter(|seconds| *seconds >= seconds_min);
    if seconds.is_none() {
        findings.say(Code::BadDuration, at, format!("`{field}` is `{text}`"), values::DURATION_HINT);
    }
    seconds
}

/// An item of a list that may stand inline or refer to a document.
pub(super) enum Entry<'n> {
    Reference(&'n str, &'n Spot),
    Inline(Object<'n>),
}

/// Reads which of the two an item is.
pub(super) fn inline_or_reference<'n>(
    item: &'n Node,
    reference: &'static str,
    kind: &'static str,
    findings: &mut Findings<'_>,
) -> Option<Entry<'n>> {
    if let Value::Scalar { text, .. } = &item.value {
        let hint = format!("write `{reference}: {text}`");
        findings.say(Code::FieldType, &item.at, "the item is a single value", hint);
        return None;
    }
    let object =
        Object::open(item, &item.at, "the item", &[reference, "kind", "metadata", "spec"], findings)?;
    let inline = ["kind", "metadata", "spec"].into_iter().find(|field| object.get(field).is_some());
    match (object.get(reference).is_some(), inline) {
        (true, None) => object.name(reference, findings).map(|(name, at)| Entry::Reference(name, at)),
        (false, Some(_)) => {
            for field in ["kind", "metadata", "spec"] {
                object.require(field, findings);
            }
            object.word("kind", &[(kind, ())], findings);
            Some(Entry::Inline(object))
        }
        (both, _) => {
            let message = if both {
                format!("the item has both `{reference}` and the fields of an inline {kind}")
            } else {
                format!("the item is neither `{reference}` nor an inline {kind}")
            };
            let hint = format!("give `{reference}` alone, or `kind`, `metadata` and `spec`");
            findings.say(Code::InlineXorReference, &item.at, message, hint);
            None
        }
    }
}

/// The spec and the metadata of what stands inline.
pub(super) fn inline<'n>(
    object: &Object<'n>,
    what: &'static str,
    fields: &[&str],
    findings: &mut Findings<'_>,
) -> Option<(Object<'n>, Metadata<'n>)> {
    let metadata = Metadata::read(object, findings);
    annotations::refuse(&metadata, "what stands inline", findings);
    object.child("spec", what, fields, findings).map(|spec| (spec, metadata))
}
