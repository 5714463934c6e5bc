//! The chassis, serving a small shop in process: what is promised to every context, fact by fact.

mod access;
mod commands;
mod deadlines;
mod drain;
mod faults;
mod feed;
mod http;
mod openapi;
mod preconditions;
mod processes;
mod promises;
mod shop;
mod telemetry;
mod views;
