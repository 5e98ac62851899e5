/** What a trained generator is worth at a lower temperature, without any further training: drawn token by token from p^(1 / temperature). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSafetensors } from '../../../src/engine/core/stored-tensor.ts';
import { textGanConfigSchema } from '../../../src/engine/problems/text-gan/config.ts';
import { drawMany } from '../../../src/engine/problems/text-gan/evaluate.ts';
import { atTemperature } from '../../../src/engine/problems/text-gan/generate.ts';
import { plainGenerator } from '../../../src/engine/problems/text-gan/plain-generator.ts';
import {
  loadSequences,
  oracleOf,
  someSequences,
} from '../../../src/engine/problems/text-gan/sequence-data.ts';
import { logChancesOf, type SequenceModel } from '../../../src/engine/problems/text-gan/sequence-model.ts';
import { sha256 } from '../../../src/node/digest.ts';
import { bareHost } from '../../support/engine-host.ts';

/** As the complete evaluation. */
const SEQUENCES = 2000;

/** Nats per token. */
export interface Sharpened {
  readonly oracleNll: number;
  readonly hardTestNll: number;
  readonly generatorEntropy: number;
}

/** Of the generator that a run of maximum likelihood has left in the data folder. */
export async function sharpened(
  dataDir: string,
  run: string,
  raw: object,
  temperature: number,
): Promise<Sharpened> {
  const config = textGanConfigSchema.parse({ ...raw, method: { kind: 'likelihood' } });
  const data = await loadSequences(config, bareHost);
  const path = join(dataDir, 'runs', run, 'attempt-1', 'checkpoint.safetensors');
  const { tensors } = decodeSafetensors(readFileSync(path), path, sha256);
  const parameters = tensors
    .filter(({ name }) => name.startsWith('parameter/'))
    .map(({ name, shape, data: values }) => ({
      ...{ name: name.slice('parameter/'.length), shape },
      data: Float32Array.from(values),
    }));
  const trained = plainGenerator(config, parameters);
  const change = atTemperature(temperature);
  const law: SequenceModel = { ...trained, logChances: (state) => change(trained.logChances(state)) };
  const drawn = await drawMany(law, data.length, SEQUENCES, () => Promise.resolve());
  const nll = (model: SequenceModel, sequences: readonly Int32Array[]) =>
    sequences.reduce(
      (sum, tokens) => sum - logChancesOf(model, tokens).reduce((all, log) => all + log, 0),
      0,
    ) /
    sequences.length /
    data.length;
  const made = drawn.map(({ tokens }) => tokens);
  return {
    oracleNll: nll(oracleOf(config)!, made),
    hardTestNll: nll(law, someSequences(data, 'test', SEQUENCES)),
    generatorEntropy: nll(law, made),
  };
}
