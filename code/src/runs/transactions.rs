//! Spanner, section 8.2: timestamps that agree with time.

use super::{CourseRun, Played};
use crate::clock::ReadClock;
use crate::draw::Plot;
use crate::draw::plot::Axis;
use crate::layer::{Layer, MICROS, MILLIS, NodeId, SECONDS, Time};
use crate::link::Retransmit;
use crate::node::Reading;
use crate::node::names::{A, B};
use crate::service::{Invoke, OpId, Transactions, Tx};
use crate::sim::clock::{EPOCH, LocalClock};
use crate::sim::{Delay, Network, Node, Trace, What, World};
use crate::spanner::{CommitWait, TrueTime};
use crate::subject::transactions::style;

/// The runs.
pub(super) const RUNS: &[CourseRun] = &[
    CourseRun {
        id: "R8.5",
        title: "a dependency by way of a person",
        caption: "A user sees what T1 did at A, and for that reason asks for T2 at B. No message goes from A to B. By \
                  clocks that do not know how wrong they are, T2 gets the smaller timestamp: B's clock is 6 ms behind.",
        play: || Played::new(through_a_person().text(), style()),
    },
    CourseRun {
        id: "R8.6",
        title: "commit wait",
        caption: "A's clock is 2 ms ahead, and tells an interval of 8 ms; B's is 3 ms behind, and tells one of 6 ms. T1 \
                  takes t = 16, and waits until that is past whatever the error; T2 takes t = 24.",
        play: || Played::new(waits().text(), style()),
    },
    CourseRun {
        id: "R8.7",
        title: "how the uncertainty of a clock grows",
        caption: "A node asks a time server every 30 s. In between it assumes the worst of its quartz, 200 ppm. This \
                  quartz is 60 ppm fast; so its clock is much less wrong than it may be.",
        play: || {
            let trace = sawtooth();
            let picture = Some(uncertainty(&trace).inline("R8.7-plot"));
            Played { trace: trace.text(), style: style(), picture }
        },
    },
];

/// Two writes at two nodes with such clocks, each at its time in milliseconds.
fn two_writes(
    [a, b]: [LocalClock; 2],
    times: [u64; 2],
) -> Trace<impl Node<Implements = Transactions> + use<>> {
    let node = CommitWait::new(2).over(Retransmit::new(2));
    let mut world = World::new(0, vec![node; 2]).with_network(Network::calm());
    world.set_clock(A, a);
    world.set_clock(B, b);
    for (client, (at, node, key)) in (0..).zip([(times[0], A, 'x'), (times[1], B, 'y')]) {
        let writes = [(key, u64::from(client) + 1)].into();
        let call = Tx::Update { reads: [].into(), writes };
        let op = OpId { client, number: 0 };
        world.request_at(at * MILLIS, node, Invoke { op, call });
    }
    let _ended = world.run_until(SECONDS);
    world.trace()
}

/// So many milliseconds ahead, and up to so many off.
fn clock(ahead: i64, uncertainty: Time) -> LocalClock {
    let offset = ahead * MILLIS as i64;
    LocalClock { offset, drift_ppm: 0, uncertainty: uncertainty * MILLIS }
}

/// R8.5.
pub fn through_a_person() -> Trace<impl Node<Implements = Transactions> + use<>> {
    two_writes([clock(0, 0), clock(-6, 0)], [10, 14])
}

/// R8.6.
pub fn waits() -> Trace<impl Node<Implements = Transactions> + use<>> {
    two_writes([clock(2, 4), clock(-3, 3)], [10, 24])
}

/// When the drawing of R8.7 begins: half way between two answers.
const BEGIN: Time = 15 * SECONDS;

/// R8.7: A's clock is set by B's, and read now and then.
pub fn sawtooth() -> Trace<TrueTime> {
    let network = Network { delay: Delay::Fixed(500 * MICROS), ..Network::calm() };
    let nodes = vec![TrueTime::new(Some(B)), TrueTime::new(None)];
    let mut world = World::new(0, nodes).with_network(network);
    world.set_clock(A, LocalClock { offset: 0, drift_ppm: 60, uncertainty: 0 });
    world.set_clock(B, LocalClock { offset: 0, drift_ppm: 0, uncertainty: 500 * MICROS });
    for second in (15..=105).step_by(5) {
        // Where an answer comes, once before it and once after.
        let at = second * SECONDS;
        let times =
            if second % 30 == 0 { vec![at - 10 * MILLIS, at + 5 * MILLIS] } else { vec![at] };
        for at in times {
            world.request_at(at, A, ReadClock);
        }
    }
    let _ended = world.run_until(105 * SECONDS + 1);
    world.trace()
}

/// The chart: how wide the interval is, either way, and how far off its middle is.
pub fn uncertainty(trace: &Trace<TrueTime>) -> Plot {
    let (mut told, mut error) = (Vec::new(), Vec::new());
    for record in trace.records.iter().filter(|it| it.node == NodeId(0)) {
        if let What::Deliver { indication: Reading { earliest, latest, .. } } = record.what {
            let tenths = ((record.at - BEGIN) / (SECONDS / 10)) as i64;
            let middle = Time::midpoint(earliest, latest);
            told.push((tenths, hundredths((latest - earliest) / 2)));
            error.push((tenths, hundredths(middle.abs_diff(EPOCH + record.at))));
        }
    }
    let x = Axis::new("time in seconds").with_decimals(1).at_least(0, 900);
    let y = Axis::new("milliseconds").with_decimals(2).at_least(0, 800);
    Plot::new("How far off a clock may be", x, y).line("may be off", told).line("is off", error)
}

/// A time in hundredths of a millisecond.
fn hundredths(time: Time) -> i64 {
    ((time + 5 * MICROS) / (10 * MICROS)) as i64
}
