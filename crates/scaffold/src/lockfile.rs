//! `Cargo.lock` with the new crates in it. They depend on nothing that the workspace does not know already, so nobody
//! has to be asked; calling cargo for it would take longer than all the rest.

/// What the domain crate of a context depends on.
const DOMAIN: &[&str] = &["macadam-kernel", "schemars", "serde", "thiserror"];
/// What its service crate depends on, besides the domain.
const SERVICE: &[&str] = &["macadam-chassis", "macadam-kernel", "serde_json"];
/// The crate whose dependencies show how cargo names those of which there are several versions.
const WITNESS: &str = "name = \"macadam-kernel\"";

/// The lock file `text` with the crates of `context` in their places; none where it has no form that is known.
pub(super) fn with_context(text: &str, context: &str) -> Option<String> {
    let mut blocks: Vec<&str> = text.trim_end().split("\n\n").collect();
    let witness = (*blocks.iter().find(|block| block.contains(WITNESS))?).to_owned();
    let domain = format!("{context}-domain");
    let mut of_service: Vec<&str> = SERVICE.to_vec();
    of_service.push(&domain);
    of_service.sort_unstable();
    let service = format!("{context}-service");
    let added = [block(&domain, DOMAIN, &witness), block(&service, &of_service, &witness)];
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

fn block(name: &str, dependencies: &[&str], witness: &str) -> String {
    let line = |dependency: &&str| {
        // `thiserror 2.0.21` where there is an older one too.
        let exact = witness.lines().find(|line| line.trim_start().starts_with(&format!("\"{dependency} ")));
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
    fn crates_stand_in_the_order_of_names_with_versions_where_these_are_ambiguous() {
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
            "a second time changes nothing"
        );
    }

    #[test]
    fn what_is_no_lock_file_is_left_alone() {
        assert_eq!(with_context("", "hotel"), None);
    }
}
