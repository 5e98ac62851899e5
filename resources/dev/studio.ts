/** The studio as a process of `npm run dev`: it ends in order when that is gone, even if it was killed (on Windows nobody can tell). */
const dev = process.ppid;
const looking = setInterval(() => {
  if (process.ppid === dev) return;
  clearInterval(looking);
  process.kill(process.pid, 'SIGTERM');
}, 500).unref();

await import('../../src/cli/main.ts');
