//! Looks up facts for the decisions of lc-application.
//!
//! `[domain]` of the configuration: `sanctioned_countries = ["KP", "IR"]`, as codes of ISO 3166-1; none by default.

use lc_application_domain::lc_application::ChangeBeneficiary;
use lc_application_domain::lc_application::change_beneficiary::SanctionedCountries;
use macadam_chassis::{Config, LookUp, LookUpError};
use macadam_kernel::{Country, Timestamp};

/// The sources of facts.
pub(crate) struct Facts {
    sanctioned: SanctionedCountries,
}

impl Facts {
    /// Reads the sanctioned countries. An unknown code is an error, because an incomplete list would be unsafe.
    pub(crate) fn from_config(config: &Config) -> Result<Self, String> {
        let countries: Vec<Country> = config.domain("sanctioned_countries")?.unwrap_or_default();
        Ok(Self { sanctioned: countries.into_iter().collect() })
    }
}

impl LookUp<ChangeBeneficiary, SanctionedCountries> for Facts {
    async fn look_up(&self, _: &ChangeBeneficiary, _: Timestamp) -> Result<SanctionedCountries, LookUpError> {
        Ok(self.sanctioned.clone())
    }
}
