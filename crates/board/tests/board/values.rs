//! Values of the grammar that are read for what they mean: days and addresses.

use super::{VALID_BOARD, codes};

/// What is found of a read model that is deprecated like this.
fn deprecated(how: &str) -> Vec<&'static str> {
    let text = format!(
        "{VALID_BOARD}[read_model.Loans]\nfrom = [\"Lent\"]\nreaders = [\"Librarian\"]\ndeprecated = {{ {how} }}\n"
    );
    codes(&text).into_iter().map(|(code, _)| code).collect()
}

#[test]
fn a_day_is_a_date_without_a_time() {
    assert_eq!(deprecated("since = \"2026-02-03\", sunset = \"2026-02-04\""), [""; 0]);
    for day in ["2026-02-30", "2026-02-03T10:00:00Z", "10:00:00", "3 February"] {
        assert_eq!(deprecated(&format!("since = \"{day}\"")), ["MB017"], "{day}");
    }
}

#[test]
fn an_address_can_be_linked_to() {
    let see = |address| deprecated(&format!("since = \"2026-02-03\", see = '{address}'"));
    for address in ["https://example.org/changes", "http://intranet/changes?of=loans#last"] {
        assert_eq!(see(address), [""; 0], "{address}");
    }
    for address in
        ["the wiki", "https://", "ftp://x", "https://a b", "https://a<b", "https://a\"b", "https://ä"]
    {
        assert_eq!(see(address), ["MB018"], "{address}");
    }
}
