//! The work in turmoil: each node is a Tokio program with a UDP socket.
//!
//! turmoil moves time in ticks (of a millisecond, unless one says otherwise), draws delays from an
//! exponential distribution cut off at the most, and when it loses a packet, loses all that are
//! under way between the two nodes as well. So here the program itself loses one packet in a
//! hundred.

use crate::simulator::bursts::{BURST, DELAY, LOSS, NODES, PERIOD, receiver};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use turmoil::net::UdpSocket;

/// Runs so many rounds; says how many messages came.
pub fn run(seed: u64, rounds: u32) -> u64 {
    let mut simulation = turmoil::Builder::new()
        .rng_seed(seed)
        .simulation_duration(Duration::from_secs(3_600))
        .min_message_latency(Duration::from_nanos(*DELAY.start()))
        .max_message_latency(Duration::from_nanos(*DELAY.end()))
        .udp_capacity(1 << 16)
        .build();
    let received = Arc::new(AtomicU64::new(0));
    for node in 0..NODES {
        simulation.client(name(node), program(seed, node, rounds, received.clone()));
    }
    simulation.run().expect("bursts come to an end");
    received.load(Ordering::Relaxed)
}

fn name(node: u32) -> String {
    format!("node{node}")
}

async fn program(seed: u64, node: u32, rounds: u32, received: Arc<AtomicU64>) -> turmoil::Result {
    let mut draws = Xoshiro256PlusPlus::seed_from_u64(seed << 8 | u64::from(node));
    let socket = Arc::new(UdpSocket::bind((Ipv4Addr::UNSPECIFIED, PORT)).await?);
    let receiving = socket.clone();
    tokio::spawn(async move {
        let mut packet = [0; 8];
        while receiving.recv_from(&mut packet).await.is_ok() {
            received.fetch_add(1, Ordering::Relaxed);
        }
    });
    let receivers: Vec<_> = (0..BURST)
        .map(|number| (turmoil::lookup(name(receiver(NODES, node, number))), PORT))
        .collect();
    for _ in 0..rounds {
        tokio::time::sleep(Duration::from_nanos(PERIOD)).await;
        for (number, &receiver) in (0..BURST).zip(&receivers) {
            if draws.next_u64() % 1_000_000 >= LOSS {
                socket.send_to(&u64::from(number).to_le_bytes(), receiver).await?;
            }
        }
    }
    tokio::time::sleep(Duration::from_nanos(2 * DELAY.end())).await;
    Ok(())
}

const PORT: u16 = 9000;
