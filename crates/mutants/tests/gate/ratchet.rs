//! What the gate is closed for, each planted, and what it lets pass.

use macadam_mutants::{FindingKind, Measure, Mutant, Outcome, Ratchet, Sample, Verdict, judge};

use super::domain::{FILES, measure, measure_of, mutant};

const TOOL: &str = "cargo-mutants 27.1.0";

fn less() -> Mutant {
    mutant("src/orders.rs", "is_due", "< open", "replace < with <=")
}

fn less_reversed() -> Mutant {
    mutant("src/orders.rs", "is_due", "< open", "replace < with >")
}

fn add() -> Mutant {
    mutant("src/orders.rs", "from", "+ 1", "replace + with *")
}

/// Nine that are caught, so that one survivor is not below the floor.
fn caught() -> Vec<(Mutant, Outcome)> {
    (0..9)
        .map(|number| {
            let change = format!("replace * with {number}");
            (mutant("src/orders.rs", "twice", "* shared", &change), Outcome::Caught)
        })
        .collect()
}

fn with(more: &[(Mutant, Outcome)]) -> Measure {
    measure(&[&caught()[..], more].concat())
}

fn recorded(of: &Measure) -> Ratchet {
    Ratchet::default().after(of, TOOL)
}

#[track_caller]
fn check(verdict: &Verdict, kinds: &[FindingKind], words: &[&str]) {
    let found: Vec<FindingKind> = verdict.findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(found, kinds, "{verdict:#?}");
    let text = verdict.findings.iter().map(|finding| format!("{finding:?}")).collect::<String>();
    for word in words {
        assert!(text.contains(word), "{word}: {text}");
    }
}

fn verdict(measure: &Measure, ratchet: &Ratchet) -> Verdict {
    judge(measure, ratchet, "services/shop/mutants.toml")
}

#[test]
fn what_was_recorded_passes_without_a_note() {
    let measure = with(&[(less(), Outcome::Missed), (add(), Outcome::Caught)]);
    let verdict = verdict(&measure, &recorded(&measure));
    check(&verdict, &[], &[]);
    assert_eq!(verdict.notes, Vec::<String>::new());
}

#[test]
fn a_weakened_example_lets_a_new_mutant_survive_and_is_named_by_place_and_rule() {
    let before = recorded(&with(&[(less(), Outcome::Caught)]));
    let verdict = verdict(&with(&[(less(), Outcome::Missed)]), &before);
    let place = "services/shop/domain/src/orders.rs:14:13";
    check(&verdict, &[FindingKind::NewSurvivor], &["decision of Pay", place, "replace < with <="]);
}

#[test]
fn a_new_survivor_fails_though_another_one_went() {
    let before = recorded(&with(&[(less(), Outcome::Missed), (add(), Outcome::Caught)]));
    let after = with(&[(less(), Outcome::Caught), (add(), Outcome::Missed)]);
    check(&verdict(&after, &before), &[FindingKind::NewSurvivor], &["deadline Payment"]);
}

#[test]
fn a_second_survivor_of_the_same_key_is_new() {
    let again = mutant("src/orders.rs", "is_due", "limit() < open", "replace < with <=");
    let before = recorded(&with(&[(less(), Outcome::Missed), (again.clone(), Outcome::Caught)]));
    let after = with(&[(less(), Outcome::Missed), (again, Outcome::Missed)]);
    let verdict = verdict(&after, &before);
    assert!(verdict.findings.iter().any(|finding| finding.kind == FindingKind::NewSurvivor), "{verdict:?}");
}

