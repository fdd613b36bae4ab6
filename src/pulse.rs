//! Signs of life during long work. They let the page tell a long step from a hang.

use std::cell::Cell;

thread_local! {
    static TELL: Cell<fn(f64)> = const { Cell::new(|_| {}) };
}

/// From now on this thread calls `tell` during long work. Its argument is about how many multiply-adds follow before the next call; 0
/// means few.
pub fn tell(tell: fn(f64)) {
    TELL.set(tell);
}

/// Says that work goes on, and that about `macs` multiply-adds follow before the next call.
pub fn beat(macs: f64) {
    TELL.get()(macs);
}
