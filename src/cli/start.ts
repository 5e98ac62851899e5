/** What every start of the command line begins with: a few lines, which bundled or not choose the file that has the rest. */
import { pathToFileURL } from 'node:url';
import { areProgramsFresh, packageRoot, programFile } from '../node/programs.ts';

const built = areProgramsFresh(packageRoot);
await import(pathToFileURL(programFile('cli', built)).href);
