//! How long everything has to be bad until an alert fires.

use crate::generate::INTERVAL;

/// What has to hold for an alert to fire.
pub(super) struct Condition {
    /// The long window in seconds.
    pub long: u64,
    /// The short window in seconds; the long one where there is none.
    pub short: u64,
    /// The error ratio that both have to exceed, from 0 to 1.
    pub threshold: f64,
    /// So many bad events at least in the long window.
    pub min_bad: u32,
    /// Seconds that it has to hold.
    pub hold: u64,
    /// Bad events reach the recorded rates over so many seconds.
    pub ramp: u64,
}

impl Condition {
    /// Seconds of a total outage until it fires, by what is recorded each minute; before the outage nothing was bad, and
    /// traffic was even. Nothing if it never does, which so little traffic causes that the least number of bad events is
    /// not reached in the long window.
    pub(super) fn outage_seconds(&self, events_per_day: Option<f64>) -> Option<u64> {
        let samples = |window: u64| usize::try_from(window / INTERVAL).unwrap_or(usize::MAX - 1) + 1;
        let (long, short) = (samples(self.long), samples(self.short));
        let per_minute = events_per_day.map(|events| events / 1_440.0);
        // What was recorded up to each minute, summed up.
        let mut sums: Vec<f64> = vec![0.0];
        for minute in 1..=long + 10 {
            let bad = if self.ramp == 0 { 1.0 } else { (seconds(minute) / as_f64(self.ramp)).min(1.0) };
            sums.push(sums[minute - 1] + bad);
            let sum = |window: usize| sums[minute] - sums[minute.saturating_sub(window)];
            let ratio = |window: usize, length: u64| {
                if length == self.ramp { bad } else { sum(window) / count(window) }
            };
            let enough = per_minute.is_none_or(|events| sum(long) * events > f64::from(self.min_bad) - 0.5);
            if ratio(long, self.long) > self.threshold && ratio(short, self.short) > self.threshold && enough
            {
                return Some(minute as u64 * INTERVAL + self.hold);
            }
        }
        None
    }
}

fn seconds(minute: usize) -> f64 {
    count(minute) * as_f64(INTERVAL)
}

fn count(number: usize) -> f64 {
    as_f64(number as u64)
}

/// Of a window or a number of samples, all of which are far below 2^52.
#[expect(clippy::cast_precision_loss, reason = "windows have at most some hundred million seconds")]
pub(super) fn as_f64(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE_FAST: Condition =
        Condition { long: 3_600, short: 300, threshold: 0.0144, min_bad: 3, hold: 0, ramp: 300 };

    #[test]
    fn a_total_outage_pages_once_the_rate_has_risen() {
        // 61 samples in the hour: 0.2 + 0.4 + 0.6 = 1.2 of them are bad after three minutes, more than 0.0144 × 61 = 0.88.
        assert_eq!(PAGE_FAST.outage_seconds(None), Some(180));
        // Where a value is measured each minute, nothing has to rise.
        assert_eq!(Condition { ramp: 0, ..PAGE_FAST }.outage_seconds(None), Some(60));
        assert_eq!(Condition { hold: 600, ..PAGE_FAST }.outage_seconds(None), Some(780));
    }

    #[test]
    fn with_little_traffic_the_least_number_of_bad_events_decides() {
        // One a minute: after 5 minutes 0.2 + 0.4 + 0.6 + 0.8 + 1 = 3 are more than 2.5; after 4 they are 2.
        assert_eq!(PAGE_FAST.outage_seconds(Some(1_440.0)), Some(300));
        // Two an hour are never three.
        assert_eq!(PAGE_FAST.outage_seconds(Some(48.0)), None);
    }
}
