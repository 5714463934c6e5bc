//! A case as the text of a test: given, when, then.

use super::debug::Shown;
use super::index::Index;
use super::probe::{Call, Parts, Probe, Target};
use super::render::{AMID, Render};
use super::types::Ty;
use super::words::last_words;

const KIT: &str = "macadam_kernel::testing";
/// How many hours pass before a step that says so; the probe's runtime knows the same.
const HOURS: [i64; 2] = [0, 25];

/// What it takes to tell of a case.
pub(super) struct Teller<'a> {
    pub(super) index: &'a Index,
    pub(super) probe: &'a Probe,
    pub(super) render: &'a Render<'a>,
    /// The histories of each aggregate and the sequences of each view, as the probe found them.
    pub(super) found: &'a dyn Fn(&str) -> Option<Vec<Vec<usize>>>,
}

/// How a case ended, in the code as it is and in a mutant.
pub(super) struct Ends {
    pub(super) original: Shown,
    pub(super) mutant: Option<Shown>,
    /// The events of a sample that a sequence begins with, and the hours that a deadline waited.
    pub(super) seeds: Vec<Shown>,
    pub(super) wait: Option<i64>,
}

/// A test's statements, and the words of its name.
pub(super) struct Told {
    pub(super) body: String,
    pub(super) name: String,
}

