/**
 * The studio as a process of `npm run dev`: it ends in order when its channel closes, because it was asked to or because that process is
 * gone, even if it was killed. On Windows a signal ends a process at once, and a child does not learn that its parent has ended.
 */
process.once('disconnect', () => {
  // Nobody listens yet: nothing has begun.
  if (!process.emit('SIGTERM', 'SIGTERM')) process.exit();
});
// It is no reason to go on where the studio ends by itself.
process.channel?.unref();

await import('../../src/cli/main.ts');
