//! SLOs: OpenSLO in, rules, alerts, their tests, dashboards and runbooks out. Pure: text goes in and comes out; nothing
//! here starts a program.

pub mod budget;
pub mod dashboard;
pub mod generate;
pub mod lint;
pub mod measures;
pub mod model;
pub mod names;
pub mod openslo;
pub mod proof;
mod yaml;
