//! The forms that answers take: their media types, and who may keep them.

/// The forms of HAL, the best first. Templates are HAL-FORMS' own; the others are the same document without them.
pub(crate) const HAL_MEDIA: &[&str] =
    &["application/prs.hal-forms+json", "application/hal+json", "application/json"];
const SCHEMA_MEDIA: &[&str] = &["application/schema+json", "application/json"];
const FEED_MEDIA: &[&str] = &["application/cloudevents-batch+json", "application/json"];

/// What a route answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A resource as this caller may see it.
    Resource,
    /// The shape of a command, the same for everyone.
    Schema,
    /// A page of the feed, which its reader keeps.
    Feed,
}

impl Form {
    pub(crate) fn media(self) -> &'static [&'static str] {
        match self {
            Self::Resource => HAL_MEDIA,
            Self::Schema => SCHEMA_MEDIA,
            Self::Feed => FEED_MEDIA,
        }
    }

    pub(crate) fn keeping(self) -> (&'static str, &'static str) {
        match self {
            Self::Resource => ("private, no-cache", "Accept, Authorization"),
            Self::Schema => ("public, max-age=300", "Accept"),
            Self::Feed => ("no-store", "Accept, Authorization"),
        }
    }
}
