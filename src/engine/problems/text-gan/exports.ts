/** What a generator writes, and the generator itself, for other programs. */
import { csvText } from '../../../shared/csv.ts';
import type { ExportDefinition } from '../../core/capabilities.ts';
import { encodeSafetensors } from '../../core/stored-tensor.ts';
import type { TextGanConfig } from './config.ts';
import { independent } from './generate.ts';
import { totalLog } from './pictures.ts';
import { readable, type SequenceData } from './sequence-data.ts';
import { generatorOfRun } from './trained-generator.ts';

/** Sequences of an export. */
const COUNT = 1000;
const SEED = 1;

export const textGanExports: readonly ExportDefinition<TextGanConfig, SequenceData>[] = [
  {
    name: 'samples',
    label: 'Samples',
    help: 'A thousand sequences drawn from the generator (seed 1), one row each: its number, its tokens, and ln p by the generator.',
    extension: 'csv',
    async write(trained, host) {
      const { data, model } = await generatorOfRun(trained);
      const { length } = data;
      const drawn = await independent(model, { length, count: COUNT, seed: SEED }, host);
      return csvText([
        ['number', 'sequence', 'log probability'],
        ...drawn.map((one, n) => [n, readable(data, one.tokens), totalLog(one)]),
      ]);
    },
  },
  {
    name: 'parameters',
    label: 'Parameters',
    help: 'All parameters under their own names (safetensors, float32): of the generator generatorEmbedding [V, e], generatorInput, generatorRecurrent and generatorBiases of its cell, generatorOutputWeights1 [units, V], generatorOutputBiases1 [V].',
    extension: 'safetensors',
    write: ({ parameters }, host) =>
      Promise.resolve(
        encodeSafetensors([...parameters], { problem: 'text-gan' }, (bytes) => host.sha256(bytes)),
      ),
  },
  {
    name: 'vocabulary',
    label: 'Vocabulary',
    help: 'One row for each token: its number, and the token as people can read it.',
    extension: 'csv',
    async write(trained) {
      const { data } = await generatorOfRun(trained);
      return csvText([['number', 'token'], ...data.names.map((name, token) => [token, name])]);
    },
  },
];
