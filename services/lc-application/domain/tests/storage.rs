//! The stored form of events: old events can be read, and the form does not change.

use std::path::Path;

use lc_application_domain::LcApplicationEvent;
use macadam_kernel::{Event, Hear};
use serde_json::Value;

#[test]
fn each_kind_of_event_reads_and_writes_its_golden_file() {
    for kind in LcApplicationEvent::KINDS {
        let file = format!("{}.v{}.json", kind.name, kind.version);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(&file);
        let golden = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("read {file}: {error}"));
        let event = LcApplicationEvent::decode(kind.name, kind.version, &golden)
            .unwrap_or_else(|error| panic!("decode {file}: {error:?}"));
        let [golden, written] =
            [golden, event.encode().unwrap()].map(|json| serde_json::from_str::<Value>(&json).unwrap());
        assert_eq!(written, golden, "{file}");
    }
}
