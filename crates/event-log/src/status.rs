//! How a log is doing, in memory: what waits for its writer, whether commits succeed, and when recent events were
//! recorded. Whoever asks waits for nothing, whatever holds the database up.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::fault::FaultKind;
use crate::time::from_micros;

/// Moments that are remembered. Where there are more, those are forgotten whose neighbours say nearly the same: all that
/// was recorded since the start is covered, the longer ago the more coarsely.
const MOMENTS_MAX: usize = 4_096;
/// An age may be too small by this part of it, or by so many microseconds.
const ERROR_PART: i64 = 100;
const ERROR_MICROS: i64 = 50_000;

/// How a log is doing.
#[derive(Debug)]
pub(crate) struct LogStatus {
    base: Instant,
    /// The position at which it was opened.
    opened_at: i64,
    /// Appends that the writer is committing.
    committing: AtomicUsize,
    /// When the first of these was asked for, in nanoseconds since `base`; 0 where there is none.
    asked: AtomicU64,
    /// Why the last commit failed; 0 where it succeeded.
    failing: AtomicU8,
    /// The last position of a commit and when it was recorded, in microseconds, in the order of both. The lock is held to
    /// push or to look up alone.
    moments: Mutex<VecDeque<(i64, i64)>>,
}

impl LogStatus {
    /// Of a log that ends at this position, recorded at this moment.
    pub(crate) fn new(position: i64, recorded_at: i64) -> Self {
        Self {
            base: Instant::now(),
            opened_at: position,
            committing: AtomicUsize::new(0),
            asked: AtomicU64::new(0),
            failing: AtomicU8::new(0),
            moments: Mutex::new(VecDeque::from([(position, recorded_at)])),
        }
    }

    /// The writer begins to commit so many appends, the first of which was asked for at this moment.
    pub(crate) fn begins(&self, appends: usize, asked: Instant) {
        self.committing.store(appends, Ordering::Relaxed);
        let asked = asked.saturating_duration_since(self.base).as_nanos();
        self.asked.store(u64::try_from(asked).unwrap_or(u64::MAX).max(1), Ordering::Relaxed);
    }

    /// The log goes up to this position now.
    pub(crate) fn recorded(&self, position: i64, recorded_at: i64) {
        let mut moments = self.moments.lock().unwrap_or_else(PoisonError::into_inner);
        if moments.back().is_some_and(|(last, _)| *last >= position) {
            return;
        }
        if moments.len() == MOMENTS_MAX {
            thin_out(&mut moments, recorded_at);
        }
        moments.push_back((position, recorded_at));
    }

    /// Something was written and committed.
    pub(crate) fn succeeded(&self) {
        self.failing.store(0, Ordering::Relaxed);
    }

    /// The writer could not commit.
    pub(crate) fn failed(&self, kind: FaultKind) {
        self.failing.store(kind.number(), Ordering::Relaxed);
    }

    /// The writer has answered all that it had taken.
    pub(crate) fn answered(&self) {
        self.committing.store(0, Ordering::Relaxed);
        self.asked.store(0, Ordering::Relaxed);
    }

    /// Appends that the writer has taken and not answered.
    pub(crate) fn committing(&self) -> usize {
        self.committing.load(Ordering::Relaxed)
    }

    /// How long the first append has waited that is not answered. The queue is served in its order, so it is one of those
    /// that the writer has taken.
    pub(crate) fn oldest(&self) -> Duration {
        match self.asked.load(Ordering::Relaxed) {
            0 => Duration::ZERO,
            asked => self.base.elapsed().saturating_sub(Duration::from_nanos(asked)),
        }
    }

    /// Why the last commit failed; none where it succeeded.
    pub(crate) fn failing(&self) -> Option<FaultKind> {
        FaultKind::of_number(self.failing.load(Ordering::Relaxed))
    }

    /// Whether the event at this position was recorded since the log was opened.
    pub(crate) fn saw(&self, position: i64) -> bool {
        position > self.opened_at
    }

    /// When the event at this position was recorded. Of events from before the start, which is only known to be earlier
    /// than the newest of them, that one's moment.
    pub(crate) fn recorded_at(&self, position: i64) -> Option<Timestamp> {
        let moments = self.moments.lock().unwrap_or_else(PoisonError::into_inner);
        let place = moments.partition_point(|(last, _)| *last < position);
        moments.get(place).map(|(_, recorded_at)| from_micros(*recorded_at))
    }
}

/// Forgets a moment where the next one may stand for it. Gaps grow with the age, so that a year needs some 3,000 moments;
/// where there are more all the same, every other one is forgotten.
fn thin_out(moments: &mut VecDeque<(i64, i64)>, now: i64) {
    let mut kept = VecDeque::with_capacity(MOMENTS_MAX);
    let mut before = i64::MIN;
    for (place, (position, recorded_at)) in moments.iter().enumerate() {
        let next = moments.get(place + 1).map_or(now, |(_, next)| *next);
        let tolerated = ((now - next) / ERROR_PART).max(ERROR_MICROS);
        if next.saturating_sub(before) > tolerated {
            kept.push_back((*position, *recorded_at));
            before = *recorded_at;
        }
    }
    if kept.len() > MOMENTS_MAX / 10 * 9 {
        let mut number = 0_usize;
        kept.retain(|_| {
            number += 1;
            number.is_multiple_of(2)
        });
    }
    *moments = kept;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_was_recorded_when_its_commit_was() {
        let status = LogStatus::new(10, 1_000);
        status.recorded(12, 2_000);
        status.recorded(12, 3_000);
        status.recorded(15, 4_000);
        let at = |position| status.recorded_at(position).map(Timestamp::as_microsecond);
        assert_eq!([at(1), at(10), at(11), at(12)], [Some(1_000), Some(1_000), Some(2_000), Some(2_000)]);
        assert_eq!([at(13), at(15), at(16)], [Some(4_000), Some(4_000), None]);
    }

    #[test]
    fn a_long_time_is_covered_by_bounded_memory_and_ages_stay_true() {
        let status = LogStatus::new(0, 0);
        let last = 1_000_000;
        for second in 1..=last {
            status.recorded(second, second * 1_000_000);
        }
        assert!(status.moments.lock().expect("no panic").len() <= MOMENTS_MAX);
        for position in [1, 1_000, 400_000, 900_000, 999_000, last - 10, last] {
            let at = status.recorded_at(position).expect("it is covered").as_microsecond() / 1_000_000;
            let (age, true_age) = (last - at, last - position);
            assert!(
                age <= true_age && (true_age - age) * 100 <= true_age,
                "{position}: {age} for {true_age}"
            );
        }
    }

    #[test]
    fn a_commit_ends_what_failed_before() {
        let status = LogStatus::new(0, 0);
        assert_eq!(status.failing(), None);
        for kind in FaultKind::ALL {
            status.failed(*kind);
            assert_eq!(status.failing(), Some(*kind));
        }
        status.recorded(1, 1);
        assert!(status.failing().is_some(), "a commit that failed may have reached the disk all the same");
        status.succeeded();
        assert_eq!(status.failing(), None);
    }
}
