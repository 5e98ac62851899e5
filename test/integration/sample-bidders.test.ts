/** The sample bidders and values in resources are what the script makes, byte for byte. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const resources = fileURLToPath(new URL('../../resources', import.meta.url));

it('resources/make-samples.ts makes resources/bidders and resources/valuations again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'samples-'));
  try {
    execFileSync(process.execPath, [join(resources, 'make-samples.ts'), folder]);
    const made = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
    const kept = ['bidders', 'valuations'].flatMap((kind) => [
      kind,
      ...readdirSync(join(resources, kind), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(kind, name),
      ),
    ]);
    expect(made).toEqual(kept.sort());
    const files = made.filter((name) => /\.(txt|csv)$/.test(name));
    expect(files.length).toBeGreaterThan(0);
    for (const name of files)
      expect(readFileSync(join(folder, name)).equals(readFileSync(join(resources, name)))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
