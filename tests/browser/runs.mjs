// Short runs whose state hashes must be equal wherever the CPU module runs. Loaded by Node and by browsers alike.
const SMALL = 'g-width=12&d-width=10&batch=24&seed=7';
const STEPS = 25;

export const RUNS = [
  `${SMALL}`,
  `${SMALL}&arenas=minimax,least-squares,wasserstein-clip&density=grid25&g-activation=tanh&d-activation=tanh`,
  `${SMALL}&arenas=wasserstein-gp,wasserstein-gp&density=swiss-roll&optimiser.0=rmsprop&spectral-norm.1=true&g-output=tanh`,
  `${SMALL}&density=two-moons&latent=uniform&latent-dim=5&optimiser=sgd&g-depth=3&d-depth=1`,
  `${SMALL}&density=checkerboard&arenas=non-saturating&events=5.lr-g:0.01~9.D~14.G`,
  `${SMALL}&density=gaussian-pair&arenas=wasserstein-gp&optimiser=momentum&g-activation=relu&d-activation=relu`,
];

/** `[{query, hash}]` of every run at its last step. */
export async function hashes({ Session }) {
  const found = [];
  for (const query of RUNS) {
    const session = await Session.open('race', query);
    while (session.step() < STEPS) {
      await session.advance(STEPS - session.step(), 1000);
      if (session.fault()) throw new Error(`${query}: ${session.fault()}`);
    }
    found.push({ query: session.query(), hash: await session.hash() });
    session.free();
  }
  return found;
}
