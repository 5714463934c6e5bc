//! Says from an `OpenSLO` document and single events when its alerts should fire. It shares no code with what generates
//! the rules, and counts event by event: where both agree, neither is wrong in the same way.

mod count;
mod document;
mod tier;
mod traffic;

pub use count::{Firing, firings};
pub use document::{Document, DocumentError};
pub use tier::{Severity, Tier};
pub use traffic::{Event, Phase, Traffic};
