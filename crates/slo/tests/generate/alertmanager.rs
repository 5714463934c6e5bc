//! Who is sent what, and when.

use std::collections::{BTreeMap, BTreeSet};

use macadam_board::Hours;
use macadam_slo::generate::{
    About, FilesError, Input, files, receivers_missing, receivers_without_address, rule_files,
};
use macadam_slo::model::Catalog;

use crate::made::{about, availability};

fn configuration(contexts: &[About], receivers: &str) -> Result<String, String> {
    let catalog = Catalog { slos: vec![availability()], ..Catalog::default() };
    let runbooks = BTreeMap::new();
    let input = Input { contexts, catalog: &catalog, receivers, runbooks: &runbooks };
    let files =
        files(&input, &rule_files(&input).expect("rules")).map_err(|error: FilesError| error.to_string())?;
    let file = files.into_iter().find(|file| file.path.ends_with("alertmanager.yaml"));
    Ok(file.expect("it is generated").text)
}

const RECEIVERS: &str = "- name: sales-page\n- name: sales-ticket\n";

#[test]
fn tickets_wait_for_the_owners_hours_and_pages_do_not() {
    let hours = Hours::parse("Mon-Fri 08:00-18:00 Europe/Vienna").expect("hours");
    let written = configuration(&[About { hours: Some(hours), ..about() }], RECEIVERS).expect("valid");
    let (page, ticket) = written.split_once("receiver: sales-ticket\n      matchers").expect("both routes");
    assert!(!page.contains("active_time_intervals"), "{written}");
    assert!(ticket.contains("active_time_intervals:\n        - sales-hours"), "{written}");
    assert!(written.contains("location: Europe/Vienna"), "{written}");
    let always = configuration(&[about()], RECEIVERS).expect("valid");
    assert!(!always.contains("time_intervals"), "{always}");
}

#[test]
fn a_page_that_names_no_owner_is_a_page() {
    let written = configuration(&[about()], RECEIVERS).expect("valid");
    let last = written.rsplit_once("- receiver: ").expect("a route").1;
    assert!(
        last.starts_with("sales-page\n      matchers:\n        - \"severity=\\\"page\\\"\"\n"),
        "{written}"
    );
}

#[test]
fn a_slower_tier_is_left_out_while_a_faster_one_fires() {
    let written = configuration(&[about()], RECEIVERS).expect("valid");
    assert!(written.contains("tier=~\\\"page-slow|ticket-fast|ticket-slow\\\""), "{written}");
    assert!(written.contains("alertname=\\\"ShopDown\\\""), "{written}");
}

#[test]
fn a_receiver_that_is_missing_is_named() {
    let error = configuration(&[about()], "- name: sales-page\n").expect_err("missing");
    assert!(error.contains("sales-ticket"), "{error}");
    for broken in ["", "name: x", "- nam: x", "- name: [", "just text"] {
        let error = configuration(&[about()], broken).expect_err(broken);
        assert!(error.contains("slo/receivers.yaml"), "{error}");
    }
}

#[test]
fn receivers_that_are_there_are_not_added_again_however_they_are_written() {
    let owners = BTreeSet::from(["sales", "stock"]);
    let theirs = "- name: \"sales-page\" # the pager\n- webhook_configs: []\n  name: 'sales-ticket'\n- {name: stock-page}\n";
    assert_eq!(receivers_missing(theirs, &owners).as_deref(), Ok("- name: stock-ticket\n"));
    assert!(receivers_missing("name: x\n", &owners).is_err());
}

#[test]
fn an_slo_of_a_service_that_is_no_context_is_refused() {
    let catalog = Catalog { slos: vec![availability()], ..Catalog::default() };
    let runbooks = BTreeMap::new();
    let contexts = [About { context: "stock".to_owned(), ..about() }];
    let input = Input { contexts: &contexts, catalog: &catalog, receivers: RECEIVERS, runbooks: &runbooks };
    let error = rule_files(&input).expect_err("no context").to_string();
    assert!(
        error.contains("slo/shop.yaml:3:1") && error.contains("`shop`") && error.contains("(stock)"),
        "{error}"
    );
}

#[test]
fn a_receiver_with_a_name_alone_reaches_nobody() {
    let receivers =
        "- name: sales-page\n- name: sales-ticket\n  webhook_configs:\n    - url: http://localhost\n";
    assert_eq!(receivers_without_address(receivers), ["sales-page"]);
}
