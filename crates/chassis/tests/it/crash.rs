//! The crash suite on the shop, which has all that can be cut off: views, a process, deadlines, claims.

use macadam_chassis::testing::crashes_as;
use macadam_chassis::{Config, cli};

use crate::shop::context;

/// Set for the child that is killed.
pub(crate) const CHILD: &str = "SHOP_IS_CHILD";

/// What makes this program the shop.
pub(crate) fn arguments() -> [&'static str; 4] {
    ["--exact", "crash::the_shop_as_a_process", "--ignored", "--nocapture"]
}

#[test]
fn the_shop_loses_and_doubles_nothing_when_it_is_killed_under_load() {
    let program = std::env::current_exe().expect("the test's own program");
    let crashes = crashes_as(program, &arguments(), &[(CHILD, "1")]);
    assert!(crashes.at_points.len() > 4, "too few of the named points were reached: {crashes:?}");
}

/// The shop in a process of its own, so that it can be killed.
#[test]
#[ignore = "serves until it is told to end; the test above starts it"]
fn the_shop_as_a_process() {
    if std::env::var_os(CHILD).is_some() {
        let config = Config::load(None).expect("a sound configuration");
        let served = cli::serve(context(&config), config);
        served.expect("the shop is served");
    }
}
