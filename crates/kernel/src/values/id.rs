//! Ids that are typed by their aggregate.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The id of an `A`: a UUID. In JSON: a hyphenated string in lower case.
///
/// Ids of different aggregates have different types, so they cannot be confused. The kernel does not generate ids: it
/// has no source of randomness, and the caller that creates an aggregate provides its id.
pub struct Id<A> {
    uuid: Uuid,
    /// Marks the type `A` without owning a value, so that an id is `Send` and `Sync` whatever `A` is.
    aggregate: PhantomData<fn() -> A>,
}

/// The text is not a hyphenated UUID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not an id: expected a hyphenated uuid such as 67e55044-10b1-426f-9247-bb680e5fe0c8")]
pub struct InvalidId {
    /// The beginning of the given text.
    pub given: String,
}

/// The length of a hyphenated UUID. The other formats that the uuid library reads have other lengths.
const HYPHENATED_CHARS: usize = 36;

impl<A> Id<A> {
    /// The id with this UUID, of any version.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, aggregate: PhantomData }
    }

    /// The UUID.
    pub const fn as_uuid(&self) -> Uuid {
        self.uuid
    }
}

/// Accepts only the hyphenated format, so that there is one text for each id; capital letters are accepted, as RFC 9562
/// requires.
impl<A> FromStr for Id<A> {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let hyphenated = (text.len() == HYPHENATED_CHARS).then(|| Uuid::try_parse(text).ok()).flatten();
        hyphenated.map(Self::from_uuid).ok_or_else(|| InvalidId { given: super::excerpt(text) })
    }
}

impl<A> fmt::Display for Id<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.uuid, f)
    }
}

impl<A> fmt::Debug for Id<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.uuid, f)
    }
}

// Written by hand, because derived ones would require the same traits of `A`.

impl<A> Clone for Id<A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for Id<A> {}

impl<A> PartialEq for Id<A> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}

impl<A> Eq for Id<A> {}

impl<A> Ord for Id<A> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}

impl<A> PartialOrd for Id<A> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<A> Hash for Id<A> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

impl<A> Serialize for Id<A> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, A> Deserialize<'de> for Id<A> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::deserialize_text(deserializer, "a hyphenated uuid as a string")
    }
}

impl<A> JsonSchema for Id<A> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "uuid" })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashSet};
    use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

    use serde_json::json;

    use super::*;

    /// Implements no trait, but its id has all traits of an id.
    struct Parcel;

    const TEXT: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

    fn id(number: u128) -> Id<Parcel> {
        Id::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn an_id_is_read_back_from_its_text() {
        let id: Id<Parcel> = TEXT.parse().unwrap();
        assert_eq!(format!("{id} {id:?}"), format!("{TEXT} {TEXT}"));
        assert_eq!(Id::from_uuid(id.as_uuid()), id);
        assert_eq!(serde_json::to_value(id).unwrap(), json!(TEXT));
        assert_eq!(serde_json::from_value::<Id<Parcel>>(json!(TEXT)).unwrap(), id);
    }

    #[test]
    fn capital_letters_are_read_and_lower_case_is_written() {
        let id: Id<Parcel> = TEXT.to_uppercase().parse().unwrap();
        assert_eq!(id.to_string(), TEXT);
    }

    #[test]
    fn other_spellings_are_refused() {
        let simple = TEXT.replace('-', "");
        let (urn, braced) = (format!("urn:uuid:{TEXT}"), format!("{{{TEXT}}}"));
        let moved = "67e5504410b1-426f-9247-bb680e5fe0c8-";
        for text in [simple.as_str(), &urn, &braced, moved, "", "7", &"é".repeat(18), &TEXT.replace('6', "g")]
        {
            let error = text.parse::<Id<Parcel>>().unwrap_err();
            assert_eq!(error, InvalidId { given: super::super::excerpt(text) });
        }
    }

    #[test]
    fn a_refusal_says_what_was_expected() {
        let refusal = |value| serde_json::from_value::<Id<Parcel>>(value).unwrap_err().to_string();
        assert_eq!(
            refusal(json!("7")),
            "`7` is not an id: expected a hyphenated uuid such as 67e55044-10b1-426f-9247-bb680e5fe0c8"
        );
        assert_eq!(refusal(json!(7)), "invalid type: integer `7`, expected a hyphenated uuid as a string");
    }

    #[test]
    fn ids_compare_and_hash_as_their_uuids() {
        let ids = [id(2), id(1), id(2)];
        assert_eq!(BTreeSet::from(ids).into_iter().collect::<Vec<_>>(), [id(1), id(2)]);
        assert_eq!(HashSet::from(ids).len(), 2);
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        assert_eq!(hasher.hash_one(id(1)), hasher.hash_one(Uuid::from_u128(1)));
        assert_ne!(id(1), id(2));
    }

    #[test]
    fn the_schema_is_a_uuid() {
        let schema = schemars::SchemaGenerator::default().into_root_schema_for::<Id<Parcel>>().to_value();
        assert_eq!((&schema["type"], &schema["format"]), (&json!("string"), &json!("uuid")));
    }

    #[test]
    fn the_schema_stands_where_it_is_used() {
        let schema =
            schemars::SchemaGenerator::default().into_root_schema_for::<Vec<Id<Parcel>>>().to_value();
        assert_eq!(schema["items"]["format"], "uuid");
        assert_eq!(schema["title"], "Array_of_Id");
    }
}
