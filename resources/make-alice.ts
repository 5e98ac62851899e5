/**
 * Writes the text that comes with the studio: `node resources/make-alice.ts <alice29.txt> [folder]`. The file is Lewis Carroll's
 * "Alice's Adventures in Wonderland" (1865) in Project Gutenberg's edition 2.9, without its licence, as the Canterbury corpus and the
 * test data of google/snappy have it (testdata/alice29.txt; resources/data-notices.txt). Changed: lines end in line feeds, and the
 * empty lines before the title and the mark of the end of file are left out.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [published, folder = join(import.meta.dirname, 'texts')] = process.argv.slice(2);
if (published === undefined) throw new Error('expected the path of alice29.txt');
const text = readFileSync(published, 'latin1').replaceAll('\r\n', '\n').replace('\x1a', '').trim();
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'alice.txt'), `${text}\n`);
