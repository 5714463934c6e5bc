//! Texts that a regular expression of a label matcher matches.

use regex_syntax::hir::{Class, Hir, HirKind};

/// More are not made from one pattern.
const MOST: usize = 8;

/// An example for each alternative of a pattern, such as `500` and `499` for `5..|499`; none where it does not parse.
/// A repetition is as short as it may be.
pub(super) fn examples(pattern: &str) -> Vec<String> {
    regex_syntax::parse(pattern).map(|hir| of(&hir)).unwrap_or_default()
}

fn of(hir: &Hir) -> Vec<String> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![String::new()],
        HirKind::Literal(literal) => vec![String::from_utf8_lossy(&literal.0).into_owned()],
        HirKind::Class(class) => one_of(class).map(String::from).into_iter().collect(),
        HirKind::Repetition(repetition) => {
            let part = of(&repetition.sub).into_iter().next().unwrap_or_default();
            vec![part.repeat(repetition.min as usize)]
        }
        HirKind::Capture(capture) => of(&capture.sub),
        HirKind::Concat(parts) => parts.iter().fold(vec![String::new()], |begun, part| {
            let ends = of(part);
            let longer = begun.iter().flat_map(|begin| ends.iter().map(move |end| format!("{begin}{end}")));
            longer.take(MOST).collect()
        }),
        HirKind::Alternation(ways) => ways.iter().flat_map(of).take(MOST).collect(),
    }
}

/// A character of a class: `0` or `a` where it holds them, as people would write it.
fn one_of(class: &Class) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.ranges().iter().map(|range| (range.start(), range.end())).collect(),
        Class::Bytes(class) => {
            class.ranges().iter().map(|range| (range.start().into(), range.end().into())).collect()
        }
    };
    let holds = |wanted: &char| ranges.iter().any(|(from, to)| (from..=to).contains(&wanted));
    ['0', 'a'].into_iter().find(holds).or_else(|| ranges.first().map(|(from, _)| *from))
}

#[cfg(test)]
mod tests {
    use super::examples;

    #[test]
    fn each_alternative_has_an_example() {
        let cases: &[(&str, &[&str])] = &[
            ("5..|499", &["500", "499"]),
            (r"1(\.0)?", &["1"]),
            ("0.5", &["005"]),
            (r"0\.5", &["0.5"]),
            ("(busy|full)_.+", &["busy_0", "full_0"]),
            ("[b-d]", &["b"]),
            ("", &[""]),
            ("(", &[]),
        ];
        for (pattern, expected) in cases {
            assert_eq!(&examples(pattern), expected, "{pattern}");
        }
    }
}
