//! The board, `context.toml`: the file that describes a bounded context.

mod clashes;
pub mod codes;
pub mod diagnostic;
mod field_type;
mod hours;
mod keys;
mod lints;
mod model;
pub mod names;
mod parse;
mod period;
mod reader;
mod reference;
mod schema;
mod seeds;

pub use field_type::FieldType;
pub use hours::Hours;
pub use model::{
    Aggregate, Board, Claim, Command, Context, Deadline, Deprecated, Event, Exposes, External, Field,
    GlossaryEntry, Hotspot, Name, Neighbour, Neighbours, Process, ReadModel, Scope, Sli, SliKind, Source,
    Spanned, Subdomain, Target, Translation, Upstream, ValueType, Visibility,
};
pub use period::{Objective, Period};
pub use reference::reference;
pub use schema::json_schema;
