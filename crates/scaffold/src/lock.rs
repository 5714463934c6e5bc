//! `.road/lock.toml`: the owner, the template and the hash of the rendered text, for each file.

use sha2::{Digest, Sha256};

use super::plan::{Owner, Plan};
use super::render::Rendered;

/// The version of the templates; increase it when the rendered text changes.
pub(super) const TEMPLATE_VERSION: u32 = 4;

/// The path of the lock inside the context's folder.
pub(super) const LOCK: &str = ".road/lock.toml";

/// The lock of a context whose files are `rendered`.
pub(super) fn lock(plan: &Plan, rendered: &Rendered) -> String {
    let mut text = format!(
        "# Managed by Macadam: written by `cargo xtask new` and `cargo xtask update`. Do not edit.\n\
         format = 1\ntemplate_version = {TEMPLATE_VERSION}\n"
    );
    for (file, (path, content)) in plan.files.iter().zip(rendered) {
        let owner = match file.owner {
            Owner::Owned => "owned",
            Owner::Managed => "managed",
        };
        text.push_str(&format!(
            "\n[files.\"{path}\"]\nowner = \"{owner}\"\ntemplate = \"{}\"\nsha256 = \"{}\"\n",
            file.template,
            hash(content)
        ));
    }
    text
}

/// Whether a file is still as rendered, according to this lock.
pub(super) fn is_as_rendered(lock: &str, path: &str, content: &str) -> bool {
    let recorded = |lock: &toml_edit::Document<&str>| {
        Some(lock.get("files")?.get(path)?.get("sha256")?.as_str()? == hash(content))
    };
    toml_edit::Document::parse(lock).ok().as_ref().and_then(recorded).unwrap_or_default()
}

fn hash(content: &str) -> String {
    Sha256::digest(content.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
