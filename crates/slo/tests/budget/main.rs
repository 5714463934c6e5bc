//! What SLOs mean and how they stand, in figures and words.

mod backtest;
mod explain;
mod status;

use macadam_board::diagnostic::any_error;
use macadam_slo::generate::About;
use macadam_slo::model::{Catalog, Slo};
use macadam_slo::openslo;

/// The SLOs of `slos.yaml`.
pub(crate) fn catalog() -> Catalog {
    let file = ("slo/shop.yaml".to_owned(), include_str!("slos.yaml").to_owned());
    let (catalog, findings) = openslo::read(&[file]);
    // Warned of: nothing is sent to the target of the alert policy.
    assert!(!any_error(&findings), "{findings:?}");
    catalog
}

pub(crate) fn slo(name: &str) -> Slo {
    catalog().slos.into_iter().find(|slo| slo.name == name).expect("it is in slos.yaml")
}

pub(crate) fn about() -> About {
    About { context: "shop".to_owned(), owner: "sales".to_owned(), hours: None, links: String::new() }
}
