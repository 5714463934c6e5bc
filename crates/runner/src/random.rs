//! Generates random boards: valid, and different for each seed.

/// A random number generator with the same results on every machine (xorshift64*); not for secrets.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let mixed = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(mixed).unwrap_or_default() % limit.max(1)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const NOUNS: &[&str] = &["Parcel", "Invoice", "Patient", "Ticket", "Vessel", "Recipe", "Claim", "Lease"];
const VERBS: &[(&str, &str)] = &[
    ("Open", "Opened"),
    ("Check", "Checked"),
    ("Move", "Moved"),
    ("Hold", "Held"),
    ("Close", "Closed"),
    ("Review", "Reviewed"),
    ("Send", "Sent"),
    ("Assign", "Assigned"),
    ("Rate", "Rated"),
    ("Decide", "Decided"),
];
const FIELDS: &[&str] = &[
    "label", "count", "price", "origin", "unit", "due_on", "seen_at", "urgent", "note", "tags", "secret",
    "part", "parts",
];
const ROLES: &[&str] = &["Clerk", "Customer", "Auditor"];

/// One aggregate's commands, each with its events.
struct Sketch {
    name: String,
    commands: Vec<(String, Vec<String>)>,
    /// Whether its field `serial` is a unique claim.
    unique: bool,
}

/// The text of a valid board.
pub fn board(seed: u64) -> String {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let sketches = sketches(&mut random);
    let mut text = format!(
        "[context]\nname = \"random-{seed}\"\nsummary = \"Board {seed}: \\\"quoted\\\", with back\\\\slash and it's apostrophe.\"\n\
         owner = \"nobody\"\n\n[value.Part]\nfields = {{ weight = \"u64\", price = \"Option<Money>\" }}\n"
    );
    for (place, sketch) in sketches.iter().enumerate() {
        aggregate(&mut random, &mut text, sketch, place == 0);
    }
    let first = &sketches[0];
    listeners(&mut random, &mut text, &sketches);
    sketches.iter().filter(|sketch| sketch.unique).for_each(|sketch| claim(&mut random, &mut text, sketch));
    let ends = &first.commands.last().expect("an aggregate has commands").1[0];
    text.push_str(&format!(
        "\n[sli.turnaround]\nkind = \"duration\"\nfrom = \"{}\"\nto = [\"{ends}\"]\nwithin = \"1d\"\nobjective = \"95%\"\nstakeholder = \"desk\"\n",
        first.commands[0].1[0]
    ));
    text
}

fn sketches(random: &mut Random) -> Vec<Sketch> {
    let count = 1 + random.below(3);
    let from = random.below(NOUNS.len());
    (0..count)
        .map(|place| {
            let name = NOUNS[(from + place) % NOUNS.len()].to_owned();
            let verbs = 2 + random.below(5);
            let from = random.below(VERBS.len());
            let commands = (0..verbs).map(|number| {
                let (verb, event) = VERBS[(from + number) % VERBS.len()];
                let mut events = vec![format!("{name}{event}")];
                if number > 0 && random.chance(25) {
                    events.push(format!("{name}{event}Late"));
                }
                (format!("{verb}{name}"), events)
            });
            Sketch { commands: commands.collect(), unique: random.chance(50), name }
        })
        .collect()
}

fn aggregate(random: &mut Random, text: &mut String, sketch: &Sketch, timed: bool) {
    let name = &sketch.name;
    text.push_str(&format!(
        "\n[aggregate.{name}]\nvisible_to = {{ Clerk = \"*\", Customer = \"owner_id\", Auditor = \"*\" }}\n"
    ));
    for (place, (command, events)) in sketch.commands.iter().enumerate() {
        // A deadline sends the second command of the first aggregate, and a process the third.
        let due = timed && place == 1;
        let sent = timed && place == 2;
        let actor = if due {
            "[\"system\"]".to_owned()
        } else if sent {
            "[\"Clerk\", \"system\"]".to_owned()
        } else {
            format!("\"{}\"", random.pick(ROLES))
        };
        text.push_str(&format!("\n[aggregate.{name}.command.{command}]\nactor = {actor}\n"));
        if place == 0 {
            text.push_str("creates = true\n");
        }
        let list: Vec<_> = events.iter().map(|event| format!("{event:?}")).collect();
        text.push_str(&format!("emits = [{}]\n", list.join(", ")));
        let mut rules = if random.chance(50) { vec![format!("{command}TooSoon")] } else { Vec::new() };
        // The event that creates an aggregate carries its owner, and takes its unique claim.
        let mut own_fields = String::new();
        if place == 0 {
            own_fields.push_str("owner_id = \"String\", ");
        }
        if place == 0 && sketch.unique {
            own_fields.push_str("serial = \"String\", ");
            rules.push(format!("{name}SerialTaken"));
        }
        if !rules.is_empty() {
            text.push_str(&format!("rejects = {rules:?}\n"));
        }
        if !due && (place == 0 || random.chance(80)) {
            text.push_str(&format!("fields = {{ {own_fields}{} }}\n", fields(random)));
        }
        for event in events {
            let own = random.chance(30);
            let published = random.chance(30);
            if !own && !published {
                continue;
            }
            text.push_str(&format!(
                "\n[aggregate.{name}.event.{event}]\nversion = {}\n",
                1 + random.below(3)
            ));
            if published {
                text.push_str("published = true\n");
            }
            if own {
                text.push_str(&format!(
                    "amount = \"total\"\nfields = {{ total = \"Money\", {own_fields}{} }}\n",
                    fields(random)
                ));
            }
        }
    }
}

