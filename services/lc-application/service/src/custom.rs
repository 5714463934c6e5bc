//! Extensions that the board does not describe, such as routes of its own.

use macadam_chassis::Context;

/// Adds extensions to the context from the board.
pub(crate) fn extend(context: Context) -> Context {
    context
}
