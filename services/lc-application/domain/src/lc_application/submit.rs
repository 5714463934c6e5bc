//! Submits an application that has no faults.

use std::cmp::Ordering;

use macadam_kernel::{Actor, Decided, Decision, Money, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LcApplication;
use super::state::{Draft, Terms};
use crate::Rejection;
use crate::events::Submitted;
use crate::values::Part;

/// Submit the application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Submit {}

/// A fault that prevents the submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "fault", rename_all = "kebab-case")]
pub enum Fault {
    /// A part is not filled in.
    Missing {
        /// The part.
        part: Part,
    },
    /// The amount and the unit prices are not all in one currency.
    CurrenciesDiffer,
    /// The priced items together cost more than the amount.
    ItemsExceedAmount,
    /// The latest shipment is after the expiry.
    ShipmentAfterExpiry,
    /// The expiry is not in the future.
    ExpiryNotAhead,
    /// The advising bank is not in the beneficiary's country.
    AdvisingBankElsewhere,
}

impl Decision for Submit {
    type Permit<'a> = &'a Draft;
    type Facts = Timestamp;

    fn guard<'a>(state: &'a LcApplication, _: &Actor) -> Result<&'a Draft, Rejection> {
        match state {
            LcApplication::Draft(draft) => Ok(draft),
            LcApplication::Cancelled(_) => Err(Rejection::AlreadyCancelled),
            _ => Err(Rejection::AlreadySubmitted),
        }
    }

    fn decide(self, draft: &Draft, now: &Timestamp) -> Decided<Self> {
        let faults = faults(draft, *now);
        let Some(terms) = draft.terms().filter(|_| faults.is_empty()) else {
            return Err(Rejection::Incomplete { faults });
        };
        let Terms { amount, beneficiary, advising_bank, merchandise, .. } = terms;
        let Draft { applicant_id, client_reference, .. } = draft.clone();
        Ok(vec![Submitted {
            applicant_id,
            client_reference,
            amount,
            beneficiary,
            advising_bank,
            merchandise,
        }])
    }
}

/// All faults of a draft, not only the first.
fn faults(draft: &Draft, now: Timestamp) -> Vec<Fault> {
    let mut faults: Vec<_> = draft.missing().into_iter().map(|part| Fault::Missing { part }).collect();
    faults.extend(fault_of_prices(draft));
    if let (Some(shipment), Some(expiry)) = (&draft.shipment, &draft.expiry)
        && shipment.latest > expiry.date
    {
        faults.push(Fault::ShipmentAfterExpiry);
    }
    if draft.expiry.as_ref().is_some_and(|expiry| !expiry.is_ahead_of(now)) {
        faults.push(Fault::ExpiryNotAhead);
    }
    if let (Some(bank), Some(beneficiary)) = (&draft.advising_bank, &draft.beneficiary)
        && bank.country != beneficiary.country
    {
        faults.push(Fault::AdvisingBankElsewhere);
    }
    faults
}

fn fault_of_prices(draft: &Draft) -> Option<Fault> {
    let merchandise = draft.merchandise.as_ref()?;
    let mut currencies = draft.amount.into_iter().chain(merchandise.prices()).map(Money::currency);
    let first = currencies.next()?;
    if currencies.any(|other| other != first) {
        return Some(Fault::CurrenciesDiffer);
    }
    // Amounts in one currency are always comparable; a total that overflows is more than any amount.
    let within = |amount: Money| {
        merchandise.total(first).is_ok_and(|total| total.compare(&amount).is_ok_and(Ordering::is_le))
    };
    draft.amount.is_some_and(|amount| !within(amount)).then_some(Fault::ItemsExceedAmount)
}

#[cfg(test)]
mod examples {
    use macadam_kernel::jiff::civil::date;
    use macadam_kernel::testing::given;
    use macadam_kernel::{Currency, events};

    use super::*;
    use crate::LcApplicationEvent;
    use crate::events::{AmountChanged, BeneficiaryChanged, ExpiryChanged, MerchandiseChanged};
    use crate::values::samples::{
        COPPER, STEEL, approved, beneficiary, cancelled, country, declined, draft, item, merchandise_of, now,
        started, submission, submitted, then, usd,
    };
    use crate::values::{Item, Party};

    #[track_caller]
    fn check_faults(history: Vec<LcApplicationEvent>, faults: &[Fault]) {
        given(history)
            .when_knowing(Submit {}, &now())
            .then_rejected(Rejection::Incomplete { faults: faults.to_vec() });
    }

    fn buying(items: Vec<Item>) -> Vec<LcApplicationEvent> {
        then(draft(), MerchandiseChanged { merchandise: merchandise_of(items) })
    }

    #[test]
    fn a_complete_draft_is_submitted() {
        given(draft()).when_knowing(Submit {}, &now()).then(events![submission()]);
    }

    #[test]
    fn a_second_submit_is_rejected() {
        for history in [submitted(), approved(), declined()] {
            given(history).when_knowing(Submit {}, &now()).then_rejected(Rejection::AlreadySubmitted);
        }
    }

