//! Makes histories: as clients of a correct object would have, and some with a wrong result.

use distsys::formats::{Datum, Event, Format, Kind, Log};
use distsys::sim::random::{Draws, Purpose, below, draws};
use std::collections::{BTreeMap, BTreeSet};

/// A history to measure with.
pub(crate) struct Sample {
    /// What it is called.
    pub(crate) name: String,
    /// What kind of history it is.
    pub(crate) kind: String,
    /// What happened.
    pub(crate) log: Log,
}

/// What is asked for, and how often it is never answered.
pub(crate) struct Shape {
    /// How many clients there are at a time.
    pub(crate) clients: u32,
    /// How many operations.
    pub(crate) operations: usize,
    /// Of how many operations one is never answered; 0 for none.
    pub(crate) unanswered: u64,
    /// How many keys there are; 0 for one register with compare-and-swap.
    pub(crate) keys: u64,
}

/// An operation that a client has open.
struct Open {
    process: u32,
    f: &'static str,
    key: Option<u64>,
    argument: Datum,
    /// What came of it; none before it took effect.
    result: Option<(Kind, Datum)>,
}

/// Clients of one object that is correct.
struct Run {
    shape: Shape,
    draws: Draws,
    /// When which client does its next step.
    agenda: BTreeSet<(u64, u32)>,
    clients: Vec<Option<Open>>,
    /// How many operations have begun.
    begun: usize,
    processes: u32,
    /// Operations that were given up and may yet take effect.
    late: Vec<Open>,
    register: Datum,
    values: BTreeMap<u64, String>,
    events: Vec<Event>,
}

/// The history of this shape and number. Of two in a row, the second has a wrong result.
pub(crate) fn sample(kind: &str, shape: Shape, number: u64) -> Sample {
    let draws = draws(number, Purpose::Workload, u64::from(shape.clients), shape.keys);
    let clients = (0..shape.clients).map(|_| None).collect();
    let mut run = Run {
        processes: shape.clients,
        draws,
        agenda: (0..shape.clients).map(|client| (u64::from(client) % 10, client)).collect(),
        clients,
        begun: 0,
        shape,
        late: Vec::new(),
        register: Datum::Nil,
        values: BTreeMap::new(),
        events: Vec::new(),
    };
    while run.goes_on() {}
    if number % 2 == 1 {
        run.corrupt();
    }
    let name = format!("{}-{number:03}", kind.replace([' ', ','], ""));
    Sample {
        name,
        kind: kind.to_string(),
        log: Log { format: Format::Log, events: run.events, skipped: 0 },
    }
}

impl Run {
    /// The next thing happens; false once all is over.
    fn goes_on(&mut self) -> bool {
        let Some((now, client)) = self.agenda.pop_first() else { return false };
        if !self.late.is_empty() && below(&mut self.draws, 20) == 0 {
            let index = below(&mut self.draws, self.late.len() as u64) as usize;
            let mut open = self.late.swap_remove(index);
            self.take_effect(&mut open);
        }
        let gives_up =
            self.shape.unanswered > 0 && below(&mut self.draws, self.shape.unanswered) == 0;
        match self.clients[client as usize].take() {
            None if self.begun == self.shape.operations => return true,
            None => self.clients[client as usize] = Some(self.ask(client)),
            Some(open) if open.result.is_none() && gives_up => self.give_up(open),
            Some(mut open) if open.result.is_none() => {
                self.take_effect(&mut open);
                self.clients[client as usize] = Some(open);
            }
            Some(open) => {
                let (kind, value) = open.result.clone().unwrap_or((Kind::Info, Datum::Nil));
                self.tell(&open, kind, value);
            }
        }
        // A call takes effect after 1 to 10 units of time, returns 1 to 10 later, and so on.
        self.agenda.insert((now + 1 + below(&mut self.draws, 10), client));
        true
    }

    fn ask(&mut self, client: u32) -> Open {
        self.begun += 1;
        let value = |draws: &mut Draws| Datum::Int(below(draws, 5) as i64);
        let process = self.processes - self.shape.clients + client;
        let count = self.events.len();
        let (key, f, argument) = match (self.shape.keys, below(&mut self.draws, 3)) {
            (0, 0) => (None, "read", Datum::Nil),
            (0, 1) => (None, "write", value(&mut self.draws)),
            (0, _) => {
                let (from, to) = (value(&mut self.draws), value(&mut self.draws));
                (None, "cas", Datum::List(vec![from, to]))
            }
            (keys, what) => {
                let key = Some(below(&mut self.draws, keys));
                match (what, below(&mut self.draws, 20)) {
                    (0, _) => (key, "get", Datum::Nil),
                    (_, 0) => (key, "put", Datum::Text(format!("x {client} {count} y"))),
                    _ => (key, "append", Datum::Text(format!("x {client} {count} y"))),
                }
            }
        };
        let open = Open { process, f, key, argument, result: None };
        self.tell(&open, Kind::Invoke, open.argument.clone());
        open
    }

    /// The client goes on as another process, and what it had asked for may happen late or never.
    fn give_up(&mut self, open: Open) {
        self.tell(&open, Kind::Info, Datum::Keyword("timed-out".into()));
        self.late.push(open);
        self.processes += self.shape.clients;
    }

    fn take_effect(&mut self, open: &mut Open) {
        let there = open.key.map(|key| self.values.entry(key).or_default());
        let (mut kind, mut result) = (Kind::Ok, open.argument.clone());
        match (open.f, &open.argument, there) {
            ("read", ..) => result = self.register.clone(),
            ("write", value, _) => self.register = value.clone(),
            ("cas", Datum::List(values), _) if values[0] == self.register => {
                self.register = values[1].clone();
            }
            ("cas", ..) => kind = Kind::Fail,
            ("get", _, Some(there)) => result = Datum::Text(there.clone()),
            ("put", Datum::Text(value), Some(there)) => there.clone_from(value),
            ("append", Datum::Text(value), Some(there)) => there.push_str(value),
            _ => {}
        }
        open.result = Some((kind, result));
    }

    fn tell(&mut self, open: &Open, kind: Kind, value: Datum) {
        let key = open.key.map(|key| Datum::Text(key.to_string()));
        let (process, f) = (open.process, open.f.to_string());
        let line = self.events.len() as u64 + 1;
        self.events.push(Event { line, process, kind, f, key, value });
    }

    /// Makes one of the last results a wrong one.
    fn corrupt(&mut self) {
        let is_read = |event: &&mut Event| {
            event.kind == Kind::Ok && matches!(event.f.as_str(), "read" | "get")
        };
        let reads = self.events.iter_mut().rev().filter(is_read);
        let skip = below(&mut self.draws, 4) as usize;
        for event in reads.skip(skip).take(1) {
            event.value = match &event.value {
                Datum::Int(value) => Datum::Int((value + 1 + below(&mut self.draws, 4) as i64) % 5),
                Datum::Text(text) => match text.find('y') {
                    // What somebody appended is lost.
                    Some(end) => Datum::Text(text[end + 1..].to_string()),
                    None => Datum::Text("x y".to_string()),
                },
                _ => Datum::Int(0),
            };
        }
    }
}
