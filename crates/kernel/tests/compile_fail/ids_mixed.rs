//! The id of one aggregate where another's is meant.

use macadam_kernel::Id;

struct Parcel;
struct Customer;

fn ship(parcel: Id<Parcel>, customer: Id<Customer>) -> String {
    format!("{parcel} to {customer}")
}

fn main() {
    let parcel: Id<Parcel> = "67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap();
    let customer: Id<Customer> = "f9168c5e-ceb2-4faa-b6bf-329bf39fa1e4".parse().unwrap();
    assert!(ship(customer, parcel).starts_with("67e55044"));
}
