//! No text makes the parser panic.

use macadam_board::Board;
use macadam_board::diagnostic::{any_error, render, to_json};
use proptest::prelude::*;

const HOTEL: &str = include_str!("../../../../docs/examples/hotel-bookings.toml");

/// Runs everything that can be done with a text; none of it may panic.
fn does_not_panic(text: &str) {
    let (board, findings) = Board::parse("any.toml", text);
    assert_eq!(board.is_none(), any_error(&findings), "a board is refused by errors, and by nothing else");
    render(&findings, text, false);
    to_json(&findings);
    Board::without_seeds(text);
    for found in &findings {
        assert!(found.line >= 1 && found.column >= 1 && found.span.end <= text.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_parser_panic(text in any::<String>()) {
        does_not_panic(&text);
    }

    #[test]
    fn a_missing_line_does_not_cause_a_panic(at in 0..HOTEL.lines().count()) {
        let kept = HOTEL.lines().enumerate().filter(|(line, _)| *line != at).map(|(_, line)| line);
        does_not_panic(&kept.collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn a_changed_word_does_not_cause_a_panic(at in 0..400_usize, word in "(\"\"|\"x\"|1|-1|true|\\[\\]|\\{\\}|\\[1\\]|ü|\"ü\"|\\.)") {
        let mut words: Vec<_> = HOTEL.split(' ').collect();
        let at = at % words.len();
        words[at] = &word;
        does_not_panic(&words.join(" "));
    }

    #[test]
    fn a_changed_name_does_not_cause_a_panic(at in 0..400_usize, name in "[A-Za-zü<>*/-]{0,50}") {
        let mut parts: Vec<_> = HOTEL.split('"').collect();
        let at = (at % (parts.len() / 2)) * 2 + 1;
        parts[at] = &name;
        does_not_panic(&parts.join("\""));
    }
}

#[test]
fn deep_nesting_is_refused_and_not_followed() {
    let ty = format!("{}String{}", "Vec<".repeat(10_000), ">".repeat(10_000));
    does_not_panic(&format!("[value.V]\nfields = {{ f = \"{ty}\" }}\n"));
    does_not_panic(&format!("a = {}{}", "[".repeat(10_000), "]".repeat(10_000)));
}
