//! No input panics, and none is read for ever.

use macadam_slo::openslo::read;
use proptest::prelude::*;

use super::{VALID, read_one};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC*") {
        read_one(&text);
    }

    #[test]
    fn a_changed_document_is_read_without_a_panic(at in 0..VALID.len(), end in 0..40_usize, new in "[ -~\n\t\u{e9}]{0,8}") {
        let mut text = VALID.to_owned();
        let end = (at + end).min(text.len());
        text.replace_range(at..end, &new);
        let (_, findings) = read_one(&text);
        for found in findings {
            prop_assert!(text.get(found.span.clone()).is_some());
            prop_assert!(found.line <= text.lines().count() + 1 && found.column >= 1);
        }
    }

    #[test]
    fn any_query_is_read_without_a_panic(query in "[a-z(){}\\[\\]\"'=~!+*/^<>@$0-9:.,# -]{0,60}") {
        let quoted = serde_json::Value::from(query.as_str()).to_string();
        read_one(&VALID.replace("max(queue_length{context=\"shop\"})", &quoted));
    }
}

#[test]
fn deep_nesting_is_refused_and_does_not_exhaust_the_stack() {
    for deep in ["[", "{a: ", "- ", "? "] {
        read_one(&deep.repeat(20_000));
    }
    for deep in ["(", "-", "sum(", "a[", "{", "a+(", "a or ", "a and (", "a[1m:1m]"] {
        let query = serde_json::Value::from(deep.repeat(20_000 / deep.len())).to_string();
        read_one(&VALID.replace("max(queue_length{context=\"shop\"})", &query));
        let query = serde_json::Value::from(deep.repeat(9_999 / deep.len()) + "a").to_string();
        read_one(&VALID.replace("max(queue_length{context=\"shop\"})", &query));
    }
}

#[test]
fn no_file_at_all_is_an_empty_catalog() {
    let (catalog, findings) = read(&[]);
    assert!(catalog.slos.is_empty() && findings.is_empty());
}
