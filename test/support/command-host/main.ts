/** The process of `command-host.ts`: the command line, command after command; what each writes and how it ends is told. */
import { runCommandLine } from '../../../src/cli/program.ts';

function capture(stream: NodeJS.WriteStream): () => string {
  let text = '';
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    const done = rest.find((one) => typeof one === 'function');
    if (done !== undefined) process.nextTick(done);
    return true;
  };
  return () => {
    const taken = text;
    text = '';
    return taken;
  };
}

const stdout = capture(process.stdout);
const stderr = capture(process.stderr);
process.on('disconnect', () => process.exit(0));
process.on('message', (args: readonly string[]) => {
  process.exitCode = undefined;
  void runCommandLine(args).then(() => {
    process.send?.({ code: Number(process.exitCode ?? 0), stdout: stdout(), stderr: stderr() });
  });
});
