//! The contract: what a layer may rely on, whatever runtime it runs in. A test a claim.

mod adversary;
mod allocation;
mod choices;
mod clocks;
mod endless;
mod facts;
mod history;
mod model;
mod order;
mod ports;
mod services;
mod storage;
