//! What a search reads, writes and spells, without running anything.

use std::fs;
use std::path::Path;

use super::scope::Scopes;
use super::*;

/// A context with one aggregate, made of the least that compiles beside a kernel.
const FILES: &[(&str, &str)] = &[
    (
        "lib.rs",
        "pub mod events; pub mod loan; mod messages; mod rejection;
        pub use messages::*; pub use rejection::Rejection;",
    ),
    ("rejection.rs", "#[derive(Debug)] pub enum Rejection { TooLong { days: u32 } }"),
    ("events.rs", "#[derive(Debug, Serialize)] pub struct Lent { pub days: u32 }"),
    (
        "loan.rs",
        "use macadam_kernel as kernel; use crate::Rejection; use crate::events::Lent;
        #[derive(Debug)] pub struct Loan { days: u32 }
        #[derive(Debug)] pub struct Lend { pub days: u32 }
        impl kernel::Opening for Lend {
            type Facts = ();
            fn decide(self, (): &()) -> kernel::Opened<Self> {
                if self.days > 28 { Err(Rejection::TooLong { days: self.days }) } else { Ok(Lent { days: self.days }) }
            }
        }
        #[cfg(test)]
        mod examples {
            use super::*;
        }",
    ),
    (
        "messages.rs",
        "use macadam_kernel as kernel; use crate::events::*; use crate::loan::*; use crate::Rejection;
        kernel::aggregate_events! { LoanEvent { Lent { version: 1 } } }
        kernel::messages! { Lend of Loan by [\"Librarian\"] emits Lent rejects [\"too-long\"]; }
        impl kernel::Aggregate for Loan { type Event = LoanEvent; type Rejection = Rejection; type View = (); }",
    ),
];

fn library() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    for (file, text) in FILES {
        fs::write(folder.path().join("src").join(file), text).unwrap();
    }
    folder
}

fn search(folder: &Path) -> Search {
    Search::read(folder, folder).unwrap()
}

/// The case of the command with so many days, as a probe prints it in a mutant.
fn case(search: &Search, days: u32) -> Case {
    let wanted = format!("crate::loan::Lend {{ days: {days} }}");
    let entries = search.probe.pools.iter().flat_map(|pool| &pool.entries);
    let (command, _) = entries.clone().find(|(_, text)| *text == wanted).unwrap();
    let (nothing, _) = entries.clone().find(|(_, text)| text == "()").unwrap();
    search.cases(&format!("@case 0 17 {command} {nothing}"), Path::new("src/loan.rs")).remove(0)
}

#[test]
fn a_probe_tries_the_bounds_that_the_code_compares_with() {
    let folder = library();
    let source = search(folder.path()).source();
    for days in [27, 28, 29] {
        assert!(source.contains(&format!("|| crate::loan::Lend {{ days: {days} }}),")), "{source}");
    }
    assert!(source.contains("openings::<crate::loan::Lend>"), "{source}");
}

#[test]
fn a_rejection_is_told_in_the_words_of_the_context() {
    let folder = library();
    let search = search(folder.path());
    let one =
        search.example(&case(&search, 29), "@end Err(TooLong { days: 29 })\n", "@end Ok([])\n").unwrap();
    assert_eq!(one.module, "loan::examples");
    assert_eq!(
        one.test,
        "#[test]
fn lend_is_rejected_as_too_long() {
use macadam_kernel::testing::nothing;

nothing().when(Lend { days: 29 }).then_rejected(Rejection::TooLong { days: 29 });
}
"
    );
}

#[test]
fn an_event_is_told_by_its_struct() {
    let folder = library();
    let search = search(folder.path());
    let one = search.example(&case(&search, 28), "@end Ok([Lent(Lent { days: 28 })])\n", "").unwrap();
    assert_eq!(one.name, "lend_yields_lent");
    assert!(
        one.test.contains("nothing().when(Lend { days: 28 }).then(events![Lent { days: 28 }]);"),
        "{}",
        one.test
    );
}

#[test]
fn what_does_not_compile_is_left_out() {
    let folder = library();
    let mut search = search(folder.path());
    let source = search.source();
    let line =
        source.lines().position(|line| line.contains("|| crate::loan::Lend { days: 29 }),")).unwrap() + 1;
    assert!(search.leave_out(&BTreeSet::from([line])));
    assert!(!search.source().contains("|| crate::loan::Lend { days: 29 }),"));
    assert!(!search.leave_out(&BTreeSet::from([1])), "the runtime cannot be left out");
}

#[test]
fn a_private_import_is_no_name_for_others() {
    let folder = library();
    let scopes = Scopes::read(folder.path()).unwrap();
    assert_eq!(
        scopes.lookup("crate::loan::examples", "Rejection").as_deref(),
        Some("crate::rejection::Rejection")
    );
    assert_eq!(scopes.lookup("crate::messages", "Lend").as_deref(), Some("crate::loan::Lend"));
    assert_eq!(scopes.lookup("crate", "Lend"), None);
    assert_eq!(scopes.access("crate::rejection::Rejection"), Some("crate::Rejection"));
}

#[test]
fn a_mutant_replaces_its_span_in_characters() {
    let change = |start, end| Change { file: "a.rs".into(), start, end, replacement: "!=".to_owned() };
    assert_eq!(mutated("a\nä == b\n", &change((2, 3), (2, 5))).as_deref(), Some("a\nä != b\n"));
    assert_eq!(mutated("a\n", &change((9, 1), (9, 2))), None);
}

#[test]
fn an_example_is_the_last_of_its_module_or_begins_one() {
    let example = Example {
        file: "src/a.rs".into(),
        module: "a::examples".to_owned(),
        module_exists: true,
        name: "b".to_owned(),
        test: "    #[test]\n    fn b() {}\n".to_owned(),
    };
    let there = "#[cfg(test)]\nmod examples {\n    #[test]\n    fn a() {}\n}\n";
    let expected =
        "#[cfg(test)]\nmod examples {\n    #[test]\n    fn a() {}\n\n    #[test]\n    fn b() {}\n}\n";
    assert_eq!(pasted(there, &example).as_deref(), Some(expected));
    assert_eq!(pasted("struct A;\n", &example), None);
    let new = Example { module_exists: false, ..example };
    let expected = "struct A;\n\n#[cfg(test)]\nmod examples {\n    #[test]\n    fn b() {}\n}\n";
    assert_eq!(pasted("struct A;\n", &new).as_deref(), Some(expected));
}
