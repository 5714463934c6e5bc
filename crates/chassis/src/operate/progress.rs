//! Progress of long work, on stderr: one line that changes on a terminal, else a line now and then.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// How often a terminal's line changes.
const TICK: Duration = Duration::from_millis(200);
/// How often a line is written where it stays.
const LINE: Duration = Duration::from_secs(10);

/// How far something has come.
pub(super) struct Progress {
    what: String,
    began: Instant,
    printed: Instant,
    moves: bool,
    shown: bool,
}

impl Progress {
    /// Says at once that it began.
    pub(super) fn begin(what: impl Into<String>) -> Self {
        let what = what.into();
        let moves =
            std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        eprintln!("{what} …");
        let now = Instant::now();
        Self { what, began: now, printed: now, moves, shown: false }
    }

    /// Says how far it is, and how long it may still take.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(super) fn at(&mut self, done: i64, of: i64) {
        let interval = if self.moves { TICK } else { LINE };
        if self.printed.elapsed() < interval {
            return;
        }
        self.printed = Instant::now();
        let left = if done > 0 {
            let seconds = self.began.elapsed().as_secs_f64() * (of - done).max(0) as f64 / done as f64;
            format!(", about {seconds:.0} s left")
        } else {
            String::new()
        };
        let line = format!("{}: {done} of {of}{left}", self.what);
        if self.moves {
            eprint!("\r\x1b[2K{line}");
            let _ = std::io::stderr().flush();
            self.shown = true;
        } else {
            eprintln!("{line}");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            eprintln!();
        }
    }
}
