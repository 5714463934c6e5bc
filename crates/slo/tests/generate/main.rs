//! What is generated from SLOs.

mod alertmanager;
mod dashboards;
mod made;
mod rules;
mod speed;
