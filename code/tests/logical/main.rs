//! Happens-before, and the clocks that know it.
