//! One fault at a time: a valid board, one change, and the code and line of the finding.

use std::fmt::Write as _;

use macadam_board::codes;
use macadam_board::diagnostic::Diagnostic;

use super::golden::{check, golden};
use super::{VALID_BOARD, codes as found, findings};

/// A change to the valid board: text appended, or one text replaced by another.
enum Fault {
    Add(&'static str),
    Swap(&'static str, &'static str),
}
use Fault::{Add, Swap};

/// Every lint that a single board can break, with the change that breaks it.
const CASES: &[(&str, Fault)] = &[
    ("MB001", Add("[oops\n")),
    ("MB001", Add("[context]\n")),
    ("MB002", Add("[glosary]\n")),
    ("MB003", Swap("owner = \"lending\"", "")),
    ("MB003", Add("[[hotspot]]\n")),
    ("MB003", Add("[sli.late]\nkind = \"freshness\"\nobjective = \"99%\"\n")),
    ("MB004", Swap("creates = true", "creates = 1")),
    ("MB004", Swap("emits = [\"Returned\"]", "emits = \"Returned\"")),
    ("MB004", Swap("[context]\nname", "upstream = 1\n[context]\nname")),
    ("MB005", Swap("owner = \"lending\"", "owner = \"lending\"\nsubdomain = \"coer\"")),
    ("MB006", Add("[aggregate.Loan.event.Lent]\nversion = 0\n")),
    ("MB007", Swap("\"30d\"", "\"thirty days\"")),
    ("MB008", Swap("\"95%\"", "\"100%\"")),
    ("MB008", Swap("\"95%\"", "\"0.95\"")),
    ("MB008", Swap("\"95%\"", "\"0%\"")),
    ("MB019", Swap("owner = \"lending\"", "owner = \"lending\"\nhours = \"9 to 5\"")),
    ("MB009", Add("[value.Shelf]\nfields = { room = \"Strng\" }\n")),
    ("MB009", Add("[value.Shelf]\nfields = { room = \"Id<Rom>\" }\n")),
    ("MB010", Add("[external.post]\ncalls = [\"post letters\"]\n")),
    ("MB011", Add("[read_model.Loans]\nfrom = [\"Lent\"]\nsum = \"fee\"\n")),
    (
        "MB011",
        Add(
            "[sli.failures]\nkind = \"outcome\"\nwithin = \"1s\"\nobjective = \"99%\"\nstakeholder = \"readers\"\n",
        ),
    ),
    ("MB012", Add("[read_model.Loans]\nversion = 1\n")),
    ("MB012", Add("[read_model.Loans]\nfrom = [\"Lent\"]\nof = \"Books\"\n")),
    ("MB013", Swap("\"Lends books.\"", "\" \"")),
    ("MB013", Add("[read_model.Loans]\nfrom = []\n")),
    ("MB014", Swap("summary = \"Lends books.\"", "")),
    ("MB015", Add("[read_model.Loans]\nfrom = [\"Lent\", \"Lent\"]\n")),
    ("MB015", Add("[read_model.Loans]\nfrom = [\"Lent\"]\nindex = [[\"a\", \"b\"], [\"a\", \"b\"]]\n")),
    ("MB016", Add("[value.Shelf]\nfields = { inner = \"Option<Shelf>\" }\n")),
    ("MB016", Add(VALUES_IN_A_CIRCLE)),
    ("MB013", Add("[glossary]\nLoan = \" \"\n")),
    (
        "MB017",
        Add(
            "[read_model.Loans]\nfrom = [\"Lent\"]\nreaders = [\"Librarian\"]\ndeprecated = { since = \"2026-02-30\" }\n",
        ),
    ),
    (
        "MB018",
        Add(
            "[read_model.Loans]\nfrom = [\"Lent\"]\ndeprecated = { since = \"2026-02-03\", see = \"the wiki\" }\n",
        ),
    ),
    ("MB013", Add("[claim.Book]\nfield = \"book\"\ntaken_by = []\nrejects = \"BookAway\"\n")),
    ("MB101", Swap("name = \"library\"", "name = \"Library\"")),
    ("MB102", Swap("name = \"library\"", "name = \"../library\"")),
    ("MB103", Swap("name = \"library\"", "name = \"bücherei\"")),
    ("MB104", Swap("name = \"library\"", "name = \"library-of-every-book-that-was-ever-printed\"")),
    ("MB105", Swap("command.Remind", "command.Match")),
    ("MB106", Swap("command.Remind", "command.Aux")),
    ("MB107", Swap("[\"Reminded\"]", "[\"Recorded\"]")),
    ("MB108", Swap("command.Remind", "command.View")),
    ("MB109", Swap("command.Remind", "command.History")),
    ("MB110", Swap("command.Remind", "command.LEND")),
    ("MB110", Add(TWO_CLAIMS)),
    ("MB110", Swap("[\"Reader\", \"Librarian\"]", "[\"Reader\", \"LibRarian\"]")),
    ("MB110", Swap("Librarian = \"*\" }", "Librarian = \"*\", LibRarian = \"*\" }")),
    ("MB110", Swap("[\"Reminded\"]", "[\"Reminded\", \"ReMinded\"]")),
    ("MB111", Swap("[\"Reminded\"]", "[\"Remind\"]")),
    ("MB112", Swap("[\"Reminded\"]", "[\"LoanView\"]")),
    ("MB112", Swap("[\"Reminded\"]", "[\"Reminded\", \"RemindEmits\"]")),
    ("MB111", Add("[read_model.Loan]\nfrom = [\"Lent\"]\n")),
    ("MB201", Add("[read_model.Loans]\nfrom = [\"Lnt\"]\n")),
    ("MB201", Add("[claim.Book]\nfield = \"book\"\ntaken_by = [\"Lnt\"]\nrejects = \"BookAway\"\n")),
    ("MB202", Add("[aggregate.Loan.event.Lost]\n")),
    ("MB203", Swap("actor = \"system\", ", "")),
    ("MB204", Swap(", emits = [\"Reminded\"]", "")),
    ("MB205", Swap("creates = true", "creates = false")),
    ("MB206", Swap("[\"Lent\"]", "[\"Lent\", \"Reserved\"]")),
    ("MB207", Swap("[\"Reminded\"]", "[\"Reminded\", \"Lent\"]")),
    ("MB208", Swap("[\"BookAway\"]", "[\"BookAway\", \"BookAway\"]")),
    ("MB208", Swap("[\"BookAway\"]", "[\"BookAway\", \"BookaWay\"]")),
    (
        "MB209",
        Add(
            "[aggregate.Loan.event.Returned]\namount = \"fee\"\nfields = { reader_id = \"String\", fee = \"u32\" }\n",
        ),
    ),
    ("MB210", Add("[aggregate.Loan.event.Lent]\npublished = true\n")),
    (
        "MB212",
        Add(
            "[read_model.Loans]\nfrom = [\"Lent\"]\ndeprecated = { since = \"2026-02-03\", sunset = \"2026-02-03\" }\n",
        ),
    ),
    ("MB221", Swap("visible_to = { Reader = \"reader_id\", Librarian = \"*\" }", "")),
    ("MB222", Swap("Librarian = \"*\" }", "Librarian = \"*\", Auditor = \"*\" }")),
    ("MB223", Swap("actor = \"system\"", "actor = \"Robot\"")),
    ("MB224", Add("[aggregate.Loan.event.Lent]\nfields = { reader = \"String\" }\n")),
    ("MB231", Add("[read_model.Loans]\nfrom = [\"Lent\"]\nreaders = [\"Libarian\"]\n")),
    ("MB232", Add(TWO_AGGREGATES)),
    ("MB233", Add("[read_model.Loans]\nof = \"Books\"\n")),
    (
        "MB234",
        Add("[read_model.A]\nfrom = [\"Lent\"]\n[read_model.B]\nof = \"A\"\n[read_model.C]\nof = \"B\"\n"),
    ),
    ("MB241", Add("[process.P]\nstarts_on = \"Lent\"\ncorrelates_by = \"loan_id\"\nsends = [\"Remind\"]\n")),
    ("MB242", Add("[process.P]\nstarts_on = \"Lent\"\nends_on = [\"Returned\"]\nsends = [\"Remind\"]\n")),
    ("MB243", Add(UPSTREAM_HEARD)),
    (
        "MB244",
        Add(
            "[process.P]\nstarts_on = \"Lent\"\nends_on = [\"Returned\"]\ncorrelates_by = \"loan_id\"\nsends = [\"Remnd\"]\n",
        ),
    ),
    (
        "MB245",
        Add(
            "[process.P]\nstarts_on = \"Lent\"\nends_on = [\"Returned\"]\ncorrelates_by = \"loan_id\"\nsends = [\"BringBack\"]\n",
        ),
    ),
    (
        "MB246",
        Add(
            "[process.P]\nstarts_on = \"Lent\"\nends_on = [\"Lent\"]\ncorrelates_by = \"loan_id\"\nsends = [\"Remind\"]\n",
        ),
    ),
    (
        "MB246",
        Add(
            "[claim.Book]\nfield = \"book\"\ntaken_by = [\"Lent\"]\nreleased_by = [\"Lent\"]\nrejects = \"BookAway\"\n",
        ),
    ),
    (
        "MB247",
        Add("[process.P]\nstarts_on = \"Lent\"\nends_on = [\"Returned\"]\ncorrelates_by = \"loan_id\"\n"),
    ),
    (
        "MB248",
        Add(
            "[aggregate.Fine]\nvisible_to = { Librarian = \"*\" }\ncommand.Charge = { actor = \"Librarian\", creates = true, emits = [\"Charged\"], fields = { loan_id = \"String\" } }\n[process.P]\nstarts_on = \"Lent\"\nhandles = [\"Charged\"]\nends_on = [\"Returned\"]\ncorrelates_by = \"loanid\"\nsends = [\"Remind\"]\n",
        ),
    ),
    ("MB251", Add("[deadline.D]\nset_by = \"Lent\"\nafter = [\"30d\"]\nsends = \"Remind\"\n")),
    ("MB252", Add(DEADLINE_ELSEWHERE)),
    ("MB254", Add(DEADLINE_FIELDS)),
    (
        "MB255",
        Add(
            "[deadline.D]\nset_by = \"Lent\"\nafter = [\"2w\", \"14d\"]\ncleared_by = [\"Returned\"]\nsends = \"Remind\"\n",
        ),
    ),
    ("MB261", Swap("kind = \"duration\"\nfrom = \"Lent\"\nto = \"Returned\"", "kind = \"freshness\"")),
    ("MB262", Add(FOUR_STAKEHOLDERS)),
    ("MB263", Swap("stakeholder = \"other readers\"", "")),
    ("MB272", Add("[upstream.members]\nconsumes = [\"Joined\"]\n")),
    ("MB273", Add("[upstream.members]\ntranslation = \"conformist\"\n")),
    ("MB279", Add("[upstream.library]\ntranslation = \"conformist\"\ncalls = [\"GET /x\"]\n")),
    ("MB281", Add("[glossary]\nLoan = \"A book lent.\"\nloans = \"Money lent.\"\n")),
    ("MB291", Add(CLAIM_OF_TWO)),
    ("MB292", Add(CLAIM_MISSPELLED)),
    ("MB292", Add(CLAIM_OF_A_LIST)),
    ("MB293", Add("[claim.Book]\nfield = \"book\"\ntaken_by = [\"Lent\"]\nrejects = \"BookAwy\"\n")),
    (
        "MB293",
        Add("[claim.Book]\nfield = \"book\"\ntaken_by = [\"Lent\", \"Returned\"]\nrejects = \"BookAway\"\n"),
    ),
];

/// The first leads into the circle, and is not part of it.
const VALUES_IN_A_CIRCLE: &str = r#"
[value.House]
fields = { room = "Room" }
[value.Room]
fields = { shelf = "Option<Shelf>" }
[value.Shelf]
fields = { room = "Room" }
"#;

const TWO_CLAIMS: &str = r#"
[claim.Book]
field = "book"
taken_by = ["Lent"]
rejects = "BookAway"
[claim.BOOK]
field = "book"
taken_by = ["Lent"]
rejects = "BookAway"
"#;

const CLAIM_OF_TWO: &str = r#"
[aggregate.Fine]
visible_to = { Librarian = "*" }
command.Charge = { actor = "Librarian", creates = true, emits = ["Charged"], rejects = ["BookAway"] }
[claim.Book]
field = "book"
taken_by = ["Lent"]
released_by = ["Charged"]
rejects = "BookAway"
"#;

const CLAIM_MISSPELLED: &str = r#"
[aggregate.Loan.event.Lent]
fields = { reader_id = "String", book = "String" }
[claim.Book]
field = "boook"
taken_by = ["Lent"]
rejects = "BookAway"
"#;

const CLAIM_OF_A_LIST: &str = r#"
[aggregate.Loan.event.Lent]
fields = { reader_id = "String", books = "Vec<String>" }
[claim.Books]
field = "books"
taken_by = ["Lent"]
rejects = "BookAway"
"#;

const TWO_AGGREGATES: &str = r#"
[aggregate.Fine]
visible_to = { Librarian = "*" }
command.Charge = { actor = "Librarian", creates = true, emits = ["Charged"] }
[read_model.Fines]
from = ["Charged"]
readers = ["Reader"]
"#;

const UPSTREAM_HEARD: &str = r#"
[upstream.members]
translation = "anti-corruption-layer"
consumes = ["Joined"]
[process.P]
starts_on = "Joined"
ends_on = ["Returned"]
correlates_by = "loan_id"
sends = ["Remind"]
"#;

const DEADLINE_ELSEWHERE: &str = r#"
[aggregate.Fine]
visible_to = { Librarian = "*" }
command.Charge = { actor = "Librarian", creates = true, emits = ["Charged"] }
[deadline.D]
set_by = "Charged"
after = ["30d"]
cleared_by = ["Charged"]
sends = "Remind"
"#;

const DEADLINE_FIELDS: &str = r#"
[aggregate.Loan.command.Recall]
actor = "system"
emits = ["Recalled"]
fields = { nth = "u32", reason = "String" }
[deadline.D]
set_by = "Lent"
after = ["30d"]
cleared_by = ["Returned"]
sends = "Recall"
"#;

const FOUR_STAKEHOLDERS: &str = r#"
[sli.a]
kind = "outcome"
objective = "99%"
stakeholder = "readers"
[sli.b]
kind = "outcome"
objective = "99%"
stakeholder = "the city"
[sli.c]
kind = "outcome"
objective = "99%"
stakeholder = "publishers"
"#;

fn broken(fault: &Fault) -> (String, usize) {
    match fault {
        Add(text) => {
            let first = VALID_BOARD.lines().count() + 1;
            (format!("{VALID_BOARD}{text}"), first)
        }
        Swap(from, to) => {
            assert!(VALID_BOARD.contains(from), "{from}");
            let before = VALID_BOARD.split(from).next().unwrap_or_default();
            (VALID_BOARD.replacen(from, to, 1), before.lines().count().max(1))
        }
    }
}

#[test]
fn the_valid_board_has_no_findings() {
    assert_eq!(found(VALID_BOARD), []);
}

#[test]
fn each_fault_is_reported_with_its_code_and_position() {
    let mut whole = String::new();
    for (code, fault) in CASES {
        let (text, _) = broken(fault);
        let found = findings(&text);
        assert!(found.iter().any(|finding| finding.code.as_str() == *code), "{code}: {found:?}\n{text}");
        let change = match fault {
            Add(text) => format!("+ {}", text.trim().replace('\n', "\n+ ")),
            Swap(from, to) => format!("- {}\n+ {}", from.replace('\n', "\n- "), to.replace('\n', "\n+ ")),
        };
        let _ = writeln!(whole, "{}", change.trim_end());
        for finding in found {
            let Diagnostic { code, line, column, message, .. } = &finding;
            let _ = writeln!(whole, "  {code} {line}:{column} {message}");
            let _ = writeln!(whole, "      {}", finding.hint.unwrap_or_default());
        }
        whole.push('\n');
    }
    check(&golden("lints.txt"), &whole);
}

#[test]
fn each_finding_has_a_position_and_a_hint() {
    for (code, fault) in CASES {
        let (text, first) = broken(fault);
        for finding in findings(&text) {
            let hint = finding.hint.as_deref().unwrap_or_default();
            assert!(!hint.is_empty(), "{code} has no hint");
            let is_fragment =
                !finding.message.ends_with('.') && !finding.message.starts_with(char::is_uppercase);
            assert!(is_fragment, "{code}: {}", finding.message);
            if matches!(fault, Add(_)) && finding.code.as_str() == *code && *code != "MB224" {
                assert!(finding.line >= first, "{code} is found on line {}, added on {first}", finding.line);
            }
        }
    }
}

#[test]
fn every_lint_has_a_case_that_breaks_it() {
    let elsewhere = ["MB211", "MB253", "MB271", "MB274", "MB275", "MB276", "MB277", "MB278"];
    // Those of OpenSLO documents have their cases with what reads these.
    for entry in codes::all().filter(|entry| entry.id.starts_with("MB")) {
        let shown = CASES.iter().any(|(code, _)| *code == entry.id) || elsewhere.contains(&entry.id);
        assert!(shown, "no case breaks {}", entry.id);
    }
}

#[test]
fn an_event_of_two_aggregates_is_an_error() {
    let text = format!(
        "{VALID_BOARD}[aggregate.Fine]\nvisible_to = {{ Librarian = \"*\" }}\n\
         command.Charge = {{ actor = \"Librarian\", creates = true, emits = [\"Lent\"] }}\n"
    );
    assert_eq!(found(&text), [("MB211", 22)]);
}

#[test]
fn a_deadline_that_creates_is_an_error() {
    let text = VALID_BOARD
        .replace("creates = true", "creates = false")
        .replace("actor = \"system\"", "actor = \"system\", creates = true")
        + "[deadline.D]\nset_by = \"Lent\"\nafter = [\"30d\"]\ncleared_by = [\"Returned\"]\nsends = \"Remind\"\n";
    assert_eq!(found(&text), [("MB253", 24)]);
}

#[test]
fn a_claim_that_is_never_released_is_valid() {
    let claim = "[claim.Book]\nfield = \"book\"\ntaken_by = [\"Lent\"]\nrejects = \"BookAway\"\n";
    assert_eq!(found(&format!("{VALID_BOARD}{claim}")), []);
    // The event that creates a loan carries the owner's field, even if the board does not list it.
    let seeded = VALID_BOARD.replace("[\"BookAway\"]", "[\"BookAway\"], fields = { due = \"Date\" }")
        + "[aggregate.Loan.event.Returned]\nfields = { reader_id = \"String\" }\n";
    assert_eq!(found(&format!("{seeded}{}", claim.replace("\"book\"", "\"reader_id\""))), []);
}

#[test]
fn within_one_aggregate_its_id_correlates_whatever_its_events_carry() {
    let process = "[aggregate.Loan.event.Lent]\nfields = { reader_id = \"String\", book = \"String\" }\n\
                   [process.P]\nstarts_on = \"Lent\"\nends_on = [\"Returned\"]\ncorrelates_by = \"loan_id\"\n\
                   sends = [\"Remind\"]\n";
    assert_eq!(found(&format!("{VALID_BOARD}{process}")), []);
}

#[test]
fn what_is_only_called_needs_no_translation() {
    assert_eq!(found(&format!("{VALID_BOARD}[upstream.members]\ncalls = [\"GET /members\"]\n")), []);
}

#[test]
fn a_misspelled_word_gets_the_intended_one_as_a_hint() {
    let cases = [
        ("owner", "ownr", "did you mean `owner`?"),
        ("from = \"Lent\"", "from = \"Lnet\"", "did you mean `Lent`?"),
        ("\"duration\"", "\"duraton\"", "did you mean `duration`?"),
    ];
    for (from, to, hint) in cases {
        let found = findings(&VALID_BOARD.replace(from, to));
        assert!(found.iter().any(|finding| finding.hint.as_deref() == Some(hint)), "{to}: {found:?}");
    }
}

#[test]
fn a_column_counts_characters() {
    let text = VALID_BOARD.replace("reader_id\", Lib", "reader_id\" , \"Prüfer\" = \"*\", Lib");
    let found = findings(&text);
    let (first, second) = (&found[0], "visible_to = { Reader = \"reader_id\" , \"Prüfer\"");
    assert_eq!((first.code.as_str(), first.line), ("MB103", 8));
    assert_eq!(first.column, second.chars().count() - "\"Prüfer\"".chars().count() + 1);
}

#[test]
fn one_mistake_is_one_finding() {
    for (from, to, code) in [
        ("creates = true", "creates = 1", "MB004"),
        ("emits = [\"Returned\"]", "emits = \"Returned\"", "MB004"),
        ("emits = [\"Reminded\"]", "emits = 1", "MB004"),
        ("actor = \"system\"", "actor = 1", "MB004"),
        ("rejects = [\"BookAway\"]", "rejects = {}", "MB004"),
        ("to = \"Returned\"", "to = true", "MB004"),
    ] {
        let found: Vec<_> = found(&VALID_BOARD.replace(from, to)).into_iter().map(|(code, _)| code).collect();
        assert_eq!(found, [code], "{to}");
    }
    let names: Vec<_> = found("").into_iter().map(|(code, _)| code).collect();
    assert_eq!(names, ["MB003"], "an empty file has no context");
}

#[test]
fn a_misspelled_name_is_reported_once() {
    let text = VALID_BOARD.replace("from = \"Lent\"", "from = \"lent\"");
    assert_eq!(found(&text), [("MB101", 15)]);
}
