//! Shapes of rules: what was proven of one objective holds for others.

use macadam_slo::generate::{RuleFile, rules};
use macadam_slo::model::{Ratio, Sli, Slo};
use macadam_slo::proof::mutate::mutants;
use macadam_slo::proof::shape::{Shape, own_rules};
use rust_decimal::Decimal;

use crate::made::{about, availability, query, slo};

fn own(slo: &Slo) -> RuleFile {
    own_rules(&rules(&about(), &[slo]).expect("rules"), slo, 0)
}

fn shape(slo: &Slo) -> Shape {
    Shape::of(&own(slo), slo, 0).expect("a shape")
}

fn outcome() -> Slo {
    let of = Ratio::Bad {
        bad: query("commands_total{context=\"shop\",outcome=\"failed\"}"),
        total: query("commands_total{context=\"shop\"}"),
    };
    slo("shop-outcome", Sli::Ratio { counter: true, of })
}

#[test]
fn objectives_that_differ_in_names_have_one_shape() {
    assert_eq!(shape(&availability()), shape(&outcome()));
}

#[test]
fn what_changes_when_an_alert_fires_is_another_shape() {
    let proven = shape(&outcome());
    let mut stricter = outcome();
    stricter.objectives[0].target = Decimal::new(9995, 4);
    let mut fewer = outcome();
    fewer.min_bad = 5;
    let mut tickets = outcome();
    tickets.may_page = false;
    let mut grouped = outcome();
    grouped.group_by = vec!["command".to_owned()];
    for other in [stricter, fewer, tickets, grouped] {
        assert_ne!(shape(&other), proven);
    }
}

#[test]
fn groups_of_another_name_have_the_shape_of_any_group() {
    let [mut one, mut other] = [outcome(), outcome()];
    one.group_by = vec!["command".to_owned()];
    other.group_by = vec!["aggregate".to_owned()];
    assert_eq!(shape(&one), shape(&other));
}

#[test]
fn rules_with_any_change_have_another_shape() {
    let slo = outcome();
    let rules = own(&slo);
    let proven = Shape::of(&rules, &slo, 0);
    let changes = mutants(&rules);
    assert!(changes.len() > 300, "{}", changes.len());
    for mutant in changes {
        assert_ne!(Shape::of(&mutant.rules, &slo, 0), proven, "{}: {}", mutant.rule, mutant.change);
    }
}
