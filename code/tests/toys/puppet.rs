//! A node that does what it is told, effect by effect.

use distsys::facts::{LEADER, ROLE, TERM};
use distsys::layer::*;
use distsys::service::{Deliver, FairLossLink};
use distsys::sim::{What, World};

/// One thing that a puppet can be told to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Do {
    /// Send a packet, whose receiver is to do this.
    Send(NodeId, Vec<Do>),
    /// Say this to the application.
    Say(u32),
    /// Remember this, also on stable storage.
    Store(u32),
    /// Remember this, in memory only.
    Note(u32),
    /// Set the timer of this name.
    Set(&'static str, Time, Time),
    /// Cancel the timer of this name.
    Cancel(&'static str),
    /// Read the clock, and say what it says.
    ReadClock,
    /// Choose a number below this, and say it.
    Choose(u32),
    /// Say from now on that it leads in this term; or, without one, that it does not.
    Lead(Option<u64>),
    /// Choose how many coins to throw, at most two; throw them; say how many, then what each showed.
    ThrowCoins,
}

/// What a puppet tells.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Told {
    /// What it was told to say.
    Said(u32),
    /// This timer rang when the clocks said this.
    Rang(&'static str, Reading),
    /// The clocks.
    Clock(Reading),
    /// What it chose.
    Chose(u32),
}

/// The service of a puppet.
#[derive(Clone, Debug)]
pub struct Strings;
impl Service for Strings {
    type Request = Vec<Do>;
    type Indication = Told;
}

/// A node that does what it is told, by the application or by a packet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Puppet {
    /// Given to it when it was built.
    pub name: u32,
    /// What it remembers.
    pub memory: Vec<u32>,
    /// The term in which it says that it leads.
    pub leads: Option<u64>,
}

/// What a puppet has on stable storage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Log(pub Vec<u32>);

impl Stable for Log {
    type Change = u32;
    fn apply(&mut self, entry: u32) {
        self.0.push(entry);
    }
    fn tears(entries: &[&u32]) -> Vec<u32> {
        log_tears(entries)
    }
}

impl Puppet {
    /// `n` of them, which know nothing.
    pub fn troupe(n: u32) -> Vec<Puppet> {
        (0..n).map(|name| Puppet { name, ..Puppet::default() }).collect()
    }

    fn perform(&mut self, acts: Vec<Do>, ctx: &mut Context<Self>) {
        for act in acts {
            match act {
                Do::Send(to, acts) => ctx.send(to, acts),
                Do::Say(number) => ctx.indicate(Told::Said(number)),
                Do::Store(number) => {
                    self.memory.push(number);
                    ctx.store(number);
                }
                Do::Note(number) => self.memory.push(number),
                Do::Set(timer, from, to) => ctx.set_timer(timer, from..to),
                Do::Cancel(timer) => ctx.cancel_timer(timer),
                Do::ReadClock => ctx.indicate(Told::Clock(ctx.clock())),
                Do::Lead(term) => self.leads = term,
                Do::Choose(bound) => choose(bound, ctx),
                Do::ThrowCoins => {
                    let coins = ctx.choose(3);
                    ctx.indicate(Told::Chose(coins));
                    (0..coins).for_each(|_| choose(2, ctx));
                }
            }
        }
    }
}

fn choose(bound: u32, ctx: &mut Context<Puppet>) {
    let answer = ctx.choose(bound);
    ctx.indicate(Told::Chose(answer));
}

impl Layer for Puppet {
    type Implements = Strings;
    type Uses = FairLossLink<Vec<Do>>;
    type Timer = &'static str;
    type Stable = Log;
    const MODEL: Model =
        Model { links: Links::FairLoss, nodes: Nodes::CrashRecovery, timing: Timing::Asynchronous };

    fn on_request(&mut self, acts: Vec<Do>, ctx: &mut Context<Self>) {
        self.perform(acts, ctx);
    }
    fn on_receive(&mut self, packet: Deliver<Vec<Do>>, ctx: &mut Context<Self>) {
        self.perform(packet.msg, ctx);
    }
    fn on_timeout(&mut self, timer: &'static str, ctx: &mut Context<Self>) {
        ctx.indicate(Told::Rang(timer, ctx.clock()));
    }
    fn on_recovery(fresh: Self, stable: Log, _: &mut Context<Self>) -> Self {
        Puppet { memory: stable.0, ..fresh }
    }
    fn facts(&self) -> Vec<Fact> {
        let mut facts = vec![Fact::number("remembers", self.memory.len() as u64)];
        if let Some(term) = self.leads {
            facts.extend([Fact::text(ROLE, LEADER), Fact::number(TERM, term)]);
        }
        facts
    }
}

/// What the puppet at `node` has told, each with the true time.
pub fn told(world: &World<Puppet>, node: NodeId) -> Vec<(Time, Told)> {
    let records = world.trace().records.into_iter().filter(|record| record.node == node);
    records
        .filter_map(|record| match record.what {
            What::Deliver { indication } => Some((record.at, indication)),
            _ => None,
        })
        .collect()
}

/// What the puppet at `node` was told to say, and said.
pub fn said(world: &World<Puppet>, node: NodeId) -> Vec<u32> {
    let told = told(world, node).into_iter();
    told.filter_map(|(_, told)| if let Told::Said(number) = told { Some(number) } else { None })
        .collect()
}
