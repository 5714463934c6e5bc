//! Facts that a decision needs and a state does not hold: looked up before it decides.

use std::future::Future;

use jiff::Timestamp;
use macadam_kernel::Message;

/// Why a fact could not be looked up. The command fails; it is not rejected.
#[derive(Debug, thiserror::Error)]
#[error("look up the facts of {what}")]
pub struct LookUpError {
    /// What was looked for, or the command it was for.
    pub what: &'static str,
    /// What went wrong.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// Looks up the facts that a decision needs, before it decides.
pub trait LookUp<M, F>: Send + Sync + 'static {
    /// The facts for this command; `now` is the moment of the decision.
    fn look_up(&self, command: &M, now: Timestamp) -> impl Future<Output = Result<F, LookUpError>> + Send;
}

/// Nothing to know.
impl<M: Message, T: Send + Sync + 'static> LookUp<M, ()> for T {
    async fn look_up(&self, _: &M, _: Timestamp) -> Result<(), LookUpError> {
        Ok(())
    }
}

/// The time is all there is to know.
impl<M: Message, T: Send + Sync + 'static> LookUp<M, Timestamp> for T {
    async fn look_up(&self, _: &M, now: Timestamp) -> Result<Timestamp, LookUpError> {
        Ok(now)
    }
}
