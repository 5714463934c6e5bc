//! `events`, `rebuild`, `backup`, `test` and others check the name of the context before anything is built.

use crate::{code, repository, text, tool};

#[test]
fn an_unknown_context_gets_a_suggestion() {
    for arguments in [
        &["events", "stats", "lc-aplication"][..],
        &["events", "tail", "lc-aplication", "--follow"],
        &["events", "show", "lc-aplication", "1"],
        &["rebuild", "lc-aplication"],
        &["backup", "lc-aplication", "file"],
        &["restore", "lc-aplication", "file", "--dry-run"],
        &["export", "lc-aplication", "file"],
        &["import", "lc-aplication", "file", "--dry-run"],
        &["golden", "lc-aplication", "--keep-events"],
        &["test", "lc-aplication"],
    ] {
        let output = tool().current_dir(repository()).args(arguments).output().expect("the tool runs");
        let stderr = text(&output.stderr);
        assert_eq!(code(&output), 2, "{arguments:?}: {stderr}");
        assert!(stderr.contains("did you mean `lc-application`?"), "{arguments:?}: {stderr}");
    }
}
