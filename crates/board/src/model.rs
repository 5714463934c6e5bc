//! The board as data: names with their position in the file, lists in the order of the file.

mod neighbours;

use std::fmt;
use std::ops::{Deref, Range};

pub use self::neighbours::{Neighbour, Neighbours};
use super::field_type::FieldType;
use super::hours::Hours;
use super::period::{Objective, Period};

/// A bounded context as its board describes it, with every default resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// `[context]`: name, purpose and owner.
    pub context: Context,
    /// `[[target]]`: where it is deployed.
    pub targets: Vec<Target>,
    /// `[value.X]`: seeds of `values.rs`; empty on a board that `new` has written.
    pub values: Vec<ValueType>,
    /// `[aggregate.X]`: commands and events.
    pub aggregates: Vec<Aggregate>,
    /// `[read_model.X]`: views and tallies.
    pub read_models: Vec<ReadModel>,
    /// `[process.X]`: process managers, which react to events by sending commands.
    pub processes: Vec<Process>,
    /// `[deadline.X]`: timers that send a command.
    pub deadlines: Vec<Deadline>,
    /// `[claim.X]`: values that only one aggregate at a time may have.
    pub claims: Vec<Claim>,
    /// `[sli.x]`: service level indicators.
    pub slis: Vec<Sli>,
    /// `[upstream.x]`: contexts this one depends on.
    pub upstreams: Vec<Upstream>,
    /// `[external.x]`: services that it calls and that are not contexts.
    pub externals: Vec<External>,
    /// `[[hotspot]]`: open questions of the workshop.
    pub hotspots: Vec<Hotspot>,
    /// `[glossary]`: the meaning of words in this context.
    pub glossary: Vec<GlossaryEntry>,
}

/// A value and its position in the board; a default has the position of the item it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its position, in bytes.
    pub span: Range<usize>,
}

/// A name of the domain.
pub type Name = Spanned<String>;

/// `[context]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Kebab-case name, also of the folder and the crates.
    pub name: Name,
    /// What it does, in one sentence.
    pub summary: Spanned<String>,
    /// The business domain it belongs to; its own name by default.
    pub domain: Name,
    /// How much it distinguishes the business from others.
    pub subdomain: Subdomain,
    /// The owning team.
    pub owner: Name,
    /// When that team works; at all times where it is left out.
    pub hours: Option<Spanned<Hours>>,
    /// How it serves others.
    pub exposes: Exposes,
}

/// How much a subdomain distinguishes the business from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subdomain {
    /// Where the business is better than others.
    Core,
    /// Needed, and specific to the business.
    Supporting,
    /// Needed, and the same in every business.
    Generic,
}

/// How a context serves others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposes {
    /// By a documented interface for all consumers.
    OpenHostService,
    /// By events in a documented language.
    PublishedLanguage,
    /// Not at all.
    None,
}

/// `[[target]]`: one place of deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Name of the overlay.
    pub name: Name,
    /// Kubernetes namespace.
    pub namespace: Name,
}

/// `[value.X]`: the seed of a value object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueType {
    /// `PascalCase` name.
    pub name: Name,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// A field of a seed: used once, when `new` writes the Rust struct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// `snake_case` name.
    pub name: Name,
    /// Its type.
    pub ty: Spanned<FieldType>,
}

/// `[aggregate.X]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// `PascalCase` name.
    pub name: Name,
    /// Segment of the URL.
    pub plural: Spanned<String>,
    /// Which roles may see which aggregates.
    pub visible_to: Vec<Visibility>,
    /// Its commands.
    pub commands: Vec<Command>,
    /// All its events: those that its commands emit, in that order, then any that is only declared.
    pub events: Vec<Event>,
}

/// One entry of `visible_to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visibility {
    /// The role.
    pub role: Name,
    /// What the role sees.
    pub scope: Spanned<Scope>,
}

/// What a role sees of an aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All of them: `"*"`.
    All,
    /// Those whose field contains the actor's own id.
    Field(String),
}

