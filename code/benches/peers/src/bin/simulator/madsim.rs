//! The work in madsim: each node is an async program with a UDP socket.

use crate::simulator::bursts::{BURST, DELAY, LOSS, NODES, PERIOD, receiver};
use madsim::net::UdpSocket;
use madsim::runtime::Runtime;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Runs so many rounds; says how many messages came.
pub fn run(seed: u64, rounds: u32) -> u64 {
    let mut config = madsim::Config::default();
    config.net.packet_loss_rate = LOSS as f64 / 1e6;
    config.net.send_latency =
        Duration::from_nanos(*DELAY.start())..Duration::from_nanos(DELAY.end() + 1);
    let runtime = Runtime::with_seed_and_config(seed, config);
    let received = Arc::new(AtomicU64::new(0));
    let programs: Vec<_> = (0..NODES)
        .map(|node| {
            let host = runtime.create_node().ip(address(node).ip()).build();
            host.spawn(program(node, rounds, received.clone()))
        })
        .collect();
    runtime.block_on(async {
        for program in programs {
            program.await.expect("goes on").expect("sends");
        }
    });
    received.load(Ordering::Relaxed)
}

fn address(node: u32) -> SocketAddr {
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1 + node as u8)), 9000).into()
}

async fn program(node: u32, rounds: u32, received: Arc<AtomicU64>) -> std::io::Result<()> {
    let socket = Arc::new(UdpSocket::bind(address(node)).await?);
    let receiving = socket.clone();
    madsim::task::spawn(async move {
        let mut packet = [0; 8];
        while receiving.recv_from(&mut packet).await.is_ok() {
            received.fetch_add(1, Ordering::Relaxed);
        }
    });
    for _ in 0..rounds {
        madsim::time::sleep(Duration::from_nanos(PERIOD)).await;
        for number in 0..BURST {
            let to = address(receiver(NODES, node, number));
            socket.send_to(to, &u64::from(number).to_le_bytes()).await?;
        }
    }
    madsim::time::sleep(Duration::from_nanos(2 * DELAY.end())).await;
    Ok(())
}
