//! A menu in one line.

use distsys::layer::MILLIS;
use distsys::sim::{Clocks, Delay, FaultMenu, Forging, Network, Partitions, Rate, Synchrony};
use serde_json::{from_str, to_string};

/// A menu with something for every knob.
pub(crate) fn everything() -> FaultMenu {
    FaultMenu {
        network: Network {
            delay: Delay::HeavyTailed(4 * MILLIS),
            loss: Rate::percent(20),
            duplication: Rate(125_000),
            late_duplication: Rate(1),
            stale_duplication: Rate::percent(3),
            reordering: Rate::percent(4),
            spikes: Rate::percent(5),
        },
        forging: Forging {
            tampering: Rate::percent(6),
            spoofing: Rate::percent(7),
            replay: Rate::percent(8),
        },
        synchrony: Synchrony::PartiallySynchronous {
            bound: 50 * MILLIS,
            stable_from: 2_000 * MILLIS,
        },
        partitions: Partitions {
            symmetric: 1,
            one_way: 2,
            cannot_send: 3,
            cannot_receive: 4,
            flapping: 5,
        },
        crashes: 6,
        torn_writes: 7,
        recovery: true,
        pauses: 8,
        slow_nodes: 9,
        clocks: clocks(),
        byzantine: 1,
        aimed: Rate::percent(50),
        swarm: true,
        until: 2_500 * MILLIS,
    }
}

fn clocks() -> Clocks {
    Clocks { offset: 10 * MILLIS, uncertainty: 20 * MILLIS, drift_ppm: 200, steps: 11, step: 1 }
}

#[test]
fn every_knob_is_printed_and_read_again() {
    let line = "delay=heavy:4ms loss=20% duplicate=12.5% late-duplicate=0.0001% stale-duplicate=3% \
        reorder=4% spikes=5% tamper=6% spoof=7% replay=8% timing=partial:50ms@2s partitions=1 one-way=2 \
        cannot-send=3 cannot-receive=4 flapping=5 crashes=6 torn-writes=7 recovery pauses=8 slow=9 \
        clock-offset=10ms clock-uncertainty=20ms clock-drift=200ppm clock-steps=11 clock-step=1ns byzantine=1 aimed=50% swarm \
        until=2500ms";
    assert_eq!(everything().to_string(), line);
    assert_eq!(line.parse(), Ok(everything()));
    assert_eq!(line.split(' ').count(), FaultMenu::knobs().len(), "no knob is left out");
    let json = to_string(&everything()).expect("can be written");
    assert_eq!(from_str::<FaultMenu>(&json).expect("can be read"), everything());
}

#[test]
fn a_menu_without_faults_is_none() {
    assert_eq!(FaultMenu::default().to_string(), "none");
    for text in ["none", "", "  "] {
        assert_eq!(text.parse(), Ok(FaultMenu::default()));
    }
    assert!(to_string(&FaultMenu::default()).expect("can be written").len() < 160);
}

#[test]
fn menus_of_the_swarm_are_read_as_they_are_printed() {
    for seed in 0..500 {
        let menu = everything().for_seed(seed);
        assert_eq!(menu.to_string().parse(), Ok(menu), "seed {seed}");
    }
}

#[test]
fn what_cannot_be_read_is_an_error_that_says_what_to_write() {
    for (text, says) in [
        ("lost=3%", "there is no fault \"lost\"; there are delay, loss,"),
        ("loss=3", "\"loss=3\": write 0% to 100%"),
        ("loss=101%", "write 0% to 100%"),
        ("loss=-1%", "write 0% to 100%"),
        ("loss=1.00001%", "write 0% to 100%"),
        ("loss=99999999999%", "write 0% to 100%"),
        ("crashes=many", "write a number"),
        ("crashes=99999999999", "write a number"),
        ("until=3", "write a time"),
        ("until=99999999999999s", "write a time"),
        ("until=3h", "write a time"),
        ("recovery=yes", "write the word alone"),
        ("recovery=", "write the word alone"),
        ("loss", "write a value behind it"),
        ("loss=1% loss=2%", "\"loss\" is there twice"),
        ("delay=1..2", "write 10ms"),
        ("timing=partial:3ms", "write asynchronous"),
        ("clock-drift=3", "200ppm"),
    ] {
        let error = text.parse::<FaultMenu>().expect_err(text);
        assert!(error.contains(says), "{text}: {error}");
    }
}

#[test]
fn no_text_makes_reading_a_menu_panic() {
    let words = ["=", "%", "loss", "é", "..", ":", "@", "ms", "1", "18446744073709551615", " "];
    for i in 0..words.len().pow(4) {
        let pick = |place: u32| words[i / words.len().pow(place) % words.len()];
        let text: String = (0..4).map(pick).collect();
        let _ = format!("loss={text} until={text} delay={text} timing={text}").parse::<FaultMenu>();
        let _ = text.parse::<FaultMenu>();
    }
}

#[test]
fn each_seed_of_a_swarm_gets_some_of_the_menu() {
    let menus: Vec<FaultMenu> = (0..1_000).map(|seed| everything().for_seed(seed)).collect();
    let without = |is_it: fn(&FaultMenu) -> bool| menus.iter().filter(|menu| is_it(menu)).count();
    for left_out in [
        without(|menu| menu.network.loss == Rate::NEVER),
        without(|menu| menu.crashes == 0),
        without(|menu| menu.partitions.flapping == 0),
        without(|menu| menu.clocks.offset == 0),
    ] {
        assert!((420..580).contains(&left_out), "{left_out} of 1000");
    }
    let crashes: std::collections::BTreeSet<u32> = menus.iter().map(|menu| menu.crashes).collect();
    assert_eq!(crashes, (0..=6).collect(), "never more than the menu, and anything up to it");
    assert!(menus.iter().all(|menu| !menu.swarm && menu.recovery && menu.until == 2_500 * MILLIS));
    let alone = FaultMenu { swarm: false, ..everything() };
    assert_eq!(alone.for_seed(3), alone);
}
