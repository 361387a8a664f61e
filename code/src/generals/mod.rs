//! The two generals, and the Byzantine generals.
