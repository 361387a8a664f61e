//! What may be observed of a node's state from outside.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// One observable fact about a node, such as its role or its term.
///
/// Algorithms report facts, properties and pictures read them; no layer does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fact {
    /// What it is about: one of the constants below, or a name of the algorithm's own.
    pub name: Cow<'static, str>,
    /// What holds.
    pub value: FactValue,
}

/// The value of a fact.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FactValue {
    /// A count, a term, a length.
    Number(u64),
    /// A name, such as a role.
    Text(String),
    /// Several, such as the entries of a log.
    List(Vec<String>),
}

/// The role that a node plays, e.g. `leader`.
pub const ROLE: &str = "role";
/// The [`ROLE`] of a node that leads.
pub const LEADER: &str = "leader";
/// The term that a node believes to be current.
pub const TERM: &str = "term";
/// The entries of a node's log.
pub const LOG: &str = "log";
/// How many entries of its log a node knows to be committed.
pub const COMMIT_LENGTH: &str = "commit length";

impl Fact {
    /// The fact that `name` is the number `value`.
    pub fn number(name: &'static str, value: u64) -> Self {
        Fact { name: name.into(), value: FactValue::Number(value) }
    }
    /// The fact that `name` is `value`.
    pub fn text(name: &'static str, value: impl Into<String>) -> Self {
        Fact { name: name.into(), value: FactValue::Text(value.into()) }
    }
    /// Whether it says that the node leads.
    pub fn is_leader(&self) -> bool {
        self.name == ROLE && matches!(&self.value, FactValue::Text(role) if role == LEADER)
    }
    /// The term, if that is what it is about.
    pub fn term(&self) -> Option<u64> {
        match self.value {
            FactValue::Number(term) if self.name == TERM => Some(term),
            _ => None,
        }
    }
}
