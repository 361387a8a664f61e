//! Layers for the checker: two broken FIFO links, and a gossip that chooses.

use distsys::check::Rename;
use distsys::layer::*;
use distsys::link::SeqNo;
use distsys::service::{Broadcast, Deliver, FairLossLink, FifoLink, ReliableLink, SendTo};
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong with a [`Broken`] link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Bug {
    /// It delivers whatever number is higher than the last, and takes lower ones for duplicates.
    SkipsAhead,
    /// `if` instead of `while`: each message that comes lets at most one be delivered.
    DeliversOne,
}

/// A FIFO link with a bug.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Broken {
    bug: Bug,
    last_sent: SeqNo,
    last_delivered: SeqNo,
    buffer: BTreeMap<SeqNo, char>,
}

impl Broken {
    /// Between two nodes.
    pub(crate) fn new(bug: Bug) -> Self {
        Broken { bug, last_sent: 0, last_delivered: 0, buffer: BTreeMap::new() }
    }
}

impl Layer for Broken {
    type Implements = FifoLink<char>;
    type Uses = ReliableLink<(char, SeqNo)>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    fn on_request(&mut self, SendTo { to, msg }: SendTo<char>, ctx: &mut Context<Self>) {
        self.last_sent += 1;
        ctx.send(to, (msg, self.last_sent));
    }
    fn on_receive(
        &mut self,
        Deliver { from, msg: (msg, number) }: Deliver<(char, SeqNo)>,
        ctx: &mut Context<Self>,
    ) {
        self.buffer.insert(number, msg);
        let due = match self.bug {
            Bug::SkipsAhead => number.max(self.last_delivered + 1),
            Bug::DeliversOne => self.last_delivered + 1,
        };
        if let Some(msg) = self.buffer.remove(&due) {
            self.last_delivered = due;
            ctx.deliver(from, msg);
        }
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

/// Tells rumours to the others, at most so often, and writes down what it hears and that it told.
///
/// Chooses when it starts, when it comes back, and twice when it tells; stores twice when it hears and tells at once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Gossip {
    nodes: u32,
    most: u32,
    mood: u32,
    memory: Memory,
}

/// What a gossip keeps on stable storage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Memory {
    rumours: BTreeSet<u32>,
    told: u32,
}

/// A change of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Remember {
    /// A rumour was heard.
    Heard(u32),
    /// A rumour was told.
    Told,
}

impl Stable for Memory {
    type Change = Remember;
    fn apply(&mut self, change: Remember) {
        match change {
            Remember::Heard(rumour) => {
                self.rumours.insert(rumour);
            }
            Remember::Told => self.told += 1,
        }
    }
}

/// The service of gossip.
#[derive(Clone, Debug)]
pub(crate) struct Rumours;
impl Service for Rumours {
    type Request = Broadcast<u32>;
    type Indication = Deliver<u32>;
}

/// Time to tell somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Tell;

impl Gossip {
    /// In a system of `nodes` nodes; it tells rumours at most `most` times.
    pub(crate) fn new(nodes: u32, most: u32) -> Self {
        Gossip { nodes, most, mood: 0, memory: Memory::default() }
    }

    /// What it chose when it started or came back.
    pub(crate) fn is_moody(&self) -> bool {
        self.mood == 1
    }

    fn remember(&mut self, change: Remember, ctx: &mut Context<Self>) {
        self.memory.apply(change);
        ctx.store(change);
    }

    fn tell(&mut self, ctx: &mut Context<Self>) {
        let rumours: Vec<_> = self.memory.rumours.iter().copied().collect();
        if self.memory.told < self.most && !rumours.is_empty() {
            let other = NodeId((ctx.me.0 + 1 + ctx.choose(self.nodes - 1)) % self.nodes);
            let rumour = rumours[ctx.choose(rumours.len() as u32) as usize];
            ctx.send(other, rumour);
            self.remember(Remember::Told, ctx);
            ctx.set_timer(Tell, MILLIS..20 * MILLIS);
        }
    }
}

impl Layer for Gossip {
    type Implements = Rumours;
    type Uses = FairLossLink<u32>;
    type Timer = Tell;
    type Stable = Memory;
    const MODEL: Model =
        Model { links: Links::FairLoss, nodes: Nodes::CrashRecovery, timing: Timing::Asynchronous };

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.mood = ctx.choose(2);
    }
    fn on_request(&mut self, Broadcast { msg }: Broadcast<u32>, ctx: &mut Context<Self>) {
        self.remember(Remember::Heard(msg), ctx);
        self.tell(ctx);
    }
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<u32>, ctx: &mut Context<Self>) {
        if !self.memory.rumours.contains(&msg) {
            ctx.deliver(from, msg);
            self.remember(Remember::Heard(msg), ctx);
            self.tell(ctx);
        }
    }
    fn on_timeout(&mut self, Tell: Tell, ctx: &mut Context<Self>) {
        self.tell(ctx);
    }
    fn on_recovery(fresh: Self, memory: Memory, ctx: &mut Context<Self>) -> Self {
        let mut gossip = Gossip { mood: ctx.choose(2), memory, ..fresh };
        gossip.tell(ctx);
        gossip
    }
}

/// It knows no names.
impl Rename for Gossip {}
impl Rename for Memory {}
impl Rename for Tell {}

/// A link that sends everything just once: what is lost is lost.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Once;

impl Layer for Once {
    type Implements = ReliableLink<(char, SeqNo)>;
    type Uses = FairLossLink<(char, SeqNo)>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model =
        Model { links: Links::Reliable, nodes: Nodes::CrashStop, timing: Timing::Asynchronous };

    fn on_request(&mut self, request: SendTo<(char, SeqNo)>, ctx: &mut Context<Self>) {
        ctx.request(request);
    }
    fn on_receive(&mut self, indication: Deliver<(char, SeqNo)>, ctx: &mut Context<Self>) {
        ctx.indicate(indication);
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
