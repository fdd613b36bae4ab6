// Code of a race that is fetched when it is first wanted.

/** Does something with code that is fetched now, or says that there is no connection. */
export async function later(notices, fetch, act) {
  const code = await fetch().catch(() => null);
  if (code) return act(code);
  return notices.notify('The code for this could not be fetched: there is no connection.', { kind: 'warning', key: 'later' });
}

/** Opens the pad for points of the user's own. */
export const openPad = (race, density) =>
  later(
    race.notices,
    () => import('./own-points.js'),
    (code) => code.openPad(race, density),
  );

/** Says what Rust advises on the settings of a session, where it does. */
export function advise(race, { advice }) {
  race.notices.clearNotice('advice');
  if (advice)
    later(
      race.notices,
      () => import('./own-points.js'),
      (code) => code.advise(race, advice),
    );
}
