//! How likely it is that a quorum is up: computed, and counted in simulated runs.

use distsys::draw::plot::{Axis, Plot};
use distsys::node::{NodeId, SECONDS};
use distsys::quorum::Quorum;
use distsys::quorum::availability::{at_least, is_up};
use distsys::quorum::majority;
use distsys::service::{Invoke, OpId, RegisterOp};
use distsys::sim::random::{Purpose, below, draws};
use distsys::sim::{Fault, Network, World};
use tests::golden;

/// Two digits, and the power of ten where it is small.
fn short(p: f64) -> String {
    let text = format!("{p:.1e}");
    let (digits, power) = text.split_once('e').unwrap();
    match power.parse::<i32>().unwrap() {
        power @ -2.. => format!("{p:.*}", (1 - power) as usize).trim_end_matches('0').to_string(),
        power => format!("{}e{power}", digits.trim_end_matches(".0")),
    }
}

#[test]
fn more_replicas_help_if_any_will_do_and_hurt_if_all_are_needed() {
    let mut table = String::from(
        "| replicas | at least one faulty | at least (n + 1)/2 faulty | all faulty |\n| --- | --- | --- | --- |\n",
    );
    for n in [1, 3, 5, 100] {
        let lost = n - majority(n as usize) as u32 + 1;
        let faulty = [1, lost, n].map(|k| at_least(k, n, 0.01));
        // The columns of the lecture, where "half" means (n + 1) / 2 rounded up; for 100 that is 51, and 50 faulty leave no
        // majority either.
        let middle = at_least(n.div_ceil(2) + u32::from(n % 2 == 0), n, 0.01);
        table +=
            &format!("| {n} | {} | {} | {} |\n", short(faulty[0]), short(middle), short(faulty[2]));
    }
    golden::check("quorum-availability.md", &table);
    let close = |a: f64, b: f64| assert!((a / b - 1.0).abs() < 1e-9, "{a} {b}");
    close(at_least(1, 3, 0.01), 1.0 - 0.99 * 0.99 * 0.99);
    close(at_least(2, 3, 0.01), 3.0 * 0.01 * 0.01 * 0.99 + 1e-6);
    close(at_least(3, 5, 0.01), 10.0 * 1e-6 * 0.99 * 0.99 + 5.0 * 1e-8 * 0.99 + 1e-10);
    close(at_least(100, 100, 0.01), 1e-200);
    assert!((at_least(51, 100, 0.01) / 6.1e-74 - 1.0).abs() < 0.01);
    assert_eq!([at_least(0, 3, 0.0), at_least(1, 3, 0.0), at_least(4, 3, 0.5)], [1.0, 0.0, 0.0]);
}

/// In how many of so many runs a set and a get end, if each replica is down with this chance, in per cent.
fn simulated(n: u32, w: usize, r: usize, percent: u64, runs: u64) -> [u64; 2] {
    let client = NodeId(n);
    let mut ended = [0, 0];
    for seed in 0..runs {
        let node = Quorum::new(NodeId::all(n), SECONDS).with_quorums(w, r);
        let mut world = World::new(seed, vec![node; n as usize + 1]);
        world.network = Network::calm();
        for replica in NodeId::all(n) {
            if below(&mut draws(seed, Purpose::Workload, u64::from(replica.0), 0), 100) < percent {
                world.fault_at(0, Fault::Crash(replica));
            }
        }
        for (number, call) in
            [RegisterOp::Set('x', 1), RegisterOp::Get('x')].into_iter().enumerate()
        {
            let op = OpId { client: number as u32, number: 0 };
            world.request_at(1, client, Invoke { op, call });
        }
        world.run_until(SECONDS / 2).unwrap();
        for record in &world.trace().records {
            if let distsys::sim::What::Deliver { indication } = &record.what {
                ended[indication.op.client as usize] += 1;
            }
        }
    }
    ended
}

/// In tenths of a per cent.
fn per_mille(chance: f64) -> i64 {
    (chance * 1_000.0).round() as i64
}

/// Whether a share of so many runs is within four standard deviations of the chance.
fn is_near(share: f64, chance: f64, runs: u64) -> bool {
    let spread = (chance * (1.0 - chance) / runs as f64).sqrt();
    (share - chance).abs() <= 4.0 * spread + 1.0 / runs as f64
}

fn empty_plot() -> Plot {
    Plot::new(
        "How often a quorum is up",
        Axis::new("chance that a replica is faulty, in per cent"),
        Axis::new("operations that end, in per cent").with_decimals(1).at_least(0, 1_000),
    )
}

#[test]
fn a_quorum_is_up_as_often_as_computed() {
    let thorough = std::env::var_os("DISTSYS_THOROUGH").is_some();
    let runs = if thorough { 2_000 } else { 200 };
    let mut plot = empty_plot();
    // Of so many replicas, so many for a set and for a get.
    let mut dots = Vec::new();
    for (n, w, r) in [(1, 1, 1), (3, 2, 2), (5, 3, 3), (5, 5, 1)] {
        let mut lines = [Vec::new(), Vec::new()];
        for percent in (0..=60).step_by(5) {
            let p = percent as f64 / 100.0;
            let chances = [is_up(w as u32, n, p), is_up(r as u32, n, p)];
            for (line, chance) in lines.iter_mut().zip(chances) {
                line.push((percent as i64, per_mille(chance)));
            }
            if percent % 10 != 0 {
                continue;
            }
            for (ended, chance) in simulated(n, w, r, percent, runs).into_iter().zip(chances) {
                let share = ended as f64 / runs as f64;
                assert!(
                    is_near(share, chance, runs),
                    "{n} {w} {r}, {percent} %: {share}, not {chance}"
                );
                dots.push((percent as i64, per_mille(share)));
            }
        }
        let [set, get] = lines;
        let of = |quorum| format!("{quorum} of {n}");
        plot = plot.line(&of(w), set);
        if w != r {
            plot = plot.line(&of(r), get);
        }
    }
    dots.sort_unstable();
    dots.dedup();
    plot = plot.dots("simulated", dots);
    if !thorough {
        let caption = "Lines: computed. Circles: 200 simulated runs each, of a set and a get. With majorities, five replicas \
                       are better than three as long as a replica is faulty less than half of the time; beyond that, more \
                       of them make it worse.";
        golden::check("quorum-plot.html", &plot.figure("quorum-plot", caption));
    }
}
