//! Did-you-mean.

/// The candidate that `word` is most likely a slip for, if any is near enough.
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
    fn a_slip_finds_its_word_and_a_stranger_none() {
        let events = ["Submitted", "Approved", "Declined"];
        assert_eq!(nearest("Submited", events), Some("Submitted"));
        assert_eq!(nearest("approved", events), Some("Approved"));
        assert_eq!(nearest("Cancelled", events), None);
        assert_eq!(nearest("", events), None);
    }
}
