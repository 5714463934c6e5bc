//! Why a token is not believed.

/// Why a caller is not known. What is said of a token is enough to mend it and no help to forge one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is none.
    #[error("no bearer token: send `Authorization: Bearer <token>`")]
    Missing,
    /// It is no JWT.
    #[error("token is not a well-formed JWT")]
    Malformed,
    /// It is not signed as its key signs.
    #[error("token's signature or algorithm is not accepted")]
    Signature,
    /// No key has the id that it names.
    #[error("token's key is not among the identity provider's")]
    UnknownKey,
    /// Its time is over.
    #[error("token has expired")]
    Expired,
    /// Its time has not come.
    #[error("token is not valid yet")]
    Immature,
    /// Its `iss` is another.
    #[error("token is from another issuer")]
    Issuer,
    /// Its `aud` is another.
    #[error("token is for another audience")]
    Audience,
    /// It does not say all that is needed.
    #[error("token lacks a claim: iss, aud, sub, roles, exp and nbf or iat are needed")]
    Claims,
    /// No fault of the caller's: no token can be verified yet.
    #[error("the identity provider's keys have not been fetched yet")]
    NoKeys,
}
