/**
 * What RochetNet's presets earn against exact optima, wasm. Run: `npm run bench:auctions`, with `-- <preset>...` for some of
 * them (those with the paper's constants take about ten minutes each and are left out unless named).
 */
import { findProblem } from '../../../src/engine/problems/registry.ts';
import { exactRevenues } from '../../support/auctions/exact-revenues.ts';
import { trainMenu } from '../../support/auctions/train-menu.ts';
import { useTestBackend } from '../../support/use-backend.ts';

await useTestBackend('wasm');
const wanted = process.argv.slice(2);
console.log(
  'preset                       seed     exact   learned   s.e.      ratio    z  DSIC  IR  seconds',
);
for (const { id, config, seeds } of findProblem('menu-auction').presets) {
  const exact = exactRevenues[id.replace(/-paper$/, '')];
  if (exact === undefined || (wanted.length > 0 ? !wanted.includes(id) : id.endsWith('-paper'))) continue;
  for (const seed of seeds) {
    const start = performance.now();
    const { last } = await trainMenu(config, 'softmax', { seed });
    const { hardTestRevenue: learned, testRevenueError: error, dsicViolations, testIrViolations } = last;
    const z = (learned! - exact) / error!;
    console.log(
      [
        id.padEnd(28),
        String(seed).padStart(4),
        exact.toFixed(5).padStart(9),
        learned!.toFixed(5).padStart(9),
        error!.toFixed(5),
        (learned! / exact).toFixed(5),
        z.toFixed(1).padStart(5),
        String(dsicViolations).padStart(4),
        String(testIrViolations).padStart(3),
        ((performance.now() - start) / 1000).toFixed(0).padStart(7),
      ].join('  '),
    );
  }
}
