//! SLOs of the repository: what is generated from them, the oracle's word on when alerts should fire, what promtool and
//! amtool say, and how budgets stand by a Prometheus.

pub mod backtest;
mod broken;
mod expect;
pub mod generate;
pub mod mutation;
pub mod observe;
mod panels;
mod plan;
mod promtool;
pub mod prove;
pub mod query;
pub mod replay;
mod share;
mod stories;
mod texts;

pub use broken::broken;
pub use panels::panels;
pub use plan::plan;
pub use stories::Depth;
