//! What a deadline of the board is: which event sets it, which take it back, and the command that is sent when it is due.

use std::any::Any;

use jiff::SignedDuration;
use macadam_kernel::{Aggregate as _, Deadline, Due, Message as _};

/// A deadline of the board, with its type forgotten.
#[derive(Clone)]
pub struct DeadlineDef {
    /// Its name on the board.
    pub name: &'static str,
    /// The aggregate whose events set it.
    pub aggregate: &'static str,
    /// The event that sets it.
    pub set_by: &'static str,
    /// The events that take it back.
    pub cleared_by: &'static [&'static str],
    /// How long after it comes due, each time.
    pub after: Vec<SignedDuration>,
    /// The command that is sent then.
    pub command: &'static str,
    pub(crate) make: fn(Due) -> Box<dyn Any + Send + Sync>,
}

impl DeadlineDef {
    /// The deadline `D`.
    pub fn of<D: Deadline>() -> Self {
        Self {
            name: D::NAME,
            aggregate: D::Aggregate::NAME,
            set_by: D::SET_BY,
            cleared_by: D::CLEARED_BY,
            after: D::AFTER.to_vec(),
            command: D::Sends::NAME,
            make: |due| Box::new(D::Sends::from(due)),
        }
    }

    /// Whether this is its name, however it is spelt: environment variables have no capitals to keep.
    pub fn is_called(&self, name: &str) -> bool {
        let plain = |name: &str| name.replace(['_', '-'], "").to_ascii_lowercase();
        plain(self.name) == plain(name)
    }
}
