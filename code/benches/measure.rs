//! Measuring on a machine that others use too: by turns, several times, and the median counts.

use crate::report::Figure;
use std::time::Instant;

/// What is measured: its name, and what does it once and says what that cost.
pub type Contestant<'a> = (&'a str, Box<dyn FnMut() -> f64 + 'a>);

/// Measures the contestants by turns, so that whatever else the machine does strikes all of them:
/// each once to warm up, then each `rounds` times, every round beginning with another one.
pub fn by_turns(unit: &str, rounds: usize, mut contestants: Vec<Contestant>) -> Vec<Figure> {
    for (_, measure) in &mut contestants {
        measure();
    }
    let mut runs = vec![Vec::new(); contestants.len()];
    for round in 0..rounds {
        for turn in 0..contestants.len() {
            let index = (round + turn) % contestants.len();
            runs[index].push((contestants[index].1)());
        }
    }
    let figure = |((name, _), runs): (&Contestant, Vec<f64>)| Figure::new(name, unit, runs);
    contestants.iter().zip(runs).map(figure).collect()
}

/// How many nanoseconds of this thread's time on a processor it takes, and what it returns. What
/// other programs do in the meantime does not count; where the system does not keep such an account,
/// it does.
pub fn nanos<T>(act: impl FnOnce() -> T) -> (f64, T) {
    let start = spent();
    let result = std::hint::black_box(act());
    (spent() - start, result)
}

/// How many nanoseconds pass on the clock on the wall, and what it returns: for work of several
/// threads.
pub fn wall_nanos<T>(act: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = std::hint::black_box(act());
    (start.elapsed().as_nanos() as f64, result)
}

#[cfg(unix)]
fn spent() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

#[cfg(not(unix))]
fn spent() -> f64 {
    use std::sync::LazyLock;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_nanos() as f64
}
