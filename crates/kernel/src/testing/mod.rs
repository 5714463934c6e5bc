//! Examples as tests: `given(events).when(command).then(events)`, for aggregates, views, processes and deadlines, with
//! a clock that the example advances. A failure prints the whole example and a diff.

mod aggregate;
mod listen;
mod story;

pub use aggregate::{Given, When, given, nothing};
pub use listen::{DeadlineStory, ProcessStory, ViewStory, deadline, process, view};
pub use story::{AMID, later, start};
