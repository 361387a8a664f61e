//! Remote calls, chapter 1.

use super::{CourseRun, Played, arrivals};
use crate::draw::{Show, Style};
use crate::layer::*;
use crate::node::names::{A, B, C, D};
use crate::rpc::payments::{Card, PaymentRequest, PaymentStatus};
use crate::rpc::{Payments, Procedure, Rpc, Stub, Typed};
use crate::service::*;
use crate::sim::World;

/// The runs.
pub(super) const RUNS: &[CourseRun] = &[
    CourseRun {
        id: "R1.1",
        title: "a request to a web server",
        caption: "One request, one response. The client waits in between.",
        play: web_request,
    },
    CourseRun {
        id: "R1.2",
        title: "a payment",
        caption: "The shop asks the payments service to charge £3.99 to a card, and hears that it has.",
        play: payment,
    },
    CourseRun {
        id: "R1.3",
        title: "a remote call from the inside",
        caption: "The shop calls a function, and the function runs elsewhere. What looks like a call is two messages, m1 and m2.",
        play: inside,
    },
];

/// A web server: a path leads to a page.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct WebServer;

/// The first line of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Get(&'static str);

impl Procedure for WebServer {
    type Args = Get;
    type Result = &'static str;
    fn takes(&self, _: &Get) -> Time {
        5 * MILLIS
    }
    fn execute(&mut self, Get(path): &Get) -> &'static str {
        if *path == "/teaching" { "<html>…</html>" } else { "404 Not Found" }
    }
}

/// One call: the request arrives after 10 ms, the work takes 5 ms, the answer arrives after 10 ms.
fn one_call<P: Procedure>(procedure: P, args: P::Args, names: [&str; 2]) -> Played {
    let stub: Stub<P, Typed> = Stub::new(procedure);
    let mut world = World::new(0, vec![stub.over(Rpc::new()); 2]);
    world = world.with_script(arrivals(&[(A, B, 1, Some(10)), (B, A, 1, Some(25))]));
    world.request(A, Call { op: OpId { client: 0, number: 0 }, to: B, args });
    // It is over: at most an hour of simulated time would be.
    let _ = world.run();
    let style = Style { names: names.map(String::from).to_vec(), ..style() };
    Played::new(world.trace().text(), style)
}

fn web_request() -> Played {
    one_call(WebServer, Get("/teaching"), ["client", "server"])
}

fn payment() -> Played {
    one_call(Payments::new(5 * MILLIS), PaymentRequest::example(), ["shop", "payments"])
}

/// What a reader wants to know of the words in these runs.
fn style() -> Style {
    let show = Show { timers: false, stores: false, choices: false, facts: false };
    Style { label, show, width: 40, ..Style::default() }
}

fn label(text: &str) -> String {
    let says = |part: &str| text.contains(part);
    let words = match text {
        _ if says("Executed") && says("Get(") => "finds the page",
        _ if says("Executed") => "charges the card",
        _ if says("Get(") => "GET /teaching",
        _ if says("html") => "<html>…</html>",
        _ if says("success: true") => "success",
        _ if says("amount: 399") => "charge £3.99 to card 1234…",
        _ => return crate::draw::label(text),
    };
    words.to_string()
}

/// One of the four who take part in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Part;

/// What passes between them. Only the two in the middle talk over a network.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Passed {
    /// A function is called.
    Call(PaymentRequest),
    /// The first message.
    M1(String),
    /// The second message.
    M2(String),
    /// A function returns.
    Return(PaymentStatus),
}

/// What one of them does by itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Does(&'static str);

/// The inside of a call: the shop asks for it, and everybody tells what it does.
#[derive(Clone, Debug)]
struct Inside;
impl Service for Inside {
    type Request = PaymentRequest;
    type Indication = Does;
}

impl Layer for Part {
    type Implements = Inside;
    type Uses = FairLossLink<Passed>;
    type Timer = Never;
    type Stable = ();
    const MODEL: Model =
        Model { links: Links::Reliable, nodes: Nodes::CrashStop, timing: Timing::Asynchronous };

    fn on_request(&mut self, payment: PaymentRequest, ctx: &mut Context<Self>) {
        ctx.send(B, Passed::Call(payment));
        ctx.indicate(Does("waits"));
    }

    fn on_receive(&mut self, Deliver { from, msg }: Deliver<Passed>, ctx: &mut Context<Self>) {
        match (ctx.me, msg) {
            (B, Passed::Call(payment)) => {
                ctx.indicate(Does("marshal"));
                ctx.send(C, Passed::M1(written(&payment)));
            }
            (C, Passed::M1(text)) => {
                ctx.indicate(Does("unmarshal"));
                read(&text).into_iter().for_each(|payment| ctx.send(D, Passed::Call(payment)));
            }
            (D, Passed::Call(payment)) => {
                let status = Payments::default().process_payment(&payment);
                ctx.indicate(Does("charge"));
                ctx.send(from, Passed::Return(status));
            }
            (C, Passed::Return(status)) => {
                ctx.indicate(Does("marshal"));
                let transaction = status.transaction.unwrap_or(0);
                ctx.send(B, Passed::M2(transaction.to_string()));
            }
            (B, Passed::M2(text)) => {
                ctx.indicate(Does("unmarshal"));
                let transaction = text.parse().ok();
                let success = transaction.is_some();
                let status = PaymentStatus { success, transaction, error: None };
                ctx.send(A, Passed::Return(status));
            }
            _ => ctx.indicate(Does("goes on")),
        }
    }

    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

/// The arguments, a line each.
fn written(PaymentRequest { card, amount, currency }: &PaymentRequest) -> String {
    format!("{}\n{}\n{}\n{amount}\n{currency:?}", card.number, card.expires, card.cvc)
}

fn read(text: &str) -> Option<PaymentRequest> {
    let mut lines = text.lines();
    let mut next = || lines.next().map(String::from);
    let card = Card { number: next()?, expires: next()?, cvc: next()? };
    let amount = next()?.parse().ok()?;
    let known = [crate::rpc::payments::Currency::GBP, crate::rpc::payments::Currency::USD];
    let name = next()?;
    let currency = known.into_iter().find(|currency| format!("{currency:?}") == name)?;
    Some(PaymentRequest { card, amount, currency })
}

fn inside() -> Played {
    let way = [(A, B, 2), (B, C, 12), (C, D, 14), (D, C, 16), (C, B, 26), (B, A, 28)];
    let script = arrivals(&way.map(|(from, to, at)| (from, to, 1, Some(at))));
    let mut world = World::new(0, vec![Part; 4]).with_script(script);
    world.request(A, PaymentRequest::example());
    let _ = world.run();
    let names = ["shop", "RPC client", "RPC server", "payment service"];
    let names = names.map(String::from).to_vec();
    Played::new(world.trace().text(), Style { names, label: inside_label, ..style() })
}

fn inside_label(text: &str) -> String {
    let words = match text {
        _ if text.starts_with("M1") => "m1",
        _ if text.starts_with("M2") => "m2",
        _ if text.starts_with("Call") => "call",
        _ if text.starts_with("Return") => "success",
        _ if text.starts_with("PaymentRequest") => "processPayment",
        _ => match text.split('"').nth(1) {
            Some(does) => does,
            None => text,
        },
    };
    words.to_string()
}
