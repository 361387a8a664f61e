//! Who may make the server do what.
//!
//! Any page in the reader's browser can send requests to 127.0.0.1, so that a request comes from
//! this machine says nothing. What only the notebook's own pages have is the token, which is new
//! at every start and stands in no other place; a page of another site cannot read it, because the
//! server sends no CORS headers, and cannot get at it under a name of its own (DNS rebinding),
//! because the server answers only to its own names.
//!
//! What this does not keep out are other programs of the reader, which could do the same without
//! the server, and other users of the same machine, who can ask 127.0.0.1 for a page: on a machine
//! that is shared with people one does not trust, read the published notebook.

use oxhttp::model::HeaderMap;

/// The header in which a page shows its token.
const TOKEN_HEADER: &str = "X-Notebook-Token";

/// A request turned away: the status and what to tell its sender.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) reason: &'static str,
}

/// What the server knows of itself when it judges a request.
pub(super) struct Guard {
    hosts: [String; 2],
    token: String,
}

impl Guard {
    /// The guard of the server on this port, with a fresh token.
    pub(super) fn new(port: u16) -> Result<Self, String> {
        let host = |name: &str| match port {
            80 => name.to_owned(),
            port => format!("{name}:{port}"),
        };
        Ok(Guard { hosts: [host("127.0.0.1"), host("localhost")], token: random_hex()? })
    }

    /// The token to put into the pages.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// Refuses a request that was sent to another name than the server's own.
    pub(super) fn check_host<'a>(&self, headers: &'a HeaderMap) -> Result<&'a str, Refusal> {
        only(headers, "Host").filter(|host| self.hosts.iter().any(|own| own == host)).ok_or(
            Refusal { status: 421, reason: "this server answers to 127.0.0.1 and localhost only" },
        )
    }

    /// Refuses to run code for anyone but a page that this server has served.
    pub(super) fn check_evaluate(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let host = self.check_host(headers)?;
        let origin = only(headers, "Origin").and_then(|origin| origin.strip_prefix("http://"));
        if origin != Some(host) {
            return Err(Refusal {
                status: 403,
                reason: "only the notebook's own pages may run code",
            });
        }
        if !only(headers, TOKEN_HEADER).is_some_and(|token| same(token, &self.token)) {
            return Err(Refusal { status: 403, reason: "the page is out of date: load it again" });
        }
        let essence = only(headers, "Content-Type").and_then(|value| value.split(';').next());
        if !essence.is_some_and(|value| value.trim().eq_ignore_ascii_case("application/json")) {
            return Err(Refusal { status: 415, reason: "the request must be application/json" });
        }
        Ok(())
    }
}

/// The value of a header that is there exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// Compares without telling by its duration how much was right.
fn same(given: &str, own: &str) -> bool {
    let differences = given.bytes().zip(own.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    given.len() == own.len() && differences == 0
}

/// 32 random bytes of the operating system, in hexadecimal.
pub(super) fn random_hex() -> Result<String, String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| format!("the operating system gives no random bytes: {error}"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
