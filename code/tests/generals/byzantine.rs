//! Generals of whom some are traitors.

use distsys::generals::{Command, OralMessages, Plan, Report, rules};
use distsys::layer::names::{A, B, C};
use distsys::layer::{Layer, MILLIS, NodeId};
use distsys::link::Direct;
use distsys::runs::generals::{first_lies, second_lies};
use distsys::sim::adversary::{Adversary, InFlight};
use distsys::sim::random::{Draws, below};
use distsys::sim::{Fault, Node, Script, Trace, What, World};
use distsys::spec::{generals, view::view};
use distsys::stack::Stack;
use distsys::subject::generals::{ROUND, style};
use tests::golden;

type General = Stack<OralMessages, Direct<Report>>;

// Scripts.

#[test]
fn the_third_general_sees_the_same_whoever_lies() {
    let (one, other) = (second_lies(), first_lies());
    assert_eq!(view(&one, C), view(&other, C));
    assert_ne!(view(&one, B), view(&other, B));
    assert_eq!(one.delivered(C), [(A, "attack"), (B, "G1 said retreat")]);
    let times: Vec<_> = view(&one, C).iter().map(|(at, _)| at / MILLIS).collect();
    assert_eq!(times, [0, 8, 8, 18, 18]);
}

/// Traitors, and what they say: the next of these for each packet that one of them sends.
#[derive(Clone, Debug)]
struct Lies {
    traitors: Vec<NodeId>,
    said: Vec<Option<Plan>>,
    next: usize,
}

impl Adversary<Report> for Lies {
    fn intercept(&mut self, mut packet: InFlight<Report>) -> Vec<InFlight<Report>> {
        if self.traitors.contains(&packet.from) {
            let said = self.said.get(self.next).copied().flatten();
            self.next += 1;
            let Some(plan) = said else { return Vec::new() };
            packet.packet.plan = plan;
        }
        vec![packet]
    }
    fn copy(&self) -> Box<dyn Adversary<Report>> {
        Box::new(self.clone())
    }
}

fn oral(n: u32, traitors: u32) -> General {
    OralMessages::new(n, traitors, ROUND).over(Direct::new())
}

fn play<N>(node: N, n: u32, order: Plan, lies: Lies) -> Trace<N>
where
    N: Node<Packet = Report> + Layer<Implements = Command>,
{
    let mut world = World::new(0, vec![node; n as usize]).with_script(Script::calm());
    for &traitor in &lies.traitors {
        world.fault_at(0, Fault::Betray(traitor));
    }
    world = world.with_adversary(lies);
    world.request_at(0, A, order);
    world.run().unwrap();
    world.trace()
}

/// The trace with what a traitor really sent where the record has what it would have sent if it were
/// honest: pictures show what was sent.
fn as_sent(mut trace: Trace<General>) -> Trace<General> {
    let received = trace.records.iter().filter_map(|record| match &record.what {
        What::Receive { id, packet } => Some((*id, packet.clone())),
        _ => None,
    });
    let received: Vec<_> = received.collect();
    for record in &mut trace.records {
        if let What::Send { id, packet } = &mut record.what
            && let Some((_, real)) = received.iter().find(|(other, _)| other == id)
        {
            packet.clone_from(real);
        }
    }
    trace
}

fn holds<N: Node<Packet = Report> + Layer<Implements = Command>>(trace: &Trace<N>) -> bool {
    generals::agreement(trace).is_ok()
        && generals::obedience(trace).is_ok()
        && generals::decision(trace).is_ok()
}

const WORDS: [Option<Plan>; 3] = [Some(Plan::Attack), Some(Plan::Retreat), None];

/// Everything that a traitor may say in so many packets: attack, retreat or nothing in each.
fn everything(packets: u32) -> impl Iterator<Item = Vec<Option<Plan>>> {
    let word = |number: usize, place: u32| WORDS[number / 3_usize.pow(place) % 3];
    (0..3_usize.pow(packets)).map(move |number| (0..packets).map(|i| word(number, i)).collect())
}

