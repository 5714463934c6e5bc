//! What a probe runs: every case of every target, three ways. `record` notes how each case ends in the code as it is;
//! `compare`, in a mutant, prints the cases that end otherwise; a number prints how that case ends.

use std::collections::{BTreeMap, BTreeSet};
use std::collections::hash_map::DefaultHasher;
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use macadam_kernel as kernel;

use kernel::testing::{AMID, later, start};
use kernel::{Actor, Aggregate, Event, EventOf, Hear, Recorded, Refused, SignedDuration};

/// A value by the number of the expression that makes it.
type Pool<T> = Vec<(usize, fn() -> T)>;

const HISTORIES_MAX: usize = 800;
const WAYS_MAX: usize = 4;
const CASES_MAX: usize = 20_000;
const EDGES_MAX: usize = 5_000;
const DIFFERENT_MAX: usize = 300;
const HOURS: [i64; 2] = [0, 25];

#[derive(PartialEq)]
enum Mode {
    Record,
    Compare,
    Explain(usize),
}

struct Probe {
    mode: Mode,
    folder: PathBuf,
    target: usize,
    nth: usize,
    ends: Vec<u64>,
    different: usize,
}

impl Probe {
    /// One case: what it is made of, and how it ends; none where it cannot be an example.
    fn case(&mut self, made_of: &[usize], run: impl FnOnce() -> Option<String>) {
        let nth = self.nth;
        self.nth += 1;
        if let Mode::Explain(wanted) = self.mode
            && wanted != nth
        {
            return;
        }
        let end = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Some("panics".to_owned()));
        match self.mode {
            Mode::Record => self.ends.push(end.filter(|end| end != "panics").map_or(0, |end| hash(&end))),
            Mode::Explain(_) => println!("@end {}", end.unwrap_or_default().replace('\n', " ")),
            Mode::Compare => {
                let before = self.ends.get(nth).copied().unwrap_or_default();
                if before != 0 && self.different < DIFFERENT_MAX && end.map_or(1, |end| hash(&end)) != before {
                    self.different += 1;
                    let parts: Vec<_> = made_of.iter().map(ToString::to_string).collect();
                    println!("@case {} {nth} {}", self.target, parts.join(" "));
                }
            }
        }
    }

    fn explains(&self) -> bool {
        matches!(self.mode, Mode::Explain(_))
    }

    /// What `search` finds in the code as it is, and what it has found when a mutant is asked.
    fn searched(&self, name: &str, search: impl FnOnce() -> Vec<Vec<usize>>) -> Vec<Vec<usize>> {
        let file = self.folder.join(name);
        // Several targets share what was found.
        if self.mode != Mode::Record || file.exists() {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            return text.lines().map(|line| line.split(' ').filter_map(|n| n.parse().ok()).collect()).collect();
        }
        let found = search();
        let line = |one: &Vec<usize>| one.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        std::fs::write(file, found.iter().map(|one| line(one) + "\n").collect::<String>()).unwrap();
        found
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish().max(2)
}

fn made<T>(pool: &Pool<T>, id: usize) -> Option<T> {
    let (_, make) = pool.iter().find(|(own, _)| *own == id)?;
    catch_unwind(make).ok()
}

/// Runs the targets that the environment names, or all.
fn run(targets: &[(usize, fn(&mut Probe))]) {
    std::panic::set_hook(Box::new(|_| {}));
    let folder = PathBuf::from(std::env::var("PROBE_FOLDER").unwrap());
    let only: Vec<usize> =
        std::env::var("PROBE_TARGETS").unwrap_or_default().split(' ').filter_map(|n| n.parse().ok()).collect();
    for (target, probe) in targets.iter().filter(|(target, _)| only.is_empty() || only.contains(target)) {
        let file = folder.join(format!("ends-{target}"));
        let mode = match std::env::var("PROBE_MODE").unwrap().as_str() {
            "record" => Mode::Record,
            "compare" => Mode::Compare,
            nth => Mode::Explain(nth.parse().unwrap()),
        };
        let mut ends = Vec::new();
        if mode == Mode::Compare {
            let bytes = std::fs::read(&file).unwrap_or_default();
            ends = bytes.chunks_exact(8).map(|eight| u64::from_le_bytes(eight.try_into().unwrap())).collect();
        }
        let mut one = Probe { mode, folder: folder.clone(), target: *target, nth: 0, ends, different: 0 };
        probe(&mut one);
        if one.mode == Mode::Record {
            std::fs::write(file, one.ends.iter().flat_map(|end| end.to_le_bytes()).collect::<Vec<_>>()).unwrap();
        }
    }
}

