//! Changing source: a mutant put in, an example pasted in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a mutant changes in a source file. Lines and columns count from 1; columns are characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// From the domain crate's folder: `src/values/terms.rs`.
    pub file: PathBuf,
    /// Line and column of the first character that is replaced.
    pub start: (usize, usize),
    /// Line and column after the last.
    pub end: (usize, usize),
    /// What it is replaced by.
    pub replacement: String,
}

/// A test that notices a mutant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The file to paste it into, from the domain crate's folder.
    pub file: PathBuf,
    /// The module of that file to paste it into, from the crate's root: `lc_application::submit::examples`.
    pub module: String,
    /// Whether the file has that module; otherwise [`pasted`] adds it.
    pub module_exists: bool,
    /// The test's name.
    pub name: String,
    /// The whole test function.
    pub test: String,
}

impl Example {
    pub(super) fn new(
        file: &Path,
        module: &str,
        module_exists: bool,
        name: &str,
        uses: &[String],
        body: &str,
    ) -> Self {
        let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (parent, name) in uses.iter().filter_map(|path| path.rsplit_once("::")) {
            groups.entry(parent).or_default().push(name);
        }
        let line = |(parent, names): (&&str, &Vec<&str>)| match &names[..] {
            [name] => format!("use {parent}::{name};\n"),
            names => format!("use {parent}::{{{}}};\n", names.join(", ")),
        };
        let mut lines: String = groups.iter().map(line).collect();
        if !lines.is_empty() {
            lines.push('\n');
        }
        let test = format!("#[test]\nfn {name}() {{\n{lines}{body}\n}}\n");
        let module = module.trim_start_matches("crate::").to_owned();
        Self { file: file.to_owned(), module, module_exists, name: name.to_owned(), test }
    }

    /// The same test by another name.
    #[must_use]
    pub fn named(&self, name: &str) -> Self {
        let test = self.test.replacen(&format!("fn {}()", self.name), &format!("fn {name}()"), 1);
        Self { name: name.to_owned(), test, ..self.clone() }
    }
}

/// The text of a file with an example in its module of tests, as the last of them; none where it has no such module
/// although it should.
pub fn pasted(text: &str, example: &Example) -> Option<String> {
    let name = example.module.rsplit("::").next().unwrap_or(&example.module);
    if !example.module_exists && !text.contains(&format!("mod {name} {{")) {
        return Some(format!("{text}\n#[cfg(test)]\nmod {name} {{\n{}}}\n", example.test));
    }
    let parsed = syn::parse_file(text).ok()?;
    let module = parsed.items.iter().find_map(|item| match item {
        syn::Item::Mod(module) if module.ident == name => module.content.as_ref(),
        _ => None,
    })?;
    let close = module.0.span.close().start();
    let at = offset(text, (close.line, close.column + 1))?;
    Some(format!("{}\n{}{}", &text[..at], example.test, &text[at..]))
}

/// The text of a file with a mutant in it; none where the file is shorter than the mutant says.
pub fn mutated(text: &str, mutant: &Change) -> Option<String> {
    let (start, end) = (offset(text, mutant.start)?, offset(text, mutant.end)?);
    Some(format!("{}{}{}", text.get(..start)?, mutant.replacement, text.get(end..)?))
}

/// The byte at a line and column.
fn offset(text: &str, (line, column): (usize, usize)) -> Option<usize> {
    let start: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let rest = text.get(start..)?;
    let within = rest.char_indices().map(|(at, _)| at).chain([rest.len()]).nth(column.checked_sub(1)?)?;
    Some(start + within)
}
