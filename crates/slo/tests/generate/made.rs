//! SLOs for tests.

use macadam_slo::generate::About;
use macadam_slo::model::{Alerting, Budgeting, Objective, Place, Query, Ratio, Sli, Slo, Window};
use rust_decimal::Decimal;

pub(crate) fn about() -> About {
    About { context: "shop".to_owned(), owner: "sales".to_owned(), hours: None, links: String::new() }
}

pub(crate) fn query(text: &str) -> Query {
    Query { text: text.to_owned(), place: place() }
}

fn place() -> Place {
    Place { file: "slo/shop.yaml".to_owned(), line: 3, column: 1 }
}

/// 99.9% over 30 days, one bad request of all.
pub(crate) fn availability() -> Slo {
    let of = Ratio::Bad {
        bad: query("requests_total{context=\"shop\",status=~\"5..\"}"),
        total: query("requests_total{context=\"shop\"}"),
    };
    slo("shop-availability", Sli::Ratio { counter: true, of })
}

pub(crate) fn slo(name: &str, sli: Sli) -> Slo {
    Slo {
        name: name.to_owned(),
        title: name.to_owned(),
        description: String::new(),
        service: "shop".to_owned(),
        window: Window::Rolling { seconds: 30 * 86_400 },
        budgeting: Budgeting::Occurrences,
        objectives: vec![Objective {
            title: None,
            target: Decimal::new(999, 3),
            slice_target: None,
            slice_seconds: None,
            weight: None,
            indicator: name.to_owned(),
            sli,
        }],
        alerting: Alerting::Multiwindow,
        may_page: true,
        min_bad: 3,
        gate: false,
        group_by: Vec::new(),
        labels: std::collections::BTreeMap::new(),
        place: place(),
    }
}
