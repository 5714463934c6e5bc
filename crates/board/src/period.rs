//! Durations and objectives on a board.

use std::fmt;
use std::time::Duration;

/// A duration such as `10d` or `500ms`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// The text on the board.
    pub text: String,
    /// The same as a duration.
    pub duration: Duration,
}

/// A percentage such as `99.9%`, greater than 0% and less than 100%.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objective {
    /// The text on the board, with the percent sign.
    pub text: String,
    /// The same as an exact decimal between 0 and 1, such as `0.999`.
    pub ratio: String,
}

/// Why a text is not an objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ObjectiveFault {
    /// Not a decimal number and a percent sign.
    Shape,
    /// Zero, which promises nothing.
    Nothing,
    /// 100% or more, which leaves no error budget.
    NoBudget,
}

impl Period {
    /// Parses digits and one of `ms`, `s`, `m`, `h`, `d`, `w`; `None` for anything else, for zero and for overflow.
    pub fn parse(text: &str) -> Option<Self> {
        let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
        let (digits, unit) = text.split_at(unit_at);
        let count: u64 = digits.parse().ok().filter(|count| *count > 0)?;
        let unit_ms: u64 = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            "w" => 604_800_000,
            _ => return None,
        };
        let duration = Duration::from_millis(count.checked_mul(unit_ms)?);
        Some(Self { text: text.to_owned(), duration })
    }
}

impl Objective {
    /// Parses a percentage; an error unless it is greater than 0% and less than 100%.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_or_fault(text).ok()
    }

    pub(super) fn parse_or_fault(text: &str) -> Result<Self, ObjectiveFault> {
        let number = text.strip_suffix('%').ok_or(ObjectiveFault::Shape)?;
        let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(part) {
            return Err(ObjectiveFault::Shape);
        }
        let whole = whole.trim_start_matches('0');
        if whole.len() > 2 {
            return Err(ObjectiveFault::NoBudget);
        }
        let decimals = format!("{whole:0>2}{part}");
        let decimals = decimals.trim_end_matches('0');
        if decimals.is_empty() {
            return Err(ObjectiveFault::Nothing);
        }
        Ok(Self { text: text.to_owned(), ratio: format!("0.{decimals}") })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_digits_and_a_unit() {
        for (text, seconds) in [("10d", 864_000), ("1w", 604_800), ("2h", 7_200), ("5m", 300), ("1s", 1)] {
            assert_eq!(Period::parse(text).expect(text).duration, Duration::from_secs(seconds), "{text}");
        }
        assert_eq!(Period::parse("500ms").expect("a period").duration, Duration::from_millis(500));
        for text in [
            "",
            "10",
            "d",
            "0d",
            "-1d",
            "1.5h",
            "10 d",
            "10days",
            "99999999999999999999d",
            "9999999999999999w",
        ] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_objective_is_exact_and_leaves_a_budget() {
        for (text, ratio) in
            [("99%", "0.99"), ("99.9%", "0.999"), ("50%", "0.5"), ("5%", "0.05"), ("0.1%", "0.001")]
        {
            assert_eq!(Objective::parse(text).expect(text).ratio, ratio, "{text}");
        }
        assert_eq!(Objective::parse_or_fault("100%"), Err(ObjectiveFault::NoBudget));
        assert_eq!(Objective::parse_or_fault("100.0%"), Err(ObjectiveFault::NoBudget));
        assert_eq!(Objective::parse_or_fault("0%"), Err(ObjectiveFault::Nothing));
        for text in ["99", "0.99", "%", ".9%", "9.%", "-1%", "ninety%"] {
            assert_eq!(Objective::parse_or_fault(text), Err(ObjectiveFault::Shape), "{text}");
        }
    }
}
