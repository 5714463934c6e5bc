//! The chassis, serving a small shop in process: what is promised to every context, fact by fact.

mod access;
mod commands;
mod deadlines;
mod drain;
mod faults;
mod feed;
mod golden;
mod operate;
mod preconditions;
mod processes;
mod promises;
mod rebuild;
mod shop;
mod telemetry;
mod views;
