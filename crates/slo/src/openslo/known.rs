//! What SLOs refer to, and the indicators that they or their objectives name.

use macadam_board::codes::Code;

use super::alerts;
use super::annotations;
use super::document::Metadata;
use super::index::Index;
use super::indicator::{self, Indicator, Queries};
use super::object::{Findings, Object};
use crate::model::{Policy, Service};

/// What SLOs refer to.
pub(super) struct Known<'a> {
    pub(super) services: &'a Index<Service>,
    pub(super) indicators: &'a Index<Indicator>,
    pub(super) policies: &'a Index<Policy>,
    pub(super) alerts: &'a alerts::Known<'a>,
    pub(super) promql: Queries<'a>,
}

/// The indicator that stands at an SLO or at an objective of a composite, inline or as a reference.
pub(super) fn indicator(
    object: &Object<'_>,
    known: &mut Known<'_>,
    findings: &mut Findings<'_>,
) -> Option<Indicator> {
    if object.get("indicator").is_some()
        && let Some(at) = object.key("indicatorRef")
    {
        let message = format!("{} has both `indicator` and `indicatorRef`", object.what);
        findings.say(Code::IndicatorXor, at, message, "keep one of them");
        return None;
    }
    if object.get("indicatorRef").is_some() {
        let (name, at) = object.name("indicatorRef", findings)?;
        return known.indicators.resolve(name, at, findings).cloned();
    }
    let inline = object.child("indicator", "an inline indicator", &["metadata", "spec"], findings)?;
    inline.require("metadata", findings);
    let metadata = Metadata::read(&inline, findings);
    annotations::refuse(&metadata, "what stands inline", findings);
    inline.require("spec", findings);
    let spec = inline.child("spec", "the spec of an SLI", &indicator::FIELDS, findings)?;
    Some(indicator::read(&spec, &metadata, &mut known.promql, findings))
}
