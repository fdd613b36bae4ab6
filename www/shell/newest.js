// Calls of which only the newest counts.

/**
 * Runs `action` with the newest arguments only, one call at a time.
 * @param {(...args: any[]) => any} action
 */
export function newest(action) {
  let waiting = null;
  let running = false;
  return async (...args) => {
    waiting = args;
    if (running) return;
    running = true;
    try {
      while (waiting) {
        const now = waiting;
        waiting = null;
        await action(...now);
      }
    } finally {
      running = false;
    }
  };
}
