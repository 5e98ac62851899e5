/** What tests find out about the machine is theirs: nothing comes from the user's cache folder, and nothing goes there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Called by Vitest. @public */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'gumbel-test-cache-'));
  process.env['GUMBEL_STUDIO_CACHE'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
