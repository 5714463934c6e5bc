//! Names in Rust as words of a test's name.

/// The last name of a path in snake case.
pub(super) fn last_words(path: &str) -> String {
    let mut words = String::new();
    for c in path.rsplit("::").next().unwrap_or(path).chars() {
        if c.is_ascii_uppercase() && !words.is_empty() && !words.ends_with('_') {
            words.push('_');
        }
        words.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    }
    words.trim_matches('_').to_owned()
}
