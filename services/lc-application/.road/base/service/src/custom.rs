//! What lc-application has beyond its board: routes of its own, built from the chassis's blocks.

use macadam_chassis::Context;

/// Adds to what the board declares.
pub(crate) fn extend(context: Context) -> Context {
    context
}