/// How each value of a pool reads, so that what a case ends with can be spelled by the shortest expression.
fn shown<T: Debug>(pool: Pool<T>) {
    for (id, make) in pool {
        if let Ok(text) = catch_unwind(|| format!("{:?}", make())) {
            println!("@value {id} {}", text.replace('\n', " "));
        }
    }
}

/// Histories: samples and one event of each kind after the other; then each with more events, where that gives a
/// state that was not there yet.
struct Histories<A: Aggregate> {
    /// None where a mutant builds no state.
    states: Vec<Option<A>>,
}

fn histories<A: Aggregate + Debug>(
    probe: &Probe,
    name: &str,
    samples: &Pool<Vec<A::Event>>,
    events: &Pool<A::Event>,
) -> Histories<A> {
    let events_of = |one: &[usize]| {
        let mut all = if one[0] == usize::MAX { Vec::new() } else { made(samples, one[0])? };
        for id in &one[1..] {
            all.push(made(events, *id)?);
        }
        Some(all)
    };
    let state_of = |one: &[usize]| catch_unwind(AssertUnwindSafe(|| kernel::fold::<A>(&events_of(one)?))).ok()?;
    let kinds: Vec<_> = events.iter().map(|(id, make)| (*id, catch_unwind(make).map_or("", |event| event.name()))).collect();
    let kind_of = |one: &[usize]| kinds.iter().find(|(id, _)| one.len() > 1 && one.last() == Some(id)).map(|(_, kind)| *kind);
    let found = probe.searched(name, || {
        let mut found: Vec<Vec<usize>> = Vec::new();
        let mut next: Vec<Vec<usize>> = Vec::new();
        let (mut states, mut ways) = (BTreeSet::new(), BTreeMap::new());
        let mut keep = |one: Vec<usize>, next: &mut Vec<Vec<usize>>| {
            if found.len() == HISTORIES_MAX {
                return;
            }
            let Some(state) = state_of(&one) else { return };
            let state = format!("{state:?}");
            // Another event that leads to the same state, or that changes nothing, need not do so in a mutant.
            let before = if one.len() > 1 { state_of(&one[..one.len() - 1]) } else { None };
            let changes = before.is_none_or(|before| format!("{before:?}") != state);
            let ways = ways.entry((kind_of(&one), changes, state.clone())).or_insert(0);
            *ways += 1;
            if *ways <= if changes { WAYS_MAX } else { 1 } {
                found.push(one.clone());
            }
            if states.insert(state) {
                next.push(one);
            }
        };
        // What the team has named, and what may happen next, before what nobody has.
        samples.iter().for_each(|(id, _)| keep(vec![*id], &mut next));
        let named = std::mem::take(&mut next);
        for (id, _) in events {
            named.iter().for_each(|one| keep([&one[..], &[*id]].concat(), &mut next));
        }
        let mut along = vec![usize::MAX];
        for id in &firsts(events) {
            along.push(*id);
            if state_of(&along).is_none() {
                along.pop();
            } else {
                keep(along.clone(), &mut next);
            }
        }
        events.iter().for_each(|(id, _)| keep(vec![usize::MAX, *id], &mut next));
        while !next.is_empty() {
            let level = std::mem::take(&mut next);
            for (id, _) in events {
                level.iter().for_each(|one| keep([&one[..], &[*id]].concat(), &mut next));
            }
        }
        found
    });
    Histories { states: found.iter().map(|one| state_of(one)).collect() }
}

/// The first event of each kind, in the board's order.
fn firsts<E: Hear>(events: &Pool<E>) -> Vec<usize> {
    let all: Vec<_> = events.iter().filter_map(|(id, make)| Some((*id, catch_unwind(make).ok()?.name()))).collect();
    E::KINDS.iter().filter_map(|kind| all.iter().find(|(_, name)| *name == kind.name)).map(|(id, _)| *id).collect()
}

