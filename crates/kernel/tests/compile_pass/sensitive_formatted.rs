//! A secret as a part of a message.

use macadam_kernel::Sensitive;

fn main() {
    let secret = Sensitive::new("123-45-6789".to_owned());
    assert_eq!(format!("{:?}", secret), "***");
}
