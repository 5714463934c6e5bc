//! Examples in the domain's language: `given(events).when(command).then(events)`, for aggregates, views, processes
//! and deadlines, with time that the example moves. What fails shows the whole story and a diff.

mod aggregate;
mod listen;
mod story;

pub use aggregate::{Given, When, given, nothing};
pub use listen::{DeadlineStory, ProcessStory, ViewStory, deadline, process, view};
pub use story::{AMID, later, start};