fn decisions<M>(probe: &mut Probe, histories: &Histories<M::Aggregate>, commands: &Pool<M>, facts: &Pool<M::Facts>)
where
    M: kernel::Decision + Debug,
{
    let one_history = commands.len() * facts.len() * M::ACTORS.len().max(1);
    let histories_max = (CASES_MAX / one_history.max(1)).max(40);
    for (history, state) in histories.states.iter().enumerate().take(histories_max) {
        for (command, make) in commands {
            for (fact, facts) in facts {
                for role in 0..M::ACTORS.len().max(1) {
                    let actor = Actor::new(M::ACTORS.get(role).copied().unwrap_or_default(), "somebody");
                    probe.case(&[history, *command, *fact, role], || {
                        let ended = kernel::decide(make(), state.as_ref()?, &actor, &facts());
                        let ended = ended.map(|all| all.into_iter().map(Into::into).collect::<Vec<EventOf<M>>>());
                        listed::<M>(ended.map_err(Refused::into_rejection))
                    });
                }
            }
        }
    }
}

fn openings<M: kernel::Opening + Debug>(probe: &mut Probe, commands: &Pool<M>, facts: &Pool<M::Facts>) {
    for (command, make) in commands {
        for (fact, facts) in facts {
            probe.case(&[*command, *fact], || {
                listed::<M>(make().decide(&facts()).map(|event| vec![event.into()]))
            });
        }
    }
}

/// A rejection that the board does not list is no example.
fn listed<M: kernel::Message>(ended: Result<Vec<EventOf<M>>, kernel::RejectionOf<M>>) -> Option<String> {
    let is_listed = ended.as_ref().err().is_none_or(|no| M::REJECTS.contains(&kernel::rule_of(no).as_str()));
    is_listed.then(|| format!("{ended:?}"))
}

/// What a client is shown after each history.
fn aggregate<A: Aggregate<View: Debug>>(probe: &mut Probe, histories: &Histories<A>) {
    for (history, state) in histories.states.iter().enumerate() {
        probe.case(&[history], || Some(format!("{:?}", A::View::from(state.as_ref()?))));
    }
}

/// The events of samples, as far as they are heard.
fn heard<E: Event, H: Hear>(samples: Pool<Vec<E>>) -> Vec<(usize, Vec<H>)> {
    let heard = |event: E| {
        let is_heard = H::KINDS.iter().any(|kind| kind.name == event.name());
        is_heard.then(|| H::decode(event.name(), event.kind().version, &event.encode().ok()?).ok()).flatten()
    };
    let all = samples.into_iter().filter_map(|(id, make)| Some((id, catch_unwind(make).ok()?)));
    all.map(|(id, events)| (id, events.into_iter().filter_map(heard).collect())).collect()
}

/// The moments at which a sequence of events is heard: an hour or so passes where the step says so.
fn recorded<H: Hear>(seeds: &[(usize, Vec<H>)], events: &Pool<H>, one: &[usize]) -> Option<Vec<Recorded<H>>> {
    let mut all: Vec<(i64, H)> = Vec::new();
    if one[0] != usize::MAX {
        all.extend(seeds.iter().find(|(id, _)| *id == one[0])?.1.iter().cloned().map(|event| (0, event)));
    }
    for step in &one[1..] {
        all.push((HOURS[step % 2], made(events, step / 2)?));
    }
    let mut at = start();
    let record = |(nth, (hours, event)): (usize, (i64, H))| {
        at = later(at, SignedDuration::from_hours(hours));
        let position = i64::try_from(nth).unwrap() + 1;
        Recorded {
            position,
            stream: AMID,
            version: position,
            event_id: kernel::Uuid::from_u128(u128::try_from(position).unwrap()),
            recorded_at: at,
            actor: Actor::new("somebody", "somebody"),
            event,
        }
    };
    Some(all.into_iter().enumerate().map(record).collect())
}

