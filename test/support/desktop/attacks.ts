/** What the tests of the desktop window do to it in its page. */
import { CONNECT } from '../../../src/shared/bridge.ts';

/** Addresses that are not of the studio. */
export const OUTSIDE = [
  'https://example.org/',
  'http://studio/',
  'app://studio.example.org/',
  'app://studio:81/',
  'app://user@studio/',
  'app://studio@example.org/',
  'app:studio/',
  'file:///etc/passwd',
  'data:text/html,x',
  'javascript:alert(1)',
  'about:blank',
  '',
];

/**
 * What a policy has to block: an inline script, a frame, a text that is run later, and eval; it is told when all four were. As text: these
 * files compile without the DOM's types.
 */
export const ATTACKS = `(async () => {
  const blocked = [];
  const all = new Promise((resolve) =>
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
      if (blocked.push(effectiveDirective) === 4) resolve();
    }),
  );
  const script = document.createElement('script');
  script.textContent = 'window.injected = true';
  const frame = document.createElement('iframe');
  frame.src = '/index.html';
  document.body.append(script, frame);
  // What the debugger evaluates at once is exempt from the policy; what comes later is not.
  await new Promise((resolve) => setTimeout(resolve));
  let evaluated = true;
  try {
    setTimeout('window.injected = true', 0);
    eval('1');
  } catch {
    evaluated = false;
  }
  await all;
  script.remove();
  frame.remove();
  return { injected: 'injected' in window, evaluated, blocked: blocked.sort() };
})()`;

/** A second connection, over which something comes that is no frame. */
export const INTRUSION = `(async () => {
  const { port1, port2 } = new MessageChannel();
  const end = new Promise((resolve) => port1.addEventListener('close', () => resolve('closed')));
  port1.start();
  window.postMessage('${CONNECT}', location.origin, [port2]);
  port1.postMessage({ i: '1', p: { u: '/runs/list', b: {} } });
  return end;
})()`;
