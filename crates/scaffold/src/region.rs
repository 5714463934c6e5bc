//! Regions: what is managed within a `Cargo.toml` that a team owns, between two marks, at most once in each table.

const BEGIN: &str = "# <boilerplate>";
const END: &str = "# </boilerplate>";

/// What stands between two marks, with the marks; whole lines.
struct Region {
    /// The header of the table that it stands in.
    table: String,
    begin: usize,
    end: usize,
}

/// Whether a text has a region.
pub(super) fn has_region(text: &str) -> bool {
    text.contains(BEGIN)
}

/// `text` with the regions of `rendered`: those that are there are replaced as a whole, others are put at the beginning
/// of their tables. None where the marks in `text` do not pair, or a table has two regions.
pub(super) fn with_regions(text: &str, rendered: &str) -> Option<String> {
    let mut text = text.to_owned();
    for wanted in regions(rendered)? {
        let lines = &rendered[wanted.begin..wanted.end];
        let known = regions(&text)?;
        if let Some(known) = known.iter().find(|known| known.table == wanted.table) {
            text.replace_range(known.begin..known.end, lines);
        } else if let Some(place) = below_header(&text, &wanted.table) {
            text.insert_str(place, lines);
        } else {
            let text_ends = if text.ends_with('\n') { "" } else { "\n" };
            text.push_str(&format!("{text_ends}\n{}\n{lines}", wanted.table));
        }
    }
    Some(text)
}

/// All regions of a text, in their order.
fn regions(text: &str) -> Option<Vec<Region>> {
    let (mut table, mut open, mut found) = ("", None, Vec::<Region>::new());
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        if line.starts_with('[') {
            table = line.trim_end();
        } else if line.starts_with(BEGIN) {
            if open.replace((table, at)).is_some() {
                return None;
            }
        } else if line.starts_with(END) {
            let (of, begin) = open.take()?;
            if of != table || found.iter().any(|region| region.table == table) {
                return None;
            }
            found.push(Region { table: table.to_owned(), begin, end });
        }
        at = end;
    }
    open.is_none().then_some(found)
}

/// Where the line below a table's header begins.
fn below_header(text: &str, header: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        if line.trim_end() == header && line.ends_with('\n') {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::with_regions;

    const RENDERED: &str = "[dependencies]\n# <boilerplate> kept\na = \"1\"\n# </boilerplate>\n\n[dev-dependencies]\n\
                            # <boilerplate> kept\nkit = \"1\"\n# </boilerplate>\nseed = \"1\"\n";

    #[test]
    fn a_region_is_replaced_as_a_whole_and_what_a_team_wrote_around_it_stays() {
        let theirs = "[package]\nname = \"x\"\n\n[dependencies]\nmine = \"2\"\n# <boilerplate> old\nb = \"1\"\n# </boilerplate>\n\
                      other = \"3\"\n\n[dev-dependencies]\n# <boilerplate>\n# </boilerplate>\n";
        let merged = with_regions(theirs, RENDERED).expect("the marks pair");
        let expected = "[package]\nname = \"x\"\n\n[dependencies]\nmine = \"2\"\n# <boilerplate> kept\na = \"1\"\n# </boilerplate>\n\
                        other = \"3\"\n\n[dev-dependencies]\n# <boilerplate> kept\nkit = \"1\"\n# </boilerplate>\n";
        assert_eq!(merged, expected);
        assert_eq!(
            with_regions(&merged, RENDERED).as_deref(),
            Some(expected),
            "a second time changes nothing"
        );
    }

    #[test]
    fn a_region_that_is_new_begins_its_table_which_is_added_where_it_is_missing() {
        let one = "[dependencies]\n# <boilerplate>\n# </boilerplate>\n\n[dev-dependencies]\nmine = \"2\"";
        let merged = with_regions(one, RENDERED).expect("the marks pair");
        assert!(merged.ends_with(
            "[dev-dependencies]\n# <boilerplate> kept\nkit = \"1\"\n# </boilerplate>\nmine = \"2\""
        ));
        let none = "[dependencies]\n# <boilerplate>\n# </boilerplate>\nmine = \"2\"";
        let merged = with_regions(none, RENDERED).expect("the marks pair");
        assert!(merged.contains("mine = \"2\"\n\n[dev-dependencies]\n# <boilerplate> kept\n"), "{merged}");
    }

    #[test]
    fn marks_that_do_not_pair_are_nothing_to_write_between() {
        for broken in [
            "[dependencies]\n# <boilerplate>\n",
            "[dependencies]\n# </boilerplate>\n",
            "[dependencies]\n# <boilerplate>\n# <boilerplate>\n# </boilerplate>\n",
            "[dependencies]\n# <boilerplate>\n[other]\n# </boilerplate>\n",
            "[dependencies]\n# <boilerplate>\n# </boilerplate>\n# <boilerplate>\n# </boilerplate>\n",
        ] {
            assert_eq!(with_regions(broken, RENDERED), None, "{broken}");
        }
    }
}
