//! `cargo xtask explain`: explains the code of a finding.

use clap::Args;
use macadam_board::codes::{self, Entry};
use macadam_board::diagnostic::nearest;
use macadam_runner::exit::Exit;

use crate::terminal::{MORE, message, result};

/// Explain the code of a finding
#[derive(Args)]
#[command(before_help = "Example: cargo xtask explain MB201", after_help = MORE)]
pub(crate) struct Explain {
    /// The code, such as MB201; without one, all are listed.
    code: Option<String>,
}

impl Explain {
    pub(crate) fn run(&self) -> Exit {
        let Some(code) = &self.code else { return list() };
        let Some(entry) = codes::find(code) else { return unknown(code) };
        result(&explanation(entry));
        let check = if entry.id.starts_with("MS") { "slo validate" } else { "board check <file>" };
        message(&format!("\nnext: correct it, then run `cargo xtask {check}`"));
        Exit::Done
    }
}

fn list() -> Exit {
    for entry in codes::all() {
        result(&format!("{}  {:7}  {}", entry.id, entry.severity.to_string(), entry.what));
    }
    message("\nnext: `cargo xtask explain <CODE>` explains one of them");
    Exit::Done
}

fn unknown(code: &str) -> Exit {
    let hint = nearest(code, codes::all().map(|entry| entry.id))
        .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    message(&format!("error: unknown code `{code}`{hint}\nhelp: `cargo xtask explain` lists all codes"));
    Exit::Usage
}

fn explanation(entry: &Entry) -> String {
    let Entry { id, severity, what, remedy, why, .. } = entry;
    format!("{id} ({severity}): {what}\n\n{}\n\nto correct it: {remedy}", wrap(why))
}

/// Breaks a paragraph into lines that fit a terminal.
fn wrap(paragraph: &str) -> String {
    const WIDTH_MAX: usize = 90;
    let mut lines = vec![String::new()];
    for word in paragraph.split(' ') {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.len() + 1 + word.len() <= WIDTH_MAX {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.join("\n")
}
