//! For each survivor the example that is missing, where one is found in time.

use std::path::{Path, PathBuf};
use std::time::Duration;

use macadam_mutants::example::Change;
use macadam_mutants::{Example, Judged, Outcome};

use super::{Measured, Target};
use crate::RunError;
use crate::examples::examples;

/// How long the examples of one context are searched for.
const TIME_MAX: Duration = Duration::from_mins(5);

/// Gives each survivor of a context the example that would notice it, or the reason why none was found. Survivors that
/// have a reason in `mutants.toml` are left out. Does nothing for a package that is no context's domain.
pub fn find_examples(root: &Path, target: &Target, measured: &mut Measured) -> Result<(), RunError> {
    if target.seeds.is_none() {
        return Ok(());
    }
    let ratchet = target.ratchet(root)?;
    let explained = |judged: &Judged| {
        ratchet.survivors.iter().any(|survivor| survivor.key == judged.key && survivor.reason.is_some())
    };
    let survives = |judged: &&mut Judged| judged.outcome == Outcome::Missed && !judged.waits;
    let mut survivors: Vec<&mut Judged> =
        measured.measure.judged.iter_mut().filter(survives).filter(|judged| !explained(judged)).collect();
    if survivors.is_empty() {
        return Ok(());
    }
    let folder = &target.subject.folder;
    let changes: Vec<Change> = survivors.iter().map(|judged| change(judged, folder)).collect();
    let scratch = target.home.join("examples");
    let found = examples(root, &root.join(folder), &changes, &scratch, TIME_MAX)?;
    for (survivor, sought) in survivors.iter_mut().zip(found) {
        survivor.example = sought.example.map(|example| Example {
            file: format!("{folder}/{}", example.file.display()),
            module: example.module,
            test: example.test,
        });
        survivor.no_example =
            sought.reason.map(|reason| format!("{reason}; {} cases were tried", sought.cases));
    }
    Ok(())
}

/// The mutant as a change to a file of the domain crate in `folder`.
fn change(judged: &Judged, folder: &str) -> Change {
    let mutant = &judged.mutant;
    let file = mutant.file.strip_prefix(folder).unwrap_or(&mutant.file).trim_start_matches('/');
    let (start, end) = (&mutant.span.start, &mutant.span.end);
    Change {
        file: PathBuf::from(file),
        start: (start.line, start.column),
        end: (end.line, end.column),
        replacement: mutant.replacement.clone(),
    }
}
