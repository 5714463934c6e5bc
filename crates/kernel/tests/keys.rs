//! Examples of which document an event is about.

use macadam_kernel::testing::{AMID, view};
use macadam_kernel::{Projection, ReadModel, Recorded, hears};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Lent {
    book: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Listed {}

hears! {
    /// What the read model hears.
    Heard { Lent { version: 1 }, Listed { version: 1 } }
}

/// How often a book was lent.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Loans {
    count: u32,
}

impl ReadModel for Loans {
    type Heard = Heard;
    const NAME: &'static str = "Loans";
    const VERSION: u32 = 1;
}

impl Projection for Loans {
    fn key(heard: &Recorded<Heard>) -> String {
        match &heard.event {
            Heard::Lent(event) => event.book.clone(),
            Heard::Listed(_) => heard.stream.to_string(),
        }
    }

    fn project(view: Option<Self>, _: &Recorded<Heard>) -> Option<Self> {
        Some(Self { count: view.map_or(1, |view| view.count + 1) })
    }
}

#[test]
fn the_key_is_that_of_what_was_heard_last() {
    let story = view::<Loans>().when(Listed {});
    story.then_key(&AMID.to_string());
    story.when(Lent { book: "Emma".to_owned() }).then_key("Emma");
}

#[test]
#[should_panic(expected = "expected (-) and actual (+)")]
fn another_key_fails_the_example() {
    view::<Loans>().when(Listed {}).then_key("Emma");
}
