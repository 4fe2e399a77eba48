//! What a server offers.

use lettre::transport::smtp::response::Response;

/// What a server says of itself in its answer to EHLO.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerFacts {
    /// The longest mail it takes, in octets (RFC 1870); `None` when it doesn't say.
    pub size_limit: Option<u64>,
    /// Its extensions with their parameters, one line each.
    pub extensions: Vec<String>,
}

impl ServerFacts {
    /// The parameters of an extension; `None` when the server doesn't offer it.
    pub fn parameters(&self, keyword: &str) -> Option<&str> {
        self.extensions.iter().find_map(|line| {
            let (name, parameters) = line.split_once(' ').unwrap_or((line, ""));
            name.eq_ignore_ascii_case(keyword).then_some(parameters)
        })
    }
}

impl From<&Response> for ServerFacts {
    fn from(response: &Response) -> Self {
        let mut facts = Self {
            size_limit: None,
            extensions: response
                .message()
                .skip(1)
                .map(|line| line.trim().to_owned())
                .filter(|line| !line.is_empty())
                .collect(),
        };
        facts.size_limit = facts.parameters("SIZE").and_then(|limit| limit.parse().ok());
        facts
    }
}
