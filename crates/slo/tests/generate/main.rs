//! What is generated from SLOs.

mod made;
mod rules;
mod speed;
