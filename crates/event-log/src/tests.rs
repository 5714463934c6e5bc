//! The log's promises, against a real database.

use std::collections::BTreeSet;

use jiff::Timestamp;
use macadam_kernel::Actor;
use macadam_telemetry::MetricFactory;
use rusqlite::Connection;
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::sqlite::keep_plans;

fn metrics() -> LogMetrics {
    let factory = MetricFactory::new("test").expect("the names are good");
    LogMetrics::new(&factory).expect("the names are good")
}

fn settings(metrics: &LogMetrics) -> LogOptions {
    LogOptions {
        metrics: metrics.clone(),
        keys_kept: jiff::SignedDuration::from_hours(1),
        processes: Vec::new(),
        claims: Vec::new(),
        folder: None,
    }
}

fn open(folder: &TempDir) -> EventLog {
    EventLog::open(&folder.path().join("log.db"), "shop", settings(&metrics())).expect("it opens")
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn event() -> NewEvent {
    NewEvent { kind: "Happened", schema_version: 1, published: false, payload: "{}".to_owned() }
}

fn append(stream: Uuid, expected: i64, events: usize) -> Append {
    Append {
        aggregate: "Thing",
        stream,
        expected,
        events: vec![event(); events],
        actor: Actor::system("test"),
        correlation_id: stream,
        causation_id: None,
        traceparent: None,
        key: None,
        claims: Vec::new(),
        deadlines: Vec::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn positions_are_dense_and_in_commit_order_under_64_writers_that_share_commits() {
    let (folder, metrics) = (folder(), metrics());
    let log = EventLog::open(&folder.path().join("log.db"), "shop", settings(&metrics)).expect("it opens");
    let writers: Vec<_> = (0..64_u128)
        .map(|number| {
            let log = log.clone();
            tokio::spawn(async move {
                let stream = Uuid::from_u128(number + 1);
                let mut last = 0;
                for version in 0..8 {
                    let appended =
                        log.append(append(stream, version, 1)).await.expect("nobody else is there");
                    assert_eq!(appended.version, version + 1);
                    assert!(appended.position > last);
                    assert!(*log.head().borrow() >= appended.position, "what is acknowledged can be read");
                    last = appended.position;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("no panic");
    }
    let events = log.after(0, 1_000).expect("readable");
    let positions: Vec<_> = events.iter().map(|event| event.position).collect();
    assert_eq!(positions, (1..=512).collect::<Vec<_>>());
    assert!(events.is_sorted_by_key(|event| event.recorded_at), "time never goes back");
    let (commits, appends) = (metrics.group_size.get_sample_count(), metrics.group_size.get_sample_sum());
    assert!(appends > 511.0 && appends < 513.0, "{appends}");
    assert!(commits < 512, "several appends share a commit: {commits}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_conflict_leaves_its_neighbours_alone() {
    let folder = folder();
    let log = open(&folder);
    let streams: Vec<_> = (1..=40).map(Uuid::from_u128).collect();
    log.append(append(streams[0], 0, 3)).await.expect("new");
    // Every second one expects a version that its stream does not have.
    let waiting = streams.iter().enumerate().map(|(place, stream)| {
        let expected = if place == 0 { 3 } else { i64::from(place % 2 == 1) };
        log.append(append(*stream, expected, 1))
    });
    let outcomes = futures_util::future::join_all(waiting).await;
    for (place, outcome) in outcomes.iter().enumerate() {
        if place % 2 == 1 {
            assert!(matches!(outcome, Err(AppendError::Conflict { actual: 0 })), "{place}: {outcome:?}");
        } else {
            assert!(outcome.is_ok(), "{place}: {outcome:?}");
        }
    }
    let positions: Vec<_> = log.after(0, 100).expect("readable").iter().map(|event| event.position).collect();
    assert_eq!(positions, (1..=23).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_accepted_once_also_without_events_and_within_one_commit() {
    let folder = folder();
    let log = open(&folder);
    let stream = Uuid::from_u128(1);
    log.append(append(stream, 0, 1)).await.expect("new");
    let keyed = || Append { key: Some(key(7)), ..append(stream, 1, 0) };
    let outcomes =
        futures_util::future::join_all([log.append(keyed()), log.append(keyed()), log.append(keyed())]).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
    let again = log.append(Append { key: Some(key(7)), ..append(stream, 1, 5) }).await;
    let Err(AppendError::Repeated(before)) = again else { panic!("{again:?}") };
    let appended = &before.appended;
    assert_eq!((appended.stream, appended.version, appended.position), (stream, 1, 1));
    assert_eq!(log.accepted([7; 32]).await.expect("readable"), Some(before));
    assert_eq!(log.accepted([8; 32]).await.expect("readable"), None);
    assert_eq!(log.after(0, 10).expect("readable").len(), 1);
}

fn key(number: u8) -> NewKey {
    NewKey { hash: [number; 32], asked: None }
}

fn asked(number: u8) -> NewKey {
    let asked = Asked { request: [number; 32], answer: "{}".to_owned() };
    NewKey { hash: [number; 32], asked: Some(asked) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callers_key_expires_and_is_removed_while_the_roads_own_is_kept() {
    let folder = folder();
    let file = folder.path().join("log.db");
    let settings = LogOptions { keys_kept: jiff::SignedDuration::ZERO, ..settings(&metrics()) };
    let log = EventLog::open(&file, "shop", settings).expect("it opens");
    let stream = Uuid::from_u128(1);
    log.append(Append { key: Some(key(1)), ..append(stream, 0, 1) }).await.expect("new");
    for version in 1..4 {
        let again = Append { key: Some(asked(2)), ..append(stream, version, 1) };
        log.append(again).await.expect("it has expired: the key is as good as new");
    }
    log.append(append(stream, 4, 1)).await.expect("goes on");
    assert!(log.accepted([1; 32]).await.expect("readable").is_some());
    assert_eq!(log.accepted([2; 32]).await.expect("readable"), None);
    let count = "SELECT count(*) FROM keys";
    let left: i64 = Connection::open(&file)
        .and_then(|connection| connection.query_row(count, [], |row| row.get(0)))
        .expect("readable");
    assert_eq!(left, 1);
}

fn take(value: &str) -> ClaimChange {
    ClaimChange::Take { claim: "Number", value: value.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_has_one_holder_also_within_one_commit_and_is_free_after_its_release() {
    let folder = folder();
    let log = open(&folder);
    let claiming = |stream: u128, expected, change| {
        log.append(Append { claims: vec![change], ..append(Uuid::from_u128(stream), expected, 1) })
    };
    let raced = (1..=16).map(|stream| claiming(stream, 0, take("LC-1")));
    let outcomes = futures_util::future::join_all(raced).await;
    let holders: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
    assert_eq!(holders.len(), 1, "{outcomes:?}");
    let refused = |outcome: &Result<_, _>| matches!(outcome, Err(AppendError::Claimed { claim: "Number" }));
    assert_eq!(outcomes.iter().filter(|outcome| refused(outcome)).count(), 15, "{outcomes:?}");
    assert_eq!(log.after(0, 100).expect("readable").len(), 1, "who is refused stores nothing");
    let holder = holders[0].stream.as_u128();
    claiming(holder, 1, take("LC-1")).await.expect("its own is no other's");
    claiming(holder, 2, take("LC-2")).await.expect("another value");
    claiming(99, 0, take("LC-1")).await.expect("it was given up for another");
    claiming(holder, 3, ClaimChange::Release { claim: "Number" }).await.expect("released");
    claiming(98, 0, take("LC-2")).await.expect("it was released");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_that_was_cleared_or_set_anew_is_not_fired() {
    let folder = folder();
    let log = open(&folder);
    let stream = Uuid::from_u128(1);
    let set = || DeadlineChange::Set { deadline: "Due", nth: 1, after: jiff::SignedDuration::ZERO };
    log.append(Append { deadlines: vec![set()], ..append(stream, 0, 1) }).await.expect("new");
    let due = log.due(Timestamp::MAX, 10).await.expect("readable").remove(0);
    let fire = |expected| Append { deadlines: vec![due.fired()], ..append(stream, expected, 1) };
    let stale = DeadlineChange::Fired {
        deadline: "Due".to_owned(),
        nth: 1,
        set_at: due.set_at - jiff::SignedDuration::from_millis(1),
        due_at: due.due_at,
    };
    let outcome = log.append(Append { deadlines: vec![stale], ..append(stream, 1, 1) }).await;
    assert!(matches!(outcome, Err(AppendError::Cleared)), "{outcome:?}");
    log.append(fire(1)).await.expect("it is there");
    let outcome = log.append(fire(2)).await;
    assert!(matches!(outcome, Err(AppendError::Cleared)), "{outcome:?}");
    assert_eq!(log.after(0, 10).expect("readable").len(), 2, "nothing of it was stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reopened_log_goes_on_and_time_does_not_go_back() {
    let folder = folder();
    let (stream, future) = (Uuid::from_u128(1), 4_102_444_800_000_000_i64);
    let id = {
        let log = open(&folder);
        log.append(append(stream, 0, 2)).await.expect("new");
        log.id().to_owned()
    };
    let file = folder.path().join("log.db");
    // As a machine leaves it whose clock was wrong.
    let tampered = Connection::open(&file).expect("it opens");
    tampered.execute("UPDATE events SET recorded_at = ?1 WHERE position = 2", [future]).expect("writable");
    let log = open(&folder);
    assert_eq!((log.id(), *log.head().borrow()), (id.as_str(), 2));
    let appended = log.append(append(stream, 2, 1)).await.expect("it goes on");
    assert_eq!((appended.version, appended.position), (3, 3));
    let events = log.stream(stream).await.expect("readable");
    assert_eq!(micros(events[2].recorded_at), future);
    let ids: BTreeSet<_> = events.iter().map(|event| event.event_id).collect();
    assert_eq!(ids.len(), 3);
}

#[test]
fn a_log_of_a_newer_schema_is_refused() {
    let folder = folder();
    let file = folder.path().join("log.db");
    let connection = Connection::open(&file).expect("it opens");
    connection.pragma_update(None, "user_version", 99).expect("writable");
    let error = EventLog::open(&file, "shop", settings(&metrics())).err().expect("refused");
    assert!(matches!(error, OpenError::Newer { found: 99, .. }), "{error}");
    assert!(error.to_string().contains("start the newer binary"));
}

#[tokio::test]
async fn a_log_of_another_context_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    drop(open(&folder));
    let other = EventLog::open(&folder.path().join("log.db"), "bank", settings(&metrics())).err();
    assert!(matches!(other, Some(OpenError::Foreign { .. })), "{other:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_expire_by_the_clock_although_the_log_was_once_ahead_of_it() {
    let folder = folder();
    let stream = Uuid::from_u128(1);
    open(&folder).append(append(stream, 0, 1)).await.expect("new");
    let ahead = Timestamp::now() + jiff::SignedDuration::from_hours(24 * 365);
    let tampered = Connection::open(folder.path().join("log.db")).expect("it opens");
    tampered.execute("UPDATE events SET recorded_at = ?1", [micros(ahead)]).expect("writable");
    let log = open(&folder);
    log.append(Append { key: Some(asked(1)), ..append(stream, 1, 1) }).await.expect("goes on");
    log.append(append(stream, 2, 1)).await.expect("a commit that removes what has expired");
    assert!(log.accepted([1; 32]).await.expect("readable").is_some(), "an hour has not passed");
    let again = log.append(Append { key: Some(asked(1)), ..append(stream, 3, 1) }).await;
    assert!(matches!(again, Err(AppendError::Repeated(_))), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_that_was_set_anew_while_the_logs_time_stood_still_is_not_fired() {
    let folder = folder();
    let stream = Uuid::from_u128(1);
    open(&folder).append(append(stream, 0, 1)).await.expect("new");
    let ahead = Timestamp::now() + jiff::SignedDuration::from_hours(24);
    let tampered = Connection::open(folder.path().join("log.db")).expect("it opens");
    tampered.execute("UPDATE events SET recorded_at = ?1", [micros(ahead)]).expect("writable");
    let log = open(&folder);
    let set = |hours| DeadlineChange::Set {
        deadline: "Due",
        nth: 1,
        after: jiff::SignedDuration::from_hours(hours),
    };
    log.append(Append { deadlines: vec![set(1)], ..append(stream, 1, 1) }).await.expect("set");
    let due = log.due(Timestamp::MAX, 10).await.expect("readable").remove(0);
    log.append(Append { deadlines: vec![set(2)], ..append(stream, 2, 1) }).await.expect("set anew");
    assert_eq!(log.due(Timestamp::MAX, 10).await.expect("readable")[0].set_at, due.set_at, "the same moment");
    let outcome = log.append(Append { deadlines: vec![due.fired()], ..append(stream, 3, 1) }).await;
    assert!(matches!(outcome, Err(AppendError::Cleared)), "{outcome:?}");
    assert_eq!(log.due(Timestamp::MAX, 10).await.expect("readable").len(), 1, "the new one waits");
}

fn numbered(stream: u128, number: &str) -> Append {
    let event = NewEvent { payload: format!("{{\"number\":\"{number}\"}}"), ..event() };
    Append { events: vec![event], ..append(Uuid::from_u128(stream), 0, 0) }
}

fn with_claim(claims: Vec<ClaimDef>) -> LogOptions {
    LogOptions { claims, ..settings(&metrics()) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_is_new_to_a_log_knows_what_is_there_already() {
    let folder = folder();
    let file = folder.path().join("log.db");
    {
        let log = open(&folder);
        log.append(numbered(1, "LC-1")).await.expect("new");
        log.append(numbered(2, "LC-2")).await.expect("new");
    }
    let claim = || ClaimDef::new("Number", "Thing", "number", &["Happened"], "taken");
    let log = EventLog::open(&file, "shop", with_claim(vec![claim()])).expect("no value is there twice");
    let taking = Append { claims: vec![take("LC-1")], ..numbered(3, "LC-1") };
    assert!(matches!(log.append(taking).await, Err(AppendError::Claimed { .. })));
    log.append(numbered(4, "LC-2")).await.expect("as code stored it that knew no claim");
    drop(log);
    let other = ClaimDef::new("Other", "Thing", "number", &["Happened"], "taken");
    let refused = EventLog::open(&file, "shop", with_claim(vec![other])).err();
    assert!(matches!(refused, Some(OpenError::ClaimedTwice { claim: "Other", .. })), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_new_to_a_log_begins_at_its_end_and_stays_there() {
    let folder = folder();
    let file = folder.path().join("log.db");
    let with = |processes| LogOptions { processes, ..settings(&metrics()) };
    let log = EventLog::open(&file, "shop", with(vec!["First"])).expect("it opens");
    log.append(append(Uuid::from_u128(1), 0, 3)).await.expect("new");
    assert_eq!(log.begins_after("First"), 0);
    drop(log);
    let log = EventLog::open(&file, "shop", with(vec!["First", "Second"])).expect("it opens");
    log.append(append(Uuid::from_u128(2), 0, 2)).await.expect("new");
    drop(log);
    let log = EventLog::open(&file, "shop", with(vec!["Second", "First"])).expect("it opens");
    assert_eq!((log.begins_after("First"), log.begins_after("Second")), (0, 3));
}

#[test]
fn a_statement_with_a_bound_limit_is_planned_once() {
    let folder = folder();
    drop(open(&folder));
    let planned_again = |settle: fn(&Connection)| {
        let mut connection = Connection::open(folder.path().join("log.db")).expect("it opens");
        settle(&connection);
        for group in 1..=3 {
            let transaction = connection.transaction().expect("a transaction");
            keys::prune(&transaction, group, 0).expect("nothing has expired");
            transaction.commit().expect("it commits");
        }
        let statement = connection.prepare_cached(keys::PRUNE).expect("SQL");
        statement.get_status(rusqlite::StatementStatus::RePrepare)
    };
    assert_eq!(planned_again(|connection| keep_plans(connection).expect("it can be set")), 0);
    assert!(planned_again(|_| ()) > 0, "SQLite keeps plans by itself: `keep_plans` is not needed any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_hands_over_what_was_stored_of_the_kinds_asked_for_and_nothing_of_the_event_before() {
    let folder = folder();
    let log = open(&folder);
    let stream = Uuid::from_u128(7);
    let of = |kind, payload: &str| NewEvent { kind, payload: payload.to_owned(), ..event() };
    let mut first = append(stream, 0, 0);
    first.events = vec![of("Happened", r#"{"long":"payload"}"#), of("Passed", "{}"), of("Happened", "{}")];
    first.traceparent = Some("00-1-2-01".to_owned());
    first.causation_id = Some(stream);
    log.append(first).await.expect("it is stored");
    let mut second = append(stream, 3, 0);
    second.events = vec![of("Happened", "[1]")];
    second.actor = Actor::new("Clerk", "cleo");
    log.append(second).await.expect("it is stored");
    let mut scanned = Vec::new();
    let end = log.scan(0, 4, &["Happened"], |event| {
        scanned.push(event.clone());
        Ok::<_, ReadError>(true)
    });
    assert_eq!(end.expect("it reads"), 4);
    let mut stored = log.after(0, 10).expect("it reads");
    stored.retain(|event| event.kind == "Happened");
    assert_eq!(format!("{scanned:?}"), format!("{stored:?}"));
    assert_eq!(scanned.iter().map(|event| event.payload.len()).collect::<Vec<_>>(), [18, 2, 3]);
    assert_eq!((scanned[2].actor.role.as_str(), scanned[2].traceparent.is_none()), ("Clerk", true));
    let mut until = Vec::new();
    let end = log.scan(0, 4, &["Happened", "Passed"], |event| {
        until.push(event.position);
        Ok::<_, ReadError>(event.position < 2)
    });
    assert_eq!((end.expect("it reads"), until), (2, vec![1, 2]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_held_until_nothing_can_be_appended_any_more() {
    let folder = folder();
    let held = Some(std::sync::Arc::new(DataFolder::take(folder.path()).expect("nobody else has it")));
    let options = LogOptions { folder: held, ..settings(&metrics()) };
    let log = EventLog::open(&folder.path().join(LOG), "shop", options).expect("it opens");
    let late = log.clone();
    drop(log);
    let lock = std::fs::File::open(folder.path().join(LOCK)).expect("the lock is there");
    assert!(lock.try_lock().is_err(), "an append may still be under way");
    late.append(append(Uuid::from_u128(1), 0, 1)).await.expect("new");
    drop(late);
    // Waits for the writer to end.
    DataFolder::take(folder.path()).expect("nothing is written any more");
}

/// Polls until the log says so.
async fn eventually_fails_for(log: &EventLog, wanted: Option<FaultKind>) {
    let asked = std::time::Instant::now();
    while log.failing() != wanted {
        assert!(asked.elapsed().as_secs() < 60, "{:?} and not {wanted:?}", log.failing());
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_whose_commit_failed_is_failing_until_something_is_written_to_it() {
    let folder = folder();
    let log = open(&folder);
    let stream = Uuid::from_u128(1);
    log.append(append(stream, 0, 1)).await.expect("it is new");
    assert_eq!(log.failing(), None);
    let other = Connection::open(folder.path().join("log.db")).expect("it opens");
    other.execute_batch("ALTER TABLE events RENAME TO gone").expect("it is renamed");
    assert!(matches!(log.append(append(stream, 1, 1)).await, Err(AppendError::Unknown)));
    assert_eq!(log.failing(), Some(FaultKind::Other));
    other.execute_batch("ALTER TABLE gone RENAME TO events").expect("it is renamed");
    assert!(matches!(log.append(append(stream, 0, 1)).await, Err(AppendError::Conflict { actual: 1 })));
    assert_eq!(log.failing(), Some(FaultKind::Other), "nothing was written, so nothing is known");
    log.try_to_write();
    eventually_fails_for(&log, None).await;
    assert_eq!(log.append(append(stream, 1, 1)).await.expect("it goes on").position, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_an_event_was_recorded_is_known_from_memory_once_the_log_is_open() {
    let folder = folder();
    let stream = Uuid::from_u128(1);
    let log = open(&folder);
    log.append(append(stream, 0, 2)).await.expect("it is new");
    drop(log);
    let log = open(&folder);
    log.append(append(stream, 2, 2)).await.expect("it goes on");
    let recorded: Vec<_> =
        log.after(0, 10).expect("readable").iter().map(|event| Some(event.recorded_at)).collect();
    // No database is read for these two.
    assert_eq!([log.known_recorded_at(3), log.known_recorded_at(4)], recorded[2..4]);
    assert_eq!(log.known_recorded_at(5), None);
    assert_eq!(log.recorded_at(1).expect("readable"), recorded[0], "an older one is read");
    assert_eq!(log.known_recorded_at(1), recorded[1], "of the old ones the newest is known");
}
