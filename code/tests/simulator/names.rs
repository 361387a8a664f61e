//! Events have names that people can write.

use distsys::layer::NodeId;
use distsys::node::names::{A, B};
use distsys::sim::random::{Draws, Purpose, below, draws};
use distsys::sim::{EventId, PacketId};

/// A number that is often small, and sometimes as large as can be.
fn number(draws: &mut Draws) -> u64 {
    let bits = below(draws, 65) as u32;
    below(draws, u64::MAX).checked_shr(64 - bits).unwrap_or(0)
}

fn node(draws: &mut Draws) -> NodeId {
    NodeId(number(draws) as u32)
}

fn packet(draws: &mut Draws) -> PacketId {
    let (from, to, ordinal) = (node(draws), node(draws), number(draws));
    PacketId { from, to, ordinal, copy: number(draws) as u32 }
}

/// A name of a timer, which may be anything that `{:?}` prints, and more.
fn timer(draws: &mut Draws) -> String {
    let parts =
        ["Resend", "(", "A", "B)", "#", "~", ">", "!", "?", "*", ".", " ", "é", "1", "{ n: 2 }"];
    let length = below(draws, 6);
    (0..length).map(|_| parts[below(draws, parts.len() as u64) as usize]).collect()
}

fn event(draws: &mut Draws) -> EventId {
    match below(draws, 5) {
        0 => EventId::Start(node(draws)),
        1 => EventId::Packet(packet(draws)),
        2 => EventId::Request(number(draws) as u32),
        3 => EventId::Fault(number(draws) as u32),
        _ => EventId::Timer { node: node(draws), timer: timer(draws), ordinal: number(draws) },
    }
}

#[test]
fn names_are_written_as_the_documentation_says() {
    let id = PacketId { from: A, to: B, ordinal: 3, copy: 0 };
    assert_eq!(id.to_string(), "A>B#3");
    assert_eq!(PacketId { copy: 1, ..id }.to_string(), "A>B#3.1");
    assert_eq!(EventId::Packet(id).to_string(), "A>B#3");
    assert_eq!(EventId::Start(A).to_string(), "A!");
    assert_eq!(EventId::Request(4).to_string(), "?4");
    assert_eq!(EventId::Fault(4).to_string(), "*4");
    let timer = EventId::Timer { node: A, timer: "Resend(B)".to_string(), ordinal: 2 };
    assert_eq!(timer.to_string(), "A~Resend(B)#2");
    assert_eq!(EventId::Start(NodeId(26)).to_string(), "N26!");
}

#[test]
fn what_is_written_can_be_read_again() {
    let mut draws = draws(1, Purpose::Workload, 0, 0);
    for _ in 0..20_000 {
        let id = event(&mut draws);
        assert_eq!(id.to_string().parse(), Ok(id.clone()), "{id}");
        let id = packet(&mut draws);
        assert_eq!(id.to_string().parse(), Ok(id), "{id}");
    }
}

#[test]
fn two_events_never_have_one_name() {
    let mut draws = draws(2, Purpose::Workload, 0, 0);
    let mut names = std::collections::BTreeMap::new();
    for _ in 0..20_000 {
        let id = event(&mut draws);
        let before = names.insert(id.to_string(), id.clone());
        assert!(before.is_none_or(|before| before == id));
    }
}

/// Broken names, and names that are written in another way than they should be.
const WRONG: [&str; 32] = [
    "",
    " ",
    "A",
    ">",
    "#",
    "A>B",
    "A>B#",
    "A>#1",
    ">B#1",
    "a>b#1",
    "A>B#-1",
    "A>B#1.",
    "A>B#.1",
    "A>B#1.1.1",
    "A>B#99999999999999999999",
    "A>B#1.4294967296",
    "A>B#+1",
    "A>B#01",
    "A>B#1.0",
    "N5>B#1",
    "N4294967296>B#1",
    " A>B#1",
    "A>B#1 ",
    "Ä>B#1",
    "?",
    "?-1",
    "?+1",
    "?4294967296",
    "*1x",
    "!",
    "A~#",
    "~x#1",
];

#[test]
fn a_wrong_name_is_an_error_that_repeats_it_and_says_what_to_write() {
    for wrong in WRONG {
        let packet = wrong.parse::<PacketId>().expect_err(wrong);
        assert!(packet.contains("A>B#3") && packet.contains(&format!("{wrong:?}")), "{packet}");
        let event = wrong.parse::<EventId>().expect_err(wrong);
        assert!(event.contains("A~Resend#2") && event.contains(&format!("{wrong:?}")), "{event}");
    }
}

#[test]
fn no_text_whatever_makes_reading_a_name_panic() {
    let alphabet: Vec<char> = "AZN019>#~!?*.+- é\u{0}𝄞".chars().collect();
    let mut draws = draws(3, Purpose::Workload, 0, 0);
    for _ in 0..100_000 {
        let length = below(&mut draws, 10);
        let letter = |_| alphabet[below(&mut draws, alphabet.len() as u64) as usize];
        let text: String = (0..length).map(letter).collect();
        if let Ok(id) = text.parse::<EventId>() {
            assert_eq!(id.to_string(), text, "an event has one name");
        }
        if let Ok(node) = text.parse::<NodeId>() {
            assert_eq!(node.to_string(), text, "a node has one name");
        }
    }
}
