//! What telemetry costs.

use crate::report::Report;

pub(crate) fn layers(_: &mut Report, _: usize) {}
