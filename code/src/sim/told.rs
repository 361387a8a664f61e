//! A trace as text: with every value printed, and in its canonical form.

use crate::sim::clock::LocalClock;
use crate::sim::forge::Forgery;
use crate::sim::trace::{Terms, Text, Trace, What};
use std::fmt;

impl<V: Terms> What<V> {
    pub(super) fn text(&self) -> What<Text> {
        fn text(value: &impl fmt::Debug) -> String {
            format!("{value:?}")
        }
        match self {
            What::Start => What::Start,
            What::Request { ordinal, request } => {
                What::Request { ordinal: *ordinal, request: text(request) }
            }
            What::Send { id, packet } => What::Send { id: *id, packet: text(packet) },
            What::Duplicate { id } => What::Duplicate { id: *id },
            What::Lose { id, why } => What::Lose { id: *id, why: *why },
            What::Receive { id, packet } => What::Receive { id: *id, packet: text(packet) },
            What::Deliver { indication } => What::Deliver { indication: text(indication) },
            What::Store { changes } => What::Store { changes: changes.iter().map(text).collect() },
            What::SetTimer { timer, ordinal, due } => {
                What::SetTimer { timer: text(timer), ordinal: *ordinal, due: *due }
            }
            What::CancelTimer { timer } => What::CancelTimer { timer: text(timer) },
            What::Timeout { timer, ordinal } => {
                What::Timeout { timer: text(timer), ordinal: *ordinal }
            }
            What::Choose { choice } => What::Choose { choice: *choice },
            What::Facts { facts } => What::Facts { facts: facts.clone() },
            What::Crash { after_effects, undone } => {
                What::Crash { after_effects: *after_effects, undone: undone.clone() }
            }
            What::Recover => What::Recover,
            What::Pause => What::Pause,
            What::Resume => What::Resume,
            What::Cut { to } => What::Cut { to: *to },
            What::Heal { to } => What::Heal { to: *to },
            What::Forge { id, forgery, packet } => {
                What::Forge { id: *id, forgery: *forgery, packet: text(packet) }
            }
            What::Slow { lag } => What::Slow { lag: *lag },
            What::Clock { clock } => What::Clock { clock: *clock },
            What::Betray => What::Betray,
            What::Aim => What::Aim,
            What::Endless => What::Endless,
        }
    }
}

/// The canonical form: a line a record, every field in it. Golden files and hashes are made of
/// these very bytes.
impl fmt::Display for Trace<Text> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(f, "trace version {} nodes {}", self.version, self.nodes)?;
        for (index, record) in self.records.iter().enumerate() {
            write!(f, "{index} @{} {} {}", record.at, record.node, record.what)?;
            match record.cause {
                Some(cause) => writeln!(f, " <- {cause}")?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for What<Text> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            What::Start => write!(f, "start"),
            What::Request { ordinal, request } => write!(f, "request ?{ordinal} {request}"),
            What::Send { id, packet } => write!(f, "send {id} {packet}"),
            What::Duplicate { id } => write!(f, "duplicate {id}"),
            What::Lose { id, why } => write!(f, "lose {id} {why:?}"),
            What::Receive { id, packet } => write!(f, "receive {id} {packet}"),
            What::Deliver { indication } => write!(f, "deliver {indication}"),
            What::Store { changes } => write!(f, "store [{}]", changes.join(", ")),
            What::SetTimer { timer, ordinal, due } => write!(f, "set {timer}#{ordinal} due @{due}"),
            What::CancelTimer { timer } => write!(f, "cancel {timer}"),
            What::Timeout { timer, ordinal } => write!(f, "timeout {timer}#{ordinal}"),
            What::Choose { choice } => write!(f, "choose {} of {}", choice.answer, choice.bound),
            What::Facts { facts } => write!(f, "facts {facts:?}"),
            What::Crash { after_effects: None, .. } => write!(f, "crash"),
            What::Crash { after_effects: Some(n), undone } if undone.is_empty() => {
                write!(f, "crash after {n} effects")
            }
            What::Crash { after_effects: Some(n), undone } => {
                write!(f, "crash after {n} effects before {undone:?}")
            }
            What::Recover => write!(f, "recover"),
            What::Pause => write!(f, "pause"),
            What::Resume => write!(f, "resume"),
            What::Cut { to } => write!(f, "cut to {to}"),
            What::Heal { to } => write!(f, "heal to {to}"),
            What::Forge { id, forgery, packet } => {
                let Forgery { tampered, sender } = forgery;
                write!(f, "forge {id} tampered {tampered:?} sender {sender:?} {packet}")
            }
            What::Slow { lag } => write!(f, "slow by {lag}"),
            What::Clock { clock } => {
                let LocalClock { offset, drift_ppm, uncertainty } = clock;
                write!(f, "clock offset {offset} drift {drift_ppm} uncertainty {uncertainty}")
            }
            What::Betray => write!(f, "betray"),
            What::Aim => write!(f, "aim"),
            What::Endless => write!(f, "endless"),
        }
    }
}
