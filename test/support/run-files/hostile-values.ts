/**
 * Run files whose checksums are right and whose values are not what a studio writes: negative, not finite, huge, of another type,
 * twice, too deep, of other sizes than they claim. Made of a good file by one to three changes.
 */
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { menuTensors } from '../../../src/engine/auctions/menus/menu-tensors.ts';
import type { FileTensor } from '../../../src/studio/files/content-digest.ts';
import { writeContent } from '../../../src/studio/files/run-file-writer.ts';
import type { Series } from '../../../src/studio/store/types.ts';
import { fileTensor, keptPictures } from '../../fixtures/run-files.ts';
import { comparisonRecord, earlierSolution, runRecord, seriesOf } from '../../fixtures/runs.ts';

/** What a file says, before anybody has checked it. */
export interface FileValues {
  records: { run: unknown; comparison: unknown };
  series: Record<string, Series>;
  tensors: FileTensor[];
  /** On the finished database; the checksum is of what was there before. */
  sql: string[];
}

type Change = (values: FileValues) => void;
export type HostileChanges = readonly Change[];

const menu = menuTensors({
  items: 2,
  options: 3,
  prices: Float64Array.of(0.2, 0.5, 0.9),
  allocation: { kind: 'bundles', bundles: Uint32Array.of(1, 2, 3) },
});

/** A run of menu-auction, as a studio writes it. */
export function goodValues(id: string): FileValues {
  const spec = {
    ...runRecord.spec,
    problem: 'menu-auction',
    config: { items: 2, options: 3, valuations: { kind: 'additive', ranges: [[0, 1]] }, steps: 100 },
    estimator: 'reinforce',
  };
  const parent = { run: 'parent-00', name: 'its parent', estimator: 'reinforce', step: 3, carried: 'state' };
  const variant = 'wide';
  const weights = { prices: { shape: [3], digest: '0123456789abcdef' } };
  const pairing = { task: 'fedcba9876543210', weights };
  const variantBaselines = [{ variant, baselines: { bundlePrice: 0.5 } }];
  // Cloned, as changes are made in place.
  return structuredClone({
    records: {
      run: { ...runRecord, id: `${id}-00`, comparison: id, spec, parent, variant, pairing },
      comparison: {
        ...comparisonRecord,
        id,
        problem: 'menu-auction',
        variantBaselines,
        exact: [earlierSolution],
      },
    },
    series: { hardValidationRevenue: seriesOf([0, 5, 9], [0.1, 0.2, 0.3]), gap: seriesOf([3], [0.5]) },
    tensors: [
      fileTensor('prices', [3], [0.2, 0.5, 0.9]),
      ...menu.map(({ name, shape, data }) => fileTensor(`outcome/${name}`, shape, data)),
    ],
    sql: [],
  });
}

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 0;
  for (let level = 0; level < depth; level++) value = wrap(value);
  return value;
}

