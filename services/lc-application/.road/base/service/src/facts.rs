//! What decisions of lc-application need to know beforehand is looked up here, one `impl LookUp<Command, Facts>` each.

use macadam_chassis::Config;

/// Where facts come from.
pub(crate) struct Facts;

impl Facts {
    /// Reads what the lookups need from `[domain]` of the configuration.
    #[expect(clippy::unnecessary_wraps, reason = "a lookup that is configured wrongly says so here")]
    pub(crate) fn from_config(_: &Config) -> Result<Self, String> {
        Ok(Self)
    }
}
