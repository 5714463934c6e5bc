//! Golden folds: recorded without secrets, and a result that changes without its version is noticed.

use std::path::Path;

use serde_json::json;

use crate::shop::{Told, command, place, shop, usd};

fn golden(data: &Path, folder: &Path, action: &str, more: &[&str]) -> Told {
    let folder = folder.to_str().expect("the path is text");
    command(data, &[&["golden", action, folder], more].concat())
}

#[test]
fn a_fold_that_changes_under_its_version_is_refused() {
    let shop = shop();
    let buyer = shop.client("bea", &["Buyer"]);
    place(&buyer, "bea").accept("add-line", &json!({ "price": usd("5") }));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (data, folder) = (shop.data(), folder.path().join("golden"));
    let nothing = golden(&data, &folder, "check", &[]);
    assert!(nothing.code == Some(0) && nothing.out.contains("no events are recorded yet"), "{nothing:?}");

    let would = golden(&data, &folder, "record", &["--dry-run", "--json"]).report();
    assert!(!folder.exists());
    let recorded = golden(&data, &folder, "record", &["--json"]).report();
    assert_eq!((&recorded["events"], &recorded["written"]), (&json!(2), &would["written"]));
    let files = ["Deliveries.v1.json", "Fragile.v1.json", "Orders.v1.json", "events.jsonl"];
    assert_eq!(recorded["written"], json!(files));
    for file in files {
        let text = std::fs::read_to_string(folder.join(file)).expect("readable");
        assert!(!text.contains("4711"), "{file}: {text}");
    }
    let checked = golden(&data, &folder, "check", &[]);
    assert!(checked.out.contains("3 read models fold 2 events as recorded"), "{checked:?}");
    let again = golden(&data, &folder, "record", &[]);
    assert!(again.out.contains("nothing to do"), "{again:?}");

    // As if the projection had made something else when this version was recorded.
    let orders = folder.join("Orders.v1.json");
    let text = std::fs::read_to_string(&orders).expect("readable");
    std::fs::write(&orders, text.replace("\"5.00\"", "\"4.00\"")).expect("writable");
    for told in [golden(&data, &folder, "check", &[]), golden(&data, &folder, "record", &[])] {
        let says = told.refusal();
        assert!(says.contains("Orders version 1 makes 1 documents otherwise"), "{told:?}");
        assert!(says.contains("Raise the version of Orders on the board"), "{told:?}");
    }
    // A new version has other files; those of the old one go.
    std::fs::rename(&orders, folder.join("Orders.v0.json")).expect("it can be renamed");
    let missing = golden(&data, &folder, "check", &[]);
    assert!(missing.refusal().contains("cargo xtask golden shop --keep-events"), "{missing:?}");
    let added = golden(&data, &folder, "record", &["--keep-events", "--json"]).report();
    let (written, removed) = (json!(["Orders.v1.json"]), json!(["Orders.v0.json"]));
    assert_eq!((&added["written"], &added["removed"]), (&written, &removed));
    assert_eq!(golden(&data, &folder, "check", &[]).code, Some(0));
}

#[test]
fn a_recorded_event_that_cannot_be_read_is_named_by_its_line() {
    let shop = shop();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let empty = golden(&shop.data(), folder.path(), "record", &[]);
    assert!(empty.refusal().contains("holds no events"), "{empty:?}");
    std::fs::write(folder.path().join("events.jsonl"), "{}\n").expect("writable");
    let bad = golden(&shop.data(), folder.path(), "check", &[]);
    assert!(bad.refusal().contains("events.jsonl:1: missing field"), "{bad:?}");
}
