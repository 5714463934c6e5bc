//! A measure as people and programs read it.

mod elements;
mod json;
mod sarif;
mod text;

pub use elements::{elements, page};
pub use json::json;
pub use sarif::sarif;
pub use text::text;
