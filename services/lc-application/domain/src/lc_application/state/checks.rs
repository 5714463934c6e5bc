//! What other contexts decide about a submitted application.

use crate::Rejection;
use crate::values::{Decision, Merchandise, ProductCheck, ProductId};

/// How all checks of one application stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Checks {
    /// One for each product, in the order of the merchandise.
    pub products: Vec<ProductCheck>,
    /// Whether the applicant's credit is good.
    pub applicant_credit: Option<Decision>,
}

impl Checks {
    /// None of them in.
    pub fn of(merchandise: &Merchandise) -> Self {
        let open = |product_id: &ProductId| ProductCheck {
            product_id: product_id.clone(),
            value: None,
            legality: None,
        };
        Self { products: merchandise.products().map(open).collect(), applicant_credit: None }
    }

    /// Whether each of them is decided.
    pub fn are_in(&self) -> bool {
        self.all().all(|check| check.is_some())
    }

    /// Whether each of them is decided, and favourably.
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

    /// Whether a decision is to be recorded: it is not where the same was before, and cannot be where another was.
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
