//! Macros for managed code. Each expands to plain enums and impls, without logic of its own.

/// A list of events of different kinds, each converted to the expected type: `events![Started { .. }, Submitted { ..
/// }]`.
#[macro_export]
macro_rules! events {
    ($($event:expr),* $(,)?) => { ::std::vec![$(::core::convert::Into::into($event)),*] };
}

/// Declares the events of a listener: an enum with a variant for each kind.
#[macro_export]
macro_rules! hears {
    ($(#[$doc:meta])* $name:ident { $($event:ident { version: $version:literal $(, published: $published:literal)? $(, amount: $amount:ident)? }),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $name {
            $(#[doc = concat!("[`", stringify!($event), "`]")] $event($event)),*
        }
        $(impl From<$event> for $name {
            fn from(event: $event) -> Self { Self::$event(event) }
        })*
        impl $crate::Hear for $name {
            const KINDS: &'static [$crate::Kind] = &[$($crate::Kind {
                name: stringify!($event),
                version: $version,
                published: false $(|| $published)?,
                amount: [$(Some(stringify!($amount)),)? None][0],
            }),*];
            fn decode(kind: &str, version: u32, payload: &str) -> Result<Self, $crate::DecodeError> {
                match kind {
                    $(stringify!($event) => $crate::__private::decode::<$event>(kind, version, $version, payload).map(Self::$event),)*
                    _ => Err($crate::DecodeError::Unknown {
                        kind: kind.to_owned(),
                        expected: Self::KINDS.iter().map(|kind| kind.name).collect(),
                    }),
                }
            }
            fn name(&self) -> &'static str {
                match self { $(Self::$event(_) => stringify!($event)),* }
            }
        }
    };
}

/// Declares every event of an aggregate, and how each is stored.
#[macro_export]
macro_rules! aggregate_events {
    ($(#[$doc:meta])* $name:ident { $($event:ident { version: $version:literal $(, published: $published:literal)? $(, amount: $amount:ident)? }),* $(,)? }) => {
        $crate::hears! { $(#[$doc])* $name { $($event { version: $version $(, published: $published)? $(, amount: $amount)? }),* } }
        impl $crate::Event for $name {
            fn encode(&self) -> $crate::__private::JsonResult<String> {
                match self { $(Self::$event(event) => $crate::__private::encode(event)),* }
            }
            fn amount(&self) -> Option<$crate::Money> {
                match self {
                    $(Self::$event(event) => {
                        // Most kinds of events have no amount, and then nothing looks at the event.
                        let _ = event;
                        [$(Some(event.$amount),)? None][0]
                    })*
                }
            }
            fn schemas() -> Vec<(&'static str, $crate::__private::Schema)> {
                ::std::vec![$((stringify!($event), $crate::__private::schema_for!($event))),*]
            }
        }
    };
}

/// Declares the events of a command that may emit several kinds.
#[macro_export]
macro_rules! emits {
    ($(#[$doc:meta])* $name:ident of $all:ident { $($event:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $name {
            $(#[doc = concat!("[`", stringify!($event), "`]")] $event($event)),*
        }
        $(impl From<$event> for $name {
            fn from(event: $event) -> Self { Self::$event(event) }
        })*
        impl From<$name> for $all {
            fn from(emitted: $name) -> Self {
                match emitted { $($name::$event(event) => Self::$event(event)),* }
            }
        }
    };
}

/// Declares the aggregate, actors, events and rules of commands, as on the board.
#[macro_export]
macro_rules! messages {
    ($($command:ident of $aggregate:ident by [$($actor:literal),*] emits $emits:ident rejects [$($rule:literal),* $(,)?];)*) => {
        $(impl $crate::Message for $command {
            type Aggregate = $aggregate;
            type Emits = $emits;
            const NAME: &'static str = stringify!($command);
            const ACTORS: &'static [&'static str] = &[$($actor),*];
            const REJECTS: &'static [&'static str] = &[$($rule),*];
        })*
    };
}

/// Declares the commands that a process may send: those that create an aggregate, and those to existing ones.
#[macro_export]
macro_rules! sends {
    ($(#[$doc:meta])* $name:ident { opens [$($opening:ident),* $(,)?] decides [$($decision:ident of $aggregate:ident),* $(,)?] }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $name {
            $(#[doc = concat!("[`", stringify!($opening), "`]")] $opening($opening),)*
            $(#[doc = concat!("[`", stringify!($decision), "`]")] $decision($crate::Id<$aggregate>, $decision),)*
        }
        impl $crate::Outgoing for $name {
            fn post(self, outbox: &mut impl $crate::Outbox) {
                match self {
                    $(Self::$opening(command) => outbox.open(command),)*
                    $(Self::$decision(to, command) => outbox.decide(to, command),)*
                }
            }
        }
    };
}
