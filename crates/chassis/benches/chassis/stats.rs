//! From rounds to a ratio with its noise.

/// Resamplings from which the noise is computed.
const RESAMPLED: usize = 2_000;
/// Fewer rounds than these show no noise.
const ROUNDS_MIN: usize = 3;

/// Which of the rounds' figures stands for a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Of {
    /// The median: rates.
    Median,
    /// The least: CPU per request, to which a busy machine only adds.
    Least,
}

/// A ratio of two sides that were measured in turn, round by round.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ratio {
    pub value: f64,
    /// The interval that holds 95 of 100 resamplings of the rounds.
    pub low: f64,
    pub high: f64,
    pub rounds: usize,
}

/// How a ratio stands to its goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Met,
    /// Less than the goal, and no more so than by the noise.
    WithinNoise,
    /// Less than the goal by more than the noise.
    Missed,
    /// Less than the goal, by rounds that are too few to tell.
    TooFewRounds,
}

impl Ratio {
    /// `over[i] / under[i]`, for sides of the same number of rounds.
    pub(crate) fn of(over: &[f64], under: &[f64], of: Of) -> Self {
        let rounds = over.len().min(under.len());
        let all: Vec<usize> = (0..rounds).collect();
        let ratio = |chosen: &[usize]| {
            let side = |side: &[f64]| summary(&chosen.iter().map(|at| side[*at]).collect::<Vec<_>>(), of);
            side(over) / side(under)
        };
        // The same rounds of both sides are drawn together: what disturbed one round disturbed both.
        let mut random = fastrand::Rng::with_seed(7);
        let mut drawn: Vec<f64> = (0..RESAMPLED)
            .map(|_| ratio(&all.iter().map(|_| random.usize(..rounds)).collect::<Vec<_>>()))
            .collect();
        drawn.sort_by(f64::total_cmp);
        let at = |share: usize| drawn[RESAMPLED * share / 1_000];
        Self { value: ratio(&all), low: at(25), high: at(975), rounds }
    }

    /// Missed is only what not even the upper end of the interval comes to.
    pub(crate) fn against(&self, goal: f64) -> Verdict {
        match self {
            _ if self.value >= goal => Verdict::Met,
            _ if self.rounds < ROUNDS_MIN => Verdict::TooFewRounds,
            _ if self.high < goal => Verdict::Missed,
            _ => Verdict::WithinNoise,
        }
    }
}

/// The figure that stands for several.
pub(crate) fn summary(figures: &[f64], of: Of) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    match of {
        Of::Least => sorted.first().copied().unwrap_or(f64::NAN),
        Of::Median if sorted.is_empty() => f64::NAN,
        Of::Median if sorted.len().is_multiple_of(2) => {
            f64::midpoint(sorted[sorted.len() / 2 - 1], sorted[sorted.len() / 2])
        }
        Of::Median => sorted[sorted.len() / 2],
    }
}

/// Measures both sides so many times, in turn: what comes first changes from round to round, since the second may find
/// what the first left behind. A round in front of them warms up.
pub(crate) fn alternate(
    rounds: usize,
    mut chassis: impl FnMut() -> f64,
    mut other: impl FnMut() -> f64,
) -> (Vec<f64>, Vec<f64>) {
    let round = |number: usize| {
        if number.is_multiple_of(2) {
            let first = chassis();
            (first, other())
        } else {
            let first = other();
            (chassis(), first)
        }
    };
    (0..=rounds).map(round).skip(1).unzip()
}
