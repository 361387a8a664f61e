//! The knobs of a menu, each with a name: for commands, for limits, and to draw a menu of its own
//! for each seed.

use crate::node::{MICROS, MILLIS, SECONDS, Time};
use crate::sim::menu::FaultMenu;
use crate::sim::network::{Delay, Rate};
use crate::sim::random::{Purpose, below, draws, number_of};
use crate::sim::synchrony::Synchrony;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// One thing that can be set.
pub(crate) struct Knob<'a> {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) value: Value<'a>,
}

/// What it is set to.
pub(crate) enum Value<'a> {
    Rate(&'a mut Rate),
    Count(&'a mut u32),
    Ppm(&'a mut u32),
    /// A time that says how bad something is.
    Size(&'a mut Time),
    /// A time that does not.
    Moment(&'a mut Time),
    Flag(&'a mut bool),
    Delay(&'a mut Delay),
    Synchrony(&'a mut Synchrony),
}

/// The knobs of a menu, and what each is about.
macro_rules! knobs {
    ($menu:ident: $($kind:ident $name:literal $($field:ident).+, $about:literal;)*) => {
        vec![$(Knob {
            name: $name,
            about: $about,
            value: Value::$kind(&mut $menu.$($field).+),
        }),*]
    };
}

impl FaultMenu {
    /// Everything that can be set, in the order in which it is printed.
    pub(crate) fn all_knobs(&mut self) -> Vec<Knob<'_>> {
        knobs! { self:
            Delay "delay" network.delay, "how long packets are under way: 10ms, 1ms..20ms, or heavy:40ms";
            Rate "loss" network.loss, "packets that are lost";
            Rate "duplicate" network.duplication, "packets that arrive twice, the copy soon after";
            Rate "late-duplicate" network.late_duplication, "copies that arrive 5 to 20 delays later";
            Rate "stale-duplicate" network.stale_duplication, "copies that arrive 100 to 500 delays later";
            Rate "reorder" network.reordering, "packets that are held up so that later ones overtake them";
            Rate "spikes" network.spikes, "links that are congested, 100 ms at a time";
            Rate "tamper" forging.tampering, "packets that an adversary changes";
            Rate "spoof" forging.spoofing, "packets that name another sender";
            Rate "replay" forging.replay, "packets that an adversary sends again, up to 10 s later";
            Synchrony "timing" synchrony, "asynchronous, synchronous:50ms, or partial:50ms@2s (bound and stabilisation time)";
            Count "partitions" partitions.symmetric, "partitions into two groups that do not hear each other";
            Count "one-way" partitions.one_way, "partitions in which one group still hears the other";
            Count "cannot-send" partitions.cannot_send, "times that nobody hears some node";
            Count "cannot-receive" partitions.cannot_receive, "times that some node hears nobody";
            Count "flapping" partitions.flapping, "partitions that come and go";
            Count "crashes" crashes, "crashes, between events and within them";
            Count "torn-writes" torn_writes, "crashes that leave half of what is written to a log";
            Flag "recovery" recovery, "crashed nodes come back";
            Count "pauses" pauses, "times that a node stops for a while";
            Count "slow" slow_nodes, "times that a node is slow for a while";
            Size "clock-offset" clocks.offset, "how far clocks are off at the start, at most";
            Moment "clock-uncertainty" clocks.uncertainty, "how far off nodes believe that their clocks may be";
            Ppm "clock-drift" clocks.drift_ppm, "how much too fast or slow clocks run, at most";
            Count "clock-steps" clocks.steps, "times that a clock jumps";
            Size "clock-step" clocks.step, "how far it jumps, at most";
            Count "byzantine" byzantine, "nodes that are traitors";
            Rate "aimed" aimed, "faults that strike whoever leads then";
            Flag "swarm" swarm, "each seed gets some of this menu, and less of the rest";
            Moment "until" until, "when all faults of nodes and all partitions are over";
        }
    }

    /// The knobs that a menu has: the name of each, and what it says.
    pub fn knobs() -> Vec<(&'static str, &'static str)> {
        let mut menu = FaultMenu::default();
        menu.all_knobs().into_iter().map(|knob| (knob.name, knob.about)).collect()
    }

    /// What the run with this seed gets of the menu: all of it, unless it is for a swarm. Then each
    /// kind of fault is left out of half the runs, and the others get anything up to what the menu
    /// says.
    ///
    /// Source: swarm testing (Groce, Zhang, Eide, Chen and Regehr 2012). A fault that is always
    /// there can hide the bugs that show only without it.
    pub fn for_seed(&self, seed: u64) -> FaultMenu {
        let mut menu = FaultMenu { swarm: false, ..self.clone() };
        if !self.swarm {
            return menu;
        }
        for knob in menu.all_knobs() {
            let mut draws = draws(seed, Purpose::Swarm, u64::from(number_of(&knob.name)), 0);
            let left_out = below(&mut draws, 2) == 0;
            let mut some = |most: u64| match left_out {
                true => 0,
                false if most == 0 => 0,
                false => 1 + below(&mut draws, most),
            };
            match knob.value {
                Value::Rate(rate) => rate.0 = some(u64::from(rate.0)) as u32,
                Value::Count(count) | Value::Ppm(count) => *count = some(u64::from(*count)) as u32,
                Value::Size(size) => *size = some(*size),
                Value::Moment(_) | Value::Flag(_) | Value::Delay(_) | Value::Synchrony(_) => {}
            }
        }
        menu
    }
}

/// One line: what differs from a run without faults, or `none`.
impl fmt::Display for FaultMenu {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (mut menu, mut usual) = (self.clone(), FaultMenu::default());
        let (knobs, usual) = (menu.all_knobs(), usual.all_knobs());
        let words = knobs.iter().zip(&usual).map(|(knob, usual)| (knob, usual.value.to_string()));
        let words: Vec<_> = words
            .filter(|(knob, usual)| knob.value.to_string() != *usual)
            .map(|(knob, _)| match &knob.value {
                Value::Flag(_) => knob.name.to_string(),
                value => format!("{}={value}", knob.name),
            })
            .collect();
        f.write_str(if words.is_empty() { "none" } else { "" })?;
        f.write_str(&words.join(" "))
    }
}

/// Reads what `Display` writes. What is not mentioned is without fault.
impl FromStr for FaultMenu {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let mut menu = FaultMenu::default();
        if text.trim() == "none" {
            return Ok(menu);
        }
        let mut names_so_far = BTreeSet::new();
        for word in text.split_whitespace() {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (word, None),
            };
            if !names_so_far.insert(name) {
                return Err(format!("{name:?} is there twice"));
            }
            let names =
                || FaultMenu::knobs().iter().map(|knob| knob.0).collect::<Vec<_>>().join(", ");
            let mut knobs = menu.all_knobs();
            let knob = knobs.iter_mut().find(|knob| knob.name == name);
            let knob =
                knob.ok_or_else(|| format!("there is no fault {name:?}; there are {}", names()))?;
            knob.value.set(value).map_err(|wanted| format!("{word:?}: {wanted}"))?;
        }
        Ok(menu)
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Value::Rate(rate) => f.write_str(&percent(**rate)),
            Value::Count(count) => write!(f, "{count}"),
            Value::Ppm(ppm) => write!(f, "{ppm}ppm"),
            Value::Size(time) | Value::Moment(time) => f.write_str(&span(**time)),
            Value::Flag(flag) => write!(f, "{flag}"),
            Value::Delay(Delay::Fixed(time)) => f.write_str(&span(*time)),
            Value::Delay(Delay::Uniform(least, most)) => {
                write!(f, "{}..{}", span(*least), span(*most))
            }
            Value::Delay(Delay::HeavyTailed(time)) => write!(f, "heavy:{}", span(*time)),
            Value::Synchrony(Synchrony::Asynchronous) => write!(f, "asynchronous"),
            Value::Synchrony(Synchrony::Synchronous { bound }) => {
                write!(f, "synchronous:{}", span(*bound))
            }
            Value::Synchrony(Synchrony::PartiallySynchronous { bound, stable_from }) => {
                write!(f, "partial:{}@{}", span(*bound), span(*stable_from))
            }
        }
    }
}

impl Value<'_> {
    /// Reads a value; or says what is wanted.
    fn set(&mut self, text: Option<&str>) -> Result<(), &'static str> {
        if let Value::Flag(flag) = self {
            **flag = true;
            return if text.is_none() { Ok(()) } else { Err("write the word alone") };
        }
        let text = text.ok_or("write a value behind it, as in loss=20%")?;
        let number = |text: &str| text.parse().map_err(|_| "write a number, such as 3");
        match self {
            Value::Rate(rate) => {
                **rate = read_percent(text).ok_or("write 0% to 100%, such as 12.5%")?;
            }
            Value::Count(count) => **count = number(text)?,
            Value::Ppm(ppm) => {
                let digits = text.strip_suffix("ppm");
                let digits = digits.ok_or("write parts per million, such as 200ppm")?;
                **ppm = number(digits)?;
            }
            Value::Size(time) | Value::Moment(time) => {
                **time = read_span(text).ok_or("write a time, such as 20ms or 2s")?;
            }
            Value::Flag(_) => {}
            Value::Delay(delay) => {
                **delay = read_delay(text).ok_or("write 10ms, 1ms..20ms or heavy:40ms")?;
            }
            Value::Synchrony(synchrony) => {
                **synchrony = read_synchrony(text)
                    .ok_or("write asynchronous, synchronous:50ms or partial:50ms@2s")?;
            }
        }
        Ok(())
    }
}

