//! A small shop: the domain that the chassis is tested with.

pub(crate) mod command;
mod listeners;
mod many;
mod messages;
mod order;
mod shipment;

use std::sync::Arc;

use macadam_chassis::axum::routing::get;
use macadam_chassis::{
    AggregateDef, Caller, ClaimDef, Config, Context, Deprecation, LookUp, LookUpError, Scope, TallyDef,
    ViewDef,
};
use macadam_kernel::{Money, Timestamp};
use macadam_testkit::{Client, InProcess, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

pub(crate) use self::command::{Told, command, start};
pub(crate) use self::listeners::*;
pub(crate) use self::many::{busy_shop, caught_up, copied, grown};
pub(crate) use self::messages::*;
use self::order::Price;

/// Why the shop says no.
#[derive(Debug, PartialEq, Serialize, JsonSchema, thiserror::Error)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub(crate) enum Rejection {
    #[error("the buyer has no name")]
    BuyerBlank,
    #[error("the order is not open")]
    NotOpen { stage: Status },
    #[error("a price is more than nothing")]
    PriceNotPositive {
        price: Money,
        /// Named like a member of every problem, which it must not replace.
        status: u32,
    },
    #[error("an order has one currency")]
    OtherCurrency,
    #[error("there is nothing to pay")]
    NothingToPay,
    #[error("the buyer wants no reminder")]
    NotWanted,
    #[error("nobody carries that")]
    TooHeavy,
    #[expect(dead_code, reason = "a claim rejects by it, no decision does")]
    #[error("a shipment is under way")]
    AlreadyDispatched,
}

/// Asks suppliers; some of them fail.
pub(crate) struct Suppliers;

impl LookUp<Quote, Price> for Suppliers {
    async fn look_up(&self, quote: &Quote, now: Timestamp) -> Result<Price, LookUpError> {
        match quote.supplier.as_str() {
            "closed" => Err(LookUpError { what: "the price", source: "nobody answers at 10.0.0.1".into() }),
            "slow" => std::future::pending().await,
            "mad" => panic!("a supplier went mad"),
            _ => Ok(Price(7, now)),
        }
    }
}

/// The shop, put together.
pub(crate) fn context(_: &Config) -> Context {
    let suppliers = Arc::new(Suppliers);
    let routes = macadam_chassis::axum::Router::new()
        .route("/hello/{name}", get(async || "hello"))
        .route("/large", get(async || "x".repeat(32 * 1024 * 1024)))
        .route("/whoami", get(async |caller: Caller| format!("{caller:?} {}", caller.is_service())));
    Context::new("shop", "Sells things.", "sales")
        .aggregate(
            AggregateDef::<Order>::new("orders")
                .visible_to("Buyer", Scope::Own("buyer"))
                .visible_to("Clerk", Scope::All)
                .opening::<Place, _>(&suppliers)
                .decision::<AddLine, _>(&suppliers)
                .decision::<Note, _>(&suppliers)
                .decision::<Quote, _>(&suppliers)
                .decision::<Pay, _>(&suppliers)
                .decision::<Cancel, _>(&suppliers)
                .decision::<Remind, _>(&suppliers)
                .decision::<MarkShipped, _>(&suppliers)
                .decision::<Promise, _>(&suppliers)
                .deprecated(
                    "Quote",
                    Deprecation::since("2026-11-01").sunset("2027-05-01").see("https://shop.example/quotes"),
                ),
        )
        .aggregate(
            AggregateDef::<Shipment>::new("shipments")
                .visible_to("Courier", Scope::All)
                .opening::<Dispatch, _>(&suppliers)
                .decision::<Deliver, _>(&suppliers),
        )
        .view(
            ViewDef::<Orders>::new()
                .index(&["status", "priority"])
                .index(&["buyer", "placed_at"])
                .reader("Buyer", Scope::Own("buyer"))
                .reader("Clerk", Scope::All),
        )
        .view(
            ViewDef::<Fragile>::new()
                .reader("Clerk", Scope::All)
                .deprecated(Deprecation::since("2026-11-01").see("https://shop.example/fragile")),
        )
        .view(ViewDef::<Deliveries>::new().reader("Clerk", Scope::All))
        .tally(
            TallyDef::new("Turnover", "Orders", &["status"])
                .sum("total")
                .reader("Clerk", Scope::All)
                .reader("Buyer", Scope::Own("buyer")),
        )
        .tally(TallyDef::new("ByUrgency", "Orders", &["urgent"]).reader("Clerk", Scope::All))
        .tally(TallyDef::new("HowMany", "Orders", &[]).reader("Clerk", Scope::All))
        .process::<Fulfilment>()
        .deadline::<PaymentReminder>()
        .claim(
            ClaimDef::new("ShippedOrder", "Shipment", "order", &["Dispatched"], "already-dispatched")
                .released_by(&["Delivered"]),
        )
        .routes(routes)
}

/// The shop, open.
pub(crate) fn shop() -> InProcess {
    InProcess::start(context)
}

/// The shop, with other settings.
pub(crate) fn shop_with(configure: impl FnOnce(&mut Config)) -> InProcess {
    InProcess::start_with(context, configure)
}

/// An order of the client's own.
pub(crate) fn place<'a>(client: &'a Client, buyer: &str) -> Resource<'a> {
    client.home().accept("place", &json!({ "buyer": buyer, "card": "4711-0815" }))
}

/// So many dollars.
pub(crate) fn usd(amount: &str) -> serde_json::Value {
    json!({ "amount": amount, "currency": "USD" })
}
