//! A secret as a field of a log event, formatted.

use macadam_kernel::Sensitive;

fn main() {
    let secret = Sensitive::new("123-45-6789".to_owned());
    tracing::info!(tax_id = %secret, "registered");
}
