/** Headers of every answer, refusals too. */

/** @param host the Host of an admitted request; the page's socket is on it */
export function securityHeaders(host?: string): Readonly<Record<string, string>> {
  const socket = host === undefined ? '' : ` ws://${host}`;
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    // Only attributes: the page's controls place themselves with them. No style element is taken.
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' blob:",
    "worker-src 'self'",
    `connect-src 'self'${socket}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'cache-control': 'no-store',
  };
}
