/** Import first: this process compiles without V8's Maglev tier, which miscompiles in Node 24 (docs/adr/0006). */
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--no-maglev');
