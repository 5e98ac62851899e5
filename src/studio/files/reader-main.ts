/**
 * The process that reads files of others for the studio, one after the other: run files, or what another program wrote. They may be
 * hostile, and take their time and their memory here.
 * It ends with its studio, also from within SQLite, and it can be ended at any time.
 */
import { once } from 'node:events';
import { AppError, toWireError } from '../../shared/errors.ts';
import { startWatchdog } from '../../node/watchdog.ts';
import { writeImportedParameters } from './parameters.ts';
import { toReaderSchema, type FromReader, type ToReader } from './reader-messages.ts';
import { openRunFile, readingError } from './run-file.ts';

/** Between two messages on the checks. */
const TOLD_MS = 100;

startWatchdog(Number(process.argv[2]));
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches every process of the terminal; the studio decides what it means.
process.on('SIGINT', () => undefined);

for (;;) {
  const order = await received();
  if (order.type === 'read') await read(order.path, () => give(order.path, order.folder));
  else if (order.type === 'convert') await read(order.path, () => convert(order));
}

async function read(path: string, giveAll: () => Promise<void>): Promise<void> {
  try {
    await giveAll();
    await say({ type: 'end' });
  } catch (error) {
    const known = error instanceof AppError || (error instanceof Error && 'code' in error);
    // Anything else is a defect here, and must not look like one of the file.
    await say({ type: 'refused', error: toWireError(known ? readingError(error, path) : error) });
  }
}

/** Now and then, however often it is called. */
function telling(): (share: number) => void {
  let told = 0;
  return (share) => {
    const now = performance.now();
    if (now - told < TOLD_MS) return;
    told = now;
    void say({ type: 'checked', share: Math.min(1, share) });
  };
}

async function convert({
  path,
  name,
  folder,
  options,
}: Extract<ToReader, { type: 'convert' }>): Promise<void> {
  // Parquet and the others are read by modules that no run file needs.
  const { convertForeign } = await import('./foreign/convert.ts');
  const files = await convertForeign(path, name, folder, options, telling());
  await saidAndTaken({ type: 'converted', files: [...files] });
}

async function give(path: string, folder: string): Promise<void> {
  const tell = telling();
  const file = openRunFile(path, (done, total) => tell(done / Math.max(1, total)));
  try {
    const { records, reader } = file;
    if (reader.declaredParameters.length > 0)
      writeImportedParameters(folder, reader.declaredParameters, reader.parameters());
    const points = reader.series.reduce((sum, { count }) => sum + count, 0);
    await saidAndTaken({ type: 'records', ...records, points });
    for (const {
      name,
      points: { steps, values },
    } of reader.points())
      await saidAndTaken({ type: 'points', series: name, steps, values });
    for (const pictures of reader.pictures()) await saidAndTaken({ type: 'pictures', ...pictures });
    file.assertUnchanged();
  } finally {
    file.close();
  }
}

async function saidAndTaken(message: FromReader): Promise<void> {
  const answer = received();
  await say(message);
  await answer;
}

function say(message: FromReader): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

async function received() {
  const [raw] = (await once(process, 'message')) as [unknown];
  return toReaderSchema.parse(raw);
}
