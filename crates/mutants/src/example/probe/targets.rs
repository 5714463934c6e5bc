//! What a probe tries: commands, views, processes, deadlines, what clients are shown, and functions of values.

use std::path::PathBuf;

use super::Pools;
use crate::example::index::{Command, Function, Impl, Index};
use crate::example::types::Ty;
use crate::example::words::last_words;

/// How many parameters a function may have to be tried.
const PARAMETERS_MAX: usize = 3;

/// One thing that cases are tried of.
pub(in crate::example) struct Target {
    /// What it is made of, and how an example of it reads.
    pub(in crate::example) parts: Parts,
    /// The file in which its examples stand.
    pub(in crate::example) file: PathBuf,
    /// The statement that tries it.
    pub(super) code: String,
}

pub(in crate::example) enum Parts {
    /// A command to an aggregate that exists: `[history, command, facts, role]`.
    Decision { aggregate: String, command: String, actors: Vec<String>, facts: Ty },
    /// A creation: `[command, facts]`.
    Opening { aggregate: String, command: String, facts: Ty },
    /// A read model: a sequence of steps.
    View { view: String },
    /// A process: a sequence of steps.
    Process { process: String, sends: Ty },
    /// Which document or instance an event is about: `[event]`. The kit's function for it, and the type.
    Key { kit: &'static str, subject: String },
    /// A deadline: `[event, wait, event between]`.
    Deadline { deadline: String, sends: Ty },
    /// What a client is shown: `[history]`.
    Shown { aggregate: String, view: Ty },
    /// A function: its arguments.
    Call { call: Call, returns: Ty },
}

/// How a call is written.
#[derive(Clone)]
pub(in crate::example) enum Call {
    /// `path(a, b)`, each argument borrowed or not; whether the items of what it returns are collected.
    Function { path: String, borrowed: Vec<bool>, method: bool, collect: bool },
    /// `a.to_string()`
    Display,
    /// `Type::try_from(a)`, `Type::from(a)`
    From(String),
    /// `a.parse::<Type>()`
    Parse(String),
}

impl Call {
    /// What is called, in one word.
    pub(in crate::example) fn name(&self) -> String {
        match self {
            Self::Function { path, .. } => last_words(path),
            Self::Display => "display".to_owned(),
            Self::From(path) => path.rsplit("::").map(last_words).take(2).collect::<Vec<_>>().join("_"),
            Self::Parse(ty) => format!("parse_{}", last_words(ty)),
        }
    }

