//! Adds the new crates to `Cargo.lock`. They have only dependencies that the workspace has already, so no registry is
//! needed; calling cargo would take longer than all other steps.

/// The dependencies of the domain crate of a context.
const DOMAIN: &[&str] = &["macadam-kernel", "schemars", "serde", "thiserror"];
/// The dependencies of its service crate and of its tests, besides the domain crate.
const SERVICE: &[&str] = &["macadam-chassis", "macadam-kernel", "macadam-testkit", "serde_json"];
/// A crate whose entry shows how cargo writes dependencies that exist in several versions.
const REFERENCE: &str = "name = \"macadam-kernel\"";

/// The lock file `text` with the crates of `context` added in order; `None` if its form is unknown.
pub(super) fn with_context(text: &str, context: &str) -> Option<String> {
    let mut blocks: Vec<&str> = text.trim_end().split("\n\n").collect();
    let reference = (*blocks.iter().find(|block| block.contains(REFERENCE))?).to_owned();
    let domain = format!("{context}-domain");
    let mut of_service: Vec<&str> = SERVICE.to_vec();
    of_service.push(&domain);
    of_service.sort_unstable();
    let service = format!("{context}-service");
    let added = [block(&domain, DOMAIN, &reference), block(&service, &of_service, &reference)];
    let head = blocks.iter().position(|block| block.starts_with("[[package]]"))?;
    for new in &added {
        let name = name(new)?;
        if blocks.iter().any(|block| self::name(block) == Some(name)) {
            continue;
        }
        let after =
            blocks[head..].iter().position(|block| self::name(block).is_none_or(|known| known > name));
        blocks.insert(after.map_or(blocks.len(), |after| head + after), new);
    }
    Some(format!("{}\n", blocks.join("\n\n")))
}

fn name(block: &str) -> Option<&str> {
    block.strip_prefix("[[package]]\nname = \"")?.split('"').next()
}

fn block(name: &str, dependencies: &[&str], reference: &str) -> String {
    let line = |dependency: &&str| {
        // `thiserror 2.0.21` if the lock file has another version as well.
        let exact = reference.lines().find(|line| line.trim_start().starts_with(&format!("\"{dependency} ")));
        exact.map_or_else(|| format!(" \"{dependency}\",\n"), |line| format!("{line}\n"))
    };
    let lines: String = dependencies.iter().map(line).collect();
    format!("[[package]]\nname = \"{name}\"\nversion = \"0.1.0\"\ndependencies = [\n{lines}]")
}

#[cfg(test)]
mod tests {
    use super::with_context;

    const LOCK: &str = "# generated\nversion = 4\n\n[[package]]\nname = \"axum\"\nversion = \"1.0.0\"\n\n[[package]]\n\
        name = \"macadam-kernel\"\nversion = \"0.1.0\"\ndependencies = [\n \"serde\",\n \"thiserror 2.0.1\",\n]\n";

    #[test]
    fn crates_are_added_in_order_with_versions_where_names_are_ambiguous() {
        let text = with_context(LOCK, "hotel").expect("a lock file");
        let names: Vec<_> = text.lines().filter(|line| line.starts_with("name")).collect();
        assert_eq!(
            names,
            [
                "name = \"axum\"",
                "name = \"hotel-domain\"",
                "name = \"hotel-service\"",
                "name = \"macadam-kernel\""
            ]
        );
        assert!(text.contains(" \"thiserror 2.0.1\",\n]\n\n[[package]]\nname = \"hotel-service\""), "{text}");
        assert_eq!(
            with_context(&text, "hotel").as_deref(),
            Some(text.as_str()),
            "adding the crates again changes nothing"
        );
    }

    #[test]
    fn a_text_that_is_not_a_lock_file_is_rejected() {
        assert_eq!(with_context("", "hotel"), None);
    }
}
