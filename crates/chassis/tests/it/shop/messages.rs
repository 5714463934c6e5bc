//! The shop's board as types.

use macadam_kernel as kernel;

use super::listeners::*;
pub(crate) use super::order::*;
pub(crate) use super::shipment::*;

kernel::aggregate_events! {
    OrderEvent {
        Placed { version: 1 },
        LineAdded { version: 1, amount: price },
        Noted { version: 1 },
        Quoted { version: 1 },
        Paid { version: 2, published: true },
        Cancelled { version: 1, published: true },
        Reminded { version: 1 },
        Shipped { version: 1 },
    }
}
kernel::aggregate_events! {
    ShipmentEvent { Dispatched { version: 1 }, Delivered { version: 1, published: true } }
}
kernel::messages! {
    Place of Order by ["Buyer"] emits Placed rejects ["buyer-blank"];
    AddLine of Order by ["Buyer"] emits LineAdded rejects ["not-open", "price-not-positive", "other-currency"];
    Note of Order by ["Buyer", "Clerk"] emits Noted rejects [];
    Quote of Order by ["Buyer"] emits Quoted rejects ["not-open"];
    Pay of Order by ["Buyer"] emits Paid rejects ["not-open", "nothing-to-pay"];
    Cancel of Order by ["Buyer"] emits Cancelled rejects ["not-open"];
    Remind of Order by ["system"] emits Reminded rejects ["not-wanted"];
    MarkShipped of Order by ["system"] emits Shipped rejects [];
    Promise of Order by ["Buyer"] emits Noted rejects ["not-open"];
    Dispatch of Shipment by ["system"] emits Dispatched rejects ["too-heavy", "already-dispatched"];
    Deliver of Shipment by ["Courier"] emits Delivered rejects [];
}
kernel::hears! {
    OrdersHeard {
        Placed { version: 1 },
        LineAdded { version: 1, amount: price },
        Paid { version: 2, published: true },
        Cancelled { version: 1, published: true },
    }
}
kernel::hears! { FragileHeard { Placed { version: 1 }, Noted { version: 1 } } }
kernel::hears! { DeliveriesHeard { Placed { version: 1 }, Delivered { version: 1, published: true } } }
kernel::hears! {
    FulfilmentHeard {
        Paid { version: 2, published: true },
        Dispatched { version: 1 },
        Delivered { version: 1, published: true },
    }
}
kernel::sends! {
    FulfilmentSends { opens [Dispatch] decides [MarkShipped of Order] }
}

macro_rules! read_models {
    ($($name:ident hears $heard:ident),*) => {
        $(impl kernel::ReadModel for $name {
            type Heard = $heard;
            const NAME: &'static str = stringify!($name);
            const VERSION: u32 = 1;
        })*
    };
}
read_models!(Orders hears OrdersHeard, Fragile hears FragileHeard, Deliveries hears DeliveriesHeard);

impl kernel::ProcessManager for Fulfilment {
    type Heard = FulfilmentHeard;
    type Sends = FulfilmentSends;
    const NAME: &'static str = "Fulfilment";
    const STARTS_ON: &'static [&'static str] = &["Paid"];
    const ENDS_ON: &'static [&'static str] = &["Delivered"];
}

/// Reminds a buyer to pay.
pub(crate) struct PaymentReminder;

impl kernel::Deadline for PaymentReminder {
    type Aggregate = Order;
    type Sends = Remind;
    const NAME: &'static str = "PaymentReminder";
    const SET_BY: &'static str = "Placed";
    const CLEARED_BY: &'static [&'static str] = &["Paid", "Cancelled"];
    const AFTER: &'static [kernel::SignedDuration] =
        &[kernel::SignedDuration::from_hours(24), kernel::SignedDuration::from_hours(48)];
}
