//! Panels as values, and how they are laid out and written as Grafana's JSON.

use serde_json::{Value, json};

/// What draws a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Lines over time.
    Lines,
    /// Values of now, in large figures.
    Figures,
    /// Values of now as bars, in the order of the query.
    Bars,
    /// Values of now, a row for each series; each query is a column.
    Table,
    /// When something held, over time.
    Timeline,
}

/// What it means that a panel has nothing to show. Each begins with a word of its own, which people and tests read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Empty {
    /// These series exist from the start: without them, nothing is scraped or recorded.
    Broken,
    /// Nothing happened that could be measured.
    Idle(&'static str),
    /// What the panel would show is a fault, and there is none.
    Good(&'static str),
}

impl Empty {
    fn text(self) -> String {
        match self {
            Self::Broken => {
                "Broken: no such series. Is the context scraped, are the rules loaded?".to_owned()
            }
            Self::Idle(why) => format!("Idle: {why}"),
            Self::Good(why) => format!("Good: {why}"),
        }
    }
}

/// One query of a panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub expr: String,
    /// What a series is called, with `{{label}}`; in a table the name of the column.
    pub legend: String,
    /// Whether the sampled traces behind it are drawn as points that link to the trace.
    pub exemplars: bool,
}

/// One panel.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Panel {
    /// Unique in its dashboard; it is part of links, and stays.
    pub id: u32,
    pub title: String,
    pub description: String,
    pub shape: Shape,
    /// Grafana's name of the unit.
    pub unit: &'static str,
    pub empty: Empty,
    pub targets: Vec<Target>,
    /// Width of 24, and height.
    pub size: (u32, u32),
    /// From which value on which colour; the first holds below all others.
    pub thresholds: Vec<(Option<f64>, &'static str)>,
    /// Where a click on a value leads, with its title.
    pub link: Option<(String, String)>,
}

/// Panels under a heading.
pub(super) struct Section {
    /// Unique in its dashboard.
    pub id: u32,
    pub title: String,
    /// The variable for each of whose values the section is drawn once.
    pub repeat: Option<&'static str>,
    pub panels: Vec<Panel>,
}

impl Target {
    pub(super) fn new(expr: impl Into<String>, legend: impl Into<String>) -> Self {
        Self { expr: expr.into(), legend: legend.into(), exemplars: false }
    }
}

impl Panel {
    /// Lines of a third of the width.
    pub(super) fn new(id: u32, title: impl Into<String>, unit: &'static str, empty: Empty) -> Self {
        Self {
            id,
            title: title.into(),
            description: String::new(),
            shape: Shape::Lines,
            unit,
            empty,
            targets: Vec::new(),
            size: (8, 8),
            thresholds: vec![(None, "green")],
            link: None,
        }
    }

    pub(super) fn says(self, description: impl Into<String>) -> Self {
        Self { description: description.into(), ..self }
    }

    pub(super) fn shaped(self, shape: Shape, width: u32, height: u32) -> Self {
        Self { shape, size: (width, height), ..self }
    }

    pub(super) fn query(mut self, expr: impl Into<String>, legend: impl Into<String>) -> Self {
        self.targets.push(Target::new(expr, legend));
        self
    }

