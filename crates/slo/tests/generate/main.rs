//! What is generated from SLOs.

mod alertmanager;
mod dashboards;
mod lints;
mod made;
mod rules;
mod shapes;
mod speed;
