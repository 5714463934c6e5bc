//! Values that must not appear in logs, traces or errors.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Money;

/// A secret, such as a tax id or a birth date. Only [`reveal`](Self::reveal) and `into_inner` return the value.
///
/// It has no `Display`, so it cannot be part of a message. `Debug` prints what the type's [`Masked`] prints, by default
/// `***`. tracing cannot record it, so `info!(tax_id = secret)` does not compile. A field can be serialised only if it
/// is marked with [`revealed`], because its JSON form then contains the secret.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value in plain text.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// The value in plain text, without the wrapper.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: Masked> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.mask(f)
    }
}

/// The value's own schema, marked with `x-sensitive` for documents and tools that use it.
impl<T: JsonSchema> JsonSchema for Sensitive<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Sensitive_{}", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("Sensitive<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = generator.subschema_for::<T>();
        schema.insert("x-sensitive".to_owned(), true.into());
        schema
    }
}

/// The part of a secret that may be shown. By default nothing; a type may choose:
///
/// ```
/// # use std::fmt;
/// # use macadam_kernel::{Sensitive, values::Masked};
/// struct TaxId(String);
/// impl Masked for TaxId {
///     fn mask(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         let hidden = self.0.chars().count().saturating_sub(4);
///         write!(f, "***{}", self.0.chars().skip(hidden.max(4)).collect::<String>())
///     }
/// }
/// assert_eq!(format!("{:?}", Sensitive::new(TaxId("123-45-6789".into()))), "***6789");
/// assert_eq!(format!("{:?}", Sensitive::new(TaxId("6789".into()))), "***");
/// ```
pub trait Masked {
    /// Writes the part that may be shown; `***` by default.
    fn mask(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Masked for String {}
impl Masked for Date {}
impl Masked for Money {}

/// Marks a field whose JSON form contains the secret: `#[serde(with = "revealed::<String>")]`.
///
/// Named and used like a module, as serde's `with` requires. It is a type because schemars reads the same attribute and
/// requires a type; without `JsonSchema`, `with = "revealed"` is enough. The error for a value that cannot be read does
/// not repeat the value.
///
/// ```
/// use macadam_kernel::values::sensitive::{Sensitive, revealed, revealed_option};
/// use schemars::JsonSchema;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize, JsonSchema)]
/// struct Beneficiary {
///     #[serde(with = "revealed::<String>")]
///     tax_id: Sensitive<String>,
///     #[serde(default, with = "revealed_option::<String>")]
///     former_tax_id: Option<Sensitive<String>>,
/// }
/// # let read: Beneficiary = serde_json::from_str(r#"{"tax_id": "123-45-6789"}"#).unwrap();
/// # assert_eq!(read.tax_id.reveal(), "123-45-6789");
/// # assert!(read.former_tax_id.is_none());
/// ```
#[expect(non_camel_case_types, reason = "serde names it as a module")]
pub struct revealed<T>(PhantomData<T>);

impl<T> revealed<T> {
    /// Writes the value in plain text.
    pub fn serialize<S: Serializer>(secret: &Sensitive<T>, serializer: S) -> Result<S::Ok, S::Error>
    where
        T: Serialize,
    {
        secret.0.serialize(serializer)
    }

    /// Reads a value in plain text.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Sensitive<T>, D::Error>
    where
        T: Deserialize<'de>,
    {
        T::deserialize(deserializer).map(Sensitive).map_err(|_| unreadable())
    }
}

impl<T: JsonSchema> JsonSchema for revealed<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Sensitive::<T>::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        Sensitive::<T>::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Sensitive::<T>::json_schema(generator)
    }
}

/// [`revealed`] for a secret that may be absent: `#[serde(default, with = "revealed_option::<String>")]`. Without
/// `default`, the field must be present, at least as `null`.
#[expect(non_camel_case_types, reason = "serde names it as a module")]
pub struct revealed_option<T>(PhantomData<T>);

impl<T> revealed_option<T> {
    /// Writes the value in plain text, or `null`.
    pub fn serialize<S: Serializer>(secret: &Option<Sensitive<T>>, serializer: S) -> Result<S::Ok, S::Error>
    where
        T: Serialize,
    {
        secret.as_ref().map(Sensitive::reveal).serialize(serializer)
    }

    /// Reads a value in plain text, or `null`.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Sensitive<T>>, D::Error>
    where
        T: Deserialize<'de>,
    {
        let value = Option::deserialize(deserializer).map_err(|_| unreadable())?;
        Ok(value.map(Sensitive))
    }
}

impl<T: JsonSchema> JsonSchema for revealed_option<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Option::<Sensitive<T>>::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        Option::<Sensitive<T>>::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<Sensitive<T>>::json_schema(generator)
    }
}

/// An error of our own, because that of the value's type would repeat the value.
fn unreadable<E: Error>() -> E {
    E::custom("a sensitive value is not of its type; it is not repeated here")
}

#[cfg(test)]
#[path = "sensitive_tests.rs"]
mod tests;
