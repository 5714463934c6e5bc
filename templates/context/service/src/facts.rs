//! Looks up facts for the decisions of {{ name }}: one `impl LookUp<Command, Facts>` for each.

use macadam_chassis::Config;

/// The sources of facts.
pub(crate) struct Facts;

impl Facts {
    /// Reads the settings of the lookups from `[domain]` of the configuration.
    #[expect(clippy::unnecessary_wraps, reason = "a lookup with a wrong setting returns its error here")]
    pub(crate) fn from_config(_: &Config) -> Result<Self, String> {
        Ok(Self)
    }
}
