//! What every context measures alike, as tables of panels. `{c}` stands for the selector's `context="…"`, `{job}` for
//! `job="…"`.

mod domain;
mod http;
mod machinery;
mod state;
mod subscriptions;

use std::collections::BTreeSet;

use super::panel::Empty::{Broken, Idle};
use super::panel::{Empty, Panel, Section, Shape, Target};
use crate::dashboard::Feature;

/// A section.
struct Part {
    id: u32,
    title: &'static str,
    panels: &'static [Drawn],
}

/// A panel.
struct Drawn {
    id: u32,
    title: &'static str,
    description: &'static str,
    shape: Shape,
    unit: &'static str,
    empty: Empty,
    /// What only some contexts have.
    needs: Option<Feature>,
    /// Whether traces are drawn.
    exemplars: bool,
    /// Each with what its series are called.
    queries: &'static [(&'static str, &'static str)],
}

/// What most panels are.
const LINES: Drawn = Drawn {
    id: 0,
    title: "",
    description: "",
    shape: Shape::Lines,
    unit: "none",
    empty: Broken,
    needs: None,
    exemplars: false,
    queries: &[],
};

const NO_TRAFFIC: Empty = Idle("no traffic in this window.");

/// The sections that follow the SLOs. What this context has none of is not drawn.
pub(super) fn sections(context: &str, features: &BTreeSet<Feature>) -> Vec<Section> {
    let parts =
        [state::STATE, http::HTTP, domain::DOMAIN, subscriptions::SUBSCRIPTIONS, machinery::MACHINERY];
    let drawn = |part: &Part| -> Vec<Panel> {
        let there =
            part.panels.iter().filter(|panel| panel.needs.is_none_or(|feature| features.contains(&feature)));
        there.map(|panel| panel.of(context)).collect()
    };
    let sections = parts.map(|part| Section {
        id: part.id,
        title: part.title.to_owned(),
        repeat: None,
        panels: drawn(&part),
    });
    sections.into_iter().filter(|section| !section.panels.is_empty()).collect()
}

impl Drawn {
    fn of(&self, context: &str) -> Panel {
        let targets = self.queries.iter().map(|(query, legend)| {
            let expr = query
                .replace("{c}", &format!("context=\"{context}\""))
                .replace("{job}", &format!("job=\"{context}\""));
            Target { exemplars: self.exemplars, ..Target::new(expr, *legend) }
        });
        let panel = Panel::new(self.id, self.title, self.unit, self.empty).says(self.description);
        Panel { shape: self.shape, targets: targets.collect(), ..panel }
    }
}
