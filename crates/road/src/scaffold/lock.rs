//! `.road/lock.toml`: for each file whose it is, which template it came from, and the hash of what was rendered.

use sha2::{Digest, Sha256};

use super::plan::{Owner, Plan};
use super::render::Rendered;

/// The version of the templates; raised when what they render changes.
pub(super) const TEMPLATE_VERSION: u32 = 2;

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
        let hash: String =
            Sha256::digest(content.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        text.push_str(&format!(
            "\n[files.\"{path}\"]\nowner = \"{owner}\"\ntemplate = \"{}\"\nsha256 = \"{hash}\"\n",
            file.template
        ));
    }
    text
}
