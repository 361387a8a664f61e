//! Frames, and connections on which many requests are under way.

use distsys::layer::names::{A, B};
use distsys::layer::{Choices, Context, Effect, Env, Layer, MILLIS, Reading, Time};
use distsys::link::{Direct, Fifo};
use distsys::rpc::framing::{LONGEST, TooLong};
use distsys::rpc::{Connection, Decoder, Framed, Matching, Typed, frame};
use distsys::service::{Call, CallEvent, Deliver, OpId};
use distsys::sim::random::{Purpose, below, draws};
use distsys::sim::{Network, What, World};
use distsys::subject::rpc::Till;
use std::collections::VecDeque;

/// All messages that come of these pieces.
fn decode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Vec<u8>> {
    let (mut decoder, mut messages) = (Decoder::default(), Vec::new());
    for piece in pieces {
        decoder.push(piece);
        while let Some(message) = decoder.next_message().unwrap() {
            messages.push(message);
        }
    }
    messages
}

fn stream(messages: &[&[u8]]) -> Vec<u8> {
    messages.iter().flat_map(|message| frame(message).unwrap()).collect()
}

/// The stream, cut after each byte whose bit is set.
fn cut(stream: &[u8], cuts: u32) -> Vec<&[u8]> {
    let places = (1..stream.len()).filter(|&place| cuts & (1 << (place - 1)) != 0);
    let places: Vec<_> = [0].into_iter().chain(places).chain([stream.len()]).collect();
    places.windows(2).map(|ends| &stream[ends[0]..ends[1]]).collect()
}

#[test]
fn the_same_messages_come_out_however_the_stream_is_cut() {
    let messages: [&[u8]; 3] = [b"to", b"", b"b"];
    let stream = stream(&messages);
    assert_eq!(stream.len(), 15);
    for cuts in 0..1 << 14 {
        let pieces = cut(&stream, cuts);
        assert_eq!(pieces.concat(), stream);
        assert_eq!(decode(pieces.iter().copied()), messages, "cut at {cuts:#b}");
    }
}

#[test]
fn long_messages_come_out_of_random_pieces() {
    for seed in 0..300 {
        let mut draws = draws(seed, Purpose::Choice, 0, 0);
        let messages: Vec<Vec<u8>> =
            (0..8).map(|i| vec![i; below(&mut draws, 400) as usize]).collect();
        let stream = stream(&messages.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let (mut rest, mut pieces) = (stream.as_slice(), Vec::new());
        while !rest.is_empty() {
            let length = 1 + below(&mut draws, 200.min(rest.len() as u64)) as usize;
            let (piece, tail) = rest.split_at(length);
            pieces.push(piece);
            rest = tail;
        }
        assert_eq!(decode(pieces), messages, "seed {seed}");
    }
}

#[test]
fn a_frame_beyond_the_bound_is_refused_before_its_bytes_come() {
    assert_eq!(frame(&vec![0; LONGEST + 1]), None);
    let longest = frame(&vec![7; LONGEST]).unwrap();
    assert_eq!(decode([longest.as_slice()]), [vec![7; LONGEST]]);
    let mut decoder = Decoder::default();
    decoder.push(&(LONGEST as u32 + 1).to_be_bytes());
    assert_eq!(decoder.next_message(), Err(TooLong(LONGEST + 1)));
    assert!(TooLong(9_999_999).to_string().contains("9999999 bytes"));
}

/// A calls "slow" and two quick ones at once. Returns when each answer came, in ms.
fn answers(matching: Matching) -> Vec<(u64, Time)> {
    let node = Connection::new(Till::new(MILLIS), matching).over(Fifo::new(2).over(Direct::new()));
    let mut world = World::new(0, vec![node; 2]).with_network(Network::calm());
    for (number, word) in (0..).zip(["slow", "quick", "quick"]) {
        let (op, args) = (OpId { client: 0, number }, word.to_string());
        world.request(A, Call { op, to: B, args });
    }
    world.run().unwrap();
    let ended = |what: &What<_>| match what {
        What::Deliver { indication: CallEvent::Return { op, result: Ok(_) } } => Some(op.number),
        _ => None,
    };
    let trace = world.trace();
    trace.records.iter().filter_map(|it| Some((ended(&it.what)?, it.at / MILLIS))).collect()
}

#[test]
fn by_order_a_slow_request_holds_up_all_behind_it_and_by_number_it_does_not() {
    assert_eq!(answers(Matching::ByOrder), [(0, 520), (1, 520), (2, 520)]);
    assert_eq!(answers(Matching::ByNumber), [(1, 25), (2, 25), (0, 520)]);
}

/// What B delivers when it is given these pieces of a stream from A.
fn delivered(pieces: &[&[u8]]) -> Vec<String> {
    let mut framed: Framed<String, Typed> = Framed::new(2, 7);
    let mut env = Env::new(B, Reading::default(), Choices::default());
    let mut effects = VecDeque::new();
    for piece in pieces {
        let event = Deliver { from: A, msg: piece.to_vec() };
        framed.on_receive(event, &mut Context::new(&mut env, &mut effects));
    }
    let told = |effect| match effect {
        Effect::Indicate(Deliver { msg, .. }) => Some(msg),
        _ => None,
    };
    effects.into_iter().filter_map(told).collect()
}

#[test]
fn a_stream_that_makes_no_sense_is_closed_and_what_came_before_is_delivered() {
    let (one, two) = (frame(b"one").unwrap(), frame(b"two").unwrap());
    assert_eq!(delivered(&[&one, &two]), ["one", "two"]);
    let too_long = (LONGEST as u32 + 1).to_be_bytes();
    assert_eq!(delivered(&[&one, &too_long, &two]), ["one"]);
    let no_text = frame(&[0xff, 0xfe]).unwrap();
    assert_eq!(delivered(&[&one, &no_text, &two]), ["one"]);
}