/// `[aggregate.X.command.Y]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// `PascalCase` name, unique in the context.
    pub name: Name,
    /// Roles that may send it.
    pub actors: Vec<Name>,
    /// Whether it creates a new aggregate.
    pub creates: bool,
    /// Events it may emit.
    pub emits: Vec<Name>,
    /// Rules that may reject it.
    pub rejects: Vec<Name>,
    /// Set if it is deprecated.
    pub deprecated: Option<Deprecated>,
    /// Seed of the struct; `None` when the board gives none.
    pub fields: Option<Vec<Field>>,
}

/// `[aggregate.X.event.E]`, or an event that only `emits` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// `PascalCase` name, unique in the context.
    pub name: Name,
    /// Whether the board has a table for it.
    pub declared: bool,
    /// Whether it belongs to the published language.
    pub published: bool,
    /// Version of its schema, from 1.
    pub version: Spanned<u32>,
    /// The field that a metric sums by currency.
    pub amount: Option<Name>,
    /// Seed of the struct; `None` when the board gives none.
    pub fields: Option<Vec<Field>>,
}

/// `[read_model.X]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadModel {
    /// `PascalCase` name.
    pub name: Name,
    /// What it is built from.
    pub source: Source,
    /// Version of its logic; 1 for a tally.
    pub version: Spanned<u32>,
    /// Columns that lists are filtered and sorted by; empty for a tally.
    pub index: Vec<Vec<Name>>,
    /// Roles that may read it.
    pub readers: Vec<Name>,
    /// Set if it is deprecated.
    pub deprecated: Option<Deprecated>,
}

/// `deprecated`: dates in the form of ISO 8601, so that their order as texts is their order in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deprecated {
    /// The date from which it is deprecated.
    pub since: Spanned<String>,
    /// The date from which it may be removed.
    pub sunset: Option<Spanned<String>>,
    /// URL of a page that tells clients what to use instead.
    pub see: Option<Spanned<String>>,
}

/// What a read model is built from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Events of this context.
    Events(Vec<Name>),
    /// Counts and sums over another read model.
    Tally {
        /// The read model counted.
        of: Name,
        /// The fields to group by.
        group_by: Vec<Name>,
        /// The field summed, if any.
        sum: Option<Name>,
    },
}

/// `[process.X]`: a process manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// `PascalCase` name.
    pub name: Name,
    /// The event that starts an instance.
    pub starts_on: Name,
    /// Other events that it listens to.
    pub handles: Vec<Name>,
    /// Events that end it.
    pub ends_on: Vec<Name>,
    /// The field that identifies an instance.
    pub correlates_by: Name,
    /// Commands it may send.
    pub sends: Vec<Name>,
}

/// `[deadline.X]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// `PascalCase` name.
    pub name: Name,
    /// The event that sets the timers.
    pub set_by: Name,
    /// When they fire, counted from that event, ascending.
    pub after: Vec<Spanned<Period>>,
    /// Events that cancel the timers.
    pub cleared_by: Vec<Name>,
    /// The command sent when one fires.
    pub sends: Name,
}

/// `[claim.X]`: a value that only one aggregate at a time may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// `PascalCase` name.
    pub name: Name,
    /// The field of the events that contains the value.
    pub field: Name,
    /// Events of one aggregate that take it.
    pub taken_by: Vec<Name>,
    /// Events after which another aggregate may take it.
    pub released_by: Vec<Name>,
    /// The rule that rejects a command if another aggregate has the value.
    pub rejects: Name,
}

/// `[sli.x]`: a service level indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sli {
    /// Kebab-case name.
    pub name: Name,
    /// How it is measured.
    pub kind: SliKind,
    /// Events that open an item (duration).
    pub from: Vec<Name>,
    /// Events that close it (duration).
    pub to: Vec<Name>,
    /// The time limit (all kinds except outcome).
    pub within: Option<Spanned<Period>>,
    /// The share of items that must be good.
    pub objective: Spanned<Objective>,
    /// Who needs it.
    pub stakeholder: Option<Spanned<String>>,
    /// Pure function that decides which items count.
    pub condition: Option<Name>,
    /// Pure function that decides which items are good.
    pub good_when: Option<Name>,
}

/// How an indicator is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SliKind {
    /// Time from one event to another.
    Duration,
    /// Age of the oldest event that a read model has not yet applied.
    Freshness,
    /// Age of the oldest event that has not yet been delivered.
    Delivery,
    /// Share of commands that failed.
    Outcome,
}

