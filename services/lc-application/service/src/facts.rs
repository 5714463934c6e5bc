//! What decisions of lc-application need to know beforehand.
//!
//! `[domain]` of the configuration: `sanctioned_countries = ["KP", "IR"]`, in ISO 3166-1; none unless it says so.

use lc_application_domain::lc_application::ChangeBeneficiary;
use lc_application_domain::lc_application::change_beneficiary::SanctionedCountries;
use macadam_chassis::{Config, LookUp, LookUpError};
use macadam_kernel::{Country, Timestamp};

/// Where facts come from.
pub(crate) struct Facts {
    sanctioned: SanctionedCountries,
}

impl Facts {
    /// Reads the sanctioned countries. A code that is none stops the start: a list with a hole protects nobody.
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