impl Teller<'_> {
    /// The test that says how this case ends.
    pub(super) fn tell(&self, target: &Target, ids: &[usize], ends: &Ends) -> Option<Told> {
        match &target.parts {
            Parts::Decision { aggregate, command, actors, facts } => {
                self.decision((aggregate, command), actors, facts, ids, &ends.original)
            }
            Parts::Opening { aggregate, command, facts } => {
                let when = self.when(ids[0], facts, ids[1])?;
                let given = format!("{KIT}::nothing()");
                self.ended(&format!("{given}{when}"), aggregate, &last_words(command), &ends.original)
            }
            Parts::View { view } => self.view(view, ids, ends),
            Parts::Process { process, sends } => self.process(process, sends, ids, ends),
            Parts::Key { kit, subject } => self.key(kit, subject, ids, ends),
            Parts::Deadline { deadline, sends } => self.deadline(deadline, sends, ids, ends),
            Parts::Shown { aggregate, view } => self.shown(aggregate, view, ids, ends),
            Parts::Call { call, returns } => self.call(call, returns, ids, ends),
        }
    }

    /// How long and how unusual the text of a case will be, more or less.
    pub(super) fn length(&self, target: &Target, ids: &[usize]) -> usize {
        let value = |id: usize| self.probe.cost(id);
        match &target.parts {
            Parts::Decision { aggregate, .. } => {
                self.history_length(aggregate, ids[0]) + value(ids[1]) + value(ids[2]) + 30 * ids[3]
            }
            Parts::Opening { .. } => value(ids[0]) + value(ids[1]),
            Parts::Shown { aggregate, .. } => self.history_length(aggregate, ids[0]),
            Parts::View { .. } | Parts::Process { .. } => {
                let seed = if ids[0] == usize::MAX { 0 } else { 600 };
                seed + ids[1..].iter().map(|step| value(step / 2) + 40 * (step % 2)).sum::<usize>()
            }
            Parts::Deadline { .. } => {
                value(ids[0]) + 10 * ids[1] + if ids[2] == usize::MAX { 0 } else { 100 }
            }
            Parts::Key { .. } | Parts::Call { .. } => ids.iter().map(|id| value(*id)).sum(),
        }
    }

    fn decision(
        &self,
        (aggregate, command): (&str, &str),
        actors: &[String],
        facts: &Ty,
        ids: &[usize],
        end: &Shown,
    ) -> Option<Told> {
        let (given, state) = self.history(aggregate, ids[0])?;
        let mut story = format!("{KIT}::given({given})");
        if ids[3] > 0 {
            story += &format!(".by(macadam_kernel::Actor::new({:?}, \"somebody\"))", actors.get(ids[3])?);
        }
        story += &self.when(ids[1], facts, ids[2])?;
        self.ended(&story, aggregate, &format!("{}_given_{state}", last_words(command)), end)
    }

    fn when(&self, command: usize, facts: &Ty, fact: usize) -> Option<String> {
        let (command, _) = self.probe.value(command)?;
        if *facts == Ty::Tuple(Vec::new()) {
            return Some(format!(".when({command})"));
        }
        Some(format!(".when_knowing({command}, &{})", self.probe.value(fact)?.0))
    }

    /// The end of a command's example.
    fn ended(&self, story: &str, aggregate: &str, words: &str, end: &Shown) -> Option<Told> {
        let Shown::Tuple(which, parts) = end else { return None };
        let (then, fact) = match (which.as_str(), parts.first()?) {
            ("Ok", Shown::List(events)) if events.is_empty() => {
                (".then_nothing()".to_owned(), "changes_nothing".to_owned())
            }
            ("Ok", Shown::List(events)) => {
                let table = self.index.events_of(aggregate)?;
                let all: Vec<_> =
                    events.iter().map(|event| self.render.event(table, event)).collect::<Option<_>>()?;
                let kinds: Vec<_> = events.iter().map(kind).collect();
                (
                    format!(".then(macadam_kernel::events![{}])", all.join(", ")),
                    format!("yields_{}", kinds.join("_and_")),
                )
            }
            (_, rejection) => {
                let ty = self.index.associated("Aggregate", &Ty::named(aggregate), "Rejection")?;
                let text = self.render.value(ty, rejection)?;
                (format!(".then_rejected({text})"), format!("is_rejected_as_{}", kind(rejection)))
            }
        };
        Some(Told { body: format!("{story}{then};"), name: format!("{words}_{fact}") })
    }

    fn history_length(&self, aggregate: &str, nth: usize) -> usize {
        let found = (self.found)(&format!("histories-{}", aggregate.replace("::", "-")));
        let ids = found.as_ref().and_then(|found| found.get(nth)).map_or(&[][..], Vec::as_slice);
        ids.iter().filter(|id| **id != usize::MAX).map(|id| self.probe.cost(*id)).sum()
    }

    /// A history as an expression, and the words for it.
    fn history(&self, aggregate: &str, nth: usize) -> Option<(String, String)> {
        let found = (self.found)(&format!("histories-{}", aggregate.replace("::", "-")))?;
        let one = found.get(nth)?;
        let events: Vec<_> =
            one[1..].iter().map(|id| Some(self.probe.value(*id)?.0)).collect::<Option<_>>()?;
        let all = format!("macadam_kernel::events![{}]", events.join(", "));
        let last = events.last().map(|text| words(text));
        if one[0] == usize::MAX {
            return Some((all, last?));
        }
        let (sample, _) = self.probe.value(one[0])?;
        match last {
            None => Some((sample.to_owned(), words(sample))),
            Some(last) => {
                Some((format!("[{sample}, {all}].concat()"), format!("{}_and_{last}", words(sample))))
            }
        }
    }

    /// The steps of a sequence, each as the text of its event and the hours that pass before it.
    fn steps(&self, heard: &Ty, ids: &[usize], ends: &Ends) -> Option<Vec<(String, i64)>> {
        let mut steps: Vec<_> = ends
            .seeds
            .iter()
            .map(|seed| Some((self.render.event(heard, seed)?, 0)))
            .collect::<Option<_>>()?;
        for step in &ids[1..] {
            steps.push((self.probe.value(step / 2)?.0.to_owned(), HOURS[step % 2]));
        }
        Some(steps)
    }

    fn view(&self, view: &str, ids: &[usize], ends: &Ends) -> Option<Told> {
        let ty = Ty::named(view);
        let heard = self.index.associated("ReadModel", &ty, "Heard")?;
        let steps = self.steps(heard, ids, ends)?;
        let mut story = format!("{KIT}::view::<{view}>()");
        for (event, hours) in &steps {
            story += &format!("{}.when({event})", after(*hours));
        }
        let (then, fact) = match &ends.original {
            Shown::Word(none) if none == "None" => ("None".to_owned(), "has_no_document"),
            Shown::Tuple(_, parts) => {
                (format!("Some(&{})", self.render.value(&ty, parts.first()?)?), "has_this_document")
            }
            _ => return None,
        };
        let last = words(&steps.last()?.0);
        let fact = match (document(&ends.original), ends.mutant.as_ref().and_then(document)) {
            (Some(own), Some(others)) => {
                let differs = own.iter().zip(others).find(|(one, other)| one != other);
                differs.map_or_else(|| fact.to_owned(), |((field, _), _)| format!("shows_its_{field}"))
            }
            _ => fact.to_owned(),
        };
        Some(Told {
            body: format!("{story}.then({then});"),
            name: format!("{}_{fact}_after_{last}", last_words(view)),
        })
    }

    fn process(&self, process: &str, sends: &Ty, ids: &[usize], ends: &Ends) -> Option<Told> {
        let ty = Ty::named(process);
        let heard = self.index.associated("ProcessManager", &ty, "Heard")?;
        let steps = self.steps(heard, ids, ends)?;
        let ((event, hours), before) = steps.split_last()?;
        let mut story = format!("{KIT}::process::<{process}>()");
        for (event, hours) in before {
            story += &format!("{}.given({event})", after(*hours));
        }
        story += &format!("{}.when({event})", after(*hours));
        let parts = |shown: &Shown| match shown {
            Shown::Tuple(_, parts) if parts.len() == 2 => Some((parts[0].clone(), parts[1].clone())),
            _ => None,
        };
        let (state, sent) = parts(&ends.original)?;
        let sent_otherwise = ends.mutant.as_ref().and_then(parts).is_none_or(|(_, other)| other != sent);
        let (then, fact) = match (&sent, &state) {
            (Shown::List(all), _) if sent_otherwise => {
                let all: Vec<_> =
                    all.iter().map(|one| self.render.sent(sends, one)).collect::<Option<_>>()?;
                let fact = if all.is_empty() { "sends_nothing" } else { "sends_this" };
                (format!(".then_sends(&[{}])", all.join(", ")), fact)
            }
            (_, Shown::Tuple(_, parts)) => {
                (format!(".then_state(&{})", self.render.value(&ty, parts.first()?)?), "goes_on")
            }
            _ => (".then_ended()".to_owned(), "has_ended"),
        };
        let name = format!("{}_{fact}_after_{}", last_words(process), words(event));
        Some(Told { body: format!("{story}{then};"), name })
    }

    fn key(&self, kit: &str, subject: &str, ids: &[usize], ends: &Ends) -> Option<Told> {
        let Shown::Text(key) = &ends.original else { return None };
        let (event, _) = self.probe.value(ids[0])?;
        let expected = if key == AMID { format!("&{KIT}::AMID.to_string()") } else { format!("{key:?}") };
        let body = format!("{KIT}::{kit}::<{subject}>().when({event}).then_key({expected});");
        Some(Told { body, name: format!("{}_knows_whom_{}_is_about", last_words(subject), words(event)) })
    }

    fn deadline(&self, deadline: &str, sends: &Ty, ids: &[usize], ends: &Ends) -> Option<Told> {
        let mut story = format!("{KIT}::deadline::<{deadline}>().given({})", self.probe.value(ids[0])?.0);
        if ids[2] != usize::MAX {
            story += &format!(".given({})", self.probe.value(ids[2])?.0);
        }
        let hours = ends.wait?;
        let mut wait = format!("macadam_kernel::SignedDuration::from_hours({hours})");
        let mut words = format!("after_{hours}_hours");
        if ids[1] % 2 == 1 {
            wait += " - macadam_kernel::SignedDuration::from_nanos(1)";
            words = format!("before_{hours}_hours");
        }
        let Shown::List(sent) = &ends.original else { return None };
        let all: Vec<_> = sent.iter().map(|one| self.render.value(sends, one)).collect::<Option<_>>()?;
        let body = format!("{story}.when_after({wait}).then_sends(&[{}]);", all.join(", "));
        Some(Told { body, name: format!("{}_has_sent_{}_{words}", last_words(deadline), all.len()) })
    }

    /// One field of what a client is shown: the first that the mutant shows otherwise.
    fn shown(&self, aggregate: &str, view: &Ty, ids: &[usize], ends: &Ends) -> Option<Told> {
        let (given, state) = self.history(aggregate, ids[0])?;
        let Shown::Struct(_, fields) = &ends.original else { return None };
        let others = match &ends.mutant {
            Some(Shown::Struct(_, others)) => others.as_slice(),
            _ => &[],
        };
        let (field, value) = fields
            .iter()
            .enumerate()
            .find(|(nth, field)| others.get(*nth) != Some(*field))
            .map(|(_, field)| field)?;
        let expected = self.render.value(&self.index.field(view, field)?, value)?;
        let name = format!("{}_given_{state}_shows_its_{field}", last_words(aggregate));
        let shown = format!("{view}::from(&macadam_kernel::fold::<{aggregate}>(&given).unwrap())");
        let let_given = match self.index.events_of(aggregate) {
            Some(event) if given.contains("macadam_kernel::events!") => {
                format!("let given: Vec<{event}> = {given};")
            }
            _ => format!("let given = {given};"),
        };
        Some(Told {
            body: format!("{let_given} let shown = {shown}; assert_eq!(shown.{field}, {expected});"),
            name,
        })
    }

    fn call(&self, call: &Call, returns: &Ty, ids: &[usize], ends: &Ends) -> Option<Told> {
        let arguments: Vec<_> =
            ids.iter().map(|id| Some(self.probe.value(*id)?.0.to_owned())).collect::<Option<_>>()?;
        let text = call.text(&arguments);
        let line = ends.original.line();
        let body = match (&ends.original, self.render.value(returns, &ends.original)) {
            (Shown::Word(word), _) if word == "true" => format!("assert!({text});"),
            (Shown::Word(word), _) if word == "false" => format!("assert!(!{text});"),
            (_, Some(expected)) => format!("assert_eq!({text}, {expected});"),
            (_, None) => format!("assert_eq!(format!(\"{{:?}}\", {text}), {line:?});"),
        };
        let mut end = words(&line);
        end.truncate(24);
        let name =
            format!("{}_of_{}_is_{}", call.name(), words(arguments.first()?), end.trim_end_matches('_'));
        Some(Told { body, name })
    }
}

/// The fields of a document that there is.
fn document(shown: &Shown) -> Option<&[(String, Shown)]> {
    match shown {
        Shown::Tuple(some, parts) if some == "Some" => match parts.first() {
            Some(Shown::Struct(_, fields)) => Some(fields),
            _ => None,
        },
        _ => None,
    }
}

fn after(hours: i64) -> String {
    if hours == 0 {
        return String::new();
    }
    format!(".after(macadam_kernel::SignedDuration::from_hours({hours}))")
}

/// The variant of an event or a rejection, as words.
fn kind(shown: &Shown) -> String {
    match shown {
        Shown::Struct(name, _) | Shown::Tuple(name, _) | Shown::Word(name) => last_words(name),
        Shown::List(_) | Shown::Text(_) => "this".to_owned(),
    }
}

/// The words for an expression: the name of what it calls or makes.
fn words(expression: &str) -> String {
    let end = expression.find(['(', '{', ' ']).unwrap_or(expression.len());
    let words = last_words(&expression[..end]);
    let is_word = words.starts_with(|c: char| c.is_ascii_alphabetic()) && words != "vec";
    if is_word { words } else { "this".to_owned() }
}
