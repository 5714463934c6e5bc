//! Sample values and histories for examples.

use macadam_kernel::jiff::civil::date;
use macadam_kernel::{Country, Currency, Money, Timestamp, events, testing};

use super::{
    AdvisingBank, ApplicantId, Bic, ClientReference, Decision, Document, Item, Merchandise, Party, ProductId,
    Tenor,
};
use crate::LcApplicationEvent;
use crate::events::*;

pub(crate) const STEEL: &str = "steel-coil";
pub(crate) const COPPER: &str = "copper-wire";

/// The time of the examples: 2026-01-01T00:00:00Z.
pub(crate) fn now() -> Timestamp {
    testing::start()
}

pub(crate) fn usd(amount: &str) -> Money {
    Money::parse(amount, Currency::USD).unwrap()
}

pub(crate) fn country(code: &str) -> Country {
    code.parse().unwrap()
}

pub(crate) fn applicant(id: &str) -> ApplicantId {
    id.to_owned().try_into().unwrap()
}

pub(crate) fn reference() -> ClientReference {
    "PO-2026-17".into()
}

pub(crate) fn product(id: &str) -> ProductId {
    id.to_owned().try_into().unwrap()
}

pub(crate) fn beneficiary() -> Party {
    Party { name: "Hansa Stahl".into(), address: "Kai 7, Hamburg".into(), country: country("DE") }
}

pub(crate) fn advising_bank() -> AdvisingBank {
    AdvisingBank { bic: Bic::from("DEUTDEFF"), name: "Deutsche Bank".into(), country: country("DE") }
}

pub(crate) fn item(id: &str, quantity: u32, unit_price: Option<Money>) -> Item {
    Item { product_id: product(id), description: id.replace('-', " "), quantity, unit_price }
}

pub(crate) fn merchandise_of(items: Vec<Item>) -> Merchandise {
    Merchandise { items, packaging: "crates".into(), hazardous: false }
}

/// Two products that together cost 9,000.00 USD.
pub(crate) fn merchandise() -> Merchandise {
    merchandise_of(vec![item(STEEL, 2, Some(usd("4000"))), item(COPPER, 1, Some(usd("1000")))])
}

pub(crate) fn expiry_changed() -> ExpiryChanged {
    ExpiryChanged { date: date(2026, 6, 30), place: "Hamburg".into() }
}

pub(crate) fn shipment_changed() -> ShipmentChanged {
    ShipmentChanged {
        latest: date(2026, 6, 1),
        from: "Hamburg".into(),
        to: "Santos".into(),
        partial: false,
        transhipment: true,
    }
}

pub(crate) fn documents() -> Vec<Document> {
    vec![Document { title: "commercial invoice".into(), originals: 3, copies: 1 }]
}

pub(crate) fn started() -> Started {
    Started { applicant_id: applicant("alice"), client_reference: reference() }
}

pub(crate) fn submission() -> Submitted {
    Submitted {
        applicant_id: applicant("alice"),
        client_reference: reference(),
        amount: usd("9000"),
        beneficiary: beneficiary(),
        advising_bank: advising_bank(),
        merchandise: merchandise(),
    }
}

pub(crate) fn yes() -> Decision {
    Decision { approved: true, remarks: None }
}

pub(crate) fn no() -> Decision {
    Decision { approved: false, remarks: Some("not this one".into()) }
}

pub(crate) fn value_recorded(id: &str, decision: Decision) -> ProductValueRecorded {
    ProductValueRecorded { product_id: product(id), decision }
}

pub(crate) fn legality_recorded(id: &str, decision: Decision) -> ProductLegalityRecorded {
    ProductLegalityRecorded { product_id: product(id), decision }
}

pub(crate) fn credit_recorded(decision: Decision) -> ApplicantCreditRecorded {
    ApplicantCreditRecorded { decision }
}

/// A complete draft.
pub(crate) fn draft() -> Vec<LcApplicationEvent> {
    events![
        started(),
        AmountChanged { amount: usd("9000") },
        BeneficiaryChanged { beneficiary: beneficiary() },
        AdvisingBankChanged { advising_bank: advising_bank() },
        MerchandiseChanged { merchandise: merchandise() },
        TenorChanged { tenor: Tenor::AtSight },
        expiry_changed(),
        shipment_changed(),
        DocumentsChanged { documents: documents() },
    ]
}

pub(crate) fn submitted() -> Vec<LcApplicationEvent> {
    then(draft(), submission())
}

/// Submitted, with all checks passed except the credit check, which is missing.
pub(crate) fn waiting_for_credit() -> Vec<LcApplicationEvent> {
    let mut history = submitted();
    for id in [STEEL, COPPER] {
        history.extend(
            events![value_recorded(id, yes()), legality_recorded(id, yes())] as Vec<LcApplicationEvent>
        );
    }
    history
}

/// Submitted, with all checks passed.
pub(crate) fn passed() -> Vec<LcApplicationEvent> {
    then(waiting_for_credit(), credit_recorded(yes()))
}

/// Submitted, with all checks recorded and the credit check failed.
pub(crate) fn failed() -> Vec<LcApplicationEvent> {
    then(waiting_for_credit(), credit_recorded(no()))
}

pub(crate) fn approved() -> Vec<LcApplicationEvent> {
    then(passed(), Approved { remarks: None })
}

pub(crate) fn declined() -> Vec<LcApplicationEvent> {
    then(failed(), Declined { reason: "no credit".into() })
}

pub(crate) fn cancelled() -> Vec<LcApplicationEvent> {
    then(submitted(), Cancelled { reason: "found another seller".into() })
}

/// A history with one more event.
pub(crate) fn then(
    mut history: Vec<LcApplicationEvent>,
    event: impl Into<LcApplicationEvent>,
) -> Vec<LcApplicationEvent> {
    history.push(event.into());
    history
}
