//! Decimal notation of whole minor units: `"100.50"` and 10050, given two decimals.

use std::iter;

use super::Currency;

/// Why a text is not an amount of a currency.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not digits with an optional point between them and an optional minus before them.
    #[error(
        "`{given}` is not an amount: expected a decimal such as 100.00, without exponent, plus, spaces or grouping"
    )]
    Malformed {
        /// The beginning of the given text.
        given: String,
    },
    /// More decimals than the currency has, even if they are zeros. Nothing is rounded.
    #[error("`{given}` is too precise for {currency}, which has {} decimals", currency.minor_units())]
    TooPrecise {
        /// The beginning of the given text.
        given: String,
        /// The currency that has fewer decimals.
        currency: Currency,
    },
    /// More minor units than fit into 64 bits.
    #[error("`{given}` is out of range for an amount of {currency}")]
    OutOfRange {
        /// The beginning of the given text.
        given: String,
        /// The currency of the amount.
        currency: Currency,
    },
}

/// Reads an amount in the currency's units, such as `100.5`, into minor units, such as 10050 for USD.
pub(super) fn parse(text: &str, currency: Currency) -> Result<i64, AmountError> {
    let given = || super::excerpt(text);
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = match unsigned.split_once('.') {
        Some((whole, decimals)) if is_digits(decimals) => (whole, decimals),
        Some(_) => return Err(AmountError::Malformed { given: given() }),
        None => (unsigned, ""),
    };
    if !is_digits(whole) {
        return Err(AmountError::Malformed { given: given() });
    }
    let Some(missing) = usize::from(currency.minor_units()).checked_sub(decimals.len()) else {
        return Err(AmountError::TooPrecise { given: given(), currency });
    };
    let digits = whole.bytes().chain(decimals.bytes()).chain(iter::repeat_n(b'0', missing));
    // Counted downwards, because there is one more negative number than there are positive ones.
    let negative = digits
        .map(|digit| i64::from(digit - b'0'))
        .try_fold(0_i64, |minor, digit| minor.checked_mul(10)?.checked_sub(digit));
    let minor = if text.starts_with('-') { negative } else { negative.and_then(i64::checked_neg) };
    minor.ok_or_else(|| AmountError::OutOfRange { given: given(), currency })
}

/// Writes minor units in the currency's units, with all its decimals.
pub(super) fn format(minor: i64, currency: Currency) -> String {
    let decimals = usize::from(currency.minor_units());
    let mut text = format!("{:0>width$}", minor.unsigned_abs(), width = decimals + 1);
    if decimals > 0 {
        text.insert(text.len() - decimals, '.');
    }
    if minor < 0 {
        text.insert(0, '-');
    }
    text
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, code: &str, minor: i64, written: &str) {
        let currency = Currency::new(code).unwrap();
        assert_eq!(parse(text, currency), Ok(minor));
        assert_eq!(format(minor, currency), written);
    }

    #[track_caller]
    fn check_refused(text: &str, currency: Currency, reason: &str) {
        assert_eq!(parse(text, currency).unwrap_err().to_string(), reason);
    }

    #[test]
    fn decimals_may_be_fewer_and_are_written_in_full() {
        check("100.00", "USD", 10_000, "100.00");
        check("100.5", "USD", 10_050, "100.50");
        check("100", "USD", 10_000, "100.00");
        check("100", "JPY", 100, "100");
        check("0.001", "KWD", 1, "0.001");
        check("1.0001", "CLF", 10_001, "1.0001");
    }

    #[test]
    fn a_minus_is_kept_except_for_zero() {
        check("-0.05", "USD", -5, "-0.05");
        check("-7", "JPY", -7, "-7");
        check("-0.00", "USD", 0, "0.00");
    }

    #[test]
    fn leading_zeros_do_not_count() {
        check("007.10", "USD", 710, "7.10");
        check(&format!("{}1", "0".repeat(100)), "USD", 100, "1.00");
    }

    #[test]
    fn the_range_is_that_of_64_bits() {
        check("92233720368547758.07", "USD", i64::MAX, "92233720368547758.07");
        check("-92233720368547758.08", "USD", i64::MIN, "-92233720368547758.08");
        for text in ["92233720368547758.08", "-92233720368547758.09", "922337203685477580.7"] {
            check_refused(text, Currency::USD, &format!("`{text}` is out of range for an amount of USD"));
        }
    }

    #[test]
    fn more_decimals_than_the_currency_has_are_refused() {
        check_refused("100.001", Currency::USD, "`100.001` is too precise for USD, which has 2 decimals");
        check_refused("100.000", Currency::USD, "`100.000` is too precise for USD, which has 2 decimals");
        check_refused("100.0", Currency::JPY, "`100.0` is too precise for JPY, which has 0 decimals");
    }

    #[test]
    fn other_notations_are_refused() {
        let other = [
            "", "-", ".", "-.", "5.", ".5", "+5", "--5", "5-", "1e3", "1E3", " 5", "5 ", "5\n", "1 000",
            "1,000", "1,50", "1_000", "1'000", "1.2.3", "1.-2", "0x10", "NaN", "inf", "½", "٣", "１",
        ];
        for text in other {
            assert_eq!(
                parse(text, Currency::USD),
                Err(AmountError::Malformed { given: super::super::excerpt(text) })
            );
        }
        check_refused(
            "1e3",
            Currency::USD,
            "`1e3` is not an amount: expected a decimal such as 100.00, without exponent, plus, spaces or grouping",
        );
    }
}
