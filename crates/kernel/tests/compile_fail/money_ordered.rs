//! Amounts compared as if all currencies were one.

use macadam_kernel::{Currency, Money};

fn main() {
    let dollar = Money::from_minor(100, Currency::USD);
    let euro = Money::from_minor(100, Currency::EUR);
    assert!(dollar == euro || dollar < euro);
}
