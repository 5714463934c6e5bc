//! The checks of a submitted application, which other contexts decide.

use crate::Rejection;
use crate::values::{Decision, Merchandise, ProductCheck, ProductId};

/// The state of all checks of one application.
#[derive(Debug, Clone, PartialEq)]
pub struct Checks {
    /// One for each product, in the order of the merchandise.
    pub products: Vec<ProductCheck>,
    /// Whether the applicant's credit is good.
    pub applicant_credit: Option<Decision>,
}

impl Checks {
    /// No check recorded yet.
    pub fn of(merchandise: &Merchandise) -> Self {
        let open = |product_id: &ProductId| ProductCheck {
            product_id: product_id.clone(),
            value: None,
            legality: None,
        };
        Self { products: merchandise.products().map(open).collect(), applicant_credit: None }
    }

    /// Whether all of them are decided.
    pub fn are_in(&self) -> bool {
        self.all().all(|check| check.is_some())
    }

    /// Whether all of them have passed.
    pub fn have_passed(&self) -> bool {
        self.all().all(|check| check.is_some_and(|decision| decision.approved))
    }

    /// The checks of a product, which must be one of the application's.
    pub fn product(&self, product_id: &ProductId) -> Result<&ProductCheck, Rejection> {
        let found = self.products.iter().find(|check| check.product_id == *product_id);
        found.ok_or_else(|| Rejection::ProductNotInApplication { product_id: product_id.clone() })
    }

    /// The checks of a product, to record one of them.
    pub fn product_mut(&mut self, product_id: &ProductId) -> Option<&mut ProductCheck> {
        self.products.iter_mut().find(|check| check.product_id == *product_id)
    }

    /// Whether a decision must be recorded: not if it repeats the earlier one; a rejection if it contradicts it.
    pub fn is_news(recorded: Option<&Decision>, decision: &Decision) -> Result<bool, Rejection> {
        match recorded {
            None => Ok(true),
            Some(recorded) if recorded.agrees_with(decision) => Ok(false),
            Some(_) => Err(Rejection::CheckAlreadyDecided),
        }
    }

    fn all(&self) -> impl Iterator<Item = Option<&Decision>> {
        let products = self.products.iter().flat_map(|check| [check.value.as_ref(), check.legality.as_ref()]);
        products.chain([self.applicant_credit.as_ref()])
    }
}