    pub(super) fn coloured(mut self, steps: &[(f64, &'static str)], below: &'static str) -> Self {
        self.thresholds = std::iter::once((None, below))
            .chain(steps.iter().map(|(from, colour)| (Some(*from), *colour)))
            .collect();
        self
    }

    fn json(&self, x: u32, y: u32) -> Value {
        let targets: Vec<Value> =
            self.targets.iter().enumerate().map(|(place, target)| self.target(place, target)).collect();
        let mut defaults = json!({
            "unit": self.unit,
            "noValue": self.empty.text(),
            "custom": self.custom(),
            "color": { "mode": if self.shape == Shape::Lines { "palette-classic" } else { "thresholds" } },
            "thresholds": {
                "mode": "absolute",
                "steps": self.thresholds.iter().map(|(value, color)| json!({ "value": value, "color": color })).collect::<Vec<_>>(),
            },
        });
        if self.unit == "percentunit" {
            defaults["decimals"] = json!(3);
        }
        if self.shape == Shape::Timeline {
            defaults["mappings"] =
                json!([{ "type": "value", "options": { "1": { "text": "fires", "color": "red" } } }]);
        }
        if let Some((title, url)) = &self.link {
            defaults["links"] = json!([link(title, url)]);
        }
        let mut panel = json!({
            "id": self.id,
            "type": self.shape.plugin(),
            "title": self.title,
            "description": format!("{} Nothing shown means: {}.", self.description, self.empty.text().trim_end_matches(['.', '?'])),
            "datasource": datasource(),
            "gridPos": { "x": x, "y": y, "w": self.size.0, "h": self.size.1 },
            "targets": targets,
            "fieldConfig": { "defaults": defaults, "overrides": [] },
            "options": self.options(),
        });
        if self.shape == Shape::Table {
            panel["transformations"] = self.columns();
        }
        panel
    }

    fn target(&self, place: usize, target: &Target) -> Value {
        let instant = matches!(self.shape, Shape::Figures | Shape::Bars | Shape::Table);
        json!({
            "refId": letter(place),
            "datasource": datasource(),
            "editorMode": "code",
            "expr": target.expr,
            "legendFormat": target.legend,
            "instant": instant,
            "range": !instant,
            "exemplar": target.exemplars,
            "format": if self.shape == Shape::Table { "table" } else { "time_series" },
        })
    }

    fn custom(&self) -> Value {
        match self.shape {
            Shape::Lines => json!({
                "drawStyle": "line",
                "lineWidth": 1,
                "fillOpacity": 0,
                "showPoints": "never",
                // A gap is a gap: nothing was measured.
                "spanNulls": false,
                "thresholdsStyle": { "mode": if self.thresholds.len() > 1 { "dashed" } else { "off" } },
            }),
            Shape::Timeline => json!({ "lineWidth": 0, "fillOpacity": 80 }),
            Shape::Table => json!({ "align": "auto", "filterable": true }),
            Shape::Figures | Shape::Bars => json!({}),
        }
    }

    fn options(&self) -> Value {
        let last = json!({ "calcs": ["lastNotNull"], "fields": "", "values": false });
        match self.shape {
            Shape::Lines => json!({
                "legend": { "showLegend": true, "displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"] },
                "tooltip": { "mode": "multi", "sort": "desc" },
            }),
            Shape::Timeline => json!({
                "mergeValues": true,
                "showValue": "never",
                "rowHeight": 0.8,
                "legend": { "showLegend": true, "displayMode": "list", "placement": "bottom" },
                "tooltip": { "mode": "single", "sort": "none" },
            }),
            Shape::Figures => json!({
                "reduceOptions": last, "colorMode": "value", "graphMode": "none", "textMode": "auto", "orientation": "auto",
            }),
            Shape::Bars => {
                json!({ "reduceOptions": last, "orientation": "horizontal", "displayMode": "basic" })
            }
            Shape::Table => json!({
                "showHeader": true,
                "cellHeight": "sm",
                "sortBy": [{ "displayName": self.targets[0].legend, "desc": false }],
            }),
        }
    }

    /// One row for each series, one column for each query, named by its legend.
    fn columns(&self) -> Value {
        let named = self.targets.iter().enumerate().map(|(place, target)| {
            let field = if self.targets.len() == 1 {
                "Value".to_owned()
            } else {
                format!("Value #{}", letter(place))
            };
            (field, json!(target.legend))
        });
        let columns: serde_json::Map<String, Value> = named.collect();
        json!([
            { "id": "merge", "options": {} },
            { "id": "organize", "options": {
                "excludeByName": { "Time": true, "__name__": true, "instance": true, "job": true },
                "indexByName": {},
                "renameByName": columns,
            } },
        ])
    }
}

impl Shape {
    fn plugin(self) -> &'static str {
        match self {
            Self::Lines => "timeseries",
            Self::Figures => "stat",
            Self::Bars => "bargauge",
            Self::Table => "table",
            Self::Timeline => "state-timeline",
        }
    }
}

/// The data source that the variable names.
pub(super) fn datasource() -> Value {
    json!({ "type": "prometheus", "uid": "${datasource}" })
}

/// A link as Grafana wants it.
pub(super) fn link(title: &str, url: &str) -> Value {
    json!({
        "title": title, "url": url, "type": "link", "icon": "external link", "tooltip": title, "tags": [],
        "asDropdown": false, "targetBlank": false, "includeVars": false, "keepTime": true,
    })
}

/// Sections below each other, their panels in lines from left to right.
pub(super) fn laid_out(sections: &[Section]) -> Vec<Value> {
    let mut written = Vec::new();
    let mut y = 0;
    for section in sections {
        let mut row = json!({
            "id": section.id, "type": "row", "title": section.title, "collapsed": false, "panels": [],
            "gridPos": { "x": 0, "y": y, "w": 24, "h": 1 },
        });
        if let Some(variable) = section.repeat {
            row["repeat"] = json!(variable);
        }
        written.push(row);
        y += 1;
        let (mut x, mut line) = (0, 0);
        for panel in &section.panels {
            let (width, height) = panel.size;
            if x + width > 24 {
                (x, y, line) = (0, y + line, 0);
            }
            written.push(panel.json(x, y));
            x += width;
            line = line.max(height);
        }
        y += line;
    }
    written
}

/// `A` for the first query, `Q26` for the one after `Z`.
fn letter(place: usize) -> String {
    let letter =
        u8::try_from(place).ok().and_then(|place| b'A'.checked_add(place)).filter(u8::is_ascii_uppercase);
    letter.map_or_else(|| format!("Q{place}"), |letter| char::from(letter).to_string())
}
