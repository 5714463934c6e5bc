// Managed by Macadam: generated from services/lc-application/context.toml by `cargo xtask update lc-application`. Do not edit.
//! The board as types: the aggregate, actors and events of each command, and the events of each listener.

use macadam_kernel as kernel;

use crate::Rejection;
use crate::events::*;
use crate::lc_application::*;
use crate::read_models::*;

kernel::aggregate_events! {
    /// Every event of [`LcApplication`].
    LcApplicationEvent {
        Started { version: 1 },
        AmountChanged { version: 1 },
        BeneficiaryChanged { version: 1 },
        AdvisingBankChanged { version: 1 },
        MerchandiseChanged { version: 1 },
        TenorChanged { version: 1 },
        ExpiryChanged { version: 1 },
        ShipmentChanged { version: 1 },
        DocumentsChanged { version: 1 },
        Submitted { version: 1, published: true, amount: amount },
        ProductValueRecorded { version: 1 },
        ProductLegalityRecorded { version: 1 },
        ApplicantCreditRecorded { version: 1 },
        Cancelled { version: 1, published: true },
        Approved { version: 1, published: true },
        Declined { version: 1, published: true },
        ApprovalPending { version: 1 },
        ApprovalPastDue { version: 1 },
    }
}

kernel::emits! {
    /// The events that [`RemindOfApproval`] may emit.
    RemindOfApprovalEmits of LcApplicationEvent { ApprovalPending, ApprovalPastDue }
}

kernel::messages! {
    Start of LcApplication
        by ["Importer"]
        emits Started
        rejects ["reference-too-short"];
    ChangeAmount of LcApplication
        by ["Importer"]
        emits AmountChanged
        rejects ["not-a-draft", "amount-not-positive"];
    ChangeBeneficiary of LcApplication
        by ["Importer"]
        emits BeneficiaryChanged
        rejects ["not-a-draft", "country-sanctioned"];
    ChangeAdvisingBank of LcApplication
        by ["Importer"]
        emits AdvisingBankChanged
        rejects ["not-a-draft", "bic-malformed"];
    ChangeMerchandise of LcApplication
        by ["Importer"]
        emits MerchandiseChanged
        rejects ["not-a-draft", "no-items", "quantity-zero", "unit-price-negative", "product-listed-twice"];
    ChangeTenor of LcApplication
        by ["Importer"]
        emits TenorChanged
        rejects ["not-a-draft", "tenor-not-offered"];
    ChangeExpiry of LcApplication
        by ["Importer"]
        emits ExpiryChanged
        rejects ["not-a-draft", "expiry-not-ahead"];
    ChangeShipment of LcApplication
        by ["Importer"]
        emits ShipmentChanged
        rejects ["not-a-draft", "shipment-after-expiry"];
    ChangeDocuments of LcApplication
        by ["Importer"]
        emits DocumentsChanged
        rejects ["not-a-draft", "no-documents"];
    Submit of LcApplication
        by ["Importer"]
        emits Submitted
        rejects ["already-submitted", "already-cancelled", "incomplete"];
    RecordProductValue of LcApplication
        by ["system"]
        emits ProductValueRecorded
        rejects ["not-submitted", "product-not-in-application", "check-already-decided"];
    RecordProductLegality of LcApplication
        by ["system"]
        emits ProductLegalityRecorded
        rejects ["not-submitted", "product-not-in-application", "check-already-decided"];
    RecordApplicantCredit of LcApplication
        by ["system"]
        emits ApplicantCreditRecorded
        rejects ["not-submitted", "check-already-decided"];
    Cancel of LcApplication
        by ["Importer"]
        emits Cancelled
        rejects ["already-decided", "already-cancelled"];
    Approve of LcApplication
        by ["TradeFinanceManager", "system"]
        emits Approved
        rejects ["not-submitted", "already-decided", "already-cancelled", "checks-pending", "check-failed", "remarks-blank"];
    Decline of LcApplication
        by ["TradeFinanceManager"]
        emits Declined
        rejects ["not-submitted", "already-decided", "already-cancelled", "checks-pending", "reason-blank"];
    RemindOfApproval of LcApplication
        by ["system"]
        emits RemindOfApprovalEmits
        rejects ["not-submitted", "already-decided", "already-cancelled"];
}

