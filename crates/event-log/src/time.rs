//! Times as they are stored: microseconds since 1970.

use jiff::Timestamp;

/// A moment as it is stored.
pub fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A stored moment; what is out of range is 1970.
pub fn from_micros(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}
