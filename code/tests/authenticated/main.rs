//! Links in the hands of an adversary, plain and authenticated.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use distsys::check::{Bounds, Explorable, Explored, Report, Situation};
use distsys::draw::Style;
use distsys::layer::names::{A, B, C};
use distsys::layer::{Layer, MILLIS, NodeId, Request, Service, Value};
use distsys::link::sealed::Sealed;
use distsys::link::{Authenticated, Direct, Fifo, Retransmit};
use distsys::service::{Deliver, FairLossLink, SendTo};
use distsys::sim::adversary::{Adversary, InFlight};
use distsys::sim::random::Draws;
use distsys::sim::{Fate, Forgery, Forging, Network, Node, PacketId, Rate, Script, Trace, World};
use distsys::spec::{fair_loss_link, fifo_link, reliable_link};
use distsys::subject::authenticated::{self, KEY, tamper};
use distsys::subject::links::Word;
use tests::{golden, mutants};

/// Changes what is sent, also says it in C's name, and sends it once more.
#[derive(Clone, Debug)]
struct Liar<P>(fn(&P) -> P);

impl<P: Value> Adversary<P> for Liar<P> {
    fn intercept(&mut self, packet: InFlight<P>) -> Vec<InFlight<P>> {
        let Liar(change) = self;
        let changed = InFlight { packet: change(&packet.packet), ..packet.clone() };
        let spoofed = InFlight { from: C, after: 6 * MILLIS, ..packet.clone() };
        let again = InFlight { after: 12 * MILLIS, ..packet.clone() };
        vec![changed, InFlight { after: 9 * MILLIS, ..packet }, spoofed, again]
    }
    fn copy(&self) -> Box<dyn Adversary<P>> {
        Box::new(self.clone())
    }
}

/// Lets nothing through, ever.
#[derive(Clone, Debug)]
struct Blocker;

impl<P: Value> Adversary<P> for Blocker {
    fn intercept(&mut self, _: InFlight<P>) -> Vec<InFlight<P>> {
        Vec::new()
    }
    fn copy(&self) -> Box<dyn Adversary<P>> {
        Box::new(self.clone())
    }
}

fn sealed() -> Authenticated<Word> {
    Authenticated::new(3, KEY)
}