impl kernel::Aggregate for LcApplication {
    type Event = LcApplicationEvent;
    type Rejection = Rejection;
    type View = LcApplicationView;
    const NAME: &'static str = "LcApplication";

    fn open(event: &LcApplicationEvent) -> Option<Self> {
        match event {
            LcApplicationEvent::Started(event) => Some(kernel::Open::open(event)),
            LcApplicationEvent::AmountChanged(_)
            | LcApplicationEvent::BeneficiaryChanged(_)
            | LcApplicationEvent::AdvisingBankChanged(_)
            | LcApplicationEvent::MerchandiseChanged(_)
            | LcApplicationEvent::TenorChanged(_)
            | LcApplicationEvent::ExpiryChanged(_)
            | LcApplicationEvent::ShipmentChanged(_)
            | LcApplicationEvent::DocumentsChanged(_)
            | LcApplicationEvent::Submitted(_)
            | LcApplicationEvent::ProductValueRecorded(_)
            | LcApplicationEvent::ProductLegalityRecorded(_)
            | LcApplicationEvent::ApplicantCreditRecorded(_)
            | LcApplicationEvent::Cancelled(_)
            | LcApplicationEvent::Approved(_)
            | LcApplicationEvent::Declined(_)
            | LcApplicationEvent::ApprovalPending(_)
            | LcApplicationEvent::ApprovalPastDue(_) => None,
        }
    }

    fn evolve(&mut self, event: &LcApplicationEvent) {
        match event {
            LcApplicationEvent::Started(_) => {}
            LcApplicationEvent::AmountChanged(event) => kernel::Evolve::evolve(self, event),
            LcApplicationEvent::BeneficiaryChanged(event) => kernel::Evolve::evolve(self, event),
            LcApplicationEvent::AdvisingBankChanged(event) => kernel::Evolve::evolve(self, event),
            LcApplicationEvent::MerchandiseChanged(event) => kernel::Evolve::evolve(self, event),
            LcApplicationEvent::TenorChanged(event) => kernel::Evolve::evolve(self, event),
            LcApplicationEvent::ExpiryChanged(event) => kernel::Evolve::evolve(self, event),
            LcApplicationEvent::ShipmentChanged(event) => kernel::Evolve::evolve(self, event),
            LcApplicationEvent::DocumentsChanged(event) => kernel::Evolve::evolve(self, event),
            LcApplicationEvent::Submitted(event) => kernel::Evolve::evolve(self, event),
            LcApplicationEvent::ProductValueRecorded(event) => kernel::Evolve::evolve(self, event),
            LcApplicationEvent::ProductLegalityRecorded(event) => kernel::Evolve::evolve(self, event),
            LcApplicationEvent::ApplicantCreditRecorded(event) => kernel::Evolve::evolve(self, event),
            LcApplicationEvent::Cancelled(event) => kernel::Evolve::evolve(self, event),
            LcApplicationEvent::Approved(event) => kernel::Evolve::evolve(self, event),
            LcApplicationEvent::Declined(event) => kernel::Evolve::evolve(self, event),
            LcApplicationEvent::ApprovalPending(event) => kernel::Evolve::evolve(self, event),
            LcApplicationEvent::ApprovalPastDue(event) => kernel::Evolve::evolve(self, event),
        }
    }
}

