//! Many SLOs at once.

use std::collections::BTreeMap;

use macadam_board::diagnostic::Diagnostic;
use macadam_slo::generate::{About, Input, files, rule_files, rules};
use macadam_slo::lint::{self, Known};
use macadam_slo::measures::Measures;
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

#[test]
fn many_slos_are_linted_by_what_each_of_them_names() {
    let slos: Vec<Slo> =
        (0..200).map(|number| Slo { name: format!("shop-{number}"), ..availability() }).collect();
    let catalog = Catalog { slos, ..Catalog::default() };
    let file = rules(&about(), &catalog.slos.iter().collect::<Vec<_>>()).expect("rules");
    let known = Known::of(&[("shop".to_owned(), Some(Measures::default()))]).with_rules(&file);
    let findings = lint::rules("rules.yaml", &file, &known);
    // Nothing exports what the SLIs count; what the rules record of each other is there.
    let unknown = findings.iter().filter(|found| found.message.contains("`requests_total`"));
    assert_eq!(unknown.count(), 400);
    let recorded = |found: &&Diagnostic| found.message.starts_with("nothing exports or records `slo:");
    assert_eq!(findings.iter().find(recorded), None);
}
