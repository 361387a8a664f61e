//! Gossip among thirty nodes, R4.9: who picks whom is given, and the picture is no space-time
//! diagram.

use super::Word;
use crate::broadcast::Gossip;
use crate::choices::Choice;
use crate::draw::Style;
use crate::node::{MILLIS, NodeId};
use crate::runs::Played;
use crate::service::Broadcast;
use crate::sim::{EventId, Network, PacketId, Script, Trace, What, World};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write;

/// How many nodes there are.
pub const NODES: u32 = 30;
/// To how many others each passes the message on.
pub const FAN_OUT: u32 = 3;

/// Who passes it on to whom, round by round. The nodes are a to z, then aa to dd.
const PICKS: [&str; 6] = [
    "a>b,c,d",
    "b>e,c,f c>f,i,j d>j,k,l",
    "e>g,h,c f>h,m,i i>m,n,k j>i,k,l k>o,p,q l>r,s,t",
    "g>b,f,h h>g,m,o m>h,o,n n>o,p,q o>u,p,q p>u,r,l q>p,r,s r>u,v,w s>r,x,y t>s,y,z",
    "u>v,aa,w v>w,aa,bb w>aa,bb,x x>w,bb,cc y>cc,dd,z z>y,cc,dd",
    "aa>bb,cc,x bb>aa,dd,cc cc>w,s,dd dd>bb,cc,s",
];

/// The name of a node in this drawing.
fn name(node: NodeId) -> String {
    let letter = |number: u32| char::from(b'a' + (number % 26) as u8);
    let times = if node.0 < 26 { 1 } else { 2 };
    std::iter::repeat_n(letter(node.0), times).collect()
}

/// Whom each node picks, in order.
fn picks() -> BTreeMap<NodeId, Vec<NodeId>> {
    let number = |wanted: &str| NodeId::all(NODES).find(|&node| name(node) == wanted);
    let pick = |word: &str| {
        let (who, whom) = word.split_once('>')?;
        Some((number(who)?, whom.split(',').filter_map(number).collect()))
    };
    PICKS.iter().flat_map(|round| round.split(' ').filter_map(pick)).collect()
}

/// The run: every packet takes 10 ms, so that rounds are ten milliseconds long.
pub fn gossip() -> Trace<Gossip<Word>> {
    let script = Script { choices: choices(&picks()), ..Script::calm() };
    let nodes = vec![Gossip::new(NODES, FAN_OUT); NODES as usize];
    let mut world = World::new(0, nodes).with_network(Network::calm()).with_script(script);
    world.request(NodeId(0), Broadcast { msg: "m" });
    // It cannot fail: each node sends at most once.
    let _ended = world.run();
    world.trace()
}

/// What each node answers to `ctx.choose`, in the event in which it gets the message first.
fn choices(picks: &BTreeMap<NodeId, Vec<NodeId>>) -> BTreeMap<EventId, Vec<Choice>> {
    let mut choices = BTreeMap::new();
    let mut told = BTreeSet::from([NodeId(0)]);
    let mut waiting = VecDeque::from([(NodeId(0), EventId::Request(0))]);
    while let Some((from, event)) = waiting.pop_front() {
        let mut others: Vec<NodeId> = NodeId::all(NODES).filter(|&it| it != from).collect();
        let mut answers = Vec::new();
        for &to in picks.get(&from).into_iter().flatten() {
            let bound = others.len() as u32;
            let answer = others.iter().position(|&it| it == to).unwrap_or(0);
            others.remove(answer);
            answers.push(Choice { bound, answer: answer as u32 });
            if told.insert(to) {
                let packet = PacketId { from, to, ordinal: 1, copy: 0 };
                waiting.push_back((to, EventId::Packet(packet)));
            }
        }
        choices.insert(event, answers);
    }
    choices
}

/// For each round, who was told for the first time and by whom; the first round is that of the
/// broadcaster alone.
pub fn told_in_rounds(trace: &Trace<Gossip<Word>>) -> Vec<Vec<(NodeId, Option<NodeId>)>> {
    let mut rounds: Vec<Vec<(NodeId, Option<NodeId>)>> = Vec::new();
    for record in &trace.records {
        if matches!(record.what, What::Deliver { .. }) {
            let round = (record.at / (10 * MILLIS)) as usize;
            rounds.resize(rounds.len().max(round + 1), Vec::new());
            let by = record.cause.and_then(|cause| match &trace.records[cause as usize].what {
                What::Receive { id, .. } => Some(id.from),
                _ => None,
            });
            rounds[round].push((record.node, by));
        }
    }
    rounds
}

