//! What is applied for: in a draft parts of it may be missing, in what was submitted none is.

use macadam_kernel::Money;

use crate::values::{
    AdvisingBank, ApplicantId, ClientReference, Document, Expiry, Merchandise, Part, Party, Shipment, Tenor,
};

/// What is filled in so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Who applies.
    pub applicant_id: ApplicantId,
    /// The applicant's own reference.
    pub client_reference: ClientReference,
    /// What the letter of credit is to be worth.
    pub amount: Option<Money>,
    /// Who is paid.
    pub beneficiary: Option<Party>,
    /// Through which bank the beneficiary is told.
    pub advising_bank: Option<AdvisingBank>,
    /// What is bought.
    pub merchandise: Option<Merchandise>,
    /// When the beneficiary is paid.
    pub tenor: Option<Tenor>,
    /// Until when documents may be presented.
    pub expiry: Option<Expiry>,
    /// How the merchandise travels.
    pub shipment: Option<Shipment>,
    /// What must be presented.
    pub documents: Option<Vec<Document>>,
}

/// All that is applied for.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// What the letter of credit is to be worth.
    pub amount: Money,
    /// Who is paid.
    pub beneficiary: Party,
    /// Through which bank the beneficiary is told.
    pub advising_bank: AdvisingBank,
    /// What is bought.
    pub merchandise: Merchandise,
    /// When the beneficiary is paid.
    pub tenor: Tenor,
    /// Until when documents may be presented.
    pub expiry: Expiry,
    /// How the merchandise travels.
    pub shipment: Shipment,
    /// What must be presented.
    pub documents: Vec<Document>,
}

impl Draft {
    /// Nothing filled in.
    pub fn new(applicant_id: ApplicantId, client_reference: ClientReference) -> Self {
        Self {
            applicant_id,
            client_reference,
            amount: None,
            beneficiary: None,
            advising_bank: None,
            merchandise: None,
            tenor: None,
            expiry: None,
            shipment: None,
            documents: None,
        }
    }

    /// The parts that are not filled in.
    pub fn missing(&self) -> Vec<Part> {
        let is_missing = |part: &Part| match part {
            Part::Amount => self.amount.is_none(),
            Part::Beneficiary => self.beneficiary.is_none(),
            Part::AdvisingBank => self.advising_bank.is_none(),
            Part::Merchandise => self.merchandise.is_none(),
            Part::Tenor => self.tenor.is_none(),
            Part::Expiry => self.expiry.is_none(),
            Part::Shipment => self.shipment.is_none(),
            Part::Documents => self.documents.is_none(),
        };
        Part::ALL.into_iter().filter(is_missing).collect()
    }

    /// All that is applied for; none while a part is missing.
    pub fn terms(&self) -> Option<Terms> {
        Some(Terms {
            amount: self.amount?,
            beneficiary: self.beneficiary.clone()?,
            advising_bank: self.advising_bank.clone()?,
            merchandise: self.merchandise.clone()?,
            tenor: self.tenor?,
            expiry: self.expiry.clone()?,
            shipment: self.shipment.clone()?,
            documents: self.documents.clone()?,
        })
    }
}
