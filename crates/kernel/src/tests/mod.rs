//! What the kernel promises to domain crates, shown on a small context of its own.

mod commands;
mod events;
mod examples;
mod failures;
mod listeners;
mod listening;
mod parcels;
