//! Regions: what is managed within a `Cargo.toml` that a team owns, between two marks, at most once in each table.

use toml_edit::{DocumentMut, TomlError};

const BEGIN: &str = "# <boilerplate>";
const END: &str = "# </boilerplate>";

/// What stands between two marks, with the marks; whole lines.
struct Region {
    /// The header of the table that it stands in.
    table: String,
    begin: usize,
    end: usize,
}

/// Why nothing can be written between the marks of a file.
#[derive(Debug, thiserror::Error)]
pub enum RegionError {
    /// They do not pair, or a table has two regions.
    #[error("let `# <boilerplate>` and `# </boilerplate>` stand once in each table that has them")]
    Marks,
    /// With the managed lines, the file would be no TOML: mostly since it has one of them outside the marks as well.
    #[error("with the managed lines in it, it would not be valid TOML; remove what is there twice: {0}")]
    Toml(TomlError),
}

/// Whether a text has a region.
pub(super) fn has_region(text: &str) -> bool {
    text.contains(BEGIN)
}

/// `text` with the regions of `rendered`: those that are there are replaced as a whole, others are put at the beginning
/// of their tables. Line ends are those of `text`.
pub(super) fn with_regions(text: &str, rendered: &str) -> Result<String, RegionError> {
    let new_line = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut text = text.to_owned();
    for wanted in regions(rendered).ok_or(RegionError::Marks)? {
        let lines = rendered[wanted.begin..wanted.end].replace('\n', new_line);
        let known = regions(&text).ok_or(RegionError::Marks)?;
        if let Some(known) = known.iter().find(|known| known.table == wanted.table) {
            text.replace_range(known.begin..known.end, &lines);
            continue;
        }
        let (place, header) = match below_header(&text, &wanted.table) {
            Some(place) => (place, String::new()),
            None => (text.len(), format!("{new_line}{}{new_line}", wanted.table)),
        };
        let gap = if text[..place].ends_with('\n') { "" } else { new_line };
        text.insert_str(place, &format!("{gap}{header}{lines}"));
    }
    match text.parse::<DocumentMut>() {
        Ok(_) => Ok(text),
        Err(error) => Err(RegionError::Toml(error)),
    }
}

/// The header of a table, without a comment behind it; none where the line is something else.
fn header(line: &str) -> Option<&str> {
    let header = line.split('#').next().unwrap_or_default().trim_end();
    (header.starts_with('[') && header.ends_with(']')).then_some(header)
}

/// All regions of a text, in their order.
fn regions(text: &str) -> Option<Vec<Region>> {
    let (mut table, mut open, mut found) = ("", None, Vec::<Region>::new());
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        if let Some(header) = header(line) {
            table = header;
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
fn below_header(text: &str, table: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        at += line.len();
        if header(line) == Some(table) {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{RegionError, with_regions};

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
            with_regions(&merged, RENDERED).expect("the marks pair"),
            expected,
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
            assert!(matches!(with_regions(broken, RENDERED), Err(RegionError::Marks)), "{broken}");
        }
    }

    #[test]
    fn a_table_is_found_with_a_comment_behind_its_header_and_as_the_last_line() {
        let commented = "[dependencies] # ours\n\n[dev-dependencies]";
        let merged = with_regions(commented, RENDERED).expect("the marks pair");
        let expected = "[dependencies] # ours\n# <boilerplate> kept\na = \"1\"\n# </boilerplate>\n\n[dev-dependencies]\n\
                        # <boilerplate> kept\nkit = \"1\"\n# </boilerplate>\n";
        assert_eq!(merged, expected);
        assert_eq!(with_regions(&merged, RENDERED).expect("the marks pair"), expected);
    }

    #[test]
    fn line_ends_are_those_of_the_file() {
        let theirs = "[dependencies]\r\n# <boilerplate>\r\n# </boilerplate>\r\nmine = \"2\"\r\n";
        let merged = with_regions(theirs, RENDERED).expect("the marks pair");
        assert_eq!(merged.matches('\n').count(), merged.matches("\r\n").count(), "{merged:?}");
        assert_eq!(with_regions(&merged, RENDERED).expect("the marks pair"), merged);
    }

    #[test]
    fn a_managed_line_outside_the_marks_is_not_written_a_second_time() {
        let theirs = "[dependencies]\n# <boilerplate>\n# </boilerplate>\n\n[dev-dependencies]\nkit = \"1\"\n";
        let error = with_regions(theirs, RENDERED).expect_err("`kit` would stand there twice");
        assert!(error.to_string().contains("kit = \"1\""), "{error}");
    }
}
