// Axe on a page: nothing serious, nothing critical.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const AXE = readFileSync(fileURLToPath(new URL('./node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8');

/** Axe looks into style sheets through style elements of its own. */
export const AXES_OWN = [/Applying inline style/];

/** `scope`: a page, or a frame in one. Both schemes in one visit, as what leads there takes longer than axe. */
export async function audit(scope, what) {
  const page = scope.page?.() ?? scope;
  await scope.evaluate(AXE);
  for (const colorScheme of ['light', 'dark']) {
    // Without motion, as no colour may be on its way to another.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await auditNow(scope, `${what}, ${colorScheme}`);
  }
}

async function auditNow(scope, what) {
  const { violations } = await scope.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
  const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target, failureSummary }) => `${target.flat().join(' ')} (${failureSummary.split('\n')[1]?.trim()})`).join('; ')}`);
  assert.deepEqual(serious, [], what);
}
