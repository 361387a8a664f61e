//! Two generals, Byzantine generals, links that lie.
