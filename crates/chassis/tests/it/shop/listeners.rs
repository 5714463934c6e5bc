//! What listens in the shop: read models and a process.

use macadam_kernel::{Id, Money, Process, Projection, Recorded, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::messages::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Priority(pub u32);

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Orders {
    pub(crate) status: Status,
    pub(crate) buyer: String,
    pub(crate) priority: Option<Priority>,
    pub(crate) urgent: bool,
    pub(crate) total: Option<Money>,
    pub(crate) placed_at: Timestamp,
}

impl Projection for Orders {
    fn project(view: Option<Self>, heard: &Recorded<OrdersHeard>) -> Option<Self> {
        match &heard.event {
            OrdersHeard::Placed(event) => Some(Self {
                status: Status::Open,
                buyer: event.buyer.clone(),
                priority: event.priority.map(Priority),
                urgent: event.urgent,
                total: None,
                placed_at: heard.recorded_at,
            }),
            OrdersHeard::LineAdded(event) => Some(Self { total: Some(event.total), ..view? }),
            OrdersHeard::Paid(_) => Some(Self { status: Status::Paid, ..view? }),
            OrdersHeard::Cancelled(_) => None,
        }
    }
}

/// Breaks at a note that says so.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Fragile {
    pub(crate) notes: u32,
}

impl Projection for Fragile {
    fn project(view: Option<Self>, heard: &Recorded<FragileHeard>) -> Option<Self> {
        match &heard.event {
            FragileHeard::Noted(event) if event.text == "break" => panic!("asked to break"),
            FragileHeard::Noted(_) => Some(Self { notes: view?.notes + 1 }),
            FragileHeard::Placed(_) => Some(Self { notes: 0 }),
        }
    }
}

/// Keyed by the order, though the shipment is told of as well.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Deliveries {
    pub(crate) delivered: bool,
}

impl Projection for Deliveries {
    fn key(heard: &Recorded<DeliveriesHeard>) -> String {
        match &heard.event {
            DeliveriesHeard::Placed(_) => heard.stream.to_string(),
            DeliveriesHeard::Delivered(event) => event.order.to_string(),
        }
    }
    fn project(_: Option<Self>, heard: &Recorded<DeliveriesHeard>) -> Option<Self> {
        Some(Self { delivered: matches!(heard.event, DeliveriesHeard::Delivered(_)) })
    }
}

/// Sees to it that what is paid is shipped.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Fulfilment {
    pub(crate) dispatched: bool,
}

impl Process for Fulfilment {
    fn key(heard: &Recorded<FulfilmentHeard>) -> String {
        match &heard.event {
            FulfilmentHeard::Paid(_) => heard.stream.to_string(),
            FulfilmentHeard::Dispatched(event) => event.order.to_string(),
            FulfilmentHeard::Delivered(event) => event.order.to_string(),
        }
    }

    fn react(state: Option<Self>, heard: &Recorded<FulfilmentHeard>) -> (Option<Self>, Vec<FulfilmentSends>) {
        match &heard.event {
            FulfilmentHeard::Paid(event) => {
                let order: Id<Order> = heard.id();
                let dispatch = Dispatch { order, heavy: event.total.minor() > 100_000 };
                let sends = vec![
                    FulfilmentSends::Dispatch(dispatch),
                    FulfilmentSends::MarkShipped(order, MarkShipped {}),
                ];
                (Some(Self { dispatched: false }), sends)
            }
            FulfilmentHeard::Dispatched(_) => (state.map(|_| Self { dispatched: true }), vec![]),
            // Says that it goes on; the board says that it has ended.
            FulfilmentHeard::Delivered(_) => (state, vec![]),
        }
    }
}
