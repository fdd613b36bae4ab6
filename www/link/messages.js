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
  const { id, call, args } = data;
  if (call === 'listen') return (id === undefined || Number.isSafeInteger(id)) && (args === undefined || (Array.isArray(args) && args.length === 0));
  return (
    Number.isSafeInteger(id) &&
    CALLS.includes(call) &&
    Array.isArray(args) &&
    args.length <= ARGS_MAX &&
    args.every((value) => ['string', 'number', 'boolean'].includes(typeof value))
  );
}

/** Keys of a call that `isCall` bounds. */
const BOUNDED = ['genzoo', 'id', 'call'];

/** The size in characters of what the sender of a message chooses, in any key; it is not counted much further than to the limit. */
export function sizeOf(data) {
  let size = 0;
  const add = (value) => {
    if (value === null || value === undefined || size > SIZE_MAX) return;
    if (typeof value !== 'object') size += String(value).length;
    else if (Array.isArray(value)) value.slice(0, SIZE_MAX).forEach(add);
    else size = Infinity; // no call has such a value
  };
  if (data === null || typeof data !== 'object') add(data);
  for (const key in typeof data === 'object' ? data : {}) {
    if (size > SIZE_MAX) break;
    if (BOUNDED.includes(key)) continue;
    if (key !== 'args') add(key);
    add(data[key]);
  }
  return size;
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
