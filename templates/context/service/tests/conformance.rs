// Managed by Macadam: {{ origin }}
//! Tests that every context has.

use macadam_testkit as testing;

const BINARY: &str = env!("CARGO_BIN_EXE_{{ name }}-service");
const CONTRACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../contracts/{{ name }}");

#[test]
fn it_serves_everything_on_its_board() {
    testing::serves(BINARY);
}

#[test]
fn it_rejects_unauthorised_and_malformed_requests_and_changes_nothing() {
    testing::refuses(BINARY);
}

#[test]
fn it_exports_its_telemetry() {
    testing::tells(BINARY);
}

#[test]
fn its_read_models_give_the_recorded_documents() {
    testing::folds(BINARY, concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"));
}

#[test]
fn its_contracts_match_its_code() {
    testing::keeps_its_contracts(BINARY, CONTRACTS);
}

#[test]
fn it_drains_and_ends_when_it_is_stopped() {
    testing::drains(BINARY);
}

#[test]
fn it_neither_loses_nor_duplicates_events_when_it_is_killed_under_load() {
    testing::crashes(BINARY);
}
