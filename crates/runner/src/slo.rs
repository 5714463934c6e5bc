//! SLOs of the repository: what is generated from them, the oracle's word on when alerts should fire, and what promtool and
//! amtool say.

mod broken;
mod expect;
pub mod generate;
pub mod mutation;

mod panels;
mod promtool;
pub mod prove;
mod share;
mod stories;
mod texts;

pub mod observe;
pub mod query;
pub mod replay;
pub use broken::broken;
pub use panels::panels;
pub use stories::Depth;