fn read_delay(text: &str) -> Option<Delay> {
    if let Some(time) = text.strip_prefix("heavy:") {
        return Some(Delay::HeavyTailed(read_span(time)?));
    }
    match text.split_once("..") {
        Some((least, most)) => Some(Delay::Uniform(read_span(least)?, read_span(most)?)),
        None => Some(Delay::Fixed(read_span(text)?)),
    }
}

fn read_synchrony(text: &str) -> Option<Synchrony> {
    if let Some(bound) = text.strip_prefix("synchronous:") {
        return Some(Synchrony::Synchronous { bound: read_span(bound)? });
    }
    if let Some(rest) = text.strip_prefix("partial:") {
        let (bound, from) = rest.split_once('@')?;
        let (bound, stable_from) = (read_span(bound)?, read_span(from)?);
        return Some(Synchrony::PartiallySynchronous { bound, stable_from });
    }
    (text == "asynchronous").then_some(Synchrony::Asynchronous)
}

/// `12.5%`: a chance, exactly.
fn percent(rate: Rate) -> String {
    let (whole, rest) = (rate.0 / 10_000, rate.0 % 10_000);
    let fraction = format!("{rest:04}");
    match rest {
        0 => format!("{whole}%"),
        _ => format!("{whole}.{}%", fraction.trim_end_matches('0')),
    }
}

fn read_percent(text: &str) -> Option<Rate> {
    let digits = text.strip_suffix('%')?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |text: &str| text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(fraction) || whole.is_empty() {
        return None;
    }
    let fraction: u32 = format!("{fraction:0<4}").parse().ok()?;
    let rate = whole.parse::<u32>().ok()? * 10_000 + fraction;
    (rate <= 1_000_000).then_some(Rate(rate))
}

/// The units of time, the largest first.
const UNITS: [(&str, Time); 4] = [("s", SECONDS), ("ms", MILLIS), ("us", MICROS), ("ns", 1)];

/// `20ms`: a time, in the largest unit in which it is a whole number.
fn span(time: Time) -> String {
    let whole = |unit: &&(&str, Time)| time.is_multiple_of(unit.1);
    let (name, unit) = UNITS.iter().find(whole).unwrap_or(&UNITS[3]);
    format!("{}{name}", time / unit)
}

fn read_span(text: &str) -> Option<Time> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let (_, unit) = UNITS.iter().find(|unit| unit.0 == &text[digits.len()..])?;
    digits.parse::<Time>().ok()?.checked_mul(*unit)
}
