//! The parts of an application: a draft may lack some, a submitted application has all.

use macadam_kernel::Money;

use crate::values::{
    AdvisingBank, ApplicantId, ClientReference, Document, Expiry, Merchandise, Part, Party, Shipment, Tenor,
};

/// The parts that are filled in so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The applicant.
    pub applicant_id: ApplicantId,
    /// The applicant's own reference.
    pub client_reference: ClientReference,
    /// The amount of the letter of credit.
    pub amount: Option<Money>,
    /// The beneficiary, who is paid.
    pub beneficiary: Option<Party>,
    /// The bank that informs the beneficiary.
    pub advising_bank: Option<AdvisingBank>,
    /// The goods that are bought.
    pub merchandise: Option<Merchandise>,
    /// When the beneficiary is paid.
    pub tenor: Option<Tenor>,
    /// The last day and the place for presenting documents.
    pub expiry: Option<Expiry>,
    /// How the goods are shipped.
    pub shipment: Option<Shipment>,
    /// The documents that must be presented.
    pub documents: Option<Vec<Document>>,
}

/// The complete terms of an application.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// The amount of the letter of credit.
    pub amount: Money,
    /// The beneficiary, who is paid.
    pub beneficiary: Party,
    /// The bank that informs the beneficiary.
    pub advising_bank: AdvisingBank,
    /// The goods that are bought.
    pub merchandise: Merchandise,
    /// When the beneficiary is paid.
    pub tenor: Tenor,
    /// The last day and the place for presenting documents.
    pub expiry: Expiry,
    /// How the goods are shipped.
    pub shipment: Shipment,
    /// The documents that must be presented.
    pub documents: Vec<Document>,
}

impl Draft {
    /// A draft without any parts.
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

    /// The complete terms; `None` while a part is missing.
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
