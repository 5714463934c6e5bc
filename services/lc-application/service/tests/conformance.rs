// Managed by Macadam: made from services/lc-application/context.toml by `cargo xtask update lc-application`. Do not edit.
//! What every context does, whatever its domain.

use macadam_chassis::testing;

const BINARY: &str = env!("CARGO_BIN_EXE_lc-application-service");
const CONTRACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../contracts/lc-application");

#[test]
fn it_serves_all_that_its_board_says() {
    testing::serves(BINARY);
}

#[test]
fn it_refuses_strangers_and_malformed_requests_and_changes_nothing() {
    testing::refuses(BINARY);
}

#[test]
fn it_tells_what_it_does() {
    testing::tells(BINARY);
}

#[test]
fn its_read_models_fold_recorded_events_as_their_versions_say() {
    testing::folds(BINARY, concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"));
}

#[test]
fn its_contracts_are_what_its_code_says() {
    testing::keeps_its_contracts(BINARY, CONTRACTS);
}

#[test]
fn it_drains_and_ends_when_it_is_told_to() {
    testing::drains(BINARY);
}

#[test]
fn it_loses_and_doubles_nothing_when_it_is_killed_under_load() {
    testing::crashes(BINARY);
}
