//! The table in the book: how many situations there are, of systems of several kinds.

use crate::paxos::paxos;
use crate::stages::{alike, election};
use crate::{durable, fifo, sending, with_durable_promises, with_fifo_promises};
use distsys::check::{Explorable, Explored, Situation};
use distsys::link::Boundary;
use distsys::node::names::{A, B};
use std::fmt::Write;
use tests::golden;
use tests::toys::vote::Bug;

fn row<N: Explorable>(what: &str, system: Explored<N>) -> String
where
    Explored<N>: Send + Sync,
    Situation<N>: Send + Sync,
{
    let report = system.search();
    format!("| {what} | {} | {report} |", report.depth)
}

#[test]
fn the_book_says_how_many_situations_there_are() {
    let crash = |node| sending(durable(Boundary::AtMostOnce, 1), A, B, "xy").crashing(node, 1);
    let durable = |node| with_durable_promises(crash(node), Boundary::AtMostOnce);
    let rows = [
        row(
            "FIFO link: A sends *x* and *y* to B",
            with_fifo_promises(sending(fifo(2), A, B, "xy")),
        ),
        row("FIFO link: also B sends *u* to A", {
            with_fifo_promises(sending(sending(fifo(2), A, B, "xy"), B, A, "u"))
        }),
        row("FIFO link that survives crashes: the sender may crash once", durable(A)),
        row("FIFO link that survives crashes: the receiver may crash once", durable(B)),
        row("election of three nodes: one may crash once, term 1", election(Bug::None, 1)),
        row("the same with nodes that are alike", alike(election(Bug::None, 1))),
        row("the same up to term 2", alike(election(Bug::None, 2))),
        row(
            "election, broken twin: a vote is forgotten in a crash",
            election(Bug::ForgetsItsVote, 1),
        ),
        row("Paxos: three servers, two clients that write, then read", paxos()),
    ];
    let mut table = String::from("| system | longest run | search |\n| --- | ---: | --- |\n");
    rows.iter().for_each(|row| writeln!(table, "{row}").expect("a string can be written to"));
    golden::check("model-checking.md", &table);
}
