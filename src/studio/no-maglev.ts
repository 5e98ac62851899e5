/**
 * Import first: this process compiles without V8's Maglev tier, which miscompiles in Node 24 (docs/adr/0006). Electron brings a
 * newer V8 without the defect.
 */
import { setFlagsFromString } from 'node:v8';

if (!('electron' in process.versions)) setFlagsFromString('--no-maglev');