kernel::hears! {
    /// The events that [`Drafts`] listens to.
    DraftsHeard {
        Started { version: 1 },
        AmountChanged { version: 1 },
        BeneficiaryChanged { version: 1 },
        AdvisingBankChanged { version: 1 },
        MerchandiseChanged { version: 1 },
        TenorChanged { version: 1 },
        ExpiryChanged { version: 1 },
        ShipmentChanged { version: 1 },
        DocumentsChanged { version: 1 },
        Submitted { version: 1, published: true, amount: amount },
        Cancelled { version: 1, published: true },
    }
}

impl kernel::ReadModel for Drafts {
    type Heard = DraftsHeard;
    const NAME: &'static str = "Drafts";
    const VERSION: u32 = 1;
}

kernel::hears! {
    /// The events that [`PendingProductChecks`] listens to.
    PendingProductChecksHeard {
        Submitted { version: 1, published: true, amount: amount },
        ProductValueRecorded { version: 1 },
        ProductLegalityRecorded { version: 1 },
        Cancelled { version: 1, published: true },
    }
}

impl kernel::ReadModel for PendingProductChecks {
    type Heard = PendingProductChecksHeard;
    const NAME: &'static str = "PendingProductChecks";
    const VERSION: u32 = 1;
}

kernel::hears! {
    /// The events that [`PendingCreditCheck`] listens to.
    PendingCreditCheckHeard {
        Submitted { version: 1, published: true, amount: amount },
        ApplicantCreditRecorded { version: 1 },
        Cancelled { version: 1, published: true },
    }
}

impl kernel::ReadModel for PendingCreditCheck {
    type Heard = PendingCreditCheckHeard;
    const NAME: &'static str = "PendingCreditCheck";
    const VERSION: u32 = 1;
}

kernel::hears! {
    /// The events that [`PendingDecision`] listens to.
    PendingDecisionHeard {
        Submitted { version: 1, published: true, amount: amount },
        ProductValueRecorded { version: 1 },
        ProductLegalityRecorded { version: 1 },
        ApplicantCreditRecorded { version: 1 },
        Approved { version: 1, published: true },
        Declined { version: 1, published: true },
        Cancelled { version: 1, published: true },
    }
}

impl kernel::ReadModel for PendingDecision {
    type Heard = PendingDecisionHeard;
    const NAME: &'static str = "PendingDecision";
    const VERSION: u32 = 1;
}

kernel::hears! {
    /// The events that [`Overdue`] listens to.
    OverdueHeard {
        ApprovalPastDue { version: 1 },
        Approved { version: 1, published: true },
        Declined { version: 1, published: true },
        Cancelled { version: 1, published: true },
    }
}

impl kernel::ReadModel for Overdue {
    type Heard = OverdueHeard;
    const NAME: &'static str = "Overdue";
    const VERSION: u32 = 1;
}

kernel::hears! {
    /// The events that [`Applications`] listens to.
    ApplicationsHeard {
        Started { version: 1 },
        AmountChanged { version: 1 },
        Submitted { version: 1, published: true, amount: amount },
        Approved { version: 1, published: true },
        Declined { version: 1, published: true },
        Cancelled { version: 1, published: true },
    }
}

impl kernel::ReadModel for Applications {
    type Heard = ApplicationsHeard;
    const NAME: &'static str = "Applications";
    const VERSION: u32 = 1;
}

/// Sends [`RemindOfApproval`] when it is due after [`Submitted`].
#[derive(Debug, Clone, Copy)]
pub struct ApprovalReminder;

impl kernel::Deadline for ApprovalReminder {
    type Aggregate = LcApplication;
    type Sends = RemindOfApproval;
    const NAME: &'static str = "ApprovalReminder";
    const SET_BY: &'static str = "Submitted";
    const CLEARED_BY: &'static [&'static str] = &["Approved", "Declined", "Cancelled"];
    const AFTER: &'static [kernel::SignedDuration] = &[
        kernel::SignedDuration::from_hours(240),
        kernel::SignedDuration::from_hours(480),
        kernel::SignedDuration::from_hours(720),
    ];
}
