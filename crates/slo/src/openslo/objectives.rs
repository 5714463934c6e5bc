//! Reads the objectives of an SLO.

use macadam_board::codes::Code;
use rust_decimal::Decimal;

use super::alerts::OPS;
use super::indicator::{Indicator, Metric, Shape};
use super::known::{Known, indicator};
use super::object::{Findings, Object};
use super::values;
use super::yaml::Value;
use crate::model::{Budgeting, Objective, Op, Sli};

const FIELDS: [&str; 10] = [
    "displayName",
    "op",
    "value",
    "target",
    "targetPercent",
    "timeSliceTarget",
    "timeSliceWindow",
    "indicator",
    "indicatorRef",
    "compositeWeight",
];

/// Reads all of them; `None` where one is wrong or not generated.
pub(super) fn read(
    spec: &Object<'_>,
    budgeting: Option<Budgeting>,
    known: &mut Known<'_>,
    findings: &mut Findings<'_>,
) -> Option<Vec<Objective>> {
    let shared = indicator(spec, known, findings);
    let items = spec.list("objectives", findings)?;
    let objects: Vec<_> = items
        .iter()
        .filter_map(|item| Object::open(item, &item.at, "an objective", &FIELDS, findings))
        .collect();
    let is_composite = indicators(spec, &objects, findings);
    if objects.is_empty() && items.is_empty() {
        let at = spec.key("objectives")?;
        findings.say(Code::ObjectiveCount, at, "the SLO has no objectives", "give at least one");
    }
    if let (Some(Shape::Threshold), Some(second)) =
        (shared.as_ref().and_then(|sli| sli.shape), objects.get(1))
    {
        let message = "an SLO of a threshold SLI has several objectives";
        findings.say(
            Code::ObjectiveCount,
            second.at,
            message,
            "give exactly one; make an SLO of each further one",
        );
    }
    let read: Vec<_> = objects
        .iter()
        .map(|object| {
            let own = if is_composite { indicator(object, known, findings) } else { shared.clone() };
            objective(object, own, is_composite, budgeting, findings)
        })
        .collect();
    if read.len() < items.len() { None } else { read.into_iter().collect() }
}

/// Checks where indicators stand; whether it is at the objectives.
fn indicators(spec: &Object<'_>, objectives: &[Object<'_>], findings: &mut Findings<'_>) -> bool {
    let at = |object: &Object<'_>| object.key("indicator").or(object.key("indicatorRef")).cloned();
    let is_composite = objectives.iter().any(|object| at(object).is_some());
    match (at(spec), is_composite) {
        (Some(at), true) => {
            let message = "the SLO has an indicator of its own, and its objectives have theirs";
            findings.say(
                Code::IndicatorXor,
                &at,
                message,
                "keep one indicator here, or one at each objective",
            );
        }
        (None, true) => {
            for object in objectives.iter().filter(|object| at(object).is_none()) {
                let message = "the objective of a composite SLO has no indicator";
                findings.say(Code::IndicatorXor, object.at, message, "add `indicatorRef`, or `indicator`");
            }
        }
        (None, false) => {
            let message = "the SLO has no indicator";
            findings.say(Code::IndicatorXor, spec.at, message, "add `indicatorRef`, or `indicator`");
        }
        (Some(_), false) => {}
    }
    is_composite
}

fn objective(
    object: &Object<'_>,
    indicator: Option<Indicator>,
    is_composite: bool,
    budgeting: Option<Budgeting>,
    findings: &mut Findings<'_>,
) -> Option<Objective> {
    let title = object.text("displayName", findings).map(|(title, _)| title.to_owned());
    let target = target(object, findings);
    let slices = slices(object, budgeting, findings);
    let weight = weight(object, is_composite, findings);
    let comparison = comparison(object, indicator.as_ref().and_then(|sli| sli.shape), findings);
    let Indicator { name, metric, .. } = indicator?;
    let sli = match metric? {
        Metric::Ratio { counter, of } => Sli::Ratio { counter, of },
        Metric::Threshold(query) => {
            let (op, value) = comparison?;
            Sli::Threshold { query, op, value }
        }
    };
    let (slice_target, slice_seconds) = slices?;
    Some(Objective { title, target: target?, slice_target, slice_seconds, weight, indicator: name, sli })
}

/// The target as a share.
pub(super) fn target(object: &Object<'_>, findings: &mut Findings<'_>) -> Option<Decimal> {
    let (share, percent) = (object.number("target", findings), object.number("targetPercent", findings));
    let (field, (number, at), limit) = match (object.key("target"), object.key("targetPercent")) {
        (Some(_), None) => ("target", share?, Decimal::ONE),
        (None, Some(_)) => ("targetPercent", percent?, Decimal::ONE_HUNDRED),
        (None, None) => {
            let message = "the objective has neither `target` nor `targetPercent`";
            findings.say(Code::TargetXor, object.at, message, "add `target: 0.99`, or `targetPercent: 99`");
            return None;
        }
        (Some(_), Some(at)) => {
            let message = "the objective has both `target` and `targetPercent`";
            findings.say(Code::TargetXor, at, message, "keep one of them");
            return None;
        }
    };
    if number == limit {
        let message = format!("`{field}` is {number}, which leaves no error budget");
        let hint = "at 100% the first bad event breaks the objective: choose less, such as 99.9%";
        findings.say(Code::TargetRange, at, message, hint);
        return None;
    }
    if number < Decimal::ZERO || number > limit {
        let message = format!("`{field}` is {number}");
        let hint = if field == "target" && number > limit && number < Decimal::ONE_HUNDRED {
            format!("`target` is a share from 0 to less than 1; `targetPercent: {number}` is a percentage")
        } else {
            format!("write a number from 0 to less than {limit}")
        };
        findings.say(Code::TargetRange, at, message, hint);
        return None;
    }
    // Dividing by a hundred moves the point by two places.
    let mut share = number;
    if limit != Decimal::ONE && share.set_scale(number.scale() + 2).is_err() {
        findings.say(
            Code::InexactNumber,
            at,
            format!("`{field}` cannot be kept exactly"),
            "write fewer digits",
        );
        return None;
    }
    Some(share.normalize())
}

