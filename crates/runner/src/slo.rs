//! SLOs of the repository: what is generated from them, the oracle's word on when alerts should fire, and what promtool and
//! amtool say.

mod broken;
mod expect;
pub mod generate;
mod panels;
mod promtool;
mod share;
mod stories;

pub use broken::broken;
pub use panels::panels;
pub use promtool::{Promtool, check_alertmanager};
pub use stories::{Depth, Subject, Unproven};
