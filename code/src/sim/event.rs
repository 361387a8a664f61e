//! Stable names of events, so that scripts, undo, shrinking and shared addresses survive edits of a
//! run.
//!
//! Each name is written in one way only: what reads `A>B#3` refuses `A>B#03`.

use crate::node::NodeId;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// One copy of one packet: the `ordinal`-th that `from` sent to `to`, counted from 1. Written
/// `A>B#3`; copies other than the first `A>B#3.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PacketId {
    /// The sender.
    pub from: NodeId,
    /// The destination.
    pub to: NodeId,
    /// Its number on this link, from 1.
    pub ordinal: u64,
    /// 0 for the packet itself, 1 and up for duplicates that the network made.
    pub copy: u32,
}

/// The name of an event that can happen to a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum EventId {
    /// The node starts. Written `A!`.
    Start(NodeId),
    /// A packet arrives.
    Packet(PacketId),
    /// The `ordinal`-th setting of the node's timer of that name, from 1, runs out. Written
    /// `A~Resend#2`.
    Timer {
        /// Whose timer.
        node: NodeId,
        /// Its name.
        timer: String,
        /// How often it had been set.
        ordinal: u64,
    },
    /// The `ordinal`-th request of the run, from 0. Written `?4`.
    Request(u32),
    /// The `ordinal`-th fault of the run, from 0. Written `*4`.
    Fault(u32),
}

impl fmt::Display for PacketId {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}>{}#{}", self.from, self.to, self.ordinal)?;
        if self.copy > 0 { write!(f, ".{}", self.copy) } else { Ok(()) }
    }
}

impl FromStr for PacketId {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let (link, number) = text.split_once('#')?;
            let (from, to) = link.split_once('>')?;
            let (ordinal, copy) = number.split_once('.').unwrap_or((number, "0"));
            Some(PacketId {
                from: from.parse().ok()?,
                to: to.parse().ok()?,
                ordinal: ordinal.parse().ok()?,
                copy: copy.parse().ok()?,
            })
        };
        parse().filter(|id| id.to_string() == text).ok_or_else(|| {
            format!("{text:?} names no packet: write A>B#3, or A>B#3.1 for its first duplicate")
        })
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            EventId::Start(node) => write!(f, "{node}!"),
            EventId::Packet(packet) => packet.fmt(f),
            EventId::Timer { node, timer, ordinal } => write!(f, "{node}~{timer}#{ordinal}"),
            EventId::Request(ordinal) => write!(f, "?{ordinal}"),
            EventId::Fault(ordinal) => write!(f, "*{ordinal}"),
        }
    }
}

impl FromStr for EventId {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            if let Some(ordinal) = text.strip_prefix('?') {
                return Some(EventId::Request(ordinal.parse().ok()?));
            }
            if let Some(ordinal) = text.strip_prefix('*') {
                return Some(EventId::Fault(ordinal.parse().ok()?));
            }
            if let Some(node) = text.strip_suffix('!') {
                return Some(EventId::Start(node.parse().ok()?));
            }
            if let Ok(packet) = text.parse() {
                return Some(EventId::Packet(packet));
            }
            let (node, rest) = text.split_once('~')?;
            let (timer, ordinal) = rest.rsplit_once('#')?;
            let timer = timer.to_string();
            Some(EventId::Timer { node: node.parse().ok()?, timer, ordinal: ordinal.parse().ok()? })
        };
        parse().filter(|id| id.to_string() == text).ok_or_else(|| {
            format!("{text:?} names no event: write A>B#3 (a packet), A~Resend#2 (a timer), ?0 (a request), *0 (a fault) or A! (a start)")
        })
    }
}

macro_rules! as_string {
    ($($name:ident),*) => {$(
        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }
        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(text: String) -> Result<Self, String> {
                text.parse()
            }
        }
    )*};
}
as_string!(PacketId, EventId);
