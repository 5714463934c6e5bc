//! Examples that do not hold show their whole story, and what differs.

use std::panic::{UnwindSafe, catch_unwind};

use super::listeners::*;
use super::parcels::*;
use crate::events;
use crate::testing::{AMID, deadline, given, nothing, process, view};

/// What a failing example says.
#[track_caller]
fn failure(example: impl FnOnce() + UnwindSafe) -> String {
    let panic = catch_unwind(example).expect_err("the example does not hold");
    *panic.downcast::<String>().expect("a failure is a text")
}

#[test]
fn other_events_than_expected_fail_with_the_difference() {
    let said = failure(|| {
        given(at_hand()).when(Dispatch { express: true }).then(events![Dispatched { express: false }]);
    });
    assert_eq!(
        said,
        "\
given
  Registered(Registered { sender: \"somebody\", weight_g: 500, insured: 50.00 EUR })
when Dispatch { express: true }
by somebody as Sender

then, expected (-) and actual (+):
  Ok(
      [
          Dispatched(
              Dispatched {
-                 express: false,
+                 express: true,
              },
          ),
      ],
  )
"
    );
}

#[test]
fn an_event_fails_where_nothing_was_expected() {
    let said = failure(|| nothing().when(Register { weight_g: 500 }).then_nothing());
    assert!(said.starts_with("given nothing\nwhen Register { weight_g: 500 }\n\nthen, expected"), "{said}");
    assert!(said.contains("\n-     [],\n+     [\n+         Registered(\n"), "{said}");
}

#[test]
fn a_rejection_fails_where_events_were_expected() {
    let said = failure(|| {
        nothing().when_knowing(TakeOver { weight_g: 500 }, &1).then(events![registered()]);
    });
    assert!(
        said.contains("\n+ Err(\n+     NotThis(\n+         TooHeavy {\n+             limit_g: 1,\n"),
        "{said}"
    );
}

#[test]
fn events_fail_where_a_rejection_was_expected() {
    let said = failure(|| given(under_way()).when(Chase { nth: 1 }).then_rejected(Rejection::NotUnderWay));
    assert!(said.contains("\nby somebody as system\n"), "{said}");
    assert!(said.contains("\n- Err(\n-     NotUnderWay,\n+ Ok(\n+     [\n+         Chased(\n"), "{said}");
}

#[test]
fn another_rejection_than_expected_fails() {
    let said = failure(|| given(at_hand()).when(Chase { nth: 1 }).then_rejected(Rejection::Closed));
    assert!(said.ends_with("  Err(\n-     Closed,\n+     NotUnderWay,\n  )\n"), "{said}");
}

#[test]
fn a_rejection_that_the_board_does_not_list_fails() {
    let said = failure(|| given(under_way()).when(Chase { nth: 9 }).then_rejected(Rejection::Closed));
    assert!(said.contains("\nwhen Chase { nth: 9 }\n"), "{said}");
    assert!(
        said.ends_with(
            "is rejected by `closed`, which the board does not list among its `rejects`: [\"not-under-way\"]"
        ),
        "{said}"
    );
}

#[test]
fn a_history_without_a_creation_fails() {
    let said = failure(|| given::<Parcel>(events![Lost {}]).when(Chase { nth: 1 }).then_nothing());
    assert!(said.ends_with("\n\nthe history of a Parcel begins with the event of a creation"), "{said}");
}

#[test]
fn another_document_than_expected_fails_with_all_that_was_heard() {
    let said = failure(|| {
        view::<Whereabouts>().when(Dispatched { express: true }).after(WEEK).when(Lost {}).then(Some(
            &Whereabouts {
                express: true,
                position: 2,
                version: 2,
                heard_at: crate::testing::start(),
                heard_from: "x".into(),
            },
        ));
    });
    assert!(
        said.starts_with(
            "\
given
  (2026-01-01T00:00:00Z, Dispatched(Dispatched { express: true }))
  (2026-01-08T00:00:00Z, Lost(Lost))

then, expected (-) and actual (+):
- Some(
-     Whereabouts {
"
        ),
        "{said}"
    );
    assert!(said.ends_with("\n+ None\n"), "{said}");
}

#[test]
fn other_commands_than_expected_fail() {
    let said = failure(|| {
        let _ = process::<Recovery>().when(Dispatched { express: true }).when(Lost {}).then_sends(&[]);
    });
    assert!(
        said.contains("\n- []\n+ [\n+     Register(\n+         Register {\n+             weight_g: 1,\n"),
        "{said}"
    );
}

#[test]
fn another_state_than_expected_fails() {
    let said = failure(|| {
        let _ = process::<Recovery>().when(Dispatched { express: true }).then_state(&Recovery { heard: 2 });
    });
    assert!(said.contains("\n-         heard: 2,\n+         heard: 1,\n"), "{said}");
}

#[test]
fn another_key_than_expected_fails_and_the_expected_one_passes() {
    let story = || process::<Recovery>().when(Dispatched { express: true });
    story().then_key(&AMID.to_string());
    let said = failure(|| story().then_key("another"));
    assert!(said.contains("\n-     \"another\",\n+     \"") && said.contains(&AMID.to_string()), "{said}");
}

#[test]
fn a_process_that_goes_on_fails_where_it_was_to_end() {
    let said = failure(|| process::<Recovery>().when(Dispatched { express: true }).then_ended());
    assert!(said.contains("\n- None\n+ Some(\n+     Recovery {\n"), "{said}");
}

#[test]
fn a_deadline_that_sends_otherwise_fails() {
    let said = failure(|| {
        let _ = deadline::<Chasing>().given(Dispatched { express: true }).when_after(WEEK).then_sends(&[]);
    });
    assert!(said.contains("\n- []\n+ [\n+     Chase {\n+         nth: 1,\n"), "{said}");
}

#[test]
fn a_deadline_that_is_still_to_come_fails_where_it_was_to_be_cleared() {
    let said =
        failure(|| deadline::<Chasing>().given(Dispatched { express: true }).when_after(WEEK).then_cleared());
    assert!(
        said.ends_with(
            "\
- []
+ [
+     Due {
+         nth: 2,
+         set_at: 2026-01-01T00:00:00Z,
+         due_at: 2026-01-15T00:00:00Z,
+     },
+ ]
"
        ),
        "{said}"
    );
}