/// Sequences of what is heard: one event, samples, then what leads to an end that was not there yet.
fn sequences<H: Hear>(
    probe: &mut Probe,
    name: &str,
    seeds: &[(usize, Vec<H>)],
    events: &Pool<H>,
    end: impl Fn(&[Recorded<H>]) -> String,
) {
    let end_of = |one: &[usize]| {
        let all = recorded(seeds, events, one)?;
        catch_unwind(AssertUnwindSafe(|| end(&all))).ok()
    };
    let found = probe.searched(name, || {
        let mut edges = Vec::new();
        let mut seen = BTreeSet::new();
        let mut level: Vec<Vec<usize>> = vec![vec![usize::MAX]];
        let mut begun = false;
        while !level.is_empty() && edges.len() < EDGES_MAX {
            let mut next = Vec::new();
            for hours in 0..HOURS.len() {
                for (id, _) in events {
                    for one in level.iter().filter(|one| hours == 0 || one.len() > 1) {
                        let longer = [&one[..], &[id * 2 + hours]].concat();
                        if edges.len() < EDGES_MAX
                            && let Some(end) = end_of(&longer)
                        {
                            edges.push(longer.clone());
                            if seen.insert(end) {
                                next.push(longer);
                            }
                        }
                    }
                }
            }
            if !begun {
                begun = true;
                for (id, _) in seeds {
                    edges.push(vec![*id]);
                    if end_of(&[*id]).is_some_and(|end| seen.insert(end)) {
                        next.push(vec![*id]);
                    }
                }
            }
            level = next;
        }
        edges
    });
    for one in found.iter().filter(|one| !one.is_empty()) {
        if probe.explains() && probe.mode == Mode::Explain(probe.nth) {
            for (_, events) in seeds.iter().filter(|(id, _)| *id == one[0]) {
                events.iter().for_each(|event| println!("@seed {event:?}"));
            }
        }
        probe.case(one, || Some(end(&recorded(seeds, events, one)?)));
    }
}

fn projection<V: kernel::Projection + Debug>(
    probe: &mut Probe,
    name: &str,
    seeds: &[(usize, Vec<V::Heard>)],
    events: &Pool<V::Heard>,
) {
    sequences(probe, name, seeds, events, |all| {
        format!("{:?}", all.iter().fold(None, |view, heard| V::project(view, heard)))
    });
}

fn process<P: kernel::Process<Sends: Debug> + Debug>(
    probe: &mut Probe,
    name: &str,
    seeds: &[(usize, Vec<P::Heard>)],
    events: &Pool<P::Heard>,
) {
    sequences(probe, name, seeds, events, |all| {
        let (state, sends) =
            all.iter().fold((None, Vec::new()), |(state, _), heard| kernel::react::<P>(state, heard));
        format!("({state:?}, {sends:?})")
    });
}

/// Which document or instance each event is about.
fn keys<H: Hear>(probe: &mut Probe, events: &Pool<H>, key: fn(&Recorded<H>) -> String) {
    for (id, _) in events {
        probe.case(&[*id], || Some(format!("{:?}", key(recorded(&[], events, &[usize::MAX, id * 2])?.last()?))));
    }
}

/// Each event that sets the deadline, how long passes, and perhaps an event before that.
fn deadline<D>(probe: &mut Probe, events: &Pool<<D::Aggregate as Aggregate>::Event>)
where
    D: kernel::Deadline<Sends: Debug + PartialEq>,
{
    let firsts = firsts(events);
    let is_set = |make: &fn() -> <D::Aggregate as Aggregate>::Event| {
        catch_unwind(make).is_ok_and(|event| event.name() == D::SET_BY)
    };
    let nano = SignedDuration::from_nanos(1);
    let waits: Vec<_> = D::AFTER.iter().flat_map(|after| [*after, *after - nano]).collect();
    for (set, make) in events.iter().filter(|(_, make)| is_set(make)).take(3) {
        for (wait, duration) in waits.iter().enumerate() {
            for between in [&[usize::MAX][..], &firsts].concat() {
                if probe.explains() && probe.mode == Mode::Explain(probe.nth) {
                    println!("@wait {}", D::AFTER[wait / 2].as_hours());
                }
                probe.case(&[*set, wait, between], || {
                    let set_at = start();
                    let cleared = made(events, between).is_some_and(|one| D::CLEARED_BY.contains(&one.name()));
                    let _ = make();
                    let due = (1u32..).zip(D::AFTER).filter(|(_, after)| !cleared && *after <= duration);
                    let due = due.map(|(nth, after)| kernel::Due { nth, set_at, due_at: later(set_at, *after) });
                    Some(format!("{:?}", due.map(D::Sends::from).collect::<Vec<_>>()))
                });
            }
        }
    }
}
