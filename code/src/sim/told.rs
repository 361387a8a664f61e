//! A trace as text: with every value printed, and in its canonical form.

use crate::sim::clock::LocalClock;
use crate::sim::forge::Forgery;
use crate::sim::trace::{Record, Terms, Text, Trace, What};
use std::fmt;

/// How the words of one trace become those of another.
pub(super) trait Translation<V: Terms, W: Terms> {
    fn request(request: &V::Request) -> W::Request;
    fn indication(indication: &V::Indication) -> W::Indication;
    fn packet(packet: &V::Packet) -> W::Packet;
    fn timer(timer: &V::Timer) -> W::Timer;
    fn change(change: &V::Change) -> W::Change;
}

impl<V: Terms> Trace<V> {
    /// The same trace in other words.
    pub(super) fn translated<W: Terms, T: Translation<V, W>>(&self) -> Trace<W> {
        let translated = |record: &Record<V>| {
            let what = record.what.translated::<W, T>();
            Record { at: record.at, node: record.node, cause: record.cause, what }
        };
        let records = self.records.iter().map(translated).collect();
        Trace { version: self.version, nodes: self.nodes, records }
    }
    /// The same trace with every value as text.
    pub fn text(&self) -> Trace<Text> {
        self.translated::<Text, Printed>()
    }
}

/// Every value is what `{:?}` prints of it.
struct Printed;
impl<V: Terms> Translation<V, Text> for Printed {
    fn request(request: &V::Request) -> String {
        format!("{request:?}")
    }
    fn indication(indication: &V::Indication) -> String {
        format!("{indication:?}")
    }
    fn packet(packet: &V::Packet) -> String {
        format!("{packet:?}")
    }
    fn timer(timer: &V::Timer) -> String {
        format!("{timer:?}")
    }
    fn change(change: &V::Change) -> String {
        format!("{change:?}")
    }
}

impl<V: Terms> What<V> {
    /// The same in other words.
    fn translated<W: Terms, T: Translation<V, W>>(&self) -> What<W> {
        match self {
            What::Start => What::Start,
            What::Request { ordinal, request } => {
                What::Request { ordinal: *ordinal, request: T::request(request) }
            }
            What::Send { id, packet } => What::Send { id: *id, packet: T::packet(packet) },
            What::Duplicate { id } => What::Duplicate { id: *id },
            What::Lose { id, why } => What::Lose { id: *id, why: *why },
            What::Receive { id, packet } => What::Receive { id: *id, packet: T::packet(packet) },
            What::Deliver { indication } => What::Deliver { indication: T::indication(indication) },
            What::Store { changes } => {
                What::Store { changes: changes.iter().map(T::change).collect() }
            }
            What::SetTimer { timer, ordinal, due } => {
                What::SetTimer { timer: T::timer(timer), ordinal: *ordinal, due: *due }
            }
            What::CancelTimer { timer } => What::CancelTimer { timer: T::timer(timer) },
            What::Timeout { timer, ordinal } => {
                What::Timeout { timer: T::timer(timer), ordinal: *ordinal }
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
                What::Forge { id: *id, forgery: *forgery, packet: T::packet(packet) }
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
