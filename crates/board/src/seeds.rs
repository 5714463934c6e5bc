//! Removes the seeds from a board: `new` writes the board without them once the structs exist.

use toml_edit::{DocumentMut, Item, RawString, Table, TableLike};

use super::Board;

impl Board {
    /// The text without `[value]` tables and `fields`; comments, order and spacing of the rest are kept. An event's
    /// table that contained nothing else is removed as well. Text that is not TOML is returned unchanged.
    pub fn without_seeds(text: &str) -> String {
        let Ok(mut document) = text.parse::<DocumentMut>() else { return text.to_owned() };
        let mut kept = Vec::new();
        if let Some(values) = document.get("value") {
            visit(values, &mut |table| kept.extend(detached_comment(table)));
        }
        document.remove("value");
        for (position, comment) in kept.into_iter().rev() {
            attach_comment(&mut document, position, &comment);
        }
        for aggregate in entries(document.get_mut("aggregate")) {
            let Some(aggregate) = aggregate.as_table_like_mut() else { continue };
            for command in entries(aggregate.get_mut("command")) {
                drop_fields(command);
            }
            strip_events(aggregate.get_mut("event"));
        }
        document.to_string().trim_start_matches('\n').to_owned()
    }
}

fn entries(item: Option<&mut Item>) -> Vec<&mut Item> {
    let Some(table) = item.and_then(Item::as_table_like_mut) else { return Vec::new() };
    table.iter_mut().map(|(_, item)| item).collect()
}

/// Removes the fields, and returns whether there were any.
fn drop_fields(item: &mut Item) -> bool {
    let Some(table) = item.as_table_like_mut() else { return false };
    let was_last = table.iter().last().is_some_and(|(name, _)| name == "fields");
    let Some(fields) = table.remove("fields") else { return false };
    // In an inline table, the space before the brace belongs to the last value.
    let suffix = fields.as_value().and_then(|value| value.decor().suffix()).cloned();
    let last = item.as_inline_table_mut().and_then(|inline| inline.iter_mut().last());
    if let (true, Some((_, last)), Some(suffix)) = (was_last, last, suffix) {
        last.decor_mut().set_suffix(suffix);
    }
    true
}

fn strip_events(events: Option<&mut Item>) {
    let Some(events) = events.and_then(Item::as_table_like_mut) else { return };
    let mut idle = Vec::new();
    for (name, item) in events.iter_mut() {
        let commented = item.as_table().is_some_and(|table| prefix(table).contains('#'));
        let had_fields = drop_fields(item);
        if had_fields && item.as_table_like().is_some_and(TableLike::is_empty) && !commented {
            idle.push(name.get().to_owned());
        }
    }
    for name in idle {
        events.remove(&name);
    }
}

/// A comment above the table, separated from it by a blank line: it belongs to more than the table.
fn detached_comment(table: &Table) -> Option<(isize, String)> {
    let above = prefix(table);
    let blank = above.rfind("\n\n")?;
    let comment = &above[..=blank];
    comment.contains('#').then(|| (table.position().unwrap_or_default(), comment.to_owned()))
}

/// Puts a comment above the first table after `position`, or at the end.
fn attach_comment(document: &mut DocumentMut, position: isize, comment: &str) {
    let mut next: Option<isize> = None;
    visit(document.as_item(), &mut |table| {
        next = table.position().filter(|at| *at > position && next.is_none_or(|known| *at < known)).or(next);
    });
    let Some(next) = next else {
        let trailing = format!("{comment}{}", document.trailing().as_str().unwrap_or_default());
        document.set_trailing(trailing);
        return;
    };
    visit_mut(document.as_item_mut(), &mut |table| {
        if table.position() == Some(next) {
            let above = format!("{comment}{}", prefix(table));
            table.decor_mut().set_prefix(above);
        }
    });
}

fn prefix(table: &Table) -> &str {
    table.decor().prefix().and_then(RawString::as_str).unwrap_or_default()
}

/// Every table with a header of its own, in no particular order.
fn visit(item: &Item, see: &mut dyn FnMut(&Table)) {
    if let Some(table) = item.as_table() {
        if !table.is_implicit() && !table.is_dotted() {
            see(table);
        }
        table.iter().for_each(|(_, inner)| visit(inner, see));
    }
    for table in item.as_array_of_tables().into_iter().flatten() {
        see(table);
        table.iter().for_each(|(_, inner)| visit(inner, see));
    }
}

fn visit_mut(item: &mut Item, see: &mut dyn FnMut(&mut Table)) {
    if let Some(table) = item.as_table_mut() {
        see(table);
        table.iter_mut().for_each(|(_, inner)| visit_mut(inner, see));
    } else if let Some(tables) = item.as_array_of_tables_mut() {
        for table in tables.iter_mut() {
            see(table);
            table.iter_mut().for_each(|(_, inner)| visit_mut(inner, see));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_removed_and_everything_else_is_kept() {
        let text = "\
# The board.

[context] # who
name = \"x\"   # kept as spaced

# Types of the workshop.

# A party.
[value.Party]
fields = { name = \"String\" }

[aggregate.A]
command.Inline = { actor = \"R\", fields = { n = \"u32\" }, emits = [\"E\"] }
command.Last = { actor = \"R\", fields = { n = \"u32\" } }

[aggregate.A.command.Long]
actor = \"R\"
# seeds
fields.a = \"String\"
fields.b = \"Party\"
emits = [\"F\"]

[aggregate.A.command.Sub.fields]
a = \"String\"

[aggregate.A.event.E]
fields = { n = \"u32\" }

# F is public.
[aggregate.A.event.F]
fields = { n = \"u32\" }

[aggregate.A.event.G]
published = true
fields = { n = \"u32\" }
# the end
";
        let expected = "\
# The board.

[context] # who
name = \"x\"   # kept as spaced

# Types of the workshop.

[aggregate.A]
command.Inline = { actor = \"R\", emits = [\"E\"] }
command.Last = { actor = \"R\" }

[aggregate.A.command.Long]
actor = \"R\"
emits = [\"F\"]

# F is public.
[aggregate.A.event.F]

[aggregate.A.event.G]
published = true
# the end
";
        assert_eq!(Board::without_seeds(text), expected);
        assert_eq!(Board::without_seeds(expected), expected, "a second time changes nothing");
    }

    #[test]
    fn text_that_is_not_toml_is_returned_unchanged() {
        assert_eq!(Board::without_seeds("[oops"), "[oops");
    }
}
