//! # Messages over a stream of bytes
//!
//! **Implements** [`FifoLink`]. **Uses** [`FifoLink`], of pieces of a stream.
//!
//! **Model**: that of the layer below; crash-stop.
//!
//! **Guarantees**: those of the layer below: [no
//! creation](crate::spec::reliable_link::no_creation), [no
//! duplication](crate::spec::reliable_link::no_duplication),
//! [order](crate::spec::fifo_link::order),
//! [delivery](crate::spec::reliable_link::delivery).
//!
//! **How it works**: a connection, such as TCP's, carries bytes, not messages: what
//! is written in one go may be read in several, and the other way round. So each
//! message is sent as a frame: its length in four bytes, then itself. The receiver
//! gathers bytes until a frame is complete. It refuses a length beyond a bound,
//! else anybody could make it gather without end.
//!
//! **Source**: notes, section 1.2, exercise 1.
//!
//! **Departures**: the pieces are cut by the sender, at random, as the network
//! below a real connection might. The exercise asks for a description.

use crate::layer::*;
use crate::rpc::Format;
use crate::service::{Deliver, FifoLink, SendTo};
use std::marker::PhantomData;

/// The longest message that fits a frame, in bytes.
pub const LONGEST: usize = 1 << 20;

// ANCHOR: frame
/// How many bytes say how long a message is.
const HEADER: usize = 4;

/// The message as it goes on the wire. `None` if it is longer than [`LONGEST`].
pub fn frame(message: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(message.len()).ok().filter(|_| message.len() <= LONGEST)?;
    Some([&length.to_be_bytes(), message].concat())
}
// ANCHOR_END: frame

// ANCHOR: decoder
/// Gathers the bytes of a stream, and finds the messages in them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Decoder {
    bytes: Vec<u8>,
}

impl Decoder {
    /// Takes the next piece of the stream, however it was cut.
    pub fn push(&mut self, piece: &[u8]) {
        self.bytes.extend_from_slice(piece);
    }

    /// The next message, if all of it has come. The error is for good: who sends
    /// such a length has lost the thread, and the connection must be closed.
    pub fn next_message(&mut self) -> Result<Option<Vec<u8>>, TooLong> {
        let Some((header, rest)) = self.bytes.split_first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let length = u32::from_be_bytes(*header) as usize;
        if length > LONGEST {
            return Err(TooLong(length));
        }
        let Some(message) = rest.get(..length).map(<[u8]>::to_vec) else { return Ok(None) };
        self.bytes.drain(..HEADER + length);
        Ok(Some(message))
    }
}
// ANCHOR_END: decoder

/// A frame claims to be so long, which is more than [`LONGEST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong(pub usize);

impl std::fmt::Display for TooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "a frame of {} bytes is announced, and {LONGEST} is the most", self.0)
    }
}

impl std::error::Error for TooLong {}

/// A piece of a stream, as the network carries it.
pub type Piece = Vec<u8>;

/// Time to send what was written to that node.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Flush(pub NodeId);

// ANCHOR: state
/// Messages over streams of bytes: a stream from each node to each other. `F` says
/// how messages look.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Framed<M, F> {
    longest_piece: u32,
    /// What was written to each node, and not yet sent.
    written: PerNode<Vec<u8>>,
    /// What came from each node. `None`: its stream made no sense, and is closed.
    incoming: PerNode<Option<Decoder>>,
    messages: PhantomData<(M, F)>,
}
// ANCHOR_END: state

impl<M, F> Framed<M, F> {
    /// For a system of `n` nodes, whose network cuts streams into pieces of at most
    /// so many bytes, and at least one.
    pub fn new(n: u32, longest_piece: u32) -> Self {
        Framed {
            longest_piece: longest_piece.max(1),
            written: PerNode::new(n, Vec::new()),
            incoming: PerNode::new(n, Some(Decoder::default())),
            messages: PhantomData,
        }
    }
}

impl<M: Value, F: Format<M, Wire = String>> Layer for Framed<M, F> {
    type Implements = FifoLink<M>;
    type Uses = FifoLink<Piece>;
    type Timer = Flush;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    /// The layer above sends a message: it is written behind what was written
    /// before. One that is too long is not sent.
    fn on_request(&mut self, SendTo { to, msg }: SendTo<M>, ctx: &mut Context<Self>) {
        if let Some(frame) = frame(F::marshal(&msg).as_bytes()) {
            if self.written[to].is_empty() {
                ctx.set_timer(Flush(to), 0..5 * MILLIS);
            }
            self.written[to].extend(frame);
        }
    }

    /// After a while the network takes what was written, cut as it likes.
    fn on_timeout(&mut self, Flush(to): Flush, ctx: &mut Context<Self>) {
        let mut rest = std::mem::take(&mut self.written[to]);
        while !rest.is_empty() {
            let length = 1 + ctx.choose(self.longest_piece) as usize;
            let tail = rest.split_off(length.min(rest.len()));
            ctx.send(to, rest);
            rest = tail;
        }
    }

    /// A piece comes: there may be no message complete now, one, or several.
    fn on_receive(
        &mut self,
        Deliver { from, msg: piece }: Deliver<Piece>,
        ctx: &mut Context<Self>,
    ) {
        let Some(decoder) = &mut self.incoming[from] else { return };
        decoder.push(&piece);
        loop {
            let text = decoder.next_message().map(|message| message.map(String::from_utf8));
            match text {
                Ok(None) => return,
                Ok(Some(Ok(text))) if let Ok(msg) = F::unmarshal(&text) => ctx.deliver(from, msg),
                _ => break,
            }
        }
        self.incoming[from] = None;
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
