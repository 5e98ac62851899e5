import { readdirSync } from 'node:fs';
import { readCheckpoint } from '../src/trainer/checkpoint-file.ts';
import { regretnetConfigSchema } from '../src/engine/problems/regretnet/config.ts';
import { drawData } from '../src/engine/problems/regretnet/profiles.ts';
import { regretnetPresets } from '../src/engine/problems/regretnet/presets.ts';
import { dealsOf, outputsFor, utility, type HostNetworks } from '../src/engine/problems/regretnet/hard-mechanism.ts';
const [dir, preset, count = '100', side = '201'] = process.argv.slice(2);
const config = regretnetConfigSchema.parse(regretnetPresets.find((p) => p.id === preset)!.config);
const data = drawData(config);
const run = readdirSync(`${dir}/runs`)[0]!;
const { checkpoint } = (await readCheckpoint(`${dir}/runs/${run}`))!;
console.log('step', checkpoint.loop.step);
const get = (n: string) => checkpoint.tensors.find((t) => t.name === `parameter/${n}`);
const net = (name: string) => { const out = []; for (let d = 1; ; d++) { const w = get(`${name}Weights${d}`); if (!w) return out; out.push({ inputs: w.shape[0]!, outputs: w.shape[1]!, weights: w.data, biases: get(`${name}Biases${d}`)!.data }); } };
const networks = { allocation: net('allocation'), payment: net('payment') } as unknown as HostNetworks;
const { bidders, items } = data; const size = bidders * items;
const test = data.split.test; const S = Number(side);
let mean = { lottery: 0, hard: 0 }, max = { lottery: 0, hard: 0 };
for (let b = 0; b < Number(count); b++) {
  const bids = Float64Array.from(test.values.subarray(b * size, (b + 1) * size));
  const truthOut = outputsFor(networks, bids);
  for (let i = 0; i < bidders; i++) {
    const v = Float32Array.from(bids.subarray(i * items, (i + 1) * items));
    const t = dealsOf(truthOut, i, v, v, data);
    const best = { lottery: utility(t.lottery), hard: utility(t.hard) };
    for (let x = 0; x < S; x++) for (let y = 0; y < S; y++) {
      const lie = Float64Array.of(x / (S - 1), y / (S - 1)); const lied = Float64Array.from(bids); lied.set(lie, i * items);
      const d = dealsOf(outputsFor(networks, lied), i, lie, v, data);
      for (const m of ['lottery', 'hard'] as const) best[m] = Math.max(best[m], utility(d[m]));
    }
    for (const m of ['lottery', 'hard'] as const) { const g = best[m] - utility(t[m]); mean[m] += g / Number(count) / bidders; max[m] = Math.max(max[m], g); }
  }
}
console.log('grid', S, 'profiles', count, mean, max);
