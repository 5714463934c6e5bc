//! `Extend`: a reader keeps a book for longer.

use macadam_kernel::{Actor, Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Loan;
use crate::Rejection;
use crate::events::Extended;

/// Keep a book until a later day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Extend {
    /// The new last day.
    pub due: Date,
}

impl macadam_kernel::Decision for Extend {
    type Permit<'a> = &'a super::state::Active;
    type Facts = ();

    fn guard<'a>(state: &'a Loan, _: &Actor) -> Result<Self::Permit<'a>, Rejection> {
        match state {
            Loan::Active(active) => Ok(active),
        }
    }

    fn decide(self, loan: Self::Permit<'_>, (): &()) -> macadam_kernel::Decided<Self> {
        let days = (self.due - loan.due).get_days();
        match u32::try_from(days) {
            Ok(0) => Ok(Vec::new()),
            Ok(days) => Ok(vec![Extended { due: self.due, days }]),
            Err(_) => Err(Rejection::NotLater),
        }
    }
}

#[cfg(test)]
mod examples {
    use macadam_kernel::events;
    use macadam_kernel::jiff::civil::date;
    use macadam_kernel::testing::given;

    use super::*;
    use crate::events::Lent;

    fn lent() -> Lent {
        Lent { reader_id: "ada".to_owned(), book: "Middlemarch".to_owned(), due: date(2026, 6, 1) }
    }

    #[test]
    fn a_loan_is_extended_to_a_later_day() {
        let later = date(2026, 6, 15);
        given(events![lent()]).when(Extend { due: later }).then(events![Extended { due: later, days: 14 }]);
    }

    #[test]
    fn a_loan_is_not_extended_to_an_earlier_day() {
        given(events![lent()]).when(Extend { due: date(2026, 5, 1) }).then_rejected(Rejection::NotLater);
    }
}
