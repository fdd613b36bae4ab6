// Messages between a page and an embedded race, by postMessage; both ends check them.

export const PROTOCOL = 1;
export const CALLS = ['play', 'pause', 'step', 'reset', 'set', 'open', 'state'];
export const EVENTS = ['ready', 'state', 'metrics', 'link', 'fault'];
/** Limits of the messages that an embedded race reads. */
export const SIZE_MAX = 64 * 1024;
export const RATE_MAX = 20; // a second
const ARGS_MAX = 2;

/** Whether `data` is `{genzoo: 1, id, call, args}`, or `{genzoo: 1, call: "listen"}`, of plain small values. */
export function isCall(data) {
  if (data === null || typeof data !== 'object' || data.genzoo !== PROTOCOL) return false;
  if (data.call === 'listen') return true;
  return (
    Number.isSafeInteger(data.id) &&
    CALLS.includes(data.call) &&
    Array.isArray(data.args) &&
    data.args.length <= ARGS_MAX &&
    data.args.every((value) => ['string', 'number', 'boolean'].includes(typeof value))
  );
}

/** The size in characters of what the sender of a message chooses. */
export function sizeOf(data) {
  if (typeof data === 'string') return data.length;
  return (data?.args ?? []).reduce((sum, value) => sum + String(value).length, 0);
}

/** True for at most `RATE_MAX` calls in any second. */
export function limiter(clock = () => performance.now()) {
  let times = [];
  return () => {
    const now = clock();
    times = times.filter((time) => now - time < 1000);
    if (times.length >= RATE_MAX) return false;
    times.push(now);
    return true;
  };
}
