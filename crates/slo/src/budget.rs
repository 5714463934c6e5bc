//! What SLOs mean and how they stand, in figures and in words. Pure: whoever calls it has asked Prometheus.

mod meaning;
mod outage;
mod text;
mod words;

pub use meaning::{Meaning, Traffic, meaning};
