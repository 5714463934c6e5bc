//! The command line of the road.
fn main() {}