/// Every run with one traitor: who it is, what the commander is asked for, and what the traitor says.
fn with_one_traitor(n: u32) -> Vec<(Plan, Lies)> {
    let mut runs = Vec::new();
    let lies = |traitor, said| Lies { traitors: vec![traitor], said, next: 0 };
    runs.extend(everything(n - 1).map(|said| (Plan::Attack, lies(A, said))));
    for traitor in NodeId::all(n).skip(1) {
        for order in [Plan::Attack, Plan::Retreat] {
            runs.extend(everything(n - 2).map(|said| (order, lies(traitor, said))));
        }
    }
    runs
}

// Checks: every traitor, in every run.

#[test]
fn four_generals_agree_whatever_one_traitor_says() {
    let runs = with_one_traitor(4);
    assert_eq!(runs.len(), 81);
    for (order, lies) in runs {
        let trace = play(oral(4, 1), 4, order, lies.clone());
        assert!(holds(&trace), "{lies:?}");
    }
}

#[test]
fn three_generals_do_not() {
    let runs = with_one_traitor(3);
    let broken = |(order, lies): &&(Plan, Lies)| !holds(&play(oral(3, 1), 3, *order, lies.clone()));
    let failures: Vec<_> = runs.iter().filter(broken).cloned().collect();
    assert_eq!((runs.len(), failures.len()), (21, 4));
    let (order, lies) = failures[0].clone();
    let trace = play(oral(3, 1), 3, order, lies);
    let caption = "A says attack to both. B, the traitor, tells C that A said retreat. C has heard one of each, cannot know who lies, \
                   and retreats: the honest commander is not obeyed.";
    golden::check_run("byzantine-three", caption, &as_sent(trace).text(), &style());
}

#[test]
fn three_generals_could_not_by_any_rule_and_four_can_by_one() {
    let three = rules::of_three();
    assert_eq!((three.tried, three.safe.len()), (256, 0));
    let four = rules::of_four();
    // Attack if at least two of the three words are attack.
    let majority = (0..8).filter(|case: &u32| case.count_ones() >= 2).map(|case| 1 << case).sum();
    assert_eq!((four.tried, four.safe), (256, vec![vec![majority; 3]]));
}

/// Runs of OM(f) with random traitors who say random things: how many, and how many go wrong.
fn sample(n: u32, f: u32, seeds: u64) -> (u64, u64) {
    let (mut tried, mut wrong) = (0, 0);
    for seed in 0..seeds {
        let mut draws = Draws::new(seed);
        let mut traitors: Vec<_> = NodeId::all(n).collect();
        while traitors.len() > f as usize {
            traitors.remove(below(&mut draws, traitors.len() as u64) as usize);
        }
        // A traitor that always says the same is as likely as one that says nothing twice alike.
        let variety = 1 + below(&mut draws, 3);
        let first = below(&mut draws, 3);
        let word = |draws: &mut Draws| WORDS[((first + below(draws, variety)) % 3) as usize];
        let said = (0..400).map(|_| word(&mut draws)).collect();
        let order = if below(&mut draws, 2) == 0 { Plan::Attack } else { Plan::Retreat };
        let trace = play(oral(n, f), n, order, Lies { traitors, said, next: 0 });
        tried += 1;
        wrong += u64::from(!holds(&trace));
    }
    (tried, wrong)
}

#[test]
fn seven_generals_agree_whatever_two_traitors_say_as_far_as_samples_tell() {
    let seeds = if std::env::var_os("DISTSYS_THOROUGH").is_some() { 50_000 } else { 1_000 };
    assert_eq!(sample(7, 2, seeds), (seeds, 0));
    // With one fewer, the same samples tell.
    assert_eq!(sample(6, 2, 1_000), (1_000, 240));
}
