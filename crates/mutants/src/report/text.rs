//! The report for people.

use crate::measure::{Judged, Measure, Tally};
use crate::verdict::{Verdict, place};

/// The score of the package and of each rule that is not perfect, what survived, and what closes the gate.
pub fn text(measure: &Measure, verdict: &Verdict) -> String {
    let total = measure.total();
    let mut text = format!("{}: {}\n", measure.subject.name, line(total));
    let rules = measure.by_rule();
    let width = rules.keys().map(|rule| rule.to_string().chars().count()).max().unwrap_or_default();
    let waiting = measure.waiting();
    let (mut perfect, mut untried) = (0, 0);
    for (rule, tally) in rules.iter().filter(|(rule, _)| !waiting.contains(rule)) {
        if tally.not_run == tally.mutants() {
            untried += 1;
        } else if tally.missed + tally.timeout + tally.not_run == 0 && tally.viable() > 0 {
            perfect += 1;
        } else {
            text.push_str(&format!("  {:width$}  {}\n", rule.to_string(), line(*tally)));
        }
    }
    text.push_str(&format!("  and {perfect} rules of which every viable mutant is caught\n"));
    if untried > 0 {
        text.push_str(&format!("  and {untried} rules of which no mutant was tried\n"));
    }
    for survivor in measure.survivors() {
        text.push_str(&survivor_text(survivor));
    }
    for note in &verdict.notes {
        text.push_str(&format!("note: {note}\n"));
    }
    for finding in &verdict.findings {
        let rule = finding.rule.as_ref().map(|rule| format!(" ({rule})")).unwrap_or_default();
        text.push_str(&format!(
            "FAILED  {}: {}{rule}\n        {}\n",
            finding.place, finding.message, finding.remedy
        ));
    }
    text
}

fn survivor_text(survivor: &Judged) -> String {
    let mut text =
        format!("survived  {}: {} ({})\n", place(survivor), survivor.key.replacement, survivor.rule);
    if let Some(example) = &survivor.example {
        text.push_str(&format!(
            "  an example that notices it, for `mod {}` of {}:\n",
            example.module, example.file
        ));
        text.extend(example.test.lines().map(|line| format!("    {line}\n")));
    } else if let Some(reason) = &survivor.no_example {
        text.push_str(&format!("  no example was found: {reason}\n"));
    }
    text
}

fn line(tally: Tally) -> String {
    let first = match tally.percent() {
        Some(percent) => format!("{percent}%, {} of {} viable mutants caught", tally.caught, tally.viable()),
        None => "no viable mutant".to_owned(),
    };
    let others = [
        (tally.missed, "survived"),
        (tally.timeout, "timed out"),
        (tally.unviable, "unviable"),
        (tally.not_run, "not tried"),
    ];
    let others = others.into_iter().filter(|(count, _)| *count > 0);
    others.fold(first, |line, (count, word)| format!("{line}, {count} {word}"))
}
