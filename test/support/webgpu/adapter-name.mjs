/** Prints the name of the WebGPU adapter that a trainer would take here; nothing, with the reason on stderr, where there is none. */
import { writeSync } from 'node:fs';
import { create } from 'webgpu';

const adapter = await create([]).requestAdapter({ powerPreference: 'high-performance' });
if (adapter !== null) {
  const { vendor, architecture, description } = adapter.info;
  writeSync(1, [vendor, architecture, description].filter((part) => part !== '').join(' '));
}
// Dawn keeps the process alive.
process.exit(0);
