/** Whether a person sits in front of this machine: neither without a display, nor at the other end of SSH. */
export function hasDisplay(): boolean {
  const { env, platform } = process;
  if (env['SSH_CONNECTION'] !== undefined) return false;
  return platform !== 'linux' || (env['DISPLAY'] ?? env['WAYLAND_DISPLAY']) !== undefined;
}
