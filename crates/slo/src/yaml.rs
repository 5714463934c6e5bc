//! Writes YAML: mappings keep the order in which they were made, so that the same input gives the same bytes.

use std::borrow::Cow;

use saphyr::{Mapping, Scalar, Yaml, YamlEmitter};

/// A value to write.
pub(crate) type Node = Yaml<'static>;

/// Text. Text of several lines is written as a block.
pub(crate) fn text(value: impl Into<String>) -> Node {
    Yaml::Value(Scalar::String(Cow::Owned(value.into())))
}

/// `true` or `false`.
pub(crate) fn boolean(value: bool) -> Node {
    Yaml::Value(Scalar::Boolean(value))
}

/// A list.
pub(crate) fn list(items: impl IntoIterator<Item = Node>) -> Node {
    Yaml::Sequence(items.into_iter().collect())
}

/// A mapping, in this order.
pub(crate) fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Node)>) -> Node {
    Yaml::Mapping(entries.into_iter().map(|(key, value)| (text(key), value)).collect::<Mapping<'static>>())
}

/// A mapping of texts.
pub(crate) fn texts<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Node {
    map(entries.into_iter().map(|(key, value)| (key, text(value))))
}

/// One document, without the mark that begins it.
pub(crate) fn document(node: &Node) -> String {
    let mut written = String::new();
    let mut emitter = YamlEmitter::new(&mut written);
    emitter.multiline(true);
    // Writing to a string cannot fail, and a tree made by the functions above has no bad values.
    let done = emitter.dump(node);
    debug_assert!(done.is_ok(), "{done:?}");
    let mut written = written.strip_prefix("---\n").map_or(written.clone(), str::to_owned);
    written.push('\n');
    written
}

#[cfg(test)]
mod tests {
    use saphyr::LoadableYamlNode;

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let node = map([
            ("expr", text("a\n  / (b > 0)")),
            ("le", text("1")),
            ("on", text("true")),
            ("colon", text("a: b # c")),
            ("quote", text("say \"no\" it's {{ $value }}")),
            ("empty", text("")),
            ("yes", boolean(false)),
            ("list", list([map([("alert", text("A")), ("x", boolean(true))]), text("- b")])),
            ("none", map::<String>([])),
        ]);
        let written = document(&node);
        assert_eq!(Yaml::load_from_str(&written).expect("valid"), vec![node], "{written}");
    }
}
