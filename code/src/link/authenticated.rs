//! # Fair-loss link over a network in the hands of an adversary
//!
//! **Implements** [`FairLossLink`]. **Uses** [`FairLossLink`] as a name only: whatever
//! carries packets, however it lies.
//!
//! **Model**: arbitrary links, asynchronous, crash-stop; no Byzantine nodes.
//!
//! **Guarantees**: [no creation](crate::spec::reliable_link::no_creation); [no
//! duplication](crate::spec::reliable_link::no_duplication), which is more than a
//! fair-loss link must promise; [fair
//! loss](crate::spec::fair_loss_link::fair_loss), unless the adversary blocks the link
//! for ever.
//!
//! **How it works**: all nodes share a secret key. Each message gets a number, and a
//! seal that depends on the key, the sender, the receiver, the number and the message.
//! The receiver computes the seal again, and drops what does not fit; so nobody can
//! change a message, or send one in another's name. It also drops every number that
//! it has seen, so nobody can send a message again.
//!
//! **Source**: notes, section 2.3 (arbitrary link to fair-loss link, as TLS does). The
//! seal is HMAC with SHA-256 (RFC 2104); the window of numbers is that of IPsec (RFC
//! 4303, section 3.4.3).
//!
//! **Departures**: the notes name TLS only. Messages are not encrypted: an adversary
//! can read them. One key is shared by all nodes, so it keeps strangers out, but not a
//! member that speaks in the name of another.

use crate::layer::*;
use crate::link::SeqNo;
use crate::link::sealed::{Seal, Sealed};
use crate::service::{Deliver, FairLossLink, SendTo};
use hmac::{Hmac, Mac};
use serde::Serialize;
use sha2::Sha256;
use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

// ANCHOR: state
/// Authenticated link: seal and number the messages, drop what is forged or old.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Authenticated<M> {
    key: Key,
    /// The number of the last message sent to each node.
    last_sent: PerNode<SeqNo>,
    /// The numbers that have come from each node.
    seen: PerNode<Seen>,
    messages: PhantomData<M>,
}

/// A secret.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

/// Which numbers have come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Seen {
    highest: SeqNo,
    /// Those that have come of the [`WINDOW`] highest. All lower ones count as seen.
    recent: BTreeSet<SeqNo>,
}

/// How far a message may be overtaken: if by more, it is dropped.
const WINDOW: u64 = 64;
// ANCHOR_END: state

impl<M> Authenticated<M> {
    /// For a system of `n` nodes that share this key.
    pub fn new(n: u32, key: Key) -> Self {
        let (last_sent, seen) = (PerNode::new(n, 0), PerNode::new(n, Seen::default()));
        Authenticated { key, last_sent, seen, messages: PhantomData }
    }
}

impl Key {
    /// These bytes. They must come from a good source of randomness, and stay secret.
    pub const fn new(secret: [u8; 32]) -> Self {
        Key(secret)
    }

    // ANCHOR: seal
    /// Everything that the seal stands for, ready to be sealed; `None` for a message that
    /// cannot be written as JSON, such as a map whose keys are not texts.
    fn over(
        &self,
        from: NodeId,
        to: NodeId,
        number: SeqNo,
        msg: &impl Serialize,
    ) -> Option<Hmac<Sha256>> {
        let sealed = serde_json::to_vec(&(from, to, number, msg)).ok()?;
        let mac: Hmac<Sha256> = Mac::new_from_slice(&self.0).ok()?;
        Some(mac.chain_update(sealed))
    }
    // ANCHOR_END: seal
}

impl Seen {
    // ANCHOR: is_new
    /// Whether this number is new; remembers it from now on.
    fn is_new(&mut self, number: SeqNo) -> bool {
        let new = number.saturating_add(WINDOW) > self.highest && self.recent.insert(number);
        self.highest = self.highest.max(number);
        self.recent = self.recent.split_off(&(self.highest + 1).saturating_sub(WINDOW));
        new
    }
    // ANCHOR_END: is_new
}

impl<M: Value + Serialize> Layer for Authenticated<M> {
    type Implements = FairLossLink<M>;
    type Uses = FairLossLink<Sealed<M>>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model =
        Model { links: Links::Arbitrary, nodes: Nodes::CrashStop, timing: Timing::Asynchronous };

    // ANCHOR: handlers
    /// The layer above sends a message.
    fn on_request(&mut self, SendTo { to, msg }: SendTo<M>, ctx: &mut Context<Self>) {
        self.last_sent[to] += 1;
        let number = self.last_sent[to];
        if let Some(mac) = self.key.over(ctx.me, to, number, &msg) {
            let seal = Seal(mac.finalize().into_bytes().into());
            ctx.send(to, Sealed { number, seal, msg });
        }
    }

    /// Something comes that claims to be from that node.
    fn on_receive(
        &mut self,
        Deliver { from, msg: Sealed { number, seal, msg } }: Deliver<Sealed<M>>,
        ctx: &mut Context<Self>,
    ) {
        let mac = self.key.over(from, ctx.me, number, &msg);
        let genuine = mac.is_some_and(|mac| mac.verify_slice(&seal.0).is_ok());
        if genuine && self.seen[from].is_new(number) {
            ctx.deliver(from, msg);
        }
    }
    // ANCHOR_END: handlers

    /// Starts with nothing; in the crash-stop model, nobody comes back. A node that did would use
    /// numbers again, which needs a new key.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

impl fmt::Debug for Key {
    /// Not the secret.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Key")
    }
}
