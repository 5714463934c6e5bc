//! Suggestions for misspelled words.

/// The candidate most similar to `word`, if one is similar enough for a typing mistake.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = word.to_lowercase();
    let distance_max = (folded.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= distance_max && *candidate != word)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_misspelled_word_gets_a_suggestion_and_an_unrelated_one_gets_none() {
        let events = ["Submitted", "Approved", "Declined"];
        assert_eq!(nearest("Submited", events), Some("Submitted"));
        assert_eq!(nearest("approved", events), Some("Approved"));
        assert_eq!(nearest("Cancelled", events), None);
        assert_eq!(nearest("", events), None);
    }
}