const hostile: readonly unknown[] = [
  ...[-1, 0, -0.5, 1e308, -1e308, 5e-324, 2 ** 53, 2 ** 53 + 2, 8.64e15, 8.64e15 + 2, 1e16],
  ...[
    null,
    true,
    false,
    '',
    ' ',
    '0',
    'NaN',
    '\u0000',
    'a\u202eb',
    '\ud800',
    'x'.repeat(201),
    'x'.repeat(1e5),
  ],
  ...['../../etc/passwd', '<script>', '=1+1', 'a\nb', '__proto__', 'constructor'],
  ...[[], {}, [null], { a: 1 }, ['a', 'a'], [1, 1], [['a']]],
  nested(60, (inner) => [inner]),
  nested(70, (inner) => ({ a: inner })),
  Array.from({ length: 200 }, (_, i) => `t${i}`),
  Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i}`, i])),
];

/** Every place in a tree, as the container and the key. */
function placesIn(root: object): { at: Record<string, unknown>; key: string }[] {
  return Object.keys(root).flatMap((key) => {
    const at = root as Record<string, unknown>;
    const child = at[key];
    return [{ at, key }, ...(typeof child === 'object' && child !== null ? placesIn(child) : [])];
  });
}

function atPlace(pick: number, use: (at: Record<string, unknown>, key: string) => void): Change {
  return ({ records }) => {
    const places = placesIn(records);
    const place = places[pick % Math.max(1, places.length)];
    if (place !== undefined) use(place.at, place.key);
  };
}

const anyPlace = fc.nat({ max: 1e6 });
const anyHostile = fc.constantFrom(...hostile);
const anyNumber = fc.constantFrom(NaN, Infinity, -Infinity, -0, -1, 1e308, -1e308, 5e-324, 2 ** 53, 0.5);

const replace = fc
  .tuple(anyPlace, anyHostile)
  .map(([pick, value]) => atPlace(pick, (at, key) => (at[key] = structuredClone(value))));
const remove = anyPlace.map((pick) => atPlace(pick, (at, key) => void Reflect.deleteProperty(at, key)));
const add = fc
  .tuple(anyPlace, fc.constantFrom('extra', 'length', 'a b', 'x'.repeat(300), '\u202e'), anyHostile)
  .map(([pick, name, value]) =>
    atPlace(pick, (at) => {
      if (!Array.isArray(at)) at[name] = structuredClone(value);
    }),
  );
const twice = anyPlace.map((pick) =>
  atPlace(pick, (at, key) => {
    const list = at[key];
    if (Array.isArray(list) && list.length > 0) list.push(structuredClone(list[0]));
  }),
);
const metric = fc
  .tuple(fc.constantFrom('hardValidationRevenue', 'gap', 'a.b', '1', 'a b', 'x'.repeat(65)), anyHostile)
  .map(([name, value]): Change => ({ records }) => {
    Object.assign((records.run as { metrics?: object } | null)?.metrics ?? {}, { [name]: value });
  });
/** Of itself, of its comparison, of what does not exist. */
const cycle = fc
  .constantFrom<Change>(
    ({ records: { run } }) =>
      void Object.assign(run as object, { parent: { ...parentOf(run), run: idOf(run) } }),
    ({ records: { run, comparison } }) => void Object.assign(run as object, { id: idOf(comparison) }),
    ({ records: { run } }) => void Object.assign(run as object, { comparison: 'elsewhere' }),
  )
  .map((change): Change => (values) => {
    const { run, comparison } = values.records;
    if (typeof run === 'object' && run !== null && typeof comparison === 'object' && comparison !== null)
      change(values);
  });
const values = fc.tuple(fc.nat(2), anyNumber).map(
  ([place, value]): Change =>
    ({ series }) =>
      series['hardValidationRevenue']?.values.fill(value, place),
);
const steps = fc.nat(3).map((kind): Change => ({ series }) => {
  const far = [
    [0, 1, 2 ** 53 - 1],
    [2 ** 53 - 3, 2 ** 53 - 2, 2 ** 53 - 1],
    [0, 1e15, 2e15],
    [1e9, 2e9, 3e9],
  ];
  series['hardValidationRevenue'] = seriesOf(far[kind] ?? [], [1, 2, 3]);
});
const tensor = fc.tuple(fc.nat(10), anyNumber).map(([place, value]): Change => ({ tensors }) => {
  const found = tensors[place % tensors.length];
  if (found !== undefined) new Float32Array(found.bytes.buffer as ArrayBuffer).fill(value);
});
const shape = fc
  .tuple(fc.nat(10), fc.constantFrom<number[]>([0], [1], [1, 1], [3, 1], [2, 3], [0, 1e9], [6], [2, 1, 3]))
  .map(([place, wanted]): Change => ({ tensors }) => {
    const at = place % tensors.length;
    const data = new Float32Array(wanted.reduce((product, side) => product * side, 1)).fill(1);
    tensors[at] = fileTensor(tensors[at]!.name, wanted, data);
  });
const without = fc.nat(10).map(
  (place): Change =>
    ({ tensors }) =>
      void tensors.splice(place % tensors.length, 1),
);
const named = fc
  .tuple(
    fc.nat(10),
    fc.constantFrom('__metadata__', 'outcome/', 'outcome/shares', 'outcome/weights', 'a\u0000b'),
  )
  .map(([place, name]): Change => ({ tensors }) => {
    const at = place % tensors.length;
    tensors[at] = { ...tensors[at]!, name };
  });
const sql = fc
  .constantFrom(
    'UPDATE series SET count = 0',
    'UPDATE series SET count = 9007199254740993',
    "UPDATE series SET name = 'a b' WHERE id = 1",
    'UPDATE blocks SET stride = -1 WHERE stride IS NOT NULL',
    'UPDATE blocks SET stride = 9007199254740991 WHERE stride IS NOT NULL',
    'UPDATE blocks SET count = -1',
    "UPDATE parameters SET shape = '[1e400]'",
    "UPDATE parameters SET shape = '[-1, -3]'",
    "UPDATE parameters SET shape = 'null'",
    'UPDATE pictures SET step = 9007199254740993 WHERE step = 50',
    "UPDATE pictures SET name = '__proto__'",
    "UPDATE picture_contents SET data = x'789c'",
  )
  .map(
    (text): Change =>
      ({ sql: list }) =>
        void list.push(text),
  );

/** One to three changes. */
export const hostileChanges: fc.Arbitrary<HostileChanges> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: replace },
    { weight: 2, arbitrary: metric },
    ...[remove, add, twice, cycle, values, steps, tensor, shape, without, named, sql].map((arbitrary) => ({
      weight: 1,
      arbitrary,
    })),
  ),
  { minLength: 1, maxLength: 3 },
);

/** Writes the file; false: these values cannot even be put into one. */
export function writeValues(file: string, { records, series, tensors, sql: changes }: FileValues): boolean {
  const db = new Database(file);
  try {
    db.pragma('synchronous = OFF');
    const { run = null, comparison = null } = records;
    const texts = { run: JSON.stringify(run), comparison: JSON.stringify(comparison) };
    writeContent(db, texts, series, tensors, keptPictures);
    for (const text of changes) db.exec(text);
    return true;
  } catch {
    return false;
  } finally {
    db.close();
  }
}

function idOf(record: unknown): unknown {
  return (record as { id?: unknown }).id;
}

function parentOf(run: unknown): object {
  return (run as { parent?: object | null }).parent ?? {};
}
