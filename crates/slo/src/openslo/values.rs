//! Single values: names, numbers, durations, dates.

use jiff::civil::DateTime;
use rust_decimal::Decimal;

use crate::model::CalendarUnit;

/// Whether it is a DNS label as RFC 1123 has it.
pub(super) fn is_dns_label(name: &str) -> bool {
    let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=63).contains(&name.len())
        && name.chars().all(inside)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

/// A DNS label that resembles the name, if there is one.
pub(super) fn as_dns_label(name: &str) -> Option<String> {
    let mut label = String::new();
    let mut after_lower = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && after_lower {
            label.push('-');
        }
        after_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        label.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    }
    let label = label.trim_matches('-').to_owned();
    is_dns_label(&label).then_some(label)
}

/// Whether it can be the key of a label: at most 63 letters, digits, `-`, `_` and `.`.
pub(super) fn is_metadata_key(key: &str) -> bool {
    let ends = |c: char| c.is_ascii_alphanumeric();
    key.len() <= 63
        && key.starts_with(ends)
        && key.ends_with(ends)
        && key.chars().all(|c| ends(c) || matches!(c, '-' | '_' | '.'))
}

/// Whether it can be the key of an annotation: a label's key, perhaps after a DNS name and a slash.
pub(super) fn is_annotation_key(key: &str) -> bool {
    match key.split_once('/') {
        Some((prefix, name)) => {
            prefix.len() <= 253 && prefix.split('.').all(is_dns_label) && is_metadata_key(name)
        }
        None => is_metadata_key(key),
    }
}

/// Whether YAML reads the plain text as null, a truth value or a number.
pub(super) fn is_no_string(text: &str) -> bool {
    let special = [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"];
    let unsigned = text.trim_start_matches(['+', '-']);
    let radix = |prefix: &str, radix: u32| {
        text.strip_prefix(prefix)
            .is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix)))
    };
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
        || flag(text).is_some()
        || is_number(text)
        || special.contains(&unsigned)
        || radix("0x", 16)
        || radix("0o", 8)
}

/// A truth value of YAML.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// Whether it is a decimal number of YAML: `[-+]? ( \. digits | digits ( \. digits? )? ) ( [eE] [-+]? digits )?`.
pub(super) fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    digits(whole)
        && digits(part)
        && !(whole.is_empty() && part.is_empty())
        && digits(exponent)
        && !exponent.is_empty()
}

/// The number of a text that [`is_number`] accepts, if a decimal can hold it exactly.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (negative, mantissa) = mantissa.strip_prefix('-').map_or((false, mantissa), |rest| (true, rest));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let part = part.trim_end_matches('0');
    let digits = format!("{whole}{part}");
    let digits = digits.trim_start_matches('0');
    // The number is `digits` times ten to the power of minus `scale`.
    let scale = i64::try_from(part.len()).ok()?.checked_sub(exponent.parse().ok()?)?;
    if digits.is_empty() {
        return Some(Decimal::ZERO);
    }
    let digits: i128 = digits.parse().ok()?;
    let (digits, scale) = match u32::try_from(scale) {
        Ok(scale) => (digits, scale),
        Err(_) => (digits.checked_mul(10_i128.checked_pow(u32::try_from(-scale).ok()?)?)?, 0),
    };
    let number = Decimal::try_from_i128_with_scale(if negative { -digits } else { digits }, scale).ok()?;
    Some(number.normalize())
}

/// How a duration is written.
pub(super) const DURATION_HINT: &str =
    "write a whole number greater than 0 and one of m, h, d, w, M (month), Q, Y: `28d`; at most ten years";
/// No Prometheus keeps samples for longer.
const LONGEST: u64 = 10 * 365 * 24 * 3600;

/// A duration shorthand, such as `28d`: a number and a unit.
pub(super) fn duration(text: &str) -> Option<(u32, CalendarUnit)> {
    let unit = match text.chars().last()? {
        'm' => CalendarUnit::Minute,
        'h' => CalendarUnit::Hour,
        'd' => CalendarUnit::Day,
        'w' => CalendarUnit::Week,
        'M' => CalendarUnit::Month,
        'Q' => CalendarUnit::Quarter,
        'Y' => CalendarUnit::Year,
        _ => return None,
    };
    let digits = &text[..text.len() - 1];
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((digits.parse().ok()?, unit)).filter(|duration| seconds(*duration) <= LONGEST)
}

/// Its length in seconds; a month has 30 days, a quarter 90 and a year 365.
pub(super) fn seconds((count, unit): (u32, CalendarUnit)) -> u64 {
    u64::from(count) * unit.seconds()
}

/// `YYYY-MM-DD HH:MM:SS`, and nothing else.
pub(super) fn date_time(text: &str) -> Option<DateTime> {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    if shape != "0000-00-00 00:00:00" {
        return None;
    }
    DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_kept_as_written() {
        for (text, number) in [
            ("99.9", "99.9"),
            ("0.99999999999999999999", "0.99999999999999999999"),
            (".5", "0.5"),
            ("5.", "5"),
            ("+1", "1"),
            ("-0.250", "-0.25"),
            ("1e-3", "0.001"),
            ("1.5E2", "150"),
            ("0e999", "0"),
            ("007", "7"),
        ] {
            assert!(is_number(text), "{text}");
            assert_eq!(decimal(text).map(|n| n.to_string()).as_deref(), Some(number), "{text}");
        }
    }

    #[test]
    fn what_a_decimal_cannot_hold_is_no_number() {
        for text in
            ["1e999", "0.00000000000000000000000000001", "1e-99999999999999999999", "9".repeat(40).as_str()]
        {
            assert!(is_number(text), "{text}");
            assert_eq!(decimal(text), None, "{text}");
        }
        for text in ["", ".", "1_000", "0x1f", "1.2.3", "e5", "1e", ".inf", "12h"] {
            assert!(!is_number(text), "{text}");
        }
    }

    #[test]
    fn durations_have_a_number_and_a_unit() {
        assert_eq!(duration("28d").map(seconds), Some(28 * 86_400));
        assert_eq!(duration("1M").map(seconds), Some(30 * 86_400));
        assert_eq!(duration("1m").map(seconds), Some(60));
        for text in
            ["", "d", "28", "-1d", "1.5h", "28 d", "28s", "28ä", "99999999999d", "3651d", "4294967295Y"]
        {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn names_have_the_form_of_dns_labels() {
        assert!(is_dns_label("a") && is_dns_label("9-lives") && is_dns_label(&"a".repeat(63)));
        for name in ["", "-a", "a-", "A", "a_b", "a.b", &"a".repeat(64)] {
            assert!(!is_dns_label(name), "{name}");
        }
        assert_eq!(as_dns_label("OnCallDevops_Mail").as_deref(), Some("on-call-devops-mail"));
        assert_eq!(as_dns_label("--"), None);
    }

    #[test]
    fn dates_are_written_in_full() {
        assert_eq!(date_time("2027-01-31 12:30:00"), Some(jiff::civil::date(2027, 1, 31).at(12, 30, 0, 0)));
        for text in [
            "2027-01-31",
            "2027-1-31 12:30:00",
            "2027-02-30 12:30:00",
            "2027-01-31T12:30:00",
            "2027-01-31 24:00:00",
        ] {
            assert_eq!(date_time(text), None, "{text}");
        }
    }
}
