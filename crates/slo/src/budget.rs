//! What SLOs mean and how they stand, in figures and in words. Pure: whoever calls it has asked Prometheus.

mod agreement;
mod backtest;
mod meaning;
mod outage;
mod period;
mod report;
mod standing;
mod text;
mod words;

pub use agreement::{Agreement, agreement};
pub use backtest::{Backtest, Counter, Held, Trial, backtest, trial};
pub use meaning::{Meaning, Traffic, meaning};
pub use period::Elapsed;
pub use report::worst_first;
pub use standing::{Firing, Observed, Standing, Verdict, standing};
