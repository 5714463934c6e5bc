//! A client of contexts that knows the names of links and templates (HAL-FORMS), and no paths. Tests and the tour use
//! it, so that what they do is what a client outside can do.

mod client;
mod reply;

pub use client::Client;
pub use reply::Reply;

/// Why there is no answer, or not the one that was expected.
#[derive(Debug, thiserror::Error)]
pub enum HalError {
    /// The request could not be sent, or its answer not be read.
    #[error("send {method} {url}")]
    Transport {
        /// The request's method.
        method: String,
        /// Where it was sent.
        url: String,
        /// What failed.
        source: Box<ureq::Error>,
    },
    /// There is an answer, and it lacks something.
    #[error("expected {expected}; the answer is {status} {text}")]
    Unexpected {
        /// What was expected, as a fragment.
        expected: String,
        /// The status of the answer.
        status: u16,
        /// The body of the answer.
        text: String,
    },
}
