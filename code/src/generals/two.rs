//! # Two generals
//!
//! **Implements** [`JointAttack`], as far as that can be done. **Uses** [`FairLossLink`].
//!
//! **Model**: fair-loss links, synchronous, crash-stop. And even so it cannot be done.
//!
//! **Guarantees**: none. [Agreement](crate::spec::generals::agreement) fails in some run,
//! whatever the strategy.
//!
//! **How it works**: a general follows a [`Strategy`]: the messages have their times, and
//! at each of its own the general looks up whether to send it, knowing what it knows. At
//! dawn it looks up whether to attack.
//!
//! **Source**: notes, section 2.1; Gray, "Notes on data base operating systems" (1978).
//!
//! **Departures**: the notes tell a story; this plays any strategy with few messages. Each
//! message has a time of its own, so that a general knows when it did not come.

use crate::generals::strategy::{Strategy, View};
use crate::generals::{Decide, JointAttack, Plan};
use crate::layer::*;
use crate::service::{Deliver, FairLossLink};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A general who follows a strategy.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct General {
    strategy: Strategy,
    view: View,
}

/// A messenger: the number of the message, and what its sender knew.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Messenger {
    /// The number, from 1.
    pub number: u32,
    /// What the sender knew.
    pub knew: View,
}

/// What a general waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Time for the message of that number.
    Message(u32),
    /// Time to attack, or not.
    Dawn,
}

/// The time from one message to the next: a messenger who comes at all comes sooner.
pub const STEP: Time = 20 * MILLIS;

impl General {
    /// With this strategy.
    pub fn new(strategy: Strategy) -> Self {
        General { strategy, view: View::default() }
    }
}

impl Layer for General {
    type Implements = JointAttack;
    type Uses = FairLossLink<Messenger>;
    type Timer = Timer;
    type Stable = ();
    const MODEL: Model =
        Model { links: Links::FairLoss, nodes: Nodes::CrashStop, timing: Timing::Synchronous };

    /// Waits for the time of each message, and for dawn.
    fn on_start(&mut self, ctx: &mut Context<Self>) {
        let me = ctx.me;
        let numbered = (1..).zip(&self.strategy.senders);
        for (number, _) in numbered.filter(|(_, sender)| **sender == me) {
            let at = Time::from(number - 1) * STEP;
            ctx.set_timer(Timer::Message(number), at..at + 1);
        }
        let dawn = self.strategy.senders.len() as Time * STEP;
        ctx.set_timer(Timer::Dawn, dawn..dawn + 1);
    }

    /// Nobody asks a general.
    fn on_request(&mut self, request: Never, _: &mut Context<Self>) {
        match request {}
    }

    /// A messenger comes.
    fn on_receive(
        &mut self,
        Deliver { msg: Messenger { number, knew }, .. }: Deliver<Messenger>,
        _: &mut Context<Self>,
    ) {
        self.view.0.insert(number, knew);
    }

    /// Time to send a messenger, or to decide.
    fn on_timeout(&mut self, timer: Timer, ctx: &mut Context<Self>) {
        match timer {
            Timer::Message(number) => {
                if self.strategy.sends.contains(&(number, self.view.clone())) {
                    ctx.send(NodeId(1 - ctx.me.0), Messenger { number, knew: self.view.clone() });
                }
            }
            Timer::Dawn => {
                let attacks = self.strategy.attacks.contains(&(ctx.me, self.view.clone()));
                ctx.indicate(Decide(if attacks { Plan::Attack } else { Plan::Retreat }));
            }
        }
    }

    /// Starts with nothing; in the crash-stop model, nobody comes back.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

impl fmt::Debug for Messenger {
    /// `Message 3, after 2`: its number, and the number of the last message that its sender got.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Messenger { number, knew: View(got) } = self;
        match got.last_key_value() {
            Some((last, _)) => write!(f, "\"message {number}, got {last}\""),
            None => write!(f, "\"message {number}\""),
        }
    }
}