/// The run, and its picture.
pub(super) fn play() -> Played {
    let trace = gossip();
    let picture = picture(&trace);
    let names = NodeId::all(NODES).map(name).collect();
    let style = Style { names, ..Style::default() };
    Played { trace: trace.text(), style, picture: Some(picture) }
}

/// From one column, which is one round, to the next.
const COLUMN: i32 = 118;
/// From one node of a column to the next.
const ROW: i32 = 42;
const RADIUS: i32 = 13;

/// A column a round: strong lines to those who are told for the first time.
fn picture(trace: &Trace<Gossip<Word>>) -> String {
    let rounds = told_in_rounds(trace);
    let most = rounds.iter().map(Vec::len).max().unwrap_or(0) as i32;
    let (width, height) = (COLUMN * rounds.len() as i32 + 20, ROW * most + 70);
    let mut places = BTreeMap::new();
    for (column, round) in (0..).zip(&rounds) {
        let top = 60 + (most - round.len() as i32) * ROW / 2;
        for (row, (node, _)) in (0..).zip(round) {
            // Every other node is moved a little, so that lines within a column can be seen.
            let shift = if row % 2 == 0 { -14 } else { 14 };
            places.insert(*node, (65 + column * COLUMN + shift, top + row * ROW));
        }
    }
    let mut svg = opening(width, height);
    for (round, told) in rounds.iter().enumerate() {
        let x = 65 + round as i32 * COLUMN;
        let title = if round == 0 { "start".to_string() } else { format!("round {round}") };
        let _ = writeln!(svg, "<text class=\"run-name\" x=\"{x}\" y=\"18\">{title}</text>");
        let new = if round == 0 { "1 node".to_string() } else { format!("{} new", told.len()) };
        let _ = writeln!(svg, "<text class=\"run-time\" x=\"{x}\" y=\"35\">{new}</text>");
    }
    let first: BTreeSet<_> =
        rounds.iter().flatten().filter_map(|(node, by)| Some(((*by)?, *node))).collect();
    let lines: Vec<_> = picks()
        .into_iter()
        .flat_map(|(from, to)| to.into_iter().map(move |to| (from, to)))
        .collect();
    for new in [false, true] {
        for &(from, to) in lines.iter().filter(|line| first.contains(line) == new) {
            svg += &line(places[&from], places[&to], new);
        }
    }
    for (node, (x, y)) in places {
        let _ = writeln!(
            svg,
            "<circle class=\"run-note\" cx=\"{x}\" cy=\"{y}\" r=\"{RADIUS}\"/><text x=\"{x}\" y=\"{}\">{}</text>",
            y + 4,
            name(node)
        );
    }
    svg + "</svg>\n"
}

fn opening(width: i32, height: i32) -> String {
    format!(
        "<svg class=\"run-svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"gossip-title gossip-desc\">\n\
         <title id=\"gossip-title\">Gossip among {NODES} nodes</title>\n\
         <desc id=\"gossip-desc\">{}</desc>\n",
        PICKS.join("; ")
    )
}

/// A line from one node to another, with its head at the rim of the other's circle.
fn line((x1, y1): (i32, i32), (x2, y2): (i32, i32), new: bool) -> String {
    let (dx, dy) = (x2 - x1, y2 - y1);
    let length = (dx * dx + dy * dy).isqrt().max(1);
    let at = |far: i32| (x1 + dx * far / length, y1 + dy * far / length);
    let (start, end) = (at(RADIUS), at(length - RADIUS));
    let class = if new { "run-arrow" } else { "run-arrow run-quiet run-copy" };
    let mut svg = format!(
        "<g class=\"{class}\"><path class=\"run-way\" d=\"M{} {}L{} {}\"/>",
        start.0, start.1, end.0, end.1
    );
    if new {
        let (bx, by) = at(length - RADIUS - 9);
        let (sx, sy) = (-dy * 4 / length, dx * 4 / length);
        let _ = write!(
            svg,
            "<path class=\"run-head\" d=\"M{} {}L{} {}L{} {}Z\"/>",
            end.0,
            end.1,
            bx + sx,
            by + sy,
            bx - sx,
            by - sy
        );
    }
    svg + "</g>\n"
}
