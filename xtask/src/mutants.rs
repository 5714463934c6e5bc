//! `cargo xtask mutants`: what the tests of a domain notice, by rule, held against what was agreed to.

use std::fmt::Write;
use std::io::IsTerminal;
use std::path::Path;
use std::time::{Duration, Instant};

use clap::Args;
use macadam_mutants::{Measure, Sample, Verdict, report};
use macadam_runner::RunError;
use macadam_runner::exit::Exit;
use macadam_runner::mutants::{
    Asked, Measured, Progress, Selection, Target, accept, find_examples, gate, targets, view,
};

use crate::report::{root, run_error, word};
use crate::terminal::{MORE, message, result};

/// Run mutation tests: change the rules of a domain in small ways, and list the changes that no test catches
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[command(before_help = "Example: cargo xtask mutants lc-application --in-diff main", after_help = MORE)]
pub(crate) struct Mutants {
    /// A context, whose domain crate is tested, or a folder under crates; without a name, all contexts.
    name: Option<String>,
    /// Only files that differ from this commit. The whole crate is tested if code that its tests share differs.
    #[arg(long, value_name = "BASE", conflicts_with_all = ["changed", "sample"])]
    in_diff: Option<String>,
    /// Only crates whose sources or tests have changed since mutants.toml was written; includes the kernel.
    #[arg(long, conflicts_with_all = ["name", "sample"])]
    changed: bool,
    /// Only a sample of this many mutants for each crate.
    #[arg(long, value_name = "COUNT")]
    sample: Option<usize>,
    /// All mutants, even if mutants.toml records a sample.
    #[arg(long, conflicts_with_all = ["sample", "in_diff"])]
    whole: bool,
    /// The seed of the sample; the same seed gives the same mutants.
    #[arg(long, value_name = "NUMBER", default_value_t = 0, requires = "sample")]
    seed: u64,
    /// Stop after this many seconds, and report how many mutants were not tested.
    #[arg(long, value_name = "SECONDS")]
    within: Option<u64>,
    /// Accept the result: write it to mutants.toml.
    #[arg(long)]
    accept: bool,
    /// With --accept: show what would change, write nothing, and end with 4 if anything would.
    #[arg(long, requires = "accept")]
    dry_run: bool,
    /// Report as JSON (docs/schemas/mutants.schema.json).
    #[arg(long, conflicts_with = "sarif")]
    json: bool,
    /// Report failures as SARIF 2.1.0.
    #[arg(long)]
    sarif: bool,
}

/// One package, what of it was tried, and what came of it.
struct Report {
    target: Target,
    selection: Selection,
    measured: Measured,
    verdict: Verdict,
}

impl Mutants {
    pub(crate) fn run(&self) -> Exit {
        let Some(root) = root() else { return Exit::Usage };
        match self.measured(&root) {
            Ok(reports) => self.report(&root, &reports),
            Err(error) => run_error(&error),
        }
    }

    fn measured(&self, root: &Path) -> Result<Vec<Report>, RunError> {
        let mut chosen = targets(root, self.name.as_deref())?;
        if self.changed {
            chosen.extend(targets(root, Some("kernel"))?);
        }
        let until = self.within.map(|seconds| Instant::now() + Duration::from_secs(seconds));
        let mut reports = Vec::new();
        for target in chosen {
            let name = target.subject.name.clone();
            if self.changed && target.is_as_measured(root)? {
                message(&format!("{name}: sources and tests are what {} was measured with", target.ratchet));
                continue;
            }
            let selection = match (&self.in_diff, self.sample) {
                (Some(base), _) => Selection::since(root, &target, base)?,
                (None, Some(count)) => Selection::Sample(Sample { count, seed: self.seed }),
                (None, None) if self.whole => Selection::Whole,
                (None, None) => Selection::usual(root, &target)?,
            };
            message(&format!("{name}: builds the tests …"));
            let mut shown = Shown::default();
            let mut progress = |progress: Progress| shown.show(&name, progress);
            let asked = Asked { selection: &selection, until, progress: &mut progress };
            let (mut measured, verdict) = gate(root, &target, asked)?;
            shown.end();
            if measured.measure.survivors().next().is_some() {
                message(&format!("{name}: looks for the examples that would notice the survivors …"));
                find_examples(root, &target, &mut measured)?;
            }
            reports.push(Report { target, selection, measured, verdict });
        }
        Ok(reports)
    }

