//! Bodies of commands: an application that lacks nothing, and what is decided about it.

use serde_json::{Value, json};

/// The products of [`merchandise`].
pub(crate) const PRODUCTS: [&str; 2] = ["steel-coil", "copper-wire"];

/// An amount of US dollars.
pub(crate) fn usd(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "USD" })
}

/// The body of a start.
pub(crate) fn start(applicant: &str) -> Value {
    json!({ "applicant_id": applicant, "client_reference": "PO-4711" })
}

/// The body of a change of the amount.
pub(crate) fn amount(amount: &str) -> Value {
    json!({ "amount": usd(amount) })
}

/// The body of a change of the beneficiary, established there.
pub(crate) fn beneficiary(country: &str) -> Value {
    json!({ "beneficiary": { "name": "Hansa Stahl", "address": "Kai 7, Hamburg", "country": country } })
}

/// The body of a change of the advising bank, established there.
pub(crate) fn advising_bank(country: &str) -> Value {
    json!({ "advising_bank": { "bic": "DEUTDEFF", "name": "Deutsche Bank", "country": country } })
}

/// Some of a product, for 4,000.00 USD each.
pub(crate) fn item(product: &str, quantity: u32) -> Value {
    json!({ "product_id": product, "description": "metal", "quantity": quantity, "unit_price": usd("4000.00") })
}

/// The body of a change of the merchandise to these items.
pub(crate) fn merchandise_of(items: &[Value]) -> Value {
    json!({ "merchandise": { "items": items, "packaging": "crates", "hazardous": false } })
}

/// The body of a change of the merchandise to two products that cost 8,000.00 USD together.
pub(crate) fn merchandise() -> Value {
    merchandise_of(&PRODUCTS.map(|product| item(product, 1)))
}

/// The body of a change of the tenor to so many days.
pub(crate) fn deferred(days: u32) -> Value {
    json!({ "tenor": { "deferred": { "days": days } } })
}

/// The body of a change of the expiry.
pub(crate) fn expiry(date: &str) -> Value {
    json!({ "date": date, "place": "Hamburg" })
}

/// The body of a change of the shipment.
pub(crate) fn shipment(latest: &str) -> Value {
    json!({ "latest": latest, "from": "Hamburg", "to": "Santos", "partial": false, "transhipment": true })
}

/// The body of a change of the documents.
pub(crate) fn documents() -> Value {
    json!({ "documents": [{ "title": "commercial invoice", "originals": 3, "copies": 1 }] })
}

/// Every part of an application of 9,000.00 USD: the template that fills it in, and its body.
pub(crate) fn parts() -> Vec<(&'static str, Value)> {
    vec![
        ("change-amount", amount("9000.00")),
        ("change-beneficiary", beneficiary("DE")),
        ("change-advising-bank", advising_bank("DE")),
        ("change-merchandise", merchandise()),
        ("change-tenor", json!({ "tenor": "at-sight" })),
        ("change-expiry", expiry("2099-06-30")),
        ("change-shipment", shipment("2099-06-01")),
        ("change-documents", documents()),
    ]
}

/// The outcome of a check.
pub(crate) fn outcome(approved: bool) -> Value {
    json!({ "decision": { "approved": approved, "remarks": null } })
}

/// The outcome of a product's check.
pub(crate) fn outcome_of(product: &str, approved: bool) -> Value {
    json!({ "product_id": product, "decision": { "approved": approved, "remarks": null } })
}

/// Every check of [`merchandise`] and its applicant: the template that records it, and its body.
pub(crate) fn checks(credit: bool) -> Vec<(&'static str, Value)> {
    let products = PRODUCTS.into_iter().flat_map(|product| {
        ["record-product-value", "record-product-legality"].map(|check| (check, outcome_of(product, true)))
    });
    products.chain([("record-applicant-credit", outcome(credit))]).collect()
}
