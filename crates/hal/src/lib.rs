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

impl HalError {
    /// Whether no server can have received the request: there was no connection.
    pub fn is_unsent(&self) -> bool {
        let Self::Transport { source, .. } = self else { return false };
        match &**source {
            ureq::Error::ConnectionFailed | ureq::Error::HostNotFound => true,
            ureq::Error::Io(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Client;

    #[test]
    fn a_request_to_a_port_where_nobody_listens_is_unsent() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        drop(listener);
        let error = Client::new(&base, None).get("/").expect_err("nobody listens");
        assert!(error.is_unsent(), "{error:?}");
    }

    #[test]
    fn a_request_whose_connection_is_closed_without_an_answer_may_have_been_received() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let closed = std::thread::spawn(move || listener.accept().map(drop));
        let error = Client::new(&base, None).get("/").expect_err("no answer");
        assert!(!error.is_unsent(), "{error:?}");
        closed.join().expect("it ends").expect("a connection");
    }
}
