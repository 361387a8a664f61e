//! Exercise 1: many requests and answers on one connection.
//!
//! First a stream of bytes that arrives in arbitrary pieces, and the messages that are found in it.
//! Then five requests at once, of which the first is slow: when does each get its answer, if answers
//! are matched by order, and if they are matched by number?

#[path = "shared/json.rs"]
mod json;
mod shared;

use distsys::layer::names::{A, B};
use distsys::layer::{Layer, MILLIS, Time};
use distsys::link::{Fifo, Retransmit};
use distsys::rpc::connection::Message;
use distsys::rpc::framing::Piece;
use distsys::rpc::{Connection, Decoder, Framed, Matching, frame};
use distsys::service::{Call, CallEvent, OpId};
use distsys::sim::{Network, Rate, What, World};
use distsys::subject::rpc::Till;
use json::Json;
use shared::Options;
use std::process::ExitCode;

fn main() -> ExitCode {
    let about =
        "Exercise 1: many requests on one connection. Of the options, --seed and --loss count.";
    let options = match Options::read(about) {
        Ok(options) => options,
        Err(status) => return status,
    };
    shared::end(exercise(&options))
}

fn exercise(options: &Options) -> Result<ExitCode, String> {
    let asked = options.nodes.or(options.messages).is_some() || options.faults.is_some();
    if asked || options.json || options.svg.is_some() || options.replay.is_some() {
        return Err("exercise 1 takes --seed, --loss and --zoo only".to_string());
    }
    if let Some(scenes) = options.twin_caught()? {
        return shared::show(&options.subject("")?, scenes, options, |_| ());
    }
    print_pieces()?;
    for (title, matching) in [
        ("2. Answers are matched by order", Matching::ByOrder),
        ("3. Answers are matched by number", Matching::ByNumber),
    ] {
        println!("\n{title}\n");
        print_answers(matching, options)?;
    }
    Ok(ExitCode::SUCCESS)
}

const REQUESTS: [&str; 5] = ["slow", "bread", "butter", "tea", "jam"];

/// Three requests as one stream of bytes, in pieces of 10 bytes.
fn print_pieces() -> Result<(), String> {
    let mut stream = Vec::new();
    for (number, args) in (1..).zip(&REQUESTS[..3]) {
        let request: Message<&str, u64> = Message::Request(Some(number), args);
        let text = serde_json::to_string(&request).map_err(|error| error.to_string())?;
        stream.extend(frame(text.as_bytes()).ok_or("the request is too long")?);
    }
    println!("1. A stream of {} bytes arrives in pieces\n", stream.len());
    let mut decoder = Decoder::default();
    for piece in stream.chunks(17) {
        decoder.push(piece);
        println!("   {}", readable(piece));
        while let Some(message) = decoder.next_message().map_err(|error| error.to_string())? {
            println!("{:25} => {}", "", String::from_utf8_lossy(&message));
        }
    }
    Ok(())
}

/// Bytes as text; those of a length as numbers.
fn readable(piece: &[u8]) -> String {
    let show = |&byte: &u8| match byte {
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("<{byte}>"),
    };
    piece.iter().map(show).collect()
}

// ANCHOR: answers
/// A asks B for all at once, and notes when each answer comes.
fn print_answers(matching: Matching, options: &Options) -> Result<(), String> {
    let link = Fifo::<Piece>::new(2).over(Retransmit::new(2));
    let stream: Framed<Message<String, u64>, Json> = Framed::new(2, 1_000);
    let node = Connection::new(Till::new(MILLIS), matching).over(stream.over(link));
    let mut world = World::new(options.seed(), vec![node; 2]);
    world.network = Network { loss: Rate::percent(options.loss.unwrap_or(0)), ..Network::calm() };
    for (number, args) in (0..).zip(REQUESTS.map(String::from)) {
        world.request(A, Call { op: OpId { client: 0, number }, to: B, args });
    }
    world.run().map_err(|error| error.to_string())?;
    println!("   request     work   answered after");
    let trace = world.trace();
    for (number, word) in (0..).zip(REQUESTS) {
        let answered = trace.records.iter().find(|record| {
            matches!(&record.what, What::Deliver { indication: CallEvent::Return { op, .. } }
                if op.number == number)
        });
        let work = distsys::rpc::Procedure::takes(&Till::new(MILLIS), &word.to_string());
        let answered = answered.ok_or("a request was not answered")?.at;
        println!("   {word:8} {:>4} ms   {:>11} ms", ms(work), ms(answered));
    }
    Ok(())
}
// ANCHOR_END: answers

fn ms(time: Time) -> Time {
    time / MILLIS
}