#[test]
fn a_survivor_that_moved_to_another_line_is_the_same() {
    let before = recorded(&with(&[(less(), Outcome::Missed)]));
    let files: Vec<(&str, String)> =
        FILES.iter().map(|(path, text)| (*path, format!("// One line more.\n{text}"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let mut moved = less();
    moved.span.start.line += 1;
    let mut mutants = caught();
    for (mutant, _) in &mut mutants {
        mutant.span.start.line += 1;
    }
    mutants.push((moved, Outcome::Missed));
    check(&verdict(&measure_of(&files, &mutants), &before), &[], &[]);
}

#[test]
fn a_rule_moved_out_of_the_domain_has_fewer_mutants_and_is_named() {
    let before = recorded(&with(&[(less(), Outcome::Caught), (add(), Outcome::Caught)]));
    let verdict = verdict(&with(&[(add(), Outcome::Caught)]), &before);
    check(&verdict, &[FindingKind::FewerMutants], &["decision of Pay has 0 mutants, it had 1", "--accept"]);
}

#[test]
fn fewer_mutants_pass_once_they_are_accepted() {
    let before = recorded(&with(&[(less(), Outcome::Caught), (add(), Outcome::Caught)]));
    let after = with(&[(add(), Outcome::Caught)]);
    check(&verdict(&after, &before.after(&after, TOOL)), &[], &[]);
}

#[test]
fn a_reason_whose_mutant_is_gone_or_caught_fails() {
    let reasoned = |measure: &Measure| {
        let mut ratchet = recorded(measure);
        ratchet.survivors[0].reason = Some("zero is never due".to_owned());
        ratchet
    };
    let before = reasoned(&with(&[(less(), Outcome::Missed)]));
    check(&verdict(&with(&[(less(), Outcome::Missed)]), &before), &[], &[]);
    let caught = verdict(&with(&[(less(), Outcome::Caught)]), &before);
    check(&caught, &[FindingKind::ReasonWithoutMutant], &["a test notices the mutant", "is_due"]);
    let gone = verdict(&with(&[(less_reversed(), Outcome::Caught)]), &before);
    check(&gone, &[FindingKind::ReasonWithoutMutant], &["no such mutant any more"]);
    let not_run = verdict(&with(&[(less(), Outcome::NotRun)]), &before);
    check(&not_run, &[], &[]);
}

#[test]
fn a_reason_does_not_count_for_the_floor() {
    let ones = [(less(), Outcome::Missed), (add(), Outcome::Missed)];
    let measure = with(&ones);
    let mut ratchet = recorded(&measure);
    ratchet.survivors.iter_mut().for_each(|survivor| survivor.reason = Some("equivalent".to_owned()));
    check(&verdict(&measure, &ratchet), &[FindingKind::BelowFloor], &["9 of 11", "90% must be"]);
}

#[test]
fn a_timeout_is_neither_caught_nor_a_survivor() {
    let slow = |others: &[(Mutant, Outcome)]| with(&[&[(less(), Outcome::Timeout)], others].concat());
    let measure = slow(&[]);
    assert_eq!((measure.total().percent(), measure.total().missed), (Some(90), 0));
    let before = recorded(&measure);
    assert!(before.survivors.is_empty());
    let worse = slow(&[(add(), Outcome::Timeout)]);
    check(&verdict(&worse, &before), &[FindingKind::BelowFloor], &[]);
}

#[test]
fn an_unviable_majority_is_said_to_prove_little() {
    let unviable: Vec<_> = caught().into_iter().map(|(mutant, _)| (mutant, Outcome::Unviable)).collect();
    let measure = measure(&[&unviable[..], &[(less(), Outcome::Caught)]].concat());
    let notes = verdict(&measure, &recorded(&measure)).notes.join("\n");
    assert!(notes.contains("9 of 10 mutants do not compile"), "{notes}");
    assert!(notes.contains("nothing is proved, of: value orders"), "{notes}");
}

#[test]
fn a_skip_that_was_not_agreed_to_fails_in_each_of_its_forms() {
    let skipping = |attribute: &str| {
        let text = FILES[2].1.replace("fn is_due", &format!("{attribute}\nfn is_due"));
        measure_of(&[("src/orders.rs", &text)], &[])
    };
    for attribute in [
        "#[mutants::skip]",
        "#[cfg_attr(any(), mutants::skip)]",
        "#[cfg_attr(test, cfg_attr(a, mutants::skip))]",
    ] {
        let measure = skipping(attribute);
        check(&verdict(&measure, &Ratchet::default()), &[FindingKind::NewSkip], &["is_due"]);
        check(&verdict(&measure, &recorded(&measure)), &[], &[]);
    }
    check(&verdict(&skipping("#[inline]"), &Ratchet::default()), &[], &[]);
}

#[test]
fn a_rule_whose_example_waits_is_named_and_not_judged() {
    let text = FILES[2].1.replace("what_is_due_is_paid", "pay_awaits_its_example");
    let measure = measure_of(&[("src/orders.rs", &text)], &[(less(), Outcome::NotRun)]);
    let verdict = verdict(&measure, &Ratchet::default());
    check(&verdict, &[], &[]);
    assert!(verdict.notes.iter().any(|note| note.contains("decision of Pay")), "{verdict:?}");
    assert!(measure.is_whole());
}

#[test]
fn what_was_not_tried_stays_as_it_was_recorded() {
    let before = recorded(&with(&[(less(), Outcome::Missed), (add(), Outcome::Caught)]));
    let part = with(&[(less(), Outcome::NotRun), (add(), Outcome::Caught)]);
    check(&verdict(&part, &before), &[], &[]);
    assert_eq!(before.after(&part, "a newer tool"), before);
}

#[test]
fn the_file_says_the_same_when_it_is_read_again() {
    let mut ratchet = recorded(&with(&[(less(), Outcome::Missed)]));
    ratchet.survivors[0].reason = Some("a \"quoted\" reason".to_owned());
    ratchet.survivors[0].count = 2;
    ratchet.sample = Some(Sample { count: 100, seed: 7 });
    ratchet.skips = measure_of(&[("src/a.rs", "#[mutants::skip]\nfn f() {}\n")], &[]).skips;
    let text = ratchet.render("shop");
    assert_eq!(Ratchet::parse(&text).expect("its own text"), ratchet, "{text}");
    assert_eq!(Ratchet::parse(&Ratchet::default().render("shop")).expect("empty"), Ratchet::default());
}

#[test]
fn a_file_with_other_keys_or_an_empty_reason_is_refused() {
    let refused = |text: &str| Ratchet::parse(text).expect_err("refused").to_string();
    assert!(refused("[rule]\n").contains("unknown field `rule`"));
    let empty = "[[survivor]]\nfile = \"a\"\nkind = \"k\"\nreplacement = \"r\"\nreason = \" \"\n";
    assert!(refused(empty).contains("empty reason"));
}

#[test]
fn a_new_context_begins_with_a_file_that_agrees_to_nothing() {
    let template = include_str!("../../../../templates/context/mutants.toml");
    assert_eq!(template.replace("{{ name }}", "shop"), Ratchet::default().render("shop"));
}