/// Some fields. A name always has the same type, so that fields of commands and events match.
fn fields(random: &mut Random) -> String {
    let from = random.below(FIELDS.len());
    let count = 1 + random.below(5);
    let chosen = (0..count).map(|place| FIELDS[(from + place) % FIELDS.len()]);
    let typed = chosen.map(|name| {
        let ty = match name {
            "count" => "u32",
            "price" => "Money",
            "origin" => "Country",
            "unit" => "Currency",
            "due_on" => "Option<Date>",
            "seen_at" => "Timestamp",
            "urgent" => "bool",
            "note" => "Option<String>",
            "tags" => "Vec<String>",
            "secret" => "Sensitive<String>",
            "part" => "Part",
            "parts" => "Vec<Part>",
            _ => "String",
        };
        format!("{name} = \"{ty}\"")
    });
    typed.collect::<Vec<_>>().join(", ")
}

fn listeners(random: &mut Random, text: &mut String, sketches: &[Sketch]) {
    let first = &sketches[0];
    let events = |sketch: &Sketch| -> Vec<String> {
        sketch.commands.iter().flat_map(|(_, events)| events.clone()).collect()
    };
    for (place, sketch) in sketches.iter().enumerate() {
        let from: Vec<_> = events(sketch).iter().map(|event| format!("{event:?}")).collect();
        text.push_str(&format!(
            "\n[read_model.{}List]\nfrom = [{}]\nindex = [[\"state\", \"label\"]]\nreaders = [\"Clerk\", \"Customer\"]\n",
            sketch.name,
            from.join(", ")
        ));
        if random.chance(50) {
            text.push_str(&format!(
                "\n[read_model.{name}Count]\nof = \"{name}List\"\ngroup_by = [\"state\"]\nreaders = [\"Auditor\"]\n",
                name = sketch.name
            ));
        }
        if place == 0 && first.commands.len() > 2 {
            let (start, end) = (&first.commands[0].1[0], &first.commands[2].1[0]);
            text.push_str(&format!(
                "\n[process.{}Care]\nstarts_on = \"{start}\"\nends_on = [\"{end}\"]\ncorrelates_by = \"label\"\nsends = [\"{}\"]\n",
                first.name, first.commands[2].0
            ));
        }
    }
    text.push_str(&format!(
        "\n[deadline.{}Reminder]\nset_by = \"{}\"\nafter = [\"500ms\", \"2d\"]\ncleared_by = [\"{}\"]\nsends = \"{}\"\n",
        first.name, first.commands[0].1[0], first.commands[1].1[0], first.commands[1].0
    ));
}

/// The first event takes the claim; the last may release it.
fn claim(random: &mut Random, text: &mut String, Sketch { name, commands, .. }: &Sketch) {
    text.push_str(&format!("\n[claim.{name}Serial]\nfield = \"serial\"\ntaken_by = {:?}\n", commands[0].1));
    if random.chance(50) {
        text.push_str(&format!("released_by = {:?}\n", commands[commands.len() - 1].1));
    }
    text.push_str(&format!("rejects = \"{name}SerialTaken\"\n"));
}

#[cfg(test)]
mod tests {
    use super::board;
    use macadam_board::Board;

    #[test]
    fn two_hundred_random_boards_are_valid() {
        let mut claims = 0;
        for seed in 0..200 {
            let text = board(seed);
            let (board, findings) = Board::parse("random.toml", &text);
            let Some(board) = board else {
                panic!("{}\n{text}", macadam_board::diagnostic::render(&findings, &text, false));
            };
            claims += board.claims.len();
        }
        assert!(claims > 100, "of 200 boards, {claims} claims");
    }
}
