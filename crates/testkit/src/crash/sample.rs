//! Bodies that fit a JSON Schema: enough of the vocabulary for what schemars writes of commands.

use std::cell::RefCell;

use fastrand::Rng;
use jiff::{Timestamp, ToSpan};
use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{Map, Value, json};

/// Repetitions without an end go on this much longer than they must.
const MORE: u32 = 8;

/// Makes values at random.
pub(super) struct Sampler {
    random: RefCell<Rng>,
    /// Fields of these names hold this text: a creator that names itself may see what it has made.
    own: Vec<String>,
    subject: String,
}

impl Sampler {
    pub(super) fn new(seed: u64, own: &[String], subject: &str) -> Self {
        Self { random: RefCell::new(Rng::with_seed(seed)), own: own.to_vec(), subject: subject.to_owned() }
    }

    /// A number below `end`.
    pub(super) fn below(&self, end: usize) -> usize {
        self.random.borrow_mut().usize(..end.max(1))
    }

    /// A body for a command with this schema.
    pub(super) fn body(&self, schema: &Value) -> Value {
        let mut body = self.value(schema, schema);
        for (name, member) in body.as_object_mut().into_iter().flatten() {
            if self.own.contains(name) && member.is_string() {
                *member = self.subject.clone().into();
            }
        }
        body
    }

    fn value(&self, root: &Value, schema: &Value) -> Value {
        if let Some(target) = schema["$ref"].as_str() {
            return self.value(root, root.pointer(target.trim_start_matches('#')).unwrap_or(&Value::Null));
        }
        if let Some(only) = schema.get("const") {
            return only.clone();
        }
        let patterned = schema.get("pattern").is_some();
        for (keyword, often) in [("enum", 100), ("examples", if patterned { 75 } else { 50 })] {
            if let Some(values) = schema[keyword].as_array().filter(|values| !values.is_empty())
                && self.below(100) < often
            {
                return values[self.below(values.len())].clone();
            }
        }
        for keyword in ["oneOf", "anyOf"] {
            if let Some(variants) = schema[keyword].as_array().filter(|variants| !variants.is_empty()) {
                return self.value(root, &variants[self.below(variants.len())]);
            }
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds[self.below(kinds.len())].as_str(),
            kind => kind.as_str(),
        };
        match kind {
            Some("object") => self.object(root, schema),
            Some("array") => self.array(root, schema),
            Some("string") => self.text(schema).into(),
            Some("integer") => self.integer(schema).into(),
            Some("number") => json!(f64::from(u32::try_from(self.below(10_000)).unwrap_or(0)) / 4.0),
            Some("boolean") => (self.below(2) == 0).into(),
            Some("null") => Value::Null,
            _ => schema["allOf"].as_array().map_or_else(|| json!({}), |all| self.all(root, all)),
        }
    }

    fn all(&self, root: &Value, parts: &[Value]) -> Value {
        let mut whole = Map::new();
        for part in parts {
            match self.value(root, part) {
                Value::Object(members) => whole.extend(members),
                other => return other,
            }
        }
        Value::Object(whole)
    }

    fn object(&self, root: &Value, schema: &Value) -> Value {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let members = schema["properties"].as_object().into_iter().flatten();
        let chosen = members.filter(|(name, _)| required.contains(&name.as_str()) || self.below(2) == 0);
        chosen.map(|(name, member)| (name.clone(), self.value(root, member))).collect::<Map<_, _>>().into()
    }

    fn array(&self, root: &Value, schema: &Value) -> Value {
        if let Some(parts) = schema["prefixItems"].as_array() {
            return parts.iter().map(|part| self.value(root, part)).collect();
        }
        let least = schema["minItems"].as_u64().unwrap_or(0);
        let most = schema["maxItems"].as_u64().unwrap_or(least + 2);
        let count = least + self.below(usize::try_from(most - least + 1).unwrap_or(1)) as u64;
        (0..count).map(|_| self.value(root, &schema["items"])).collect()
    }

