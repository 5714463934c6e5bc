//! Makes a board from a few flags: `payments --aggregate Payment --command Capture:Captured --actor Clerk`.

use macadam_board::names::snake;

/// The values of the flags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    /// The context's name.
    pub name: String,
    /// One sentence; by default it is made from the name.
    pub summary: Option<String>,
    /// The owning team; by default the context's name.
    pub owner: Option<String>,
    /// `Payment`, in order.
    pub aggregates: Vec<String>,
    /// `Capture:Captured`, or `Payment.Capture:Captured,Declined` with several aggregates.
    pub commands: Vec<String>,
    /// Roles that may send all of the commands and see everything.
    pub actors: Vec<String>,
}

/// Why the flags cannot be made into a board.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FlagsError {
    /// A command without its event.
    #[error("`--command {0}` has no event: write `--command Capture:Captured`")]
    NoEvent(String),
    /// A command of an aggregate that no flag names.
    #[error("`--command {command}` belongs to `{aggregate}`, but there is no `--aggregate {aggregate}`")]
    UnknownAggregate {
        /// The flag's value.
        command: String,
        /// The aggregate in it.
        aggregate: String,
    },
    /// There are several aggregates, and the command does not name one.
    #[error("`--command {0}` could belong to several aggregates: write `--command Payment.Capture:Captured`")]
    AmbiguousAggregate(String),
}

impl Flags {
    /// The text of a board. The first command of each aggregate creates it.
    pub fn board(&self) -> Result<String, FlagsError> {
        let quoted =
            |names: &[String]| names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
        let sees: Vec<String> = self.actors.iter().map(|actor| format!("{actor} = \"*\"")).collect();
        let summary =
            self.summary.clone().unwrap_or_else(|| format!("Handles {}.", self.name.replace('-', " ")));
        let owner = self.owner.clone().unwrap_or_else(|| self.name.clone());
        let mut text =
            format!("[context]\nname = {:?}\nsummary = {summary:?}\nowner = {owner:?}\n", self.name);
        let commands =
            self.commands.iter().map(|command| self.parse(command)).collect::<Result<Vec<_>, _>>()?;
        for aggregate in &self.aggregates {
            text.push_str(&format!("\n[aggregate.{aggregate}]\nvisible_to = {{ {} }}\n", sees.join(", ")));
            let own = commands.iter().filter(|(of, ..)| of == aggregate);
            for (place, (_, command, events)) in own.enumerate() {
                let creates = if place == 0 { "creates = true\n" } else { "" };
                text.push_str(&format!(
                    "\n[aggregate.{aggregate}.command.{command}]\nactor = [{}]\n{creates}emits = [{}]\n",
                    quoted(&self.actors),
                    quoted(events)
                ));
            }
        }
        Ok(text)
    }

    /// Aggregate, command and events of one flag.
    fn parse(&self, flag: &str) -> Result<(String, String, Vec<String>), FlagsError> {
        let (command, events) = flag.split_once(':').ok_or_else(|| FlagsError::NoEvent(flag.to_owned()))?;
        let events: Vec<String> = events.split(',').map(|event| event.trim().to_owned()).collect();
        if events.iter().any(String::is_empty) {
            return Err(FlagsError::NoEvent(flag.to_owned()));
        }
        match (command.split_once('.'), self.aggregates.as_slice()) {
            (Some((aggregate, command)), all) if all.iter().any(|known| known == aggregate) => {
                Ok((aggregate.to_owned(), command.to_owned(), events))
            }
            (Some((aggregate, _)), _) => Err(FlagsError::UnknownAggregate {
                command: flag.to_owned(),
                aggregate: aggregate.to_owned(),
            }),
            (None, [only]) => Ok((only.clone(), command.to_owned(), events)),
            (None, _) => Err(FlagsError::AmbiguousAggregate(flag.to_owned())),
        }
    }

    /// The file name in diagnostics, as there is no file.
    pub fn file(&self) -> String {
        format!("<flags of {}>", snake(&self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use macadam_board::Board;

    fn flags(aggregates: &[&str], commands: &[&str]) -> Flags {
        let owned = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        Flags {
            name: "payments".to_owned(),
            aggregates: owned(aggregates),
            commands: owned(commands),
            actors: vec!["Clerk".to_owned()],
            ..Flags::default()
        }
    }

    #[test]
    fn flags_make_a_valid_board_whose_first_command_creates() {
        let text = flags(&["Payment"], &["Capture:Captured", "Refund:Refunded,RefundDeclined"])
            .board()
            .expect("a board");
        let (board, findings) = Board::parse("flags", &text);
        let board = board.unwrap_or_else(|| panic!("{findings:?}"));
        let creates: Vec<_> =
            board.commands().map(|(_, command)| (command.creates, command.emits.len())).collect();
        assert_eq!(creates, [(true, 1), (false, 2)]);
    }

    #[test]
    fn with_two_aggregates_a_command_must_name_its_aggregate() {
        assert_eq!(
            flags(&["Payment", "Refund"], &["Capture:Captured"]).board(),
            Err(FlagsError::AmbiguousAggregate("Capture:Captured".to_owned()))
        );
        assert!(
            flags(&["Payment", "Refund"], &["Payment.Capture:Captured", "Refund.Ask:Asked"]).board().is_ok()
        );
    }

    #[test]
    fn a_command_without_an_event_is_refused() {
        for command in ["Capture", "Capture:", "Capture:Captured,"] {
            let refused = flags(&["Payment"], &[command]).board();
            assert_eq!(refused, Err(FlagsError::NoEvent(command.to_owned())));
        }
    }

    #[test]
    fn a_command_of_an_aggregate_that_no_flag_names_is_refused() {
        let command = "Refund.Ask:Asked".to_owned();
        let refused = flags(&["Payment"], &[&command]).board();
        assert_eq!(refused, Err(FlagsError::UnknownAggregate { command, aggregate: "Refund".to_owned() }));
    }

    #[test]
    fn the_board_says_what_the_flags_say() {
        let mut flags =
            flags(&["Payment", "Refund"], &["Payment.Capture:Captured, Held", "Refund.Ask:Asked"]);
        "card-payments".clone_into(&mut flags.name);
        flags.actors.push("Auditor".to_owned());
        let expected = r#"[context]
name = "card-payments"
summary = "Handles card payments."
owner = "card-payments"

[aggregate.Payment]
visible_to = { Clerk = "*", Auditor = "*" }

[aggregate.Payment.command.Capture]
actor = ["Clerk", "Auditor"]
creates = true
emits = ["Captured", "Held"]

[aggregate.Refund]
visible_to = { Clerk = "*", Auditor = "*" }

[aggregate.Refund.command.Ask]
actor = ["Clerk", "Auditor"]
creates = true
emits = ["Asked"]
"#;
        assert_eq!(flags.board().as_deref(), Ok(expected));
        flags.summary = Some("Takes cards.".to_owned());
        flags.owner = Some("treasury".to_owned());
        let spoken = flags.board().expect("a board");
        assert!(spoken.contains("summary = \"Takes cards.\"\nowner = \"treasury\"\n"), "{spoken}");
        assert_eq!(flags.file(), "<flags of card_payments>");
    }
}