    #[test]
    fn what_is_cancelled_is_not_submitted() {
        given(cancelled()).when_knowing(Submit {}, &now()).then_rejected(Rejection::AlreadyCancelled);
    }

    #[test]
    fn every_part_that_is_missing_is_a_fault() {
        check_faults(events![started()], &Part::ALL.map(|part| Fault::Missing { part }));
    }

    #[test]
    fn one_part_that_is_missing_is_a_fault() {
        for (at, part) in Part::ALL.into_iter().enumerate() {
            let mut history = draft();
            // The parts are filled in, in order, after the start.
            history.remove(at + 1);
            check_faults(history, &[Fault::Missing { part }]);
        }
    }

    #[test]
    fn everything_is_in_one_currency() {
        let euros = Money::parse("1", Currency::EUR).unwrap();
        check_faults(buying(vec![item(STEEL, 1, Some(euros))]), &[Fault::CurrenciesDiffer]);
        let one_of_two = vec![item(STEEL, 1, Some(usd("1"))), item(COPPER, 1, Some(euros))];
        check_faults(buying(one_of_two), &[Fault::CurrenciesDiffer]);
        let without_amount: Vec<LcApplicationEvent> = events![
            started(),
            MerchandiseChanged {
                merchandise: merchandise_of(vec![
                    item(STEEL, 1, Some(euros)),
                    item(COPPER, 1, Some(usd("1")))
                ])
            },
        ];
        let outcome = given(without_amount).when_knowing(Submit {}, &now()).outcome();
        let Err(Rejection::Incomplete { faults }) = outcome.map_err(macadam_kernel::Refused::into_rejection)
        else {
            panic!("a draft without an amount was submitted");
        };
        assert!(faults.contains(&Fault::CurrenciesDiffer), "{faults:?}");
    }

    #[test]
    fn the_priced_items_may_cost_as_much_as_the_amount() {
        let merchandise = merchandise_of(vec![item(STEEL, 3, Some(usd("3000"))), item(COPPER, 9, None)]);
        given(then(draft(), MerchandiseChanged { merchandise: merchandise.clone() }))
            .when_knowing(Submit {}, &now())
            .then(events![Submitted { merchandise, ..submission() }]);
    }

    #[test]
    fn the_priced_items_do_not_cost_more_than_the_amount() {
        check_faults(buying(vec![item(STEEL, 3, Some(usd("3000.01")))]), &[Fault::ItemsExceedAmount]);
        check_faults(then(draft(), AmountChanged { amount: usd("8999.99") }), &[Fault::ItemsExceedAmount]);
    }

    #[test]
    fn items_that_cost_more_than_can_be_counted_exceed_the_amount() {
        let most = Money::from_minor(i64::MAX, Currency::USD);
        check_faults(buying(vec![item(STEEL, 2, Some(most))]), &[Fault::ItemsExceedAmount]);
        check_faults(
            buying(vec![item(STEEL, 1, Some(most)), item(COPPER, 1, Some(most))]),
            &[Fault::ItemsExceedAmount],
        );
    }

    #[test]
    fn the_merchandise_may_be_shipped_on_the_day_of_expiry() {
        let moved = ExpiryChanged { date: date(2026, 6, 1), place: "Hamburg".into() };
        given(then(draft(), moved)).when_knowing(Submit {}, &now()).then(events![submission()]);
    }

    #[test]
    fn an_expiry_that_was_moved_before_the_shipment_is_a_fault() {
        let moved = ExpiryChanged { date: date(2026, 5, 31), place: "Hamburg".into() };
        check_faults(then(draft(), moved), &[Fault::ShipmentAfterExpiry]);
    }

    #[test]
    fn an_expiry_that_has_come_meanwhile_is_a_fault() {
        given(draft())
            .when_knowing(Submit {}, &"2026-06-30T00:00:00Z".parse().unwrap())
            .then_rejected(Rejection::Incomplete { faults: vec![Fault::ExpiryNotAhead] });
    }

    #[test]
    fn the_advising_bank_is_in_the_beneficiarys_country() {
        let elsewhere = Party { country: country("FR"), ..beneficiary() };
        check_faults(
            then(draft(), BeneficiaryChanged { beneficiary: elsewhere }),
            &[Fault::AdvisingBankElsewhere],
        );
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let mut history = draft();
        history.pop();
        let (amount, date) = (usd("1"), date(2025, 12, 31));
        let elsewhere = Party { country: country("FR"), ..beneficiary() };
        history.extend::<Vec<_>>(events![
            AmountChanged { amount },
            BeneficiaryChanged { beneficiary: elsewhere },
            ExpiryChanged { date, place: "Hamburg".into() },
        ]);
        let faults = [
            Fault::Missing { part: Part::Documents },
            Fault::ItemsExceedAmount,
            Fault::ShipmentAfterExpiry,
            Fault::ExpiryNotAhead,
            Fault::AdvisingBankElsewhere,
        ];
        check_faults(history, &faults);
    }
}
