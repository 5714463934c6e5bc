//! `Order`: what a buyer asks for. Each command is there for one way in which a command can end.

use macadam_kernel as kernel;
use macadam_kernel::values::sensitive::revealed;
use macadam_kernel::{
    Actor, Decided, Decision, Due, Evolve, Money, Open, Opened, Opening, Sensitive, Timestamp,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Rejection;
use super::messages::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Status {
    Open,
    Paid,
    Cancelled,
}

#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) buyer: String,
    pub(crate) status: Status,
    pub(crate) total: Option<Money>,
    pub(crate) note: String,
    pub(crate) shipped: bool,
    pub(crate) reminders: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OrderView {
    buyer: String,
    status: Status,
    total: Option<Money>,
    note: String,
    shipped: bool,
    reminders: u32,
}

impl From<&Order> for OrderView {
    fn from(order: &Order) -> Self {
        let Order { buyer, status, total, note, shipped, reminders } = order.clone();
        Self { buyer, status, total, note, shipped, reminders }
    }
}

impl Order {
    fn open(&self) -> Result<&Self, Rejection> {
        if self.status == Status::Open { Ok(self) } else { Err(Rejection::NotOpen { stage: self.status }) }
    }
}

macro_rules! data {
    ($($name:ident { $($(#[$attribute:meta])* $field:ident: $type:ty),* $(,)? })*) => {
        $(#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        pub(crate) struct $name { $($(#[$attribute])* pub(crate) $field: $type),* })*
    };
}
pub(super) use data;

data! {
    Placed {
        buyer: String,
        priority: Option<u32>,
        urgent: bool,
        #[serde(with = "revealed::<String>")]
        card: Sensitive<String>,
    }
    LineAdded { price: Money, total: Money }
    Noted { text: String }
    Quoted { price: u32, at: Timestamp }
    Paid { total: Money }
    Cancelled {}
    Reminded { nth: u32 }
    Shipped {}

    Place {
        buyer: String,
        priority: Option<u32>,
        #[serde(default)]
        urgent: bool,
        #[serde(with = "revealed::<String>")]
        card: Sensitive<String>,
    }
    AddLine { price: Money }
    Note { text: String }
    Quote { supplier: String }
    Pay {}
    Cancel {}
    Remind { nth: u32 }
    MarkShipped {}
    Promise { number: u32 }
}

impl Open<Placed> for Order {
    fn open(event: &Placed) -> Self {
        let (total, note) = (None, String::new());
        Self { buyer: event.buyer.clone(), status: Status::Open, total, note, shipped: false, reminders: 0 }
    }
}
impl Evolve<LineAdded> for Order {
    fn evolve(&mut self, event: &LineAdded) {
        self.total = Some(event.total);
    }
}
impl Evolve<Noted> for Order {
    fn evolve(&mut self, event: &Noted) {
        self.note.clone_from(&event.text);
    }
}
impl Evolve<Paid> for Order {
    fn evolve(&mut self, _: &Paid) {
        self.status = Status::Paid;
    }
}
impl Evolve<Cancelled> for Order {
    fn evolve(&mut self, _: &Cancelled) {
        self.status = Status::Cancelled;
    }
}
impl Evolve<Reminded> for Order {
    fn evolve(&mut self, event: &Reminded) {
        self.reminders = event.nth;
    }
}
impl Evolve<Shipped> for Order {
    fn evolve(&mut self, _: &Shipped) {
        self.shipped = true;
    }
}

impl Opening for Place {
    type Facts = ();
    fn decide(self, (): &()) -> Opened<Self> {
        let Self { buyer, priority, urgent, card } = self;
        if buyer.is_empty() {
            return Err(Rejection::BuyerBlank);
        }
        Ok(Placed { buyer, priority, urgent, card })
    }
}

macro_rules! decision {
    ($command:ident, $facts:ty, |$state:ident| $guard:expr, |$this:ident, $order:ident, $known:ident| $decide:expr) => {
        impl Decision for $command {
            type Permit<'a> = &'a Order;
            type Facts = $facts;
            fn guard<'a>($state: &'a Order, _: &Actor) -> Result<&'a Order, Rejection> {
                $guard
            }
            fn decide(self, $order: &Order, $known: &$facts) -> Decided<Self> {
                let $this = self;
                $decide
            }
        }
    };
}

decision!(AddLine, (), |state| state.open(), |this, order, _facts| {
    let Self { price } = this;
    if !price.is_positive() {
        return Err(Rejection::PriceNotPositive { price, status: 7 });
    }
    let total = match order.total {
        Some(total) => total.checked_add(price).map_err(|_| Rejection::OtherCurrency)?,
        None => price,
    };
    Ok(vec![LineAdded { price, total }])
});
decision!(Note, (), |state| Ok(state), |this, order, _facts| {
    Ok(if this.text == order.note { vec![] } else { vec![Noted { text: this.text }] })
});
decision!(Quote, Price, |state| state.open(), |_this, _order, facts| {
    Ok(vec![Quoted { price: facts.0, at: facts.1 }])
});
decision!(Pay, (), |state| state.open(), |_this, order, _facts| {
    let total = order.total.ok_or(Rejection::NothingToPay)?;
    Ok(vec![Paid { total }])
});
decision!(Cancel, (), |state| state.open(), |_this, _order, _facts| Ok(vec![Cancelled {}]));
decision!(
    Remind,
    (),
    |state| if state.note == "do not disturb" { Err(Rejection::NotWanted) } else { Ok(state) },
    |this, _order, _facts| Ok(vec![Reminded { nth: this.nth }])
);
decision!(MarkShipped, (), |state| Ok(state), |_this, order, _facts| {
    Ok(if order.shipped { vec![] } else { vec![Shipped {}] })
});
// Never the same twice: several on one stream show that none of them is lost.
decision!(Promise, (), |state| state.open(), |this, _order, _facts| {
    Ok(vec![Noted { text: format!("promise {}", this.number) }])
});

/// What a supplier asks, and when it was asked.
pub(crate) struct Price(pub u32, pub Timestamp);

impl From<Due> for Remind {
    fn from(due: Due) -> Self {
        Self { nth: due.nth }
    }
}

impl kernel::Aggregate for Order {
    type Event = OrderEvent;
    type Rejection = Rejection;
    type View = OrderView;
    const NAME: &'static str = "Order";
    fn open(event: &OrderEvent) -> Option<Self> {
        match event {
            OrderEvent::Placed(event) => Some(Open::open(event)),
            _ => None,
        }
    }
    fn evolve(&mut self, event: &OrderEvent) {
        match event {
            OrderEvent::Placed(_) | OrderEvent::Quoted(_) => {}
            OrderEvent::LineAdded(event) => Evolve::evolve(self, event),
            OrderEvent::Noted(event) => Evolve::evolve(self, event),
            OrderEvent::Paid(event) => Evolve::evolve(self, event),
            OrderEvent::Cancelled(event) => Evolve::evolve(self, event),
            OrderEvent::Reminded(event) => Evolve::evolve(self, event),
            OrderEvent::Shipped(event) => Evolve::evolve(self, event),
        }
    }
}
