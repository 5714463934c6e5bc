//! `Shipment`: what a process opens, and a courier delivers.

use macadam_kernel as kernel;
use macadam_kernel::{Actor, Decided, Decision, Evolve, Id, Open, Opened, Opening};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Rejection;
use super::messages::*;
use super::order::{Order, data};

#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Shipment {
    pub(crate) order: Id<Order>,
    pub(crate) delivered: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ShipmentView {
    order: Id<Order>,
    delivered: bool,
}

impl From<&Shipment> for ShipmentView {
    fn from(shipment: &Shipment) -> Self {
        Self { order: shipment.order, delivered: shipment.delivered }
    }
}

data! {
    Dispatched { order: Id<Order> }
    Delivered { order: Id<Order> }
    Dispatch { order: Id<Order>, heavy: bool }
    Deliver {}
}

impl Open<Dispatched> for Shipment {
    fn open(event: &Dispatched) -> Self {
        Self { order: event.order, delivered: false }
    }
}
impl Evolve<Delivered> for Shipment {
    fn evolve(&mut self, _: &Delivered) {
        self.delivered = true;
    }
}

impl Opening for Dispatch {
    type Facts = ();
    fn decide(self, (): &()) -> Opened<Self> {
        if self.heavy { Err(Rejection::TooHeavy) } else { Ok(Dispatched { order: self.order }) }
    }
}
impl Decision for Deliver {
    type Permit<'a> = &'a Shipment;
    type Facts = ();
    fn guard<'a>(state: &'a Shipment, _: &Actor) -> Result<&'a Shipment, Rejection> {
        Ok(state)
    }
    fn decide(self, state: &Shipment, (): &()) -> Decided<Self> {
        Ok(if state.delivered { vec![] } else { vec![Delivered { order: state.order }] })
    }
}

impl kernel::Aggregate for Shipment {
    type Event = ShipmentEvent;
    type Rejection = Rejection;
    type View = ShipmentView;
    const NAME: &'static str = "Shipment";
    fn open(event: &ShipmentEvent) -> Option<Self> {
        match event {
            ShipmentEvent::Dispatched(event) => Some(Open::open(event)),
            ShipmentEvent::Delivered(_) => None,
        }
    }
    fn evolve(&mut self, event: &ShipmentEvent) {
        if let ShipmentEvent::Delivered(event) = event {
            Evolve::evolve(self, event);
        }
    }
}
