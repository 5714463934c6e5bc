//! Parts of all examples: the time, the stream, and the text of a failure.

use std::fmt::Debug;

use jiff::{SignedDuration, Timestamp};
use similar::{ChangeTag, TextDiff};
use uuid::Uuid;

use crate::{Actor, Recorded};

/// The id of the aggregate in an example.
pub const AMID: Uuid = Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_00a1);

/// The time at which an example begins: 2026-01-01T00:00:00Z.
pub fn start() -> Timestamp {
    Timestamp::constant(1_767_225_600, 0)
}

/// `base` plus `duration`; panics outside the range of the calendar.
pub fn later(base: Timestamp, duration: SignedDuration) -> Timestamp {
    base.checked_add(duration).expect("an example stays within the calendar")
}

/// `event` as a record of the log.
pub(super) fn recorded<E>(event: E, position: usize, at: Timestamp, actor: &Actor) -> Recorded<E> {
    let position = i64::try_from(position).expect("an example has few events");
    Recorded {
        position,
        stream: AMID,
        version: position,
        event_id: Uuid::from_u128(u128::try_from(position).expect("positions are positive")),
        recorded_at: at,
        actor: actor.clone(),
        event,
    }
}

/// Panics with the whole example and a diff unless both are equal.
#[track_caller]
pub(super) fn same<T: Debug + ?Sized>(story: &str, expected: &T, actual: &T, equal: bool) {
    assert!(equal, "{story}\n\nthen, expected (-) and actual (+):\n{}", diff(expected, actual));
}

fn diff<T: Debug + ?Sized>(expected: &T, actual: &T) -> String {
    let (expected, actual) = (format!("{expected:#?}"), format!("{actual:#?}"));
    let mut lines = String::new();
    for change in TextDiff::from_lines(&expected, &actual).iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Delete => "- ",
            ChangeTag::Insert => "+ ",
            ChangeTag::Equal => "  ",
        };
        lines.push_str(sign);
        lines.push_str(change.value().trim_end_matches('\n'));
        lines.push('\n');
    }
    lines
}

/// A list of events, one per line.
pub(super) fn list<T: Debug>(title: &str, items: &[T]) -> String {
    if items.is_empty() {
        return format!("{title} nothing");
    }
    let mut text = title.to_owned();
    for item in items {
        text.push_str(&format!("\n  {item:?}"));
    }
    text
}