    fn report(&self, root: &Path, reports: &[Report]) -> Exit {
        let judged: Vec<(Measure, Verdict)> =
            reports.iter().map(|report| (report.measured.measure.clone(), report.verdict.clone())).collect();
        if self.json {
            result(&report::json(&judged).to_string());
        } else if self.sarif {
            result(&report::sarif(&judged).to_string());
        } else {
            for Report { measured, verdict, .. } in reports {
                result(report::text(&measured.measure, verdict).trim_end());
                message(&pace(measured));
            }
        }
        for Report { measured, .. } in reports {
            match view(root, measured) {
                Ok(page) => message(&format!("in a browser: {}", page.display())),
                Err(error) => message(&format!("no page for browsers: {}", error.chain())),
            }
        }
        if self.accept {
            return self.accepted(root, reports);
        }
        if judged.iter().all(|(_, verdict)| verdict.findings.is_empty()) {
            message("next: commit; a change is quicker to try by --in-diff <BASE>");
            return Exit::Done;
        }
        message("next: add the examples that are missing, or agree to what changed by --accept");
        Exit::Gate
    }

    /// Writes what was found. That too little is caught cannot be agreed to.
    fn accepted(&self, root: &Path, reports: &[Report]) -> Exit {
        let (mut differs, mut open) = (false, true);
        for Report { target, selection, measured, .. } in reports {
            let accepted = match accept(root, target, selection, measured, self.dry_run) {
                Ok(accepted) => accepted,
                Err(error) => return run_error(&error),
            };
            message(&format!("{:9}  {}", word(accepted.action), accepted.path));
            if !accepted.diff.is_empty() {
                differs = true;
                message(accepted.diff.trim_end());
            }
            for finding in accepted.findings {
                open = false;
                message(&format!("cannot be agreed to: {}: {}", finding.place, finding.message));
            }
        }
        if !open {
            return Exit::Gate;
        }
        if self.dry_run && differs {
            message("next: leave --dry-run out to write it");
            return Exit::Drift;
        }
        message(if differs {
            "next: give survivors that are equivalent a reason, and commit"
        } else {
            "nothing to do"
        });
        Exit::Done
    }
}

fn pace(measured: &Measured) -> String {
    let tried =
        measured.measure.judged.iter().filter(|judged| judged.outcome != macadam_mutants::Outcome::NotRun);
    let tried = u32::try_from(tried.count()).unwrap_or(u32::MAX);
    let each = measured.took.checked_div(tried).unwrap_or_default();
    format!("{tried} mutants in {:.0} s, {:.2} s each", measured.took.as_secs_f64(), each.as_secs_f64())
}

/// What of the progress was shown already: each change on a terminal, a line now and then elsewhere.
#[derive(Default)]
struct Shown {
    last: Option<Instant>,
    open: bool,
}

impl Shown {
    fn show(&mut self, name: &str, progress: Progress) {
        let terminal =
            std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let pause = Duration::from_secs(if terminal { 1 } else { 15 });
        if self.last.is_some_and(|last| last.elapsed() < pause) {
            return;
        }
        self.last = Some(Instant::now());
        let Progress { done, all, elapsed } = progress;
        let mut text = format!("{name}: {done} of {all} mutants");
        if done > 0 && done < all {
            let left = elapsed.as_secs_f64() / as_float(done) * as_float(all - done);
            let _ = write!(text, ", about {left:.0} s left");
        }
        if terminal {
            // The next one is written over it.
            eprint!("\r\x1b[2K{text}");
            self.open = true;
        } else {
            message(&text);
        }
    }

    fn end(&mut self) {
        if self.open {
            eprint!("\r\x1b[2K");
        }
    }
}

fn as_float(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}
