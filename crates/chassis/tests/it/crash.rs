//! The crash suite on the shop, which has all that can be cut off: views, a process, deadlines, claims.

use macadam_testkit::crashes_as;

use crate::shop::command::{ARGUMENTS, AS_A_PROCESS};

#[test]
fn the_shop_loses_and_doubles_nothing_when_it_is_killed_under_load() {
    let program = std::env::current_exe().expect("the test's own program");
    let crashes = crashes_as(program, &AS_A_PROCESS, &[(ARGUMENTS, "")]);
    assert!(crashes.at_points.len() > 4, "too few of the named points were reached: {crashes:?}");
    assert!(crashes.repeated > 0, "no answer was asked for again: {crashes:?}");
    // Each order is reminded twice, unless it is paid or cancelled.
    let (orders, reminders) = crashes.uncleared["PaymentReminder"];
    assert!(orders > 0 && reminders == 2 * orders, "{reminders} reminders of {orders} orders");
}