    /// The call with these arguments.
    pub(in crate::example) fn text(&self, arguments: &[String]) -> String {
        match self {
            Self::Function { path, borrowed, method, collect } => {
                let borrow = |(argument, borrowed): (&String, &bool)| {
                    if *borrowed { format!("&{argument}") } else { argument.clone() }
                };
                let end = if *collect { ".collect::<Vec<_>>()" } else { "" };
                let (name, rest) = (path.rsplit("::").next().unwrap_or(path), usize::from(*method));
                let all: Vec<_> = arguments.iter().zip(borrowed).skip(rest).map(borrow).collect();
                match arguments.first().filter(|_| *method) {
                    Some(receiver) if receiver.starts_with('*') || receiver.contains(" { ") => {
                        format!("({receiver}).{name}({}){end}", all.join(", "))
                    }
                    Some(receiver) => format!("{receiver}.{name}({}){end}", all.join(", ")),
                    None => format!("{path}({}){end}", all.join(", ")),
                }
            }
            Self::Display => format!("{}.to_string()", arguments[0]),
            Self::From(path) => format!("{path}({})", arguments[0]),
            Self::Parse(ty) => format!("{}.parse::<{ty}>()", arguments[0]),
        }
    }
}

/// Everything in the crate that can be tried.
pub(in crate::example) fn targets(index: &Index, pools: &mut Pools<'_>) -> Vec<Target> {
    // What samples are like is known beforehand, so that an end may be spelled by one.
    for maker in index.functions.iter().filter(|one| one.test && !one.method && is_value(index, &one.returns))
    {
        let _ = pools.of(&maker.returns);
    }
    let mut all: Vec<_> =
        index.commands.iter().filter_map(|command| of_command(index, pools, command)).collect();
    all.extend(
        index.impls_of("Projection").filter_map(|view| of_view(index, pools, view)).collect::<Vec<_>>(),
    );
    all.extend(index.impls_of("Process").filter_map(|one| of_process(index, pools, one)).collect::<Vec<_>>());
    for (name, table, kit) in [("Projection", "ReadModel", "view"), ("Process", "ProcessManager", "process")]
    {
        let keys = index.impls_of(name).filter_map(|one| of_key(index, pools, one, (name, table, kit)));
        all.extend(keys.collect::<Vec<_>>());
    }
    all.extend(
        index.impls_of("Deadline").filter_map(|one| of_deadline(index, pools, one)).collect::<Vec<_>>(),
    );
    all.extend(
        index.impls_of("Aggregate").filter_map(|one| of_aggregate(index, pools, one)).collect::<Vec<_>>(),
    );
    all.extend(index.functions.iter().filter_map(|one| of_function(index, pools, one)).collect::<Vec<_>>());
    all.extend(index.impls.iter().filter_map(|one| of_conversion(index, pools, one)).collect::<Vec<_>>());
    all
}

fn of_command(index: &Index, pools: &mut Pools<'_>, command: &Command) -> Option<Target> {
    let subject = Ty::named(&command.path);
    let is_decision =
        |one: &&Impl| one.subject == subject && matches!(one.name.as_str(), "Decision" | "Opening");
    let found = index.impls.iter().find(is_decision)?;
    let facts = found.types.get("Facts")?;
    let (commands, known) = (pools.of(&subject)?, pools.of(facts)?);
    let (aggregate, path) = (command.aggregate.clone(), command.path.clone());
    let (code, parts) = if found.name == "Opening" {
        let code = format!("openings::<{path}>(probe, &{commands}, &{known});");
        (code, Parts::Opening { aggregate, command: path, facts: facts.clone() })
    } else {
        let histories = histories(index, pools, &aggregate)?;
        let code = format!("decisions::<{path}>(probe, &{histories}, &{commands}, &{known});");
        let actors = command.actors.clone();
        (code, Parts::Decision { aggregate, command: path, actors, facts: facts.clone() })
    };
    Some(Target { parts, file: found.file.clone(), code })
}

fn histories(index: &Index, pools: &mut Pools<'_>, aggregate: &str) -> Option<String> {
    let event = index.events_of(aggregate)?.clone();
    let samples = samples(pools, &event);
    let events = pools.events(index, &event)?;
    let name = aggregate.replace("::", "-");
    Some(format!("histories::<{aggregate}>(probe, \"histories-{name}\", &{samples}, &{events})"))
}

/// Samples of whole histories; none are as good as an empty list.
fn samples(pools: &mut Pools<'_>, event: &Ty) -> String {
    let histories = Ty::Named("Vec".to_owned(), vec![event.clone()]);
    pools.samples(&histories).unwrap_or_else(|| "vec![]".to_owned())
}

fn seeds(index: &Index, pools: &mut Pools<'_>) -> String {
    let all: Vec<_> = index.impls_of("Aggregate").filter_map(|one| one.types.get("Event")).cloned().collect();
    let each: Vec<_> = all
        .iter()
        .map(|event| {
            let samples = samples(pools, event);
            format!("heard::<{event}, _>({samples})")
        })
        .collect();
    format!("[{}].concat()", each.join(", "))
}

fn of_view(index: &Index, pools: &mut Pools<'_>, view: &Impl) -> Option<Target> {
    let Ty::Named(name, _) = &view.subject else { return None };
    let heard = index.associated("ReadModel", &view.subject, "Heard")?;
    let (samples, events) = (seeds(index, pools), pools.events(index, heard)?);
    let file = name.replace("::", "-");
    let code = format!("projection::<{name}>(probe, \"heard-{file}\", &{samples}, &{events});");
    let parts = Parts::View { view: name.clone() };
    Some(Target { parts, file: view.file.clone(), code })
}

fn of_process(index: &Index, pools: &mut Pools<'_>, process: &Impl) -> Option<Target> {
    let Ty::Named(name, _) = &process.subject else { return None };
    let manager = |of| index.associated("ProcessManager", &process.subject, of);
    let (heard, sends) = (manager("Heard")?, manager("Sends")?.clone());
    let (samples, events) = (seeds(index, pools), pools.events(index, heard)?);
    let file = name.replace("::", "-");
    let code = format!("process::<{name}>(probe, \"heard-{file}\", &{samples}, &{events});");
    let parts = Parts::Process { process: name.clone(), sends };
    Some(Target { parts, file: process.file.clone(), code })
}

fn of_key(
    index: &Index,
    pools: &mut Pools<'_>,
    one: &Impl,
    (name, table, kit): (&str, &'static str, &'static str),
) -> Option<Target> {
    let Ty::Named(subject, _) = &one.subject else { return None };
    let events = pools.events(index, index.associated(table, &one.subject, "Heard")?)?;
    let code = format!("keys(probe, &{events}, <{subject} as kernel::{name}>::key);");
    let parts = Parts::Key { kit, subject: subject.clone() };
    Some(Target { parts, file: one.file.clone(), code })
}

fn of_deadline(index: &Index, pools: &mut Pools<'_>, deadline: &Impl) -> Option<Target> {
    let Ty::Named(name, _) = &deadline.subject else { return None };
    let (aggregate, sends) = (deadline.types.get("Aggregate")?, deadline.types.get("Sends")?);
    let Ty::Named(aggregate, _) = aggregate else { return None };
    let events = pools.events(index, &index.events_of(aggregate)?.clone())?;
    // It is told of in the file of the command that it sends.
    let made = index.impls_of("From").find(|one| one.subject == *sends && is_due(&one.arguments))?;
    let code = format!("deadline::<{name}>(probe, &{events});");
    let parts = Parts::Deadline { deadline: name.clone(), sends: sends.clone() };
    Some(Target { parts, file: made.file.clone(), code })
}

fn is_due(arguments: &[Ty]) -> bool {
    matches!(arguments, [one] if one.is("macadam_kernel::Due"))
}

fn of_aggregate(index: &Index, pools: &mut Pools<'_>, aggregate: &Impl) -> Option<Target> {
    let Ty::Named(name, _) = &aggregate.subject else { return None };
    let view = aggregate.types.get("View")?.clone();
    let shown = index.impls_of("From").find(|one| one.subject == view)?;
    let code = format!("aggregate::<{name}>(probe, &{});", histories(index, pools, name)?);
    let parts = Parts::Shown { aggregate: name.clone(), view };
    Some(Target { parts, file: shown.file.clone(), code })
}

/// Functions of values, which are what goes over the wire; states are seen by commands.
fn of_function(index: &Index, pools: &mut Pools<'_>, function: &Function) -> Option<Target> {
    let nothing = Ty::Tuple(Vec::new());
    let usable = !function.test && function.returns != nothing && function.parameters.len() <= PARAMETERS_MAX;
    if !usable || function.parameters.is_empty() || !function.parameters.iter().all(|ty| is_value(index, ty))
    {
        return None;
    }
    let bases: Vec<_> = function.parameters.iter().map(base).collect();
    let borrowed = function.parameters.iter().zip(&bases).map(|(ty, base)| ty != base).collect();
    let (collect, returns) = match &function.returns {
        Ty::Iterator(item) => (true, Ty::Named("Vec".to_owned(), vec![(**item).clone()])),
        returns => (false, returns.clone()),
    };
    let call = Call::Function { path: function.path.clone(), borrowed, method: function.method, collect };
    let code = code_of(pools, &call, &bases)?;
    let parts = Parts::Call { call, returns };
    Some(Target { parts, file: function.file.clone(), code })
}

fn of_conversion(index: &Index, pools: &mut Pools<'_>, one: &Impl) -> Option<Target> {
    let Ty::Named(name, _) = &one.subject else { return None };
    if !is_value(index, &one.subject) || is_due(&one.arguments) {
        return None;
    }
    let result = |error: Option<&Ty>| {
        Ty::Named("Result".to_owned(), vec![one.subject.clone(), error.cloned().unwrap_or(Ty::Other)])
    };
    let text = Ty::Ref(Box::new(Ty::named("str")));
    let (call, parameter, returns) = match (one.name.as_str(), &one.arguments[..]) {
        ("Display", []) => (Call::Display, one.subject.clone(), Ty::named("String")),
        ("From", [from]) => (Call::From(format!("{name}::from")), from.clone(), one.subject.clone()),
        ("TryFrom", [from]) => {
            (Call::From(format!("{name}::try_from")), from.clone(), result(one.types.get("Error")))
        }
        ("FromStr", []) => (Call::Parse(name.clone()), text, result(one.types.get("Err"))),
        _ => return None,
    };
    if !is_value(index, &parameter) || (base(&parameter) != parameter && !matches!(call, Call::Parse(_))) {
        return None;
    }
    let code = code_of(pools, &call, &[parameter])?;
    Some(Target { parts: Parts::Call { call, returns }, file: one.file.clone(), code })
}

/// Nested loops over the arguments around the call.
fn code_of(pools: &mut Pools<'_>, call: &Call, bases: &[Ty]) -> Option<String> {
    let names: Vec<_> = (0..bases.len()).map(|nth| format!("a{nth}()")).collect();
    let ids: Vec<_> = (0..bases.len()).map(|nth| format!("*i{nth}")).collect();
    let run = format!("Some(format!(\"{{:?}}\", {}))", call.text(&names));
    let mut code = format!("probe.case(&[{}], || {run});", ids.join(", "));
    for (nth, base) in bases.iter().enumerate().rev() {
        code = format!("for (i{nth}, a{nth}) in &{} {{ {code} }}", pools.of(base)?);
    }
    Some(code)
}

/// What is made to be lent: `T` for `&T`, a list for a slice; a text is what it is.
fn base(ty: &Ty) -> Ty {
    match ty {
        Ty::Ref(inner) if inner.is("str") => ty.clone(),
        Ty::Ref(inner) => match &**inner {
            Ty::Slice(item) => Ty::Named("Vec".to_owned(), vec![(**item).clone()]),
            inner => inner.clone(),
        },
        _ => ty.clone(),
    }
}

/// Whether a type is of values: what has a wire form, and what the language and the kernel have.
fn is_value(index: &Index, ty: &Ty) -> bool {
    match ty {
        Ty::Named(name, arguments) => {
            let is_wire = index.types.get(name).is_none_or(|declared| {
                declared.derives.iter().any(|one| matches!(one.as_str(), "Serialize" | "Deserialize"))
            });
            is_wire && arguments.iter().all(|ty| is_value(index, ty))
        }
        Ty::Ref(inner) | Ty::Slice(inner) => is_value(index, inner),
        Ty::Tuple(parts) => parts.iter().all(|ty| is_value(index, ty)),
        Ty::Iterator(_) | Ty::Other => false,
    }
}
