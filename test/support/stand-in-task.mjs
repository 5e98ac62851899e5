/**
 * Stands for `run-one` where only the engine is in question: `<this> run-one <spec> --out <folder>`. It says in its folder what
 * becomes of it (a line each: started, stopped), and ends when the file `end` is there, with the exit code in it.
 */
import { appendFileSync, existsSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';

const [, , verb, spec, , folder] = process.argv;
const say = (word) => appendFileSync(join(folder, 'life'), `${word}\n`);
if (verb !== 'run-one' || !existsSync(spec)) throw new Error(`there is no ${spec}`);

process.on('SIGTERM', () => {
  say('stopped');
  process.exit(0);
});
console.log(`task of ${spec} on ${process.env.SLURMD_NODENAME}`);
const look = () => {
  if (existsSync(join(folder, 'end'))) process.exit(Number(readFileSync(join(folder, 'end'), 'utf8')));
};
watch(folder, look);
say('started');
look();
