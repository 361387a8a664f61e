//! Gossip: how likely it is that somebody is missed, simulated and computed.

use distsys::broadcast::Gossip;
use distsys::draw::plot::{Axis, Plot};
use distsys::node::NodeId;
use distsys::service::Broadcast;
use distsys::sim::{Network, Rate, World};
use tests::golden;

/// How many of so many runs miss somebody, and how many nodes are told in a run, on average in hundredths.
fn simulated(n: u32, fan_out: u32, loss: u32, runs: u64) -> (u64, u64) {
    let (mut missed, mut told) = (0, 0);
    for seed in 0..runs {
        let mut world = World::new(seed, vec![Gossip::new(n, fan_out); n as usize]).untraced();
        world.network = Network { loss: Rate::percent(loss), ..Network::reliable() };
        world.request(NodeId(0), Broadcast { msg: () });
        world.run().unwrap();
        missed += u64::from(world.delivered() < u64::from(n));
        told += world.delivered();
    }
    (missed, told * 100 / runs)
}

/// The chance that somebody is missed, exactly: node after node tells others, and all that matters is how many know.
fn exact(n: u32, fan_out: u32, loss: u32) -> f64 {
    let n = n as usize;
    // The chance that so many know when the k-th of them has told others.
    let mut know = vec![0.0; n + 1];
    know[1] = 1.0;
    for k in 1..=n {
        let mut next = vec![0.0; n + 1];
        next[..k].copy_from_slice(&know[..k]); // it was over before
        for knowing in k..=n {
            for (new, chance) in new_ones(n, knowing, fan_out, loss).into_iter().enumerate() {
                next[(knowing + new).min(n)] += know[knowing] * chance;
            }
        }
        know = next;
    }
    1.0 - know[n]
}

/// The chances that one node, telling so many others of whom some know already, tells 0, 1, … who do not.
fn new_ones(n: usize, knowing: usize, fan_out: u32, loss: u32) -> Vec<f64> {
    let through = 1.0 - f64::from(loss) / 100.0;
    // Pick by pick: [how many of the picked did not know][how many of those get the message].
    let mut picked = vec![vec![0.0; fan_out as usize + 1]; fan_out as usize + 1];
    picked[0][0] = 1.0;
    for pick in 0..fan_out as usize {
        let mut next = vec![vec![0.0; fan_out as usize + 1]; fan_out as usize + 1];
        for fresh in 0..=pick {
            for told in 0..=fresh {
                let chance = picked[fresh][told];
                let remaining = (n - 1 - pick) as f64;
                let hit = ((n - knowing) as f64 - fresh as f64).max(0.0) / remaining;
                next[fresh][told] += chance * (1.0 - hit);
                if fresh < fan_out as usize {
                    next[fresh + 1][told + 1] += chance * hit * through;
                    next[fresh + 1][told] += chance * hit * (1.0 - through);
                }
            }
        }
        picked = next;
    }
    (0..=fan_out as usize).map(|told| picked.iter().map(|row| row[told]).sum()).collect()
}

/// The rule of thumb: if all that are told tell others, a node is missed with the chance q = (1 - f/(n - 1))^(n - 1), which is
/// nearly e^-f, and nobody is with (1 - q)^(n - 1).
fn rule_of_thumb(n: u32, fan_out: u32, loss: u32) -> f64 {
    let reaching = f64::from(fan_out) * (1.0 - f64::from(loss) / 100.0);
    let power = |base: f64| (1..n).fold(1.0, |product, _| product * base);
    1.0 - power(1.0 - power(1.0 - reaching / f64::from(n - 1)))
}

/// In tenths of a per cent.
fn per_mille(chance: f64) -> i64 {
    (chance * 1_000.0).round() as i64
}

/// Simulates so many runs and compares: a line of the table, and the two shares in tenths of a per cent.
fn compared(n: u32, fan_out: u32, loss: u32, runs: u64) -> (String, i64, i64) {
    let (missed, told) = simulated(n, fan_out, loss, runs);
    let chance = exact(n, fan_out, loss);
    let share = missed as f64 / runs as f64;
    let spread = (chance * (1.0 - chance) / runs as f64).sqrt();
    assert!(
        (share - chance).abs() <= 4.0 * spread + 1.0 / runs as f64,
        "{n} nodes, fan-out {fan_out}, loss {loss}: {share}, not {chance}"
    );
    let (share, chance) = (per_mille(share), per_mille(chance));
    let tenth = |per_mille: i64| format!("{}.{} %", per_mille / 10, per_mille % 10);
    let packets = (u64::from(fan_out) * told + 50) / 100;
    let rule = tenth(per_mille(rule_of_thumb(n, fan_out, loss)));
    let (told, exactly) = (tenth(share), tenth(chance));
    let line =
        format!("| {n} | {loss} % | {fan_out} | {packets} | {told} | {exactly} | {rule} |\n");
    (line, share, chance)
}

#[test]
fn somebody_is_missed_as_often_as_the_theory_says() {
    let runs = if std::env::var_os("DISTSYS_THOROUGH").is_some() { 2_000 } else { 200 };
    let mut plot = Plot::new(
        "How often gossip misses somebody",
        Axis::new("fan-out: how many others each node tells"),
        Axis::new("runs that miss somebody, in per cent").with_decimals(1).at_least(0, 1_000),
    );
    let mut table = String::from(
        "| nodes | loss | fan-out | packets a message | missed somebody | exact | rule of thumb |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let mut dots = Vec::new();
    for (n, loss) in [(30, 0), (30, 20), (100, 0)] {
        let mut line = Vec::new();
        for fan_out in 1..=9 {
            let (row, share, chance) = compared(n, fan_out, loss, runs);
            table += &row;
            dots.push((i64::from(fan_out), share));
            line.push((i64::from(fan_out), chance));
        }
        let name =
            if loss == 0 { format!("{n} nodes") } else { format!("{n} nodes, {loss} % lost") };
        plot = plot.line(&name, line);
    }
    dots.sort_unstable();
    plot = plot.dots("simulated", dots);
    if runs == 200 {
        golden::check("gossip.md", &table);
        let caption = "Lines: computed exactly. Circles: 200 simulated runs each. A little more fan-out makes a miss much \
                       rarer; lost packets act like a smaller fan-out.";
        golden::check("gossip-plot.html", &plot.figure("gossip-plot", caption));
    }
}

#[test]
fn the_exact_chance_is_right_where_it_can_be_counted() {
    // Two others, and the broadcaster tells one: that one tells one of two, and who is left is missed half the time.
    assert!((exact(3, 1, 0) - 0.5).abs() < 1e-12);
    // Everybody is told.
    assert!(exact(5, 4, 0).abs() < 1e-12);
    // One other node, and the packet is lost half the time.
    assert!((exact(2, 1, 50) - 0.5).abs() < 1e-12);
}
