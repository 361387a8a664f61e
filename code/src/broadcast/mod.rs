//! Broadcasts: from best effort to one order for all.
