//! Words of the grammar, from the board to the model and back.

use macadam_board::Board;

use super::VALID_BOARD;

fn valid_board(text: &str) -> Board {
    let (board, findings) = Board::parse("context.toml", text);
    board.unwrap_or_else(|| panic!("{findings:?}"))
}

#[test]
fn a_subdomain_is_spelled_as_it_was_read() {
    for word in ["core", "supporting", "generic"] {
        let board = valid_board(&VALID_BOARD.replace("owner =", &format!("subdomain = \"{word}\"\nowner =")));
        assert_eq!(board.context.subdomain.as_str(), word);
    }
}

#[test]
fn what_is_exposed_is_spelled_as_it_was_read() {
    for word in ["open-host-service", "published-language", "none"] {
        let board = valid_board(&VALID_BOARD.replace("owner =", &format!("exposes = \"{word}\"\nowner =")));
        assert_eq!(board.context.exposes.as_str(), word);
    }
}

#[test]
fn a_translation_is_spelled_as_it_was_read() {
    for word in ["anti-corruption-layer", "conformist", "partnership", "shared-kernel"] {
        let upstream = format!("[upstream.members]\ntranslation = \"{word}\"\ncalls = [\"GET /members\"]\n");
        let board = valid_board(&format!("{VALID_BOARD}{upstream}"));
        assert_eq!(board.upstreams[0].translation.as_ref().map(|read| read.value.as_str()), Some(word));
    }
}

#[test]
fn the_kind_of_an_indicator_is_spelled_as_it_was_read() {
    assert_eq!(valid_board(VALID_BOARD).slis[0].kind.as_str(), "duration");
    for (word, bound) in
        [("freshness", "within = \"1s\"\n"), ("delivery", "within = \"1s\"\n"), ("outcome", "")]
    {
        let indicator = format!("[sli.more]\nkind = \"{word}\"\n{bound}objective = \"99%\"\n");
        let board = valid_board(&format!("{VALID_BOARD}{indicator}stakeholder = \"other readers\"\n"));
        assert_eq!(board.slis[1].kind.as_str(), word);
    }
}
