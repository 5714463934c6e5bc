//! Appending, replaying and building views, each against the same tables with nothing around them.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use macadam_testkit::measure::{Batch, Log};
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::child::{Child, wait};
use crate::raw::{Raw, read};
use crate::report::Report;
use crate::shop::OrderEvent;
use crate::stats::{Of, alternate, summary};

/// A line and a note of an order, as the shop stores them; about 300 bytes in the mean with the columns around.
const LINE: &str =
    r#"{"price":{"amount":"12.50","currency":"USD"},"total":{"amount":"1012.50","currency":"USD"}}"#;
const PLACED: &str = r#"{"buyer":"bea","priority":3,"urgent":false,"card":"4711-0815-4711-0815"}"#;

fn payload() -> String {
    format!(r#"{{"text":"{}"}}"#, "what a customer wanted to say, at some length; ".repeat(6))
}

/// Durable appends by so many writers at once, each to a stream of its own.
pub(crate) fn append(report: &mut Report, runtime: &Runtime, rounds: usize) {
    for (writers, each) in [(1, 1_500), (8, 800), (64, 400), (256, 120)] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (ours, raw) = (folder.path().join("log.db"), folder.path().join("raw.db"));
        drop(Log::open(&raw, "shop"));
        let (log, bare) = (Log::open(&ours, "shop"), Raw::open(&raw));
        let text = payload();
        let count = f64::from(writers * each);
        let rate = |began: Instant| count / began.elapsed().as_secs_f64();
        let chassis = || {
            let began = Instant::now();
            runtime.block_on(every(writers, |stream| {
                let (log, text) = (log.clone(), text.clone());
                async move {
                    for version in 0..i64::from(each) {
                        let batch = Batch { aggregate: "Order", events: &[("Noted", 1, &text)] };
                        log.append(stream, version, batch).await;
                    }
                }
            }));
            rate(began)
        };
        let other = || {
            let began = Instant::now();
            runtime.block_on(every(writers, |stream| {
                let (bare, text) = (bare.clone(), text.clone());
                async move {
                    for version in 1..=i64::from(each) {
                        bare.append(stream, version, "Noted", &text).await;
                    }
                }
            }));
            rate(began)
        };
        let sides = alternate(rounds, chassis, other);
        let (appends, commits) = log.appends_and_commits();
        #[expect(clippy::cast_precision_loss, reason = "a count of commits fits")]
        let shared = format!("{:.2} commits per append", commits as f64 / appends);
        let name = format!("append, {writers} writers");
        report.ratio(&name, (&sides.0, &sides.1), "appends/s", Of::Median, &shared);
    }
}

async fn every<F: Future<Output = ()> + Send + 'static>(writers: u32, work: impl Fn(Uuid) -> F) {
    let running: Vec<_> = (0..writers).map(|_| tokio::spawn(work(Uuid::new_v4()))).collect();
    for writer in running {
        writer.await.expect("a writer ends");
    }
}

/// What follows a creation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    /// Lines alone, all of which the view of orders hears.
    Lines,
    /// Lines and notes in turn.
    Mixed,
}

/// A log of so many events of the shop: streams of twenty, a creation in front of each.
pub(crate) fn fill(file: &Path, runtime: &Runtime, events: u32, rest: Rest) {
    let log = Log::open(file, "shop");
    let text = payload();
    let begun = Arc::<AtomicU32>::default();
    runtime.block_on(every(256, |_| {
        let (log, text, begun) = (log.clone(), text.clone(), begun.clone());
        async move {
            while begun.fetch_add(1, Ordering::Relaxed) < events / 20 {
                let mut batch = vec![("Placed", 1, PLACED)];
                batch.extend((1..20).map(|nth| {
                    let line = rest == Rest::Lines || nth % 2 == 0;
                    if line { ("LineAdded", 1, LINE) } else { ("Noted", 1, text.as_str()) }
                }));
                log.append(Uuid::now_v7(), 0, Batch { aggregate: "Order", events: &batch }).await;
            }
        }
    }));
}

/// Typed replay against reading the same rows.
pub(crate) fn replay(report: &mut Report, runtime: &Runtime, rounds: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = &folder.path().join("log.db");
    fill(file, runtime, 200_000, Rest::Mixed);
    let log = Log::open(file, "shop");
    #[expect(clippy::cast_precision_loss, reason = "a count of events fits")]
    let count = log.head() as f64;
    let typed = || {
        let began = Instant::now();
        log.replay::<OrderEvent>(|event| drop(std::hint::black_box(event)));
        count / began.elapsed().as_secs_f64()
    };
    let sides = alternate(rounds, typed, || reading(file, count));
    report.ratio("typed replay", (&sides.0, &sides.1), "events/s", Of::Median, "");
}

/// One view rebuilt by itself in a running context, against reading the same rows.
pub(crate) fn view(report: &mut Report, runtime: &Runtime, rounds: usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    std::fs::create_dir_all(&data).expect("the folder is writable");
    let file = data.join("log.db");
    fill(&file, runtime, 500_000, Rest::Lines);
    let child = Child::of_this("one-view", folder.path(), &[]);
    let built = || wait("the view is built", Duration::from_millis(2), || child.views_are_built());
    built();
    let count = child.admin("GET /views")["head"].as_f64().expect("a position");
    let rebuilt = || {
        let began = Instant::now();
        child.admin("POST /views/Orders/rebuild");
        built();
        count / began.elapsed().as_secs_f64()
    };
    let sides = alternate(rounds, rebuilt, || reading(&file, count));
    let rate = summary(&sides.0, Of::Median);
    report.figure("one view rebuilt", rate, "events/s", "500,000 events, all heard, in streams of 20");
    report.ratio("one view rebuilt", (&sides.0, &sides.1), "events/s", Of::Median, "");
}

/// How many rows a second are read with nothing around.
fn reading(file: &Path, count: f64) -> f64 {
    let began = Instant::now();
    std::hint::black_box(read(file));
    count / began.elapsed().as_secs_f64()
}
