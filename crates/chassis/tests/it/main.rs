//! The chassis, serving a small shop in process: what is promised to every context, fact by fact.

mod access;
mod bench;
mod collectors;
mod commands;
mod crash;
mod deadlines;
mod disk;
mod drain;
mod exactness;
mod faults;
mod feed;
mod golden;
mod http;
mod identity;
mod load;
mod openapi;
mod operate;
mod preconditions;
mod processes;
mod promises;
mod rebuild;
mod shop;
mod signals;
mod telemetry;
mod traces;
mod views;
