//! When what is under way began, so that a scrape can say how old the oldest of it is. What hangs is counted nowhere else
//! before it ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Slots that are looked at for a free one.
const LOOKS: usize = 32;

/// The start times of all that is under way. Every request pays for it: beginning and ending are two atomic writes each,
/// without a lock and without memory to be had, and only the scrape looks at all of them.
#[derive(Debug)]
pub struct StartTimes {
    base: Instant,
    /// Nanoseconds since `base`; 0 for a slot that is free.
    slots: Box<[AtomicU64]>,
    next: AtomicUsize,
}

/// Something under way, until it is dropped.
#[derive(Debug)]
pub struct Started {
    times: Arc<StartTimes>,
    /// None where all slots were taken that were looked at: then so many others are under way that it is not missed.
    slot: Option<usize>,
}

impl StartTimes {
    /// Room for about twice as many as are under way at most, so that a free slot is found at once.
    pub fn new(at_most: usize) -> Arc<Self> {
        let room = at_most.saturating_mul(2).clamp(64, 65_536);
        let slots = (0..room).map(|_| AtomicU64::new(0)).collect();
        Arc::new(Self { base: Instant::now(), slots, next: AtomicUsize::new(0) })
    }

    /// Something begins now.
    #[must_use]
    pub fn begin(self: &Arc<Self>) -> Started {
        let now = self.now().max(1);
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        let slot = (0..LOOKS).map(|look| first.wrapping_add(look) % self.slots.len()).find(|slot| {
            self.slots[*slot].compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        });
        Started { times: self.clone(), slot }
    }

    /// The age of the oldest that is under way; zero where nothing is.
    pub fn oldest(&self) -> Duration {
        let begun = self.slots.iter().map(|slot| slot.load(Ordering::Relaxed)).filter(|begun| *begun != 0);
        begun.min().map_or(Duration::ZERO, |begun| Duration::from_nanos(self.now().saturating_sub(begun)))
    }

    fn now(&self) -> u64 {
        u64::try_from(self.base.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if let Some(slot) = self.slot {
            self.times.slots[slot].store(0, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_the_one_that_began_first_of_those_that_have_not_ended() {
        let times = StartTimes::new(4);
        assert_eq!(times.oldest(), Duration::ZERO);
        let first = times.begin();
        let between = Instant::now();
        let second = times.begin();
        assert!(times.oldest() >= between.elapsed(), "the first began before that");
        drop(first);
        let (after, oldest) = (between.elapsed(), times.oldest());
        assert!(Duration::ZERO < oldest && oldest <= after + between.elapsed());
        drop(second);
        assert_eq!(times.oldest(), Duration::ZERO);
    }

    #[test]
    fn more_than_there_is_room_for_leave_no_slot_taken() {
        let times = StartTimes::new(1);
        let many: Vec<_> = (0..1_000).map(|_| times.begin()).collect();
        assert!(many.iter().any(|started| started.slot.is_none()), "there is room for 64");
        assert!(times.oldest() > Duration::ZERO);
        drop(many);
        assert_eq!(times.oldest(), Duration::ZERO);
    }

    #[test]
    fn threads_that_begin_at_once_have_slots_of_their_own() {
        let times = StartTimes::new(64);
        let slots = std::thread::scope(|scope| {
            let begin = || scope.spawn(|| (0..16).map(|_| times.begin()).collect::<Vec<_>>());
            let threads: Vec<_> = (0..4).map(|_| begin()).collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect::<Vec<_>>()
        });
        let distinct: std::collections::HashSet<_> =
            slots.iter().filter_map(|started| started.slot).collect();
        assert_eq!(distinct.len(), slots.len());
    }
}