    fn integer(&self, schema: &Value) -> i64 {
        let least = schema["minimum"].as_i64().unwrap_or(0);
        let most = schema["maximum"].as_i64().unwrap_or(least.saturating_add(1_000)).max(least);
        self.random.borrow_mut().i64(least..=most.min(least.saturating_add(1_000)))
    }

    fn text(&self, schema: &Value) -> String {
        let days = i64::try_from(self.below(400)).unwrap_or(0);
        let when = Timestamp::now() + (days * 24).hours();
        match schema["format"].as_str() {
            Some("date") => return when.strftime("%Y-%m-%d").to_string(),
            Some("date-time") => return when.to_string(),
            Some("uuid") => return uuid::Uuid::from_u128(self.random.borrow_mut().u128(..)).to_string(),
            _ => {}
        }
        let least = usize::try_from(schema["minLength"].as_u64().unwrap_or(1)).unwrap_or(1);
        let mut text = match schema["pattern"].as_str().and_then(|pattern| regex_syntax::parse(pattern).ok())
        {
            Some(pattern) => self.matching(&pattern),
            None => format!("text {}", self.below(1_000)),
        };
        while text.chars().count() < least {
            text.push(self.random.borrow_mut().alphabetic());
        }
        let most = schema["maxLength"].as_u64().and_then(|most| usize::try_from(most).ok());
        text.chars().take(most.unwrap_or(usize::MAX)).collect()
    }

    /// A text that a regular expression matches.
    fn matching(&self, pattern: &Hir) -> String {
        match pattern.kind() {
            HirKind::Empty | HirKind::Look(_) => String::new(),
            HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).into_owned(),
            HirKind::Class(Class::Unicode(class)) => {
                let ranges = class.ranges();
                // A printable letter where there is one: `\S` begins with control characters.
                let range = ranges.iter().find(|range| range.end() >= 'a').or(ranges.last());
                range.map_or_else(String::new, |range| {
                    let (from, to) = if range.start() <= 'a' && range.end() >= 'z' {
                        ('a', 'z')
                    } else {
                        let last = char::from_u32(range.start() as u32 + 25).unwrap_or(range.end());
                        (range.start(), range.end().min(last))
                    };
                    self.random.borrow_mut().char(from..=to).to_string()
                })
            }
            HirKind::Class(Class::Bytes(_)) => "a".to_owned(),
            HirKind::Repetition(repeated) => {
                let most = repeated.max.unwrap_or(repeated.min + MORE).min(repeated.min + MORE);
                let count = self.random.borrow_mut().u32(repeated.min..=most);
                (0..count).map(|_| self.matching(&repeated.sub)).collect()
            }
            HirKind::Capture(capture) => self.matching(&capture.sub),
            HirKind::Concat(parts) => parts.iter().map(|part| self.matching(part)).collect(),
            HirKind::Alternation(options) => self.matching(&options[self.below(options.len())]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_fits_the_schema_it_was_made_for() {
        let schema = json!({
            "type": "object", "required": ["code", "lines", "tenor", "id", "on", "at"],
            "properties": {
                "code": {"type": "string", "pattern": "^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$"},
                "word": {"type": "string", "pattern": "\\S", "minLength": 3, "maxLength": 5},
                "amount": {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]{1,4})?$"},
                "lines": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Line"}},
                "tenor": {"oneOf": [{"const": "at-sight"}, {"type": "object", "required": ["days"],
                          "properties": {"days": {"type": "integer", "minimum": 1, "maximum": 360}}}]},
                "id": {"type": "string", "format": "uuid"}, "on": {"type": "string", "format": "date"},
                "at": {"type": "string", "format": "date-time"}, "many": {"type": ["number", "null"]},
                "either": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
            },
            "$defs": {"Line": {"allOf": [{"type": "object", "required": ["kind"],
                      "properties": {"kind": {"enum": ["a", "b"]}}}]}},
        });
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
        let sampler = Sampler::new(7, &[], "me");
        for _ in 0..500 {
            let body = sampler.body(&schema);
            if let Err(error) = validator.validate(&body) {
                panic!("{error}: {body}");
            }
        }
    }
}
