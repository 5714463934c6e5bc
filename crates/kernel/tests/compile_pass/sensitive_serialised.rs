//! A secret as a field of what is sent.

use macadam_kernel::Sensitive;
use serde::Serialize;

#[derive(Serialize)]
struct Registered {
    #[serde(with = "macadam_kernel::values::sensitive::revealed")]
    tax_id: Sensitive<String>,
}

fn main() {
    let registered = Registered { tax_id: Sensitive::new("123-45-6789".to_owned()) };
    assert_eq!(serde_json::to_string(&registered).unwrap(), r#"{"tax_id":"123-45-6789"}"#);
}