/// `[upstream.x]`: a context this one depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// Name of the other context.
    pub name: Name,
    /// How its language is handled.
    pub translation: Option<Spanned<Translation>>,
    /// Its events that this context consumes.
    pub consumes: Vec<Name>,
    /// Its routes that this context calls, as `GET /path`.
    pub calls: Vec<Spanned<String>>,
    /// Whether the other context does not exist yet.
    pub planned: bool,
}

/// How the language of an upstream is handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Translation {
    /// A translator turns its terms into those of this context.
    AntiCorruptionLayer,
    /// Its terms are used as they are.
    Conformist,
    /// Both teams change together.
    Partnership,
    /// Both use the same code.
    SharedKernel,
}

/// `[external.x]`: an external service that is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct External {
    /// Kebab-case name.
    pub name: Name,
    /// Its routes that this context calls, as `GET /path`.
    pub calls: Vec<Spanned<String>>,
}

/// `[[hotspot]]`: an open question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hotspot {
    /// The question.
    pub text: Spanned<String>,
}

/// An entry of `[glossary]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlossaryEntry {
    /// The word.
    pub word: Name,
    /// What it means here.
    pub meaning: Spanned<String>,
}

impl Board {
    /// All commands, each with its aggregate.
    pub fn commands(&self) -> impl Iterator<Item = (&Aggregate, &Command)> {
        self.aggregates.iter().flat_map(|aggregate| aggregate.commands.iter().map(move |c| (aggregate, c)))
    }

    /// All events, each with its aggregate.
    pub fn events(&self) -> impl Iterator<Item = (&Aggregate, &Event)> {
        self.aggregates.iter().flat_map(|aggregate| aggregate.events.iter().map(move |e| (aggregate, e)))
    }

    /// The command of that name, with its aggregate.
    pub fn command(&self, name: &str) -> Option<(&Aggregate, &Command)> {
        self.commands().find(|(_, command)| command.name == *name)
    }

    /// The event of that name, with its aggregate.
    pub fn event(&self, name: &str) -> Option<(&Aggregate, &Event)> {
        self.events().find(|(_, event)| event.name == *name)
    }

    /// The aggregate of that name.
    pub fn aggregate(&self, name: &str) -> Option<&Aggregate> {
        self.aggregates.iter().find(|aggregate| aggregate.name == *name)
    }

    /// The read model of that name.
    pub fn read_model(&self, name: &str) -> Option<&ReadModel> {
        self.read_models.iter().find(|model| model.name == *name)
    }
}

impl Aggregate {
    /// The commands that emit the event of that name.
    pub fn emitters<'a>(&'a self, event: &'a str) -> impl Iterator<Item = &'a Command> {
        self.commands.iter().filter(move |command| command.emits.iter().any(|name| *name == *event))
    }
}

impl Process {
    /// Every event it listens to, in the order of the board.
    pub fn hears(&self) -> impl Iterator<Item = &Name> {
        std::iter::once(&self.starts_on).chain(&self.handles).chain(&self.ends_on)
    }
}

impl Deadline {
    /// Every event it listens to, in the order of the board.
    pub fn hears(&self) -> impl Iterator<Item = &Name> {
        std::iter::once(&self.set_by).chain(&self.cleared_by)
    }
}

impl Subdomain {
    /// The word on the board.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Supporting => "supporting",
            Self::Generic => "generic",
        }
    }
}

impl Exposes {
    /// The word on the board.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenHostService => "open-host-service",
            Self::PublishedLanguage => "published-language",
            Self::None => "none",
        }
    }
}

impl SliKind {
    /// The word on the board.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Duration => "duration",
            Self::Freshness => "freshness",
            Self::Delivery => "delivery",
            Self::Outcome => "outcome",
        }
    }
}

impl Translation {
    /// The word on the board.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AntiCorruptionLayer => "anti-corruption-layer",
            Self::Conformist => "conformist",
            Self::Partnership => "partnership",
            Self::SharedKernel => "shared-kernel",
        }
    }
}

impl<T> Spanned<T> {
    /// A value at a position.
    pub fn new(value: T, span: Range<usize>) -> Self {
        Self { value, span }
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Display> fmt::Display for Spanned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl PartialEq<str> for Spanned<String> {
    fn eq(&self, other: &str) -> bool {
        self.value == other
    }
}
