//! Fills the beneficiary in, unless its country is under sanctions.

use std::collections::BTreeSet;

use macadam_kernel::{Actor, Country, Decided, Decision};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LcApplication;
use super::state::Draft;
use crate::Rejection;
use crate::events::BeneficiaryChanged;
use crate::values::Party;

/// Fill the beneficiary in, or change it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeBeneficiary {
    /// The beneficiary, who is paid.
    pub beneficiary: Party,
}

/// The countries to which the bank must not pay.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SanctionedCountries(BTreeSet<Country>);

impl SanctionedCountries {
    /// Whether this is one of them.
    pub fn contains(&self, country: Country) -> bool {
        self.0.contains(&country)
    }
}

impl FromIterator<Country> for SanctionedCountries {
    fn from_iter<I: IntoIterator<Item = Country>>(countries: I) -> Self {
        Self(countries.into_iter().collect())
    }
}

impl Decision for ChangeBeneficiary {
    type Permit<'a> = &'a Draft;
    type Facts = SanctionedCountries;

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<&'a Draft, Rejection> {
        state.draft()
    }

    fn decide(self, draft: &Draft, sanctioned: &SanctionedCountries) -> Decided<Self> {
        let Self { beneficiary } = self;
        if sanctioned.contains(beneficiary.country) {
            return Err(Rejection::CountrySanctioned { country: beneficiary.country });
        }
        if draft.beneficiary.as_ref() == Some(&beneficiary) {
            return Ok(Vec::new());
        }
        Ok(vec![BeneficiaryChanged { beneficiary }])
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::events;
    use macadam_kernel::testing::given;

    use super::*;
    use crate::values::samples::{
        approved, beneficiary, cancelled, country, declined, draft, started, submitted,
    };

    fn sanctioned() -> SanctionedCountries {
        ["KP", "IR"].map(country).into_iter().collect()
    }

    #[test]
    fn the_beneficiary_is_filled_in() {
        given(events![started()])
            .when_knowing(ChangeBeneficiary { beneficiary: beneficiary() }, &sanctioned())
            .then(events![BeneficiaryChanged { beneficiary: beneficiary() }]);
    }

    #[test]
    fn the_same_beneficiary_again_changes_nothing() {
        given(draft())
            .when_knowing(ChangeBeneficiary { beneficiary: beneficiary() }, &sanctioned())
            .then_nothing();
    }

    #[test]
    fn nobody_is_paid_in_a_country_under_sanctions() {
        let beneficiary = Party { country: country("KP"), ..beneficiary() };
        given(draft())
            .when_knowing(ChangeBeneficiary { beneficiary }, &sanctioned())
            .then_rejected(Rejection::CountrySanctioned { country: country("KP") });
    }

    #[test]
    fn the_beneficiary_of_anything_but_a_draft_stays_as_it_is() {
        for history in [submitted(), approved(), declined(), cancelled()] {
            given(history)
                .when_knowing(ChangeBeneficiary { beneficiary: beneficiary() }, &sanctioned())
                .then_rejected(Rejection::NotADraft);
        }
    }
}
