//! The authenticated link of chapter 2 as a subject, and what adversaries try on it.

use crate::layer::{Layer, SECONDS};
use crate::link::Authenticated;
use crate::link::authenticated::Key;
use crate::link::sealed::{Seal, Sealed};
use crate::service::{Deliver, SendTo};
use crate::sim::random::{Draws, below};
use crate::sim::{Delay, FaultMenu, Forging, Network, Node, Rate, Script};
use crate::spec::fair_loss_link::AGAIN_AND_AGAIN;
use crate::spec::{fair_loss_link, reliable_link};
use crate::subject::links::{PARAMETERS, Word, other_number, other_word, workload};
use crate::subject::{Parameters, Property, Run, Subject};

/// The links as the notebook explains them.
pub fn subjects() -> Vec<Subject> {
    vec![link("authenticated-link", Authenticated::new)]
}

/// The key of the examples; it is no secret, of course.
pub const KEY: Key = Key::new(*b"an example, and not a secret key");

/// A link for so many nodes, over a network in the hands of an adversary.
pub fn link<L>(name: &'static str, build: fn(u32, Key) -> L) -> Subject
where
    L: Node<Packet = Sealed<Word>> + Layer<Implements: Link>,
{
    let nodes = move |p: &Parameters| vec![build(p.nodes(), KEY); p.nodes() as usize];
    Subject::new(name, "Authenticated link", LINK_PARAMETERS, promises, nodes, workload)
        .with_hunts(scenes, hunts)
        .with_mutator(tamper)
}

/// A link that carries words.
pub trait Link: crate::layer::Service<Request = SendTo<Word>, Indication = Deliver<Word>> {}
impl<S: crate::layer::Service<Request = SendTo<Word>, Indication = Deliver<Word>>> Link for S {}

/// Those of the other links, but for the window.
const LINK_PARAMETERS: &[super::Parameter] = PARAMETERS.split_at(PARAMETERS.len() - 1).0;

/// What an adversary without the key may turn a packet into: another message, another number, or
/// another seal.
pub fn tamper(packet: &Sealed<Word>, draws: &mut Draws) -> Sealed<Word> {
    let mut packet = packet.clone();
    match below(draws, 4) {
        0 => packet.msg = other_word(&packet.msg, draws),
        1 => packet.number = other_number(packet.number, draws),
        2 => packet.number += 1_000,
        _ => {
            let Seal(bytes) = &mut packet.seal;
            bytes[below(draws, 32) as usize] ^= 1 << below(draws, 8);
        }
    }
    packet
}

/// What the link promises.
pub fn promises<S: Link>() -> Vec<Property<S>> {
    vec![
        property!(Safety, reliable_link::no_creation, "what is delivered had been sent"),
        property!(
            Safety,
            reliable_link::no_duplication,
            "nothing is delivered more often than it was sent"
        ),
        property!(
            Liveness,
            fair_loss_link::fair_loss,
            "what is sent again and again is delivered, if neither node crashes"
        ),
    ]
}

/// Short calm runs.
fn scenes(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with_script(Script::calm());
    vec![run.clone().with("messages", 1), run.with("nodes", 3).with("everyone", 1)]
}

/// Runs with an adversary who tampers, spoofs, replays and drops, but does not block.
fn hunts(subject: &Subject) -> Vec<Run> {
    let (tampering, spoofing, replay) = (Rate::percent(20), Rate::percent(20), Rate::percent(20));
    let menu = FaultMenu {
        forging: Forging { tampering, spoofing, replay },
        until: SECONDS,
        ..FaultMenu::of_network(Network {
            delay: Delay::HeavyTailed(5_000_000),
            ..Network::fair_loss()
        })
    };
    let run = Run::new(subject, 0).with_faults(menu);
    let again = run.clone().with("messages", AGAIN_AND_AGAIN as u64).with("words", 1);
    vec![
        run.clone(),
        run.with("nodes", 3).with("everyone", 1).with("messages", 3),
        again.clone(),
        again.with("rounds", 3),
    ]
}