/// A sends this to B so many times, one every 20 ms.
fn a_to_b<N>(node: N, times: u64, adversary: impl Adversary<N::Packet> + 'static) -> Trace<N>
where
    N: Node<Implements: Service<Request = SendTo<Word>, Indication = Deliver<Word>>>,
{
    let mut world = World::new(0, vec![node; 3]).with_adversary(adversary);
    for i in 0..times {
        let request: Request<N::Implements> = SendTo { to: B, msg: "pay C 10".to_string() };
        world.request_at(20 * i * MILLIS, A, request);
    }
    world.run_until(times * 20 * MILLIS + 100 * MILLIS).unwrap();
    world.trace()
}

fn received<N>(trace: &Trace<N>) -> Vec<(NodeId, String)>
where
    N: Node<Implements: Service<Request = SendTo<Word>, Indication = Deliver<Word>>>,
{
    trace.delivered(B)
}

// Scripts.

fn more(word: &Word) -> Word {
    word.replace("10", "1000")
}

#[test]
fn a_plain_link_delivers_whatever_an_adversary_makes_up() {
    let trace = a_to_b(Direct::new(), 1, Liar(more));
    let said = [(A, "pay C 1000"), (C, "pay C 10"), (A, "pay C 10"), (A, "pay C 10")];
    assert_eq!(received(&trace), said.map(|(node, word)| (node, word.to_string())));
    assert!(reliable_link::no_creation(&trace).is_err());
    assert!(reliable_link::no_duplication(&trace).is_err());
}

#[test]
fn an_authenticated_link_delivers_what_was_sent_and_that_once() {
    let more = |packet: &Sealed<Word>| Sealed { msg: more(&packet.msg), ..packet.clone() };
    let trace = a_to_b(sealed(), 1, Liar(more));
    assert_eq!(received(&trace), [(A, "pay C 10".to_string())]);
    assert_eq!(reliable_link::no_creation(&trace), Ok(()));
    assert_eq!(reliable_link::no_duplication(&trace), Ok(()));
}

/// A sends this to B three times; an adversary changes the first, has the second come in C's name,
/// and sends the third once more.
fn attacked<N>(node: N, mutator: fn(&N::Packet, &mut Draws) -> N::Packet) -> Trace<N>
where
    N: Node<Implements: Service<Request = SendTo<Word>, Indication = Deliver<Word>>>,
{
    let packet = |ordinal| PacketId { from: A, to: B, ordinal, copy: 0 };
    let changed = Forgery { tampered: Some(0), sender: None };
    let spoofed = Forgery { tampered: None, sender: Some(C) };
    let script = Script {
        forged: [(packet(1), changed), (packet(2), spoofed)].into(),
        fates: [(packet(3), Fate::After(vec![10 * MILLIS, 20 * MILLIS]))].into(),
        ..Script::calm()
    };
    let mut world = World::new(0, vec![node; 3]).with_script(script);
    world.mutator = Some(mutator.into());
    for i in 0..3 {
        world.request_at(20 * i * MILLIS, A, SendTo { to: B, msg: "pay C 10".to_string() });
    }
    world.run().unwrap();
    world.trace()
}

#[test]
fn of_three_attacks_a_plain_link_withstands_none_and_an_authenticated_one_all() {
    let plain = attacked(Direct::new(), |word, _| more(word));
    let said = [(A, "pay C 1000"), (C, "pay C 10"), (A, "pay C 10"), (A, "pay C 10")];
    assert_eq!(received(&plain), said.map(|(node, word)| (node, word.to_string())));
    let caption = "A plain link. The adversary turns 10 into 1000, lets the second message come in C's name, and sends the third \
                   once more. B believes it all.";
    golden::check_run("adversary-plain", caption, &plain.text(), &Style::default());

    let more =
        |packet: &Sealed<Word>, _: &mut Draws| Sealed { msg: more(&packet.msg), ..packet.clone() };
    let sealed = attacked(sealed(), more);
    assert_eq!(received(&sealed), [(A, "pay C 10".to_string())]);
    let caption = "With a seal: the changed message does not fit it, nor does another sender, and number 3 has come already when it \
                   comes again.";
    golden::check_run("adversary-sealed", caption, &sealed.text(), &Style::default());
}

#[test]
fn a_message_cannot_come_again_under_another_number() {
    let later = |packet: &Sealed<Word>| Sealed { number: packet.number + 1, ..packet.clone() };
    let trace = a_to_b(sealed(), 1, Liar(later));
    assert_eq!(received(&trace), [(A, "pay C 10".to_string())]);
}

#[test]
fn nothing_helps_against_an_adversary_who_blocks_for_ever() {
    let trace = a_to_b(sealed(), 30, Blocker);
    assert_eq!(received(&trace), []);
    assert_eq!(reliable_link::no_creation(&trace), Ok(()));
    assert!(fair_loss_link::fair_loss(&trace).is_err());
    let trace = a_to_b(sealed(), 3, Blocker);
    let caption = "An adversary who blocks the link for ever: no seal helps.";
    golden::check_run("adversary-blocks", caption, &trace.text(), &Style::default());
}

// Seeds: many random runs with an adversary.

#[test]
fn an_authenticated_link_keeps_its_promises_in_every_hunt() {
    for subject in authenticated::subjects() {
        for hunt in subject.hunts() {
            for seed in 0..150 {
                let run = hunt.with_seed(seed);
                let report = run.report(&subject).unwrap();
                assert!(report.promised);
                assert!(report.broken().is_none(), "{:?}", report.broken());
            }
        }
    }
}

/// How many of 200 runs in which A sends 20 words to B, over a network that an adversary tampers
/// with, spoofs and replays, break each promise.
fn broken<N>(node: &N, mutator: fn(&N::Packet, &mut Draws) -> N::Packet) -> [u32; 3]
where
    N: Node<Implements: Service<Request = SendTo<Word>, Indication = Deliver<Word>>>,
{
    let mut broken = [0; 3];
    for seed in 0..200 {
        let mut world = World::new(seed, vec![node.clone(); 3]);
        let rate = Rate::percent(10);
        world.forging = Forging { tampering: rate, spoofing: rate, replay: rate };
        world.mutator = Some(mutator.into());
        world.network = Network::reliable();
        for i in 0..20 {
            world.request_at(i * MILLIS, A, SendTo { to: B, msg: format!("word {i}") });
        }
        world.run().unwrap();
        let trace = world.trace();
        broken[0] += u32::from(reliable_link::no_creation(&trace).is_err());
        broken[1] += u32::from(reliable_link::no_duplication(&trace).is_err());
        broken[2] += u32::from(trace.delivered(B).len() > 20);
    }
    broken
}

#[test]
fn a_seal_makes_the_difference_and_nothing_else() {
    let [created, doubled, more] = broken(&Direct::new(), |word: &Word, _| format!("not {word}"));
    assert!(created > 150 && doubled > 100 && more > 100, "{created} {doubled} {more}");
    assert_eq!(broken(&sealed(), tamper), [0; 3]);
    golden::check("adversary-broken.txt", &format!("{created} {doubled}\n"));
}

#[test]
fn a_fifo_link_stands_on_an_authenticated_one() {
    for seed in 0..50 {
        let node = Fifo::new(3).over(Retransmit::new(3)).over(Authenticated::new(3, KEY));
        let mut world = World::new(seed, vec![node; 3]);
        let rate = Rate::percent(20);
        world.network = Network::fair_loss();
        world.forging = Forging { tampering: Rate::NEVER, spoofing: rate, replay: rate };
        let words: Vec<String> = (0..20).map(|i| format!("word {i}")).collect();
        for word in &words {
            world.request_at(0, A, SendTo { to: B, msg: word.clone() });
        }
        world.run().unwrap();
        let trace = world.trace();
        assert_eq!(fifo_link::order(&trace), Ok(()));
        let delivered: Vec<_> = trace.delivered(B).into_iter().map(|(_, word)| word).collect();
        assert_eq!(delivered, words);
    }
}

// Mutants: each twin, with the property that must reject it.

#[test]
fn every_twin_breaks_its_property_and_the_smallest_run_is_pinned() {
    mutants::each_breaks_its_property(mutants::topic("authenticated"));
}

#[test]
fn the_original_survives_the_smallest_run_of_each_twin() {
    mutants::the_originals_survive(mutants::topic("authenticated"));
}

#[test]
fn every_property_of_the_link_rejects_some_twin() {
    let topic = mutants::topic("authenticated");
    mutants::each_promise_rejects_some_twin(topic, &authenticated::subjects(), &[]);
}

// Checks: whatever the network does with what was sealed, every situation of three messages.

/// A sends three letters to B, on a network that may lose, double and reorder whatever was sent.
fn three_letters<N>(nodes: Vec<N>) -> Report<N>
where
    N: Explorable<Implements = FairLossLink<char>>,
    Explored<N>: Send + Sync,
    Situation<N>: Send + Sync,
{
    let system = "abb"
        .chars()
        .fold(Explored::new(nodes), |system, msg| system.asking(A, SendTo { to: B, msg }));
    system
        .always("no creation", |_, now| reliable_link::no_creation(&now.seen).is_ok())
        .always("no duplication", |_, now| reliable_link::no_duplication(&now.seen).is_ok())
        .sometimes("all delivered", |_, now| now.seen.delivered(B).len() == 3)
        .bounded(Bounds { steps: Some(10), ..Bounds::default() })
        .search()
}

#[test]
fn the_authenticated_link_delivers_nothing_twice_whatever_the_network_repeats() {
    let report = three_letters(vec![Authenticated::new(2, KEY); 2]);
    assert!(report.is_exhaustive() && report.holds(), "{report}");
    assert_eq!(report.situations, 41);
}

#[test]
fn the_check_rejects_a_link_that_does_not_look_at_the_number() {
    use zoo::broken::authenticated_no_number::Authenticated;
    let key = zoo::broken::authenticated_no_number::Key::new([7; 32]);
    let report = three_letters(vec![Authenticated::new(2, key); 2]);
    assert_eq!(report.broken.into_keys().collect::<Vec<_>>(), ["no duplication"]);
}
