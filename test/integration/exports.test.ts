/** `report` and `export` to other programs' formats, of a comparison that real trainers made. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archivePath, reportPath } from '../../src/shared/contract/http.ts';
import type { Verdict } from '../../src/shared/contract/verdict.ts';
import { tempFolder } from '../support/cli.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';
import { where } from '../support/where.ts';
import { readEventFile } from '../support/formats/read-event-file.ts';
import { serveStudio } from '../support/served-studio.ts';
import { enter } from '../support/studio-client.ts';

const data = tempFolder();
const place = ['--data-dir', data.path];
const at = (...names: string[]) => join(data.path, ...names);

interface Document {
  readonly comparison: string;
  readonly runs: readonly { id: string; seed: number; metrics: Record<string, number> }[];
  readonly verdict: Verdict;
}

let document: Document;
let csv: readonly (readonly string[])[];

beforeAll(async () => {
  document = await cliJson<Document>([
    ...['run', '--problem', 'toy-categorical', '--estimator', 'exact,reinforce', '--seeds', '2'],
    ...['--backend', 'cpu', '--set', 'steps=20', '--name', 'a <toy>', ...place],
  ]);
  await cli(['export', document.comparison, '--out', at('csv'), ...place]);
  csv = readFileSync(at('csv', 'series.csv'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
});

afterAll(() => data.remove());

const exported = async (format: string) => {
  const args = ['export', document.comparison, '--format', format, '--out', at(format), ...place];
  return cliJson<{ folder: string; files: string[] }>(args);
};
const report = (...args: string[]) => cli(['report', document.comparison, ...args, ...place]);

/** Points of CSV: run, series, step and value, sorted. */
function csvPoints(): string[] {
  const [head = [], ...rows] = csv;
  return rows
    .flatMap((row) =>
      head
        .slice(6)
        .flatMap((name, i) => (row[6 + i] === '' ? [] : [[row[0], name, row[4], row[6 + i]].join(' ')])),
    )
    .sort();
}

describe('export', () => {
  it('as Parquet has the points of CSV', async () => {
    expect((await exported('parquet')).files).toEqual(['series.parquet', 'runs.parquet']);
    const rows = await parquetReadObjects({
      file: await asyncBufferFromFile(at('parquet', 'series.parquet')),
    });
    const points = rows.map(({ run, series, step, value }) =>
      [run, series, step, value].map(String).join(' '),
    );
    expect(points.sort()).toEqual(csvPoints());
    const runs = await parquetReadObjects({ file: await asyncBufferFromFile(at('parquet', 'runs.parquet')) });
    expect(runs.map(({ id, seed }) => [String(id), Number(seed)])).toEqual(
      document.runs.map(({ id, seed }) => [id, seed]),
    );
  });

  it('as JSON Lines has the points of CSV', async () => {
    expect((await exported('jsonl')).files).toEqual(['series.jsonl', 'runs.jsonl']);
    const linesOf = (name: string) =>
      readFileSync(at('jsonl', name), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const points = linesOf('series.jsonl').map(({ run, series, step, value }) =>
      [run, series, step, value].map(String).join(' '),
    );
    expect(points.sort()).toEqual(csvPoints());
    expect(linesOf('runs.jsonl').map(({ id, metrics }) => ({ id, metrics }))).toEqual(
      document.runs.map(({ id, metrics }) => ({ id, metrics })),
    );
  });

  it('as event files has the points of CSV in single precision, at times within the run', async () => {
    const { files } = await exported('tensorboard');
    expect(files).toHaveLength(4);
    const points = files.flatMap((file) => {
      const events = readEventFile(readFileSync(at('tensorboard', file)));
      const times = events.map(({ wallTime }) => wallTime);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.every((time) => Math.abs(time - Date.now() / 1000) < 3600)).toBe(true);
      const [run] = file.split('.');
      return events.flatMap(({ step, scalars }) =>
        Object.entries(scalars).map(([name, value]) => [run, name, step, value].join(' ')),
      );
    });
    const single = csvPoints().map((point) =>
      point.replace(/\S+$/, (value) => `${Math.fround(Number(value))}`),
    );
    expect(points.sort()).toEqual(single.sort());
  });

  where(hasTensorboard() ? '' : 'needs tensorboard for python3').it(
    'as event files is read by TensorBoard',
    async () => {
      const { files } = await exported('tensorboard');
      const program = [
        'import json, sys',
        'from tensorboard.backend.event_processing.event_accumulator import EventAccumulator',
        'events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})',
        'events.Reload()',
        'print(json.dumps({tag: len(events.Scalars(tag)) for tag in events.Tags()["scalars"]}))',
      ].join('\n');
      const [file = ''] = files;
      const text = execFileSync('python3', ['-c', program, at('tensorboard', file)], { encoding: 'utf8' });
      const counts = JSON.parse(text) as Record<string, number>;
      const [run] = file.split('.');
      for (const [name, count] of Object.entries(counts)) {
        const own = csvPoints().filter((point) => point.startsWith(`${run} ${name} `));
        expect(count, name).toBe(own.length);
      }
      expect(Object.keys(counts)).toContain('expectedValue');
    },
  );

  it('refuses a format that is none, and a folder that cannot be', async () => {
    const wrong = await cli(['export', document.comparison, '--format', 'arrow', ...place]);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain('expected one of csv, gsrun, parquet, jsonl, tensorboard, ');
    writeFileSync(at('file'), '');
    for (const format of ['parquet', 'jsonl', 'tensorboard']) {
      const args = ['--format', format, '--out', at('file', 'below'), ...place];
      const { code, stderr } = await cli(['export', document.comparison, ...args]);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).toContain('does not exist, or its folder does not');
      expect(code).toBe(3);
    }
  });
});

