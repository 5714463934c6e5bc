//! Agreements: what is read, and what is refused.

use macadam_slo::openslo::{read, slas};

/// The findings as `line: message`.
fn findings(text: &str) -> Vec<String> {
    let documents = [("slo/shop.yaml".to_owned(), include_str!("valid.yaml").to_owned())];
    let (catalog, _) = read(&documents);
    let (read, found) = slas("slo/slas.yaml", text, &catalog);
    assert!(read.is_empty() || found.is_empty(), "what is wrong is not used");
    found.iter().map(|one| format!("{}: {}", one.line, one.message)).collect()
}

const VALID: &str = "\
- name: gold
  description: For who pays for it.
  consequence: A tenth is paid back.
  targets:
    - slo: shop-availability
      targetPercent: 99.5
    - slo: shop-queue
      target: 0.9
";

#[test]
fn an_agreement_has_looser_targets_for_slos() {
    assert_eq!(findings(VALID), Vec::<String>::new());
}

#[test]
fn mistakes_are_named_with_their_place() {
    let cases = [
        ("gold", "Gold", "1: `Gold` is not a DNS label"),
        ("  consequence: A tenth is paid back.\n", "", "1: `consequence` is missing in an agreement"),
        ("shop-queue", "shop-quee", "7: there is no SLO `shop-quee`"),
        ("0.9", "0.96", "7: the target 96% of `shop-queue` is not below the SLO's own, 95%"),
        ("0.9", "1", "8: `target` is 1, which leaves no error budget"),
        ("slo: shop-queue", "sloo: shop-queue", "7: unknown field `sloo` in a target of an agreement"),
        ("- name: gold", "name: gold", "1: an agreement file is a mapping"),
    ];
    for (right, wrong, expected) in cases {
        let mut text = VALID.replacen(right, wrong, 1);
        if wrong.starts_with("name") {
            text = "name: gold\n".to_owned();
        }
        assert!(findings(&text).contains(&expected.to_owned()), "{expected}: {:?}", findings(&text));
    }
    let twice = format!("{VALID}{VALID}");
    let (_, found) =
        slas("slo/slas.yaml", &twice, &read(&[("s".to_owned(), include_str!("valid.yaml").to_owned())]).0);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].line, found[0].message.as_str()), (9, "the agreement `gold` appears twice"));
}
