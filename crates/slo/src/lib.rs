//! SLOs: OpenSLO in, rules, alerts, their tests, dashboards and runbooks out. Pure: text goes in and comes out; nothing
//! here starts a program.

pub mod generate;
pub mod model;
pub mod names;
<<<<<<< HEAD
pub mod openslo;
=======
mod yaml;
>>>>>>> 39879cd (Derive rules, alerts, Alertmanager's configuration and runbooks from SLOs)