function hasTensorboard(): boolean {
  try {
    execFileSync('python3', ['-c', 'import tensorboard'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('report', () => {
  it('is one file with verdict, pairs, figures, methods, configs, versions, commands and sources', async () => {
    const { code, stdout, stderr } = await report('--out', at('report.html'));
    expect([code, stderr, stdout.trim()]).toEqual([0, '', at('report.html')]);
    const html = readFileSync(at('report.html'), 'utf8');
    expect(html).toContain('<h1>a &lt;toy&gt;</h1>');
    expect(html).toContain(document.verdict.sentence.replaceAll('<', '&lt;'));
    expect(html.match(/<figure><svg/g)).toHaveLength(3);
    for (const text of [
      'Holm-adjusted p',
      'Two rows (each an estimator with its settings and config)',
      'Complete configs',
      'Versions and machines',
      `gumbel-studio run --problem toy-categorical --estimator exact,reinforce --seeds 1,2 --backend cpu --name &#39;a &lt;toy&gt;&#39; --set steps=20`,
      `gumbel-studio replay ${document.runs[0]!.id}`,
      '@misc{jang2017categorical,',
    ])
      expect(html).toContain(text);
    expect(html).not.toMatch(/<script|(?:src|href)="(?:https?:)?\/\//i);
  });

  it('is what the page exports', async () => {
    await report('--out', at('own.html'));
    const server = await serveStudio(data.path);
    try {
      const { origin, cookie } = await enter(server.address);
      const get = (path: string) =>
        fetch(origin + path, { headers: { cookie, 'sec-fetch-site': 'same-origin' } });
      const download = async (format: 'html' | 'latex') =>
        (await get(reportPath(format, [document.comparison]))).text();
      // When it was written, and names that ECharts counts up.
      const lasting = (html: string) => html.replace(/ on \d{4}-[^<]*/, '').replaceAll(/\bzr\d+-/g, 'zr-');
      expect(lasting(await download('html'))).toBe(lasting(readFileSync(at('own.html'), 'utf8')));
      expect(await download('latex')).toContain('\\textbf{Exact}');
      for (const [kind, count] of [
        ['figures', 9],
        ['gsrun', document.runs.length],
        ['parquet', 2],
      ] as const) {
        const response = await get(archivePath(kind, [document.comparison]));
        expect(response.headers.get('content-disposition')).toMatch(
          new RegExp(`^attachment; filename="[a-z0-9-]+-${kind}.zip"$`),
        );
        const files = Object.entries(unzipSync(new Uint8Array(await response.arrayBuffer())));
        expect(files.map(([name]) => name)).toHaveLength(count);
        expect(files.every(([, bytes]) => bytes.length > 50)).toBe(true);
      }
    } finally {
      await server.stop();
    }
  });

  it('of several comparisons has each, and as LaTeX is tables', async () => {
    const other = await cliJson<Document>([
      ...['run', '--problem', 'toy-categorical', '--estimator', 'exact', '--seeds', '1'],
      ...['--backend', 'cpu', '--set', 'steps=10', ...place],
    ]);
    const both = [document.comparison, other.comparison, document.comparison];
    const args = ['report', ...both, '--format', 'latex', '--out', at('table.tex'), ...place];
    expect(await cliJson(args)).toEqual({
      file: at('table.tex'),
      format: 'latex',
      comparisons: [document.comparison, other.comparison],
    });
    const text = readFileSync(at('table.tex'), 'utf8');
    expect(text.match(/\\begin\{tabular\}/g)).toHaveLength(2);
    expect(text).toMatch(/^\\textbf\{Exact\} &/m);
    expect(text).toMatch(/\\midrule\n\\textit\{Smallest f\}/);
    const html = await cli(['report', ...both, '--out', at('both.html'), ...place]);
    expect(html.code).toBe(0);
    expect(readFileSync(at('both.html'), 'utf8').match(/<section /g)).toHaveLength(2);
  });

  it('takes the place of a file only when told to', async () => {
    writeFileSync(at('there.html'), 'mine');
    const refused = await report('--out', at('there.html'));
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toBe(
      `gumbel-studio: --out ${at('there.html')}: this file exists already; name another, or replace it with --force\n`,
    );
    expect(readFileSync(at('there.html'), 'utf8')).toBe('mine');
    expect(await report('--out', at('there.html'), '--force')).toMatchObject({ code: 0 });
    expect(readFileSync(at('there.html'), 'utf8')).toContain('<!doctype html>');
  });

  it('writes its figures for a paper as SVG, PDF and CSV', async () => {
    const { code, stdout } = await report('--figures', at('paper'), '--width', '17.5');
    expect(code).toBe(0);
    const kinds = ['curves', 'every-seed', 'believed-against-true'].flatMap((name) =>
      ['svg', 'pdf', 'csv'].map((ending) => `${document.comparison}-${name}.${ending}`),
    );
    expect(stdout.trim().split('\n')).toEqual(kinds.map((name) => at('paper', name)));
    expect(readdirSync(at('paper')).sort()).toEqual(kinds.toSorted());
    const [svg, pdf, csv] = kinds.slice(3).map((name) => readFileSync(at('paper', name), 'latin1')) as [
      string,
      string,
      string,
    ];
    expect(svg).toMatch(/^<svg width="17.5cm"/);
    expect(pdf).toMatch(/^%PDF-/);
    const rows = csv.trim().split('\n');
    expect(rows[0]).toBe('row,seed,expectedValue');
    expect(rows).toHaveLength(1 + document.runs.length);
    const again = await report('--figures', at('paper'));
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('it already holds a file')]);
    expect((await report('--figures', at('paper'), '--width', 'wide')).stderr).toContain(
      'expected a number from 5 to 40',
    );
  });

  it('refuses what it cannot write or find in one sentence, and writes nothing', async () => {
    mkdirSync(at('folder'));
    const before = readdirSync(data.path).sort();
    const refusals: [string[], number, string][] = [
      [
        ['report', document.comparison, '--out', at('none', 'r.html')],
        3,
        `the folder ${at('none')} does not exist`,
      ],
      [['report', document.comparison, '--out', at('folder')], 2, 'this is a folder; name a file in it'],
      [['report', 'nothing', '--out', at('r.html')], 3, 'no run or comparison is called "nothing"'],
      [
        ['report', document.runs[0]!.id, '--out', at('r.html')],
        2,
        `${document.runs[0]!.id} is a run; give the id of its comparison, ${document.comparison}`,
      ],
      [['report', document.comparison, '--format', 'pdf'], 2, 'Allowed choices are latex, html'],
    ];
    for (const [args, code, message] of refusals) {
      const result = await cli([...args, ...place]);
      expect(result.stderr).toContain(message);
      expect(result.stderr.trim().split('\n')).toHaveLength(1);
      expect([result.code, result.stdout]).toEqual([code, '']);
    }
    expect(readdirSync(data.path).sort()).toEqual(before);
    expect(existsSync(at('r.html'))).toBe(false);
  });
});
