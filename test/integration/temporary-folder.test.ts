/** Downloads and replays go through the folder for temporary files: when it is missing or full, that is said. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { paths, runFilePath } from '../../src/shared/contract/http.ts';
import { startServer, type StudioServer } from '../../src/server/server.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { writeRunFile } from '../../src/studio/files/run-file.ts';
import { content } from '../fixtures/run-files.ts';
import { cli, tempFolder } from '../support/cli.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { where } from '../support/where.ts';

const data = tempFolder();
const file = join(data.path, 'run.gsrun');
const small = tempFolder();
let studio: Studio;
let server: StudioServer;
let id = '';
let bearer = '';

const whyNoDisk = mountSmallDisk(small.path, '16k');

beforeAll(async () => {
  studio = createStudio({ dataDir: data.path, program: 'test' });
  server = await startServer({ studio });
  writeRunFile(file, content);
  bearer = (JSON.parse(readFileSync(join(data.path, 'server.json'), 'utf8')) as { token: string }).token;
  const sent = await ask(paths.importRun, { method: 'POST', body: readFileSync(file) });
  expect(sent.status).toBe(200);
  id = studio.store.runs()[0]?.id ?? '';
});

afterEach(() => void vi.unstubAllEnvs());

afterAll(async () => {
  await server.close();
  await studio.close();
  if (whyNoDisk === '') execFileSync('umount', ['--lazy', small.path]);
  data.remove();
  small.remove();
});

async function ask(path: string, init: RequestInit = {}) {
  const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/octet-stream' },
  });
  return { status: answer.status, body: (await answer.json()) as { kind: string; message: string } };
}

function expectSaid({ status, body }: Awaited<ReturnType<typeof ask>>, folder: string): void {
  expect([status, body.kind]).toEqual([507, 'disk-full']);
  expect(body.message).toContain(`the folder for temporary files, ${folder}, cannot be written to`);
  expect(body.message).toContain('TMPDIR');
}

it('a folder that is not there: 507 and a sentence', async () => {
  const missing = join(data.path, 'missing');
  vi.stubEnv('TMPDIR', missing);
  expectSaid(await ask(runFilePath(id)), missing);
});

it('replay says it in one sentence', async () => {
  const noFolder = join(data.path, 'a-file');
  writeFileSync(noFolder, '');
  const { code, stderr } = await cli(['replay', file, '--backend', 'cpu'], { env: { TMPDIR: noFolder } });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^gumbel-studio: the folder for temporary files, .*a-file, cannot be written to/m);
  expect(stderr).not.toMatch(/^ +at /m);
});

where(whyNoDisk).describe('a folder that is full', () => {
  it('is said', async () => {
    vi.stubEnv('TMPDIR', small.path);
    const { status, body } = await ask(runFilePath(id));
    expect([status, body.kind]).toEqual([507, 'disk-full']);
    expect(body.message).toContain(small.path);
  });
});
