import { hostname, userInfo } from 'node:os';

/** Whether a person sits in front of this machine: neither without a display, nor at the other end of SSH. */
export function hasDisplay(): boolean {
  const { env, platform } = process;
  if (env['SSH_CONNECTION'] !== undefined) return false;
  return platform !== 'linux' || (env['DISPLAY'] ?? env['WAYLAND_DISPLAY']) !== undefined;
}

/** How a browser of another machine gets to that port of this one. */
export function tunnelHint(port: number): string {
  return [
    'This machine has no display. From one that has, with the same port on both sides:',
    `  ssh -N -L ${port}:127.0.0.1:${port} ${userInfo().username}@${hostname()}`,
    'and open the link there.',
  ].join('\n');
}
