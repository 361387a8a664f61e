//! Each twin, with the property that must reject it.

use std::time::Instant;
use tests::mutants;

#[test]
#[ignore = "survey"]
fn survey() {
    let seeds = std::env::var("SEEDS").ok().and_then(|it| it.parse().ok()).unwrap_or(20);
    for topic in ["raft", "raft-logs"] {
        for twin in mutants::topic(topic).twins {
            let start = Instant::now();
            let found = std::panic::catch_unwind(|| twin.hunt(seeds).unwrap());
            let time = start.elapsed().as_secs_f32();
            match found {
                Err(_) => println!("PANIC {} {time}", twin.name),
                Ok(None) => println!("SURVIVES {} {} {time}", twin.name, twin.breaks),
                Ok(Some((run, report))) => {
                    let why = &report.breaks(twin.breaks).unwrap().explanation;
                    println!("dies {} seed {} {} {time} {why:.110}", twin.name, run.seed, twin.breaks);
                }
            }
        }
    }
}
