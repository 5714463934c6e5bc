//! Unique claims, for templates.

use serde::Serialize;

use super::quoted;
use macadam_board::Board;
use macadam_board::names::rule_code;

/// A unique claim.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Claim {
    /// `LcNumber`
    pub name: String,
    /// `LetterOfCredit`
    pub aggregate: String,
    /// `lc_number`
    pub field: String,
    /// `"Issued"`
    pub taken_by: String,
    /// The same, without quotes.
    pub taken_by_words: Vec<String>,
    /// `.released_by(&["Cancelled"])`, or nothing
    pub released: String,
    /// `Cancelled`
    pub released_by_words: Vec<String>,
    /// `lc-number-taken`
    pub rule: String,
}

impl Claim {
    pub(super) fn of(board: &Board, claim: &macadam_board::Claim) -> Self {
        let taker = claim.taken_by.first().and_then(|name| board.event(name));
        let listed = |names: &[macadam_board::Name]| names.iter().map(ToString::to_string).collect();
        let released = (!claim.released_by.is_empty())
            .then(|| format!(".released_by(&[{}])", quoted(&claim.released_by)));
        Self {
            name: claim.name.to_string(),
            aggregate: taker.map(|(owner, _)| owner.name.to_string()).unwrap_or_default(),
            field: claim.field.to_string(),
            taken_by: quoted(&claim.taken_by),
            taken_by_words: listed(&claim.taken_by),
            released: released.unwrap_or_default(),
            released_by_words: listed(&claim.released_by),
            rule: rule_code(&claim.rejects),
        }
    }
}
