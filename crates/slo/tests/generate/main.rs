//! What is generated from SLOs.

mod alertmanager;
mod made;
mod rules;
mod speed;
