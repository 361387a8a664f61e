//! The notebook's tool.
fn main() {}
