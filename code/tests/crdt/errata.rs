//! The lecture's text CRDT, taken literally: two runs in which it goes wrong, and the repaired one in the same runs.

use crate::checks::{ends_with, explore};
use distsys::broadcast::{Causal, Direct, NobodyCrashes};
use distsys::check::{Explorable, Explored, Packets};
use distsys::crdt::Text;
use distsys::draw::Style;
use distsys::layer::{Layer, MILLIS, NodeId};
use distsys::link;
use distsys::node::names::{A, B};
use distsys::runs::arrivals;
use distsys::runs::shared_data::shared_label;
use distsys::service::{Edit, SharedText};
use distsys::sim::{Network, Node, Script, Trace, World};
use distsys::spec::shared_text;
use tests::golden;
use zoo::broken::text_as_in_the_lecture as literal;

type Request = (NodeId, u64, Edit);

fn insert(index: u64, value: char) -> Edit {
    Edit::Insert { index, value }
}
fn delete(index: u64) -> Edit {
    Edit::Delete { index }
}

/// A causal broadcast for two nodes of which none crashes.
macro_rules! causal {
    () => {
        Causal::new(2).over(NobodyCrashes::new().over(Direct::new(2).over(link::Direct::new())))
    };
}

fn playing<N>(node: N, requests: &[Request], script: &Script) -> Trace<N>
where
    N: Node + Layer<Implements = SharedText>,
{
    let mut world =
        World::new(0, vec![node; 2]).with_network(Network::calm()).with_script(script.clone());
    for &(node, ms, edit) in requests {
        world.request_at(ms * MILLIS, node, edit);
    }
    world.run().unwrap();
    world.trace()
}

fn finally<N: Node + Layer<Implements = SharedText>>(trace: &Trace<N>, node: NodeId) -> String {
    let told = trace.records.iter().rev().filter(|record| record.node == node);
    let mut shown = told.filter_map(|record| match &record.what {
        distsys::sim::What::Deliver { indication } => Some(indication.text.clone()),
        _ => None,
    });
    shown.next().unwrap_or_default()
}

fn style() -> Style {
    Style { label: shared_label, width: 34, ..Style::default() }
}

/// A inserts x, deletes it and inserts y; B deletes x.
const USED_AGAIN: [Request; 4] = [
    (A, 1, Edit::Insert { index: 0, value: 'x' }),
    (A, 20, Edit::Delete { index: 0 }),
    (A, 24, Edit::Insert { index: 0, value: 'y' }),
    (B, 22, Edit::Delete { index: 0 }),
];

#[test]
fn an_identifier_that_is_used_again_makes_two_texts_of_one() {
    let script = arrivals(&[
        (A, B, 1, Some(11)),
        (A, B, 2, Some(32)),
        (A, B, 3, Some(36)),
        (B, A, 1, Some(34)),
    ]);
    let trace = playing(literal::Text::new().over(causal!()), &USED_AGAIN, &script);
    assert_eq!([A, B].map(|node| finally(&trace, node)), ["", "y"]);
    assert!(shared_text::convergence(&trace).is_err());
    let caption = "The lecture's text CRDT, literally. A's y gets the position and the name that x had. B's delete of x \
                   removes y at A; at B, y comes after it and stays.";
    golden::check_run("text-identifier-used-again", caption, &trace.text(), &style());
    let repaired = playing(Text::new().over(causal!()), &USED_AGAIN, &script);
    assert_eq!([A, B].map(|node| finally(&repaired, node)), ["y", "y"]);
}

#[test]
fn between_two_equal_positions_one_delete_removes_two_characters() {
    let requests = [
        (A, 1, insert(0, 'a')),
        (B, 1, insert(0, 'b')),
        (A, 20, insert(1, 'x')),
        (B, 40, delete(0)),
    ];
    let script = arrivals(&[
        (A, B, 1, Some(11)),
        (B, A, 1, Some(12)),
        (A, B, 2, Some(30)),
        (B, A, 2, Some(50)),
    ]);
    let trace = playing(literal::Text::new().over(causal!()), &requests, &script);
    assert_eq!([A, B].map(|node| finally(&trace, node)), ["b", "b"]);
    let why = shared_text::own_edits(&trace).unwrap_err().explanation;
    assert!(why.contains("which makes \"xb\"; it shows \"b\""), "{why}");
    let caption = "The lecture's text CRDT, literally. a and b have the position 0.5. The middle of both is 0.5, so x gets \
                   the position and the name of a. B deletes the first of three characters, and two are gone.";
    golden::check_run("text-equal-positions", caption, &trace.text(), &style());
    let repaired = playing(Text::new().over(causal!()), &requests, &script);
    assert_eq!([A, B].map(|node| finally(&repaired, node)), ["xb", "xb"]);
    assert_eq!(shared_text::own_edits(&repaired), Ok(()));
}

/// Everything that can happen when two nodes ask for what [`USED_AGAIN`] says, whenever they do.
fn explored<N: Explorable + Layer<Implements = SharedText>>(node: N) -> Explored<N> {
    let mut system = Explored::new(vec![node; 2]);
    system.packets = Packets::Reliable;
    system.recovery = false;
    for (node, _, edit) in USED_AGAIN {
        system = system.asking(node, edit);
    }
    system
        .always("convergence", |all, now| ends_with(all, now, shared_text::convergence))
        .always("own edits", |_, now| shared_text::own_edits(&now.seen).is_ok())
}

#[test]
fn the_checker_finds_the_identifier_that_is_used_again_and_nothing_in_the_repaired_text() {
    let run = explored(literal::Text::new().over(causal!())).shortest("convergence");
    // After two steps it ends like that if all goes on in order.
    assert_eq!(run.expect("two texts of one").len(), 2);
    let node = Text::new().over(causal!());
    assert_eq!(explore(explored(node)), 268);
}
