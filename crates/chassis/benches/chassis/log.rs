//! Appending, replaying and building views, each against the same tables with nothing around them.

use std::path::Path;
use std::time::Instant;

use macadam_chassis::testing::measure::{Batch, Log};
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::raw::{Raw, read};
use crate::report::{Report, Side};
use crate::shop::OrderEvent;
use crate::stats::Of;

/// A line and a note of an order, as the shop stores them; about 300 bytes in the mean with the columns around.
const LINE: &str =
    r#"{"price":{"amount":"12.50","currency":"USD"},"total":{"amount":"1012.50","currency":"USD"}}"#;
const PLACED: &str = r#"{"buyer":"bea","priority":3,"urgent":false,"card":"4711-0815-4711-0815"}"#;

fn payload() -> String {
    format!(r#"{{"text":"{}"}}"#, "what a customer wanted to say, at some length; ".repeat(6))
}

/// Durable appends by so many writers at once, each to a stream of its own.
pub(crate) fn append(report: &mut Report, runtime: &Runtime, rounds: usize) {
    for (writers, each) in [(1, 250), (8, 150), (64, 100), (256, 60)] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (ours, raw) = (folder.path().join("log.db"), folder.path().join("raw.db"));
        drop(Log::open(&raw, "shop"));
        let (log, bare) = (Log::open(&ours, "shop"), Raw::open(&raw));
        let text = payload();
        let count = f64::from(writers * each);
        let rate = |began: Instant| count / began.elapsed().as_secs_f64();
        let mut sides = (Vec::new(), Vec::new());
        for round in 0..=rounds {
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
            let chassis = rate(began);
            let began = Instant::now();
            runtime.block_on(every(writers, |stream| {
                let (bare, text) = (bare.clone(), text.clone());
                async move {
                    for version in 1..=i64::from(each) {
                        bare.append(stream, version, "Noted", &text).await;
                    }
                }
            }));
            // The first round warms up.
            if round > 0 {
                sides.0.push(chassis);
                sides.1.push(rate(began));
            }
        }
        let (appends, commits) = log.appends_and_commits();
        let side = |figures| Side { figures, unit: "appends/s" };
        #[expect(clippy::cast_precision_loss, reason = "a count of commits fits")]
        let shared = format!("{:.2} commits per append", commits as f64 / appends);
        let name = format!("append, {writers} writers");
        report.ratio(&name, side(sides.0), side(sides.1), Of::Median, &shared);
    }
}

async fn every<F: Future<Output = ()> + Send + 'static>(writers: u32, work: impl Fn(Uuid) -> F) {
    let running: Vec<_> = (0..writers).map(|_| tokio::spawn(work(Uuid::new_v4()))).collect();
    for writer in running {
        writer.await.expect("a writer ends");
    }
}

/// A log of so many events of the shop: streams of twenty, a creation in front of each.
pub(crate) fn fill(file: &Path, runtime: &Runtime, events: u32) {
    let log = Log::open(file, "shop");
    let text = payload();
    runtime.block_on(every(256, |_| {
        let (log, text) = (log.clone(), text.clone());
        async move {
            for _ in 0..(events / 20).div_ceil(256) {
                let mut batch = vec![("Placed", 1, PLACED)];
                batch.extend((1..20).map(|nth| {
                    if nth % 2 == 0 { ("LineAdded", 1, LINE) } else { ("Noted", 1, text.as_str()) }
                }));
                if log.head() < i64::from(events) {
                    log.append(Uuid::now_v7(), 0, Batch { aggregate: "Order", events: &batch }).await;
                }
            }
        }
    }));
}

/// Typed replay against reading the same rows.
pub(crate) fn replay(report: &mut Report, file: &Path, rounds: usize) {
    let log = Log::open(file, "shop");
    #[expect(clippy::cast_precision_loss, reason = "a count of events fits")]
    let count = log.head() as f64;
    let mut sides = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        let began = Instant::now();
        log.replay::<OrderEvent>(|event| drop(std::hint::black_box(event)));
        let typed = count / began.elapsed().as_secs_f64();
        let began = Instant::now();
        std::hint::black_box(read(file));
        if round > 0 {
            sides.0.push(typed);
            sides.1.push(count / began.elapsed().as_secs_f64());
        }
    }
    let side = |figures| Side { figures, unit: "events/s" };
    report.ratio("typed replay", side(sides.0), side(sides.1), Of::Median, "");
}
