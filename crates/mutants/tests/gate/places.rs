//! Which rule a place in a source belongs to, and what of a source is test.

use std::collections::BTreeMap;

use macadam_mutants::{Attribution, Sources, error_value, outcomes, prepared};

use super::domain::{FILES, measure, mutant, sources};

#[track_caller]
fn check(text: &str, rule: &str) {
    let attribution = Attribution::of("services/shop/domain", &sources(FILES));
    assert_eq!(attribution.rule(&mutant("src/orders.rs", "f", text, "change")).to_string(), rule, "{text}");
}

#[test]
fn a_mutant_is_laid_to_the_rule_that_its_place_is_in() {
    for (text, rule) in [
        ("state.open()", "guard of Pay"),
        ("if is_due(open)", "decision of Pay"),
        ("vec![shared()].pop()", "decision of Place"),
        ("self.paid = true", "event Paid"),
        ("Self::fresh(view)", "read model Debtors"),
        ("due.nth + 1", "deadline Payment"),
        ("(state, vec![])", "process Dunning"),
        ("Ok(self.open)", "aggregate Order"),
        ("!self.0.is_empty()", "value Iban"),
        ("open * shared()", "value orders"),
    ] {
        check(text, rule);
    }
}

#[test]
fn a_private_helper_belongs_to_the_one_rule_that_calls_it() {
    check("limit() < open", "decision of Pay");
    check("10\n", "decision of Pay");
    check("view\n    }\n}\n\nimpl From", "read model Debtors");
}

#[test]
fn a_helper_that_two_rules_call_is_a_value() {
    check("1\n}\n\npub fn twice", "value orders");
}

#[test]
fn sources_and_tests_have_hashes_of_their_own() {
    let before = sources(FILES).hashes();
    let changed = |from: &str, to: &str| {
        let files: Vec<(String, String)> =
            FILES.iter().map(|(path, text)| ((*path).to_owned(), text.replace(from, to))).collect();
        Sources::parse(files.into_iter().collect()).expect("sound").hashes()
    };
    let rule = changed("limit() < open", "limit() <= open");
    assert_ne!(rule.sources, before.sources);
    assert_eq!(rule.tests, before.tests);
    for (from, to) in [("what_is_due_is_paid", "what_is_due_is_not"), ("7", "8")] {
        let test = changed(from, to);
        assert_eq!(test.sources, before.sources, "{from}");
        assert_ne!(test.tests, before.tests, "{from}");
    }
}

#[test]
fn a_change_to_what_tests_share_concerns_every_file() {
    let sources = sources(FILES);
    assert!(sources.is_shared_by_tests("src/samples.rs"));
    assert!(sources.is_shared_by_tests("src/gone.rs"));
    assert!(!sources.is_shared_by_tests("src/orders.rs"));
}

#[test]
fn source_that_is_no_rust_is_named_with_its_place() {
    let files = BTreeMap::from([("src/lib.rs".to_owned(), "fn f() {\n    let = 1;\n}\n".to_owned())]);
    let error = Sources::parse(files).expect_err("no Rust").to_string();
    assert!(error.starts_with("src/lib.rs:2:9: "), "{error}");
}

#[test]
fn aliases_of_results_are_written_out_in_the_copy_and_nowhere_else() {
    let before = "impl Decision for Pay {\n    fn decide(self, é: Draft) -> Decided<Self> { faults() }\n}\n";
    let copy = prepared(before);
    let expected = "-> Result<Vec<<Self as macadam_kernel::Message>::Emits>, macadam_kernel::RejectionOf<Self>> { faults() }";
    assert!(copy.contains(expected), "{copy}");
    assert_eq!(copy.lines().count(), before.lines().count());
    assert_eq!(prepared(&before.replace("Decided<", "macadam_kernel::Decided<")), copy);
    for other in ["fn f() -> Decided<Other> {}\n", "fn f() -> u32 { 7 }\n", "no Rust"] {
        assert_eq!(prepared(other), other);
    }
}

#[test]
fn a_rejection_without_fields_is_what_a_function_may_say_instead() {
    let of = |text: &str| error_value(&sources(&[("src/rejection.rs", text)]));
    let found = of("pub enum Rejection { Incomplete { faults: u32 }, NotADraft, Late }");
    assert_eq!(found.as_deref(), Some("crate::Rejection::NotADraft"));
    assert_eq!(of("pub enum Rejection { Incomplete { faults: u32 } }"), None);
}

#[test]
fn outcomes_are_read_by_name_and_the_baseline_is_none_of_them() {
    let json = r#"{"outcomes": [
        {"scenario": "Baseline", "summary": "Success", "log_path": "log/baseline.log"},
        {"scenario": {"Mutant": {"name": "a.rs:1:2: replace + with -", "file": "a.rs"}}, "summary": "CaughtMutant"},
        {"scenario": {"Mutant": {"name": "a.rs:3:4: replace f -> Decided<Self> with x"}}, "summary": "Unviable"}
    ], "total_mutants": 2}"#;
    let read = outcomes(json).expect("as cargo-mutants writes it");
    assert_eq!(read.len(), 2);
    assert_eq!(read["a.rs:1:2: replace + with -"], macadam_mutants::Outcome::Caught);
}

#[test]
fn a_pattern_matches_one_name_alone() {
    let one = mutant("src/orders.rs", "f", "limit() < open", "replace < with (a|b)*");
    assert!(one.pattern().starts_with("^services/shop/domain/src/orders\\.rs:14:5: "), "{}", one.pattern());
    assert!(one.pattern().ends_with("replace < with \\(a\\|b\\)\\* in f$"), "{}", one.pattern());
    assert_eq!(
        measure(&[(one.clone(), macadam_mutants::Outcome::Missed)]).judged[0].key.replacement,
        one.change()
    );
}
