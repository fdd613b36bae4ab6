//! Signs of life from the midst of long work: whoever waits for it can tell a long step from a hang.

use std::cell::Cell;

thread_local! {
    static TELL: Cell<fn(f64)> = const { Cell::new(|_| {}) };
}

/// From here on `tell` is called in the midst of this thread's long work, with about how many multiply-adds come before its next
/// call; 0 where they are few.
pub fn tell(tell: fn(f64)) {
    TELL.set(tell);
}

/// Work goes on: about so many multiply-adds come before the next call.
pub fn beat(macs: f64) {
    TELL.get()(macs);
}
