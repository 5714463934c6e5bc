//! Many SLOs at once.

use std::collections::BTreeMap;

use macadam_slo::generate::{About, Input, files, rule_files};
use macadam_slo::model::{Catalog, Slo};

use crate::made::{about, availability};

#[test]
fn a_thousand_slos_are_generated_the_same_way_each_time() {
    let slos: Vec<Slo> =
        (0..1_000).map(|number| Slo { name: format!("shop-{number}"), ..availability() }).collect();
    let catalog = Catalog { slos, ..Catalog::default() };
    let contexts: Vec<About> = vec![about()];
    let runbooks = BTreeMap::new();
    let receivers = "- name: sales-page\n- name: sales-ticket\n";
    let input = Input { contexts: &contexts, catalog: &catalog, receivers, runbooks: &runbooks };
    let once = files(&input, &rule_files(&input).expect("rules")).expect("files");
    assert_eq!(once, files(&input, &rule_files(&input).expect("rules")).expect("files"));
    assert!(once.iter().any(|file| file.text.contains("shop-999")));
}
