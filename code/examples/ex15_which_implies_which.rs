//! Exercise 15: which broadcast implies which.
//!
//! Goes through all small executions, and asks of each which services allow it. Where one service
//! allows what another forbids, the smallest such execution is drawn.

use distsys::draw::{Style, svg, terminal};
use distsys::service::hierarchy;
use distsys::sim::Text;
use distsys::sim::Trace;
use distsys::spec::broadcast_executions::{Execution, Which, each};
use distsys::spec::broadcast_services::allowing;
use distsys::spec::{causal_broadcast, fifo_broadcast, total_order};
use lexopt::{Arg, Parser, ValueExt};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
Exercise 15: which broadcast implies which, looked up in all small executions.
Options:
  --nodes N      up to so many nodes, 1 to 4 (default 3)
  --messages N   up to so many messages, 1 to 4 (default 3); 4 with 3 nodes takes several minutes
  --svg FOLDER   draw the executions found into FOLDER
  --help         this text
Exit status: 0 if every arrow of the hierarchy is confirmed, 1 if not, 2 if the options make no sense.";

struct Options {
    nodes: u32,
    messages: usize,
    svg: Option<PathBuf>,
}

fn main() -> ExitCode {
    match options().and_then(|options| options.map_or(Ok(ExitCode::SUCCESS), |it| exercise(&it))) {
        Ok(status) => status,
        Err(error) => {
            eprintln!("error: {error}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

fn options() -> Result<Option<Options>, String> {
    let mut options = Options { nodes: 3, messages: 3, svg: None };
    let mut parser = Parser::from_env();
    let within = |number: u32, name: &str| match number {
        1..=4 => Ok(number),
        _ => Err(format!("{name} takes 1 to 4, not {number}")),
    };
    let text = |error: lexopt::Error| error.to_string();
    while let Some(argument) = parser.next().map_err(text)? {
        match argument {
            Arg::Long("nodes") => {
                options.nodes =
                    within(parser.value().and_then(|it| it.parse()).map_err(text)?, "--nodes")?;
            }
            Arg::Long("messages") => {
                options.messages =
                    within(parser.value().and_then(|it| it.parse()).map_err(text)?, "--messages")?
                        as usize;
            }
            Arg::Long("svg") => options.svg = Some(parser.value().map_err(text)?.into()),
            Arg::Short('h') | Arg::Long("help") => {
                println!("{HELP}");
                return Ok(None);
            }
            other => return Err(other.unexpected().to_string()),
        }
    }
    if options.nodes == 4 && options.messages == 4 {
        return Err("4 nodes and 4 messages make hundreds of millions of executions".to_string());
    }
    Ok(Some(options))
}

/// What was found about two services: how many executions the first allows and the second does not,
/// and the smallest of them.
type Apart = BTreeMap<(&'static str, &'static str), (u64, Option<Execution>)>;

fn exercise(options: &Options) -> Result<ExitCode, String> {
    let (apart, looked_at) = look_through(options);
    println!(
        "\n{looked_at} executions in all. Of those that the service on the left allows, so many the one above"
    );
    println!("forbids:\n");
    print_table(&apart);
    let good = print_arrows(&apart);
    for (number, (weaker, stronger)) in (1..).zip(STRICT) {
        let (_, found) = &apart[&(*weaker, *stronger)];
        println!("\n{number}. {} that is not {}:\n", name(weaker), name(stronger));
        match found {
            Some(execution) => show(execution, number, options)?,
            None => println!("none with so few nodes and messages"),
        }
    }
    print_crashes(options)?;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Pairs of services of which the second is not implied by the first, and is next to it in the
/// picture of the hierarchy.
const STRICT: &[(&str, &str)] = &[
    ("BestEffortBroadcast", "ReliableBroadcast"),
    ("ReliableBroadcast", "FifoBroadcast"),
    ("FifoBroadcast", "CausalBroadcast"),
    ("CausalBroadcast", "FifoTotalOrderBroadcast"),
    ("ReliableBroadcast", "TotalOrderBroadcast"),
    ("TotalOrderBroadcast", "FifoTotalOrderBroadcast"),
];

/// The broadcast services, from weak to strong.
const SERVICES: [&str; 6] = [
    "BestEffortBroadcast",
    "ReliableBroadcast",
    "FifoBroadcast",
    "CausalBroadcast",
    "TotalOrderBroadcast",
    "FifoTotalOrderBroadcast",
];

fn look_through(options: &Options) -> (Apart, u64) {
    let pairs = SERVICES.iter().flat_map(|one| SERVICES.iter().map(move |other| (*one, *other)));
    let mut apart: Apart = pairs.map(|pair| (pair, (0, None))).collect();
    let mut looked_at = 0;
    println!("Nodes  messages  executions");
    for messages in 1..=options.messages {
        for nodes in 1..=options.nodes {
            // Those in which somebody misses a message matter to best effort only.
            let which = if messages <= 2 { Which::Partial } else { Which::Complete };
            let mut number = 0;
            each(nodes, messages, which, |execution| {
                number += 1;
                let allowing = allowing(&execution.trace());
                for &one in &allowing {
                    for other in SERVICES.iter().filter(|other| !allowing.contains(other)) {
                        if let Some((count, first)) = apart.get_mut(&(one, *other)) {
                            *count += 1;
                            // A single node has no one to differ from.
                            if nodes > 1 {
                                first.get_or_insert_with(|| execution.clone());
                            }
                        }
                    }
                }
            });
            let complete = if which == Which::Complete { "  (all deliver all)" } else { "" };
            println!("{nodes:>5}  {messages:>8}  {number:>10}{complete}");
            looked_at += number;
        }
    }
    (apart, looked_at)
}

fn name(service: &str) -> &'static str {
    match service {
        "BestEffortBroadcast" => "best effort",
        "ReliableBroadcast" => "reliable",
        "FifoBroadcast" => "FIFO",
        "CausalBroadcast" => "causal",
        "TotalOrderBroadcast" => "total order",
        _ => "FIFO-total",
    }
}

fn print_table(apart: &Apart) {
    print!("{:<12}", "");
    for service in SERVICES {
        print!("{:>13}", name(service));
    }
    println!();
    for one in SERVICES {
        print!("{:<12}", name(one));
        for other in SERVICES {
            print!("{:>13}", apart[&(one, other)].0);
        }
        println!();
    }
}

/// Compares the zeros of the table with what the compiler takes for granted.
fn print_arrows(apart: &Apart) -> bool {
    let mut good = true;
    for (stronger, weaker) in hierarchy() {
        if !SERVICES.contains(&stronger) {
            continue;
        }
        for other in SERVICES {
            let implied = apart[&(stronger, other)].0 == 0;
            if implied != weaker.contains(&other) {
                good = false;
                println!("{} and {}: the compiler thinks otherwise", name(stronger), name(other));
            }
        }
    }
    if good {
        println!(
            "\nA 0 stands exactly where the compiler lets the one on the left stand in for the one above."
        );
    }
    good
}

fn show(execution: &Execution, number: u32, options: &Options) -> Result<(), String> {
    let trace: Trace<Text> = execution.picture().text();
    print!("{}", terminal(&trace, false, &Style::default()));
    if let Some(folder) = &options.svg {
        let file = folder.join(format!("ex15-{number}.svg"));
        std::fs::write(&file, svg(&trace, &Style::default()))
            .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    }
    Ok(())
}

/// What changes if a node crashes: then it matters how total order is read.
fn print_crashes(options: &Options) -> Result<(), String> {
    let (mut all, mut same, mut prefix) = (0, 0, 0);
    let mut first = None;
    for messages in 1..=options.messages.min(2) {
        for nodes in 2..=options.nodes {
            each(nodes, messages, Which::LastCrashes, |execution| {
                all += 1;
                let trace = execution.trace();
                if fifo_broadcast::order(&trace).is_err()
                    || total_order::same_order(&trace).is_err()
                    || causal_broadcast::order(&trace).is_ok()
                {
                    return;
                }
                same += 1;
                prefix += u32::from(total_order::prefix(&trace).is_ok());
                first.get_or_insert_with(|| execution.clone());
            });
        }
    }
    println!(
        "\nIf the last node may crash, there are {all} executions more. In {same} of them FIFO order is kept,"
    );
    println!(
        "and any two nodes that deliver the same two messages do so in the same order, and yet causal order"
    );
    println!("is broken. Where the prefix property holds as well, that happens in {prefix}.");
    match first {
        Some(execution) => {
            println!("The first:\n");
            show(&execution, STRICT.len() as u32 + 1, options)
        }
        None => Ok(()),
    }
}