/// `timeSliceTarget` and `timeSliceWindow`, as the budgeting method wants them.
fn slices(
    object: &Object<'_>,
    budgeting: Option<Budgeting>,
    findings: &mut Findings<'_>,
) -> Option<(Option<Decimal>, Option<u64>)> {
    let target = object.number("timeSliceTarget", findings).filter(|(target, at)| {
        let fits = *target > Decimal::ZERO && *target <= Decimal::ONE;
        if !fits {
            let message = format!("`timeSliceTarget` is {target}");
            findings.say(Code::SliceTargetRange, at, message, "write a number greater than 0 and at most 1");
        }
        fits
    });
    let seconds = slice_seconds(object, findings);
    let budgeting = budgeting?;
    let wanted = [
        ("timeSliceTarget", budgeting == Budgeting::Timeslices),
        ("timeSliceWindow", budgeting != Budgeting::Occurrences),
    ];
    for (field, wanted) in wanted {
        match (object.key(field), wanted) {
            (None, true) => {
                let message = format!("`{field}` is missing, which the budgeting method needs");
                findings.say(Code::SliceFields, object.at, message, format!("add `{field}`"));
            }
            (Some(at), false) => {
                let message = format!("`{field}` has no effect with this budgeting method");
                findings.say(Code::NoEffect, at, message, "remove it, or choose another `budgetingMethod`");
            }
            _ => {}
        }
    }
    let target = target.map(|(target, _)| target).filter(|_| wanted[0].1);
    Some((target, seconds.filter(|_| wanted[1].1)))
}

/// `timeSliceWindow`: a duration, or a number of minutes.
fn slice_seconds(object: &Object<'_>, findings: &mut Findings<'_>) -> Option<u64> {
    let node = object.get("timeSliceWindow")?;
    let seconds = match &node.value {
        Value::Scalar { text, plain: true } if values::is_number(text) => values::decimal(text)
            .and_then(|minutes| minutes.checked_mul(Decimal::from(60)))
            .filter(Decimal::is_integer)
            .and_then(|seconds| u64::try_from(seconds).ok()),
        _ => {
            let (text, _) = object.text("timeSliceWindow", findings)?;
            values::duration(text).map(values::seconds)
        }
    };
    let seconds = seconds.filter(|seconds| *seconds > 0);
    if seconds.is_none() {
        let message = "`timeSliceWindow` is not a duration";
        findings.say(
            Code::BadDuration,
            &node.at,
            message,
            "write a duration such as `5m`, or a number of minutes",
        );
    }
    seconds
}

/// The weight in a composite: 1 unless it says otherwise.
fn weight(object: &Object<'_>, is_composite: bool, findings: &mut Findings<'_>) -> Option<Decimal> {
    let weight = object.number("compositeWeight", findings);
    if let Some((weight, at)) = weight
        && weight <= Decimal::ZERO
    {
        let message = format!("`compositeWeight` is {weight}");
        findings.say(Code::CompositeWeight, at, message, "write a number greater than 0");
    }
    if !is_composite {
        if let Some(at) = object.key("compositeWeight") {
            let message = "`compositeWeight` has no effect: the SLO is not a composite";
            findings.say(
                Code::NoEffect,
                at,
                message,
                "remove it, or give each objective an indicator of its own",
            );
        }
        return None;
    }
    Some(weight.map_or(Decimal::ONE, |(weight, _)| weight))
}

/// `op` and `value`, which a threshold SLI needs and a ratio must not have.
fn comparison(
    object: &Object<'_>,
    shape: Option<Shape>,
    findings: &mut Findings<'_>,
) -> Option<(Op, Decimal)> {
    let op = object.word("op", &OPS, findings);
    let value = object.number("value", findings);
    for field in ["op", "value"] {
        match (shape, object.key(field)) {
            (Some(Shape::Threshold), None) => {
                let message = format!("`{field}` is missing, which a threshold SLI needs");
                findings.say(Code::ThresholdFields, object.at, message, format!("add `{field}`"));
            }
            (Some(Shape::Ratio), Some(at)) => {
                let message = format!("`{field}` does not apply to a ratio SLI");
                findings.say(Code::ThresholdFields, at, message, format!("remove `{field}`"));
            }
            _ => {}
        }
    }
    Some((op?, value?.0))
}
