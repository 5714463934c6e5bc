//! Durations, counts and shares as people say them.

const UNITS: [(u64, &str, &str); 4] =
    [(86_400, "day", "days"), (3_600, "h", "h"), (60, "min", "min"), (1, "s", "s")];

/// Seconds in at most two units, what is smaller is cut off: `43 min 12 s`, `3 h 20 min`, `30 days`.
pub(super) fn duration(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "for ever".to_owned();
    }
    if seconds < 1.0 {
        return "less than 1 s".to_owned();
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 1 on, and far below 2^64"
    )]
    let mut rest = seconds as u64;
    let mut words = Vec::new();
    for (length, one, many) in UNITS {
        let count = rest / length;
        rest %= length;
        if count > 0 {
            words.push(format!("{count} {}", if count == 1 { one } else { many }));
        } else if !words.is_empty() {
            break;
        }
        if words.len() == 2 {
            break;
        }
    }
    words.join(" ")
}

/// A number of events: `1,500`, and below 10 with a decimal where it is not whole.
pub(super) fn count(number: f64) -> String {
    // Rates estimate: what is within a thousandth of a whole number is one.
    let whole = (number - number.round()).abs() < 0.001;
    if number.abs() < 10.0 && !whole {
        return format!("{number:.1}");
    }
    let digits = format!("{:.0}", number.abs());
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0.0 && digits != "0" { format!("-{text}") } else { text }
}

/// A share from 0 to 1 in percent, with so many decimals as it has, at most four: `99.93%`.
pub(super) fn percent(share: f64) -> String {
    let text = format!("{:.4}", share * 100.0);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{}%", if text == "-0" { "0" } else { text })
}

/// A share of a budget in whole percent, below 10% with one decimal.
pub(super) fn rough(share: f64) -> String {
    let percent = share * 100.0;
    let text = if percent.abs() < 9.95 { format!("{percent:.1}") } else { format!("{percent:.0}") };
    let text = text.strip_suffix(".0").unwrap_or(&text);
    format!("{}%", if text == "-0" { "0" } else { text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units() {
        let said = [0.2, 1.0, 2_592.0, 12_000.0, 3_600.0, 86_460.0, 2_592_000.0, f64::INFINITY].map(duration);
        let expected =
            ["less than 1 s", "1 s", "43 min 12 s", "3 h 20 min", "1 h", "1 day", "30 days", "for ever"];
        assert_eq!(said, expected);
    }

    #[test]
    fn counts_have_commas_from_a_thousand_on() {
        let said = [0.0, 2.4, 3.000_01, 999.6, 1_500_000.0, -1_234.0, -0.000_01].map(count);
        assert_eq!(said, ["0", "2.4", "3", "1,000", "1,500,000", "-1,234", "0"]);
    }

    #[test]
    fn shares_have_only_the_decimals_that_they_need() {
        assert_eq!(
            [0.999, 0.999_34, 1.0, 0.0, -0.000_000_1].map(percent),
            ["99.9%", "99.934%", "100%", "0%", "0%"]
        );
        assert_eq!([0.346, 0.0346, 0.02, -1.5, 0.0].map(rough), ["35%", "3.5%", "2%", "-150%", "0%"]);
    }
}
