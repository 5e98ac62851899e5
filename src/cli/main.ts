/** The command line as a process. */
import { endProcess, surviveLostOutput } from './output.ts';
import { runCommandLine } from './program.ts';

surviveLostOutput();
await runCommandLine(process.argv.slice(2));
await endProcess();
