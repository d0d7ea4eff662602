// tests/browser/proxy.mjs: a wire between a page and the server that can be cut, mended and made one-way.
// Thread: node's own.
// Owner: the test that it was made for; it ends with it. (A browser's "offline" leaves open WebSockets alone, so it is not enough.)
import { once } from 'node:events';
import net from 'node:net';

/** Listens on a free port and passes everything on to `to`. */
export async function tcp_proxy(t, to) {
  const pairs = new Set();
  let whole = true;
  let deaf = false;

  const listener = net.createServer((near) => {
    if (!whole) return near.resetAndDestroy();
    const far = net.connect(to, '127.0.0.1');
    const pair = [near, far];
    pairs.add(pair);
    const end = () => { near.destroy(); far.destroy(); pairs.delete(pair); };
    for (const socket of pair) socket.on('error', end).on('close', end);
    near.on('data', (bytes) => far.write(bytes));
    far.on('data', (bytes) => deaf || near.write(bytes));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const cut = () => {
    whole = false;
    for (const [near, far] of [...pairs]) { near.resetAndDestroy(); far.resetAndDestroy(); }
  };
  t.after(() => { cut(); listener.close(); });

  return {
    port: listener.address().port,
    /** Every connection breaks, and none can be made. */
    cut,
    mend() { whole = true; deaf = false; },
    /** What the page sends still arrives, but no answer comes back. */
    deafen() { deaf = true; },
  };
}
