// tests/e2e/faulty_proxy.mjs: a proxy before a server that drops, doubles, swaps or misroutes one chat message in so many.
// It cuts the server's stream into WebSocket frames and spoils frames that carry a message, drawn by a seed; all else goes through
// untouched, byte for byte.
import { once } from 'node:events';
import net from 'node:net';

export const faults = ['drop', 'double', 'swap', 'misroute'];

/** A small generator (xorshift) so that a seed gives the same faults each time. */
function random_of(seed) {
  let state = (seed * 2654435761) >>> 0 || 1;
  return () => {
    state ^= state << 13; state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5; state >>>= 0;
    return state / 2 ** 32;
  };
}

/** The size of the whole frame that `bytes` begins with, or 0: more bytes are needed. Frames of servers have no mask. */
function frame_size(bytes) {
  if (bytes.length < 2) return 0;
  const length = bytes[1] & 127;
  const head = length === 127 ? 10 : length === 126 ? 4 : 2;
  if (bytes.length < head) return 0;
  const size = head + (length === 127 ? Number(bytes.readBigUInt64BE(2)) : length === 126 ? bytes.readUInt16BE(2) : length);
  return bytes.length < size ? 0 : size;
}

const message_start = Buffer.from('{"type":"message"');

function is_message(frame) {
  const head = frame.length < 128 ? 2 : frame.length < 65536 ? 4 : 10;
  return frame[0] === 0x81 && frame.subarray(head, head + message_start.length).equals(message_start);
}

/** Which of the messages through the whole proxy are spoilt: one in each `one_in`, in the first half of these. */
class lots {
  #drawn = 0;
  #next;

  constructor(one_in, seed) {
    this.one_in = one_in;
    this.random = random_of(seed);
    this.#next = this.#draw();
  }

  #draw() { return Math.floor(this.random() * this.one_in / 2); }

  /** True when the message that comes now is one to spoil. */
  hit() {
    const at = this.#drawn % this.one_in;
    if (at === 0) this.#next = this.#draw();
    this.#drawn += 1;
    return at === this.#next;
  }
}

/** One client and its connection to the server. */
class passage {
  #bytes = Buffer.alloc(0);
  #held = null;
  #open = false;

  constructor(proxy, client) {
    this.client = client;
    this.server = net.connect({ host: '127.0.0.1', port: proxy.to });
    this.room = '';
    client.once('data', (head) => { this.room = /[?&]room=([^& ]+)/.exec(head.toString('latin1'))?.[1] ?? ''; });
    client.pipe(this.server);
    this.server.on('data', (d) => this.#take(proxy, d));
    this.server.on('end', () => client.end());
    for (const [one, other] of [[client, this.server], [this.server, client]]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  }

  get open() { return this.#open; }

  #take(proxy, bytes) {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
    const out = [];
    if (!this.#open) {
      const end = this.#bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      out.push(this.#bytes.subarray(0, end + 4));
      this.#bytes = this.#bytes.subarray(end + 4);
      this.#open = true;
    }
    for (let size; (size = frame_size(this.#bytes)) > 0; this.#bytes = this.#bytes.subarray(size)) {
      out.push(...this.#passed(proxy, this.#bytes.subarray(0, size)));
    }
    if (out.length > 0) this.client.write(Buffer.concat(out));
  }

  /** What the client gets for this frame. */
  #passed(proxy, frame) {
    if (!is_message(frame)) return [frame];
    proxy.messages += 1;
    if (this.#held !== null) {
      const held = this.#held;
      this.#held = null;
      proxy.spoilt += 1;
      return [frame, held];
    }
    if (proxy.fault === 'none' || !proxy.lots.hit()) return [frame];
    if (proxy.fault === 'swap') {
      this.#held = frame;
      return [];
    }
    if (proxy.fault === 'misroute') {
      const other = [...proxy.passages].find((p) => p.open && p.room !== this.room);
      if (other === undefined) return [frame];
      proxy.spoilt += 1;
      other.client.write(frame);
      return [frame];
    }
    proxy.spoilt += 1;
    return proxy.fault === 'drop' ? [] : [frame, frame];
  }
}

/**
 * Listens on a port of its own until the test `t` is over. `fault` is one of `faults` or 'none'. Counts `messages` that it
 * passed and how many it has `spoilt`, and keeps the addresses that clients came from.
 */
export async function start_proxy(t, server, { fault = 'none', one_in = 10_000, seed = 1 } = {}) {
  const proxy = { to: server.port, fault, lots: new lots(one_in, seed), passages: new Set(), messages: 0, spoilt: 0, sources: new Set() };
  const listener = net.createServer((client) => {
    proxy.sources.add(client.remoteAddress);
    client.setNoDelay(true);
    const p = new passage(proxy, client);
    proxy.passages.add(p);
    client.on('close', () => proxy.passages.delete(p));
  });
  listener.listen({ port: 0, host: '127.0.0.1', backlog: 512 });
  await once(listener, 'listening');
  t.after(() => {
    for (const p of proxy.passages) p.client.destroy();
    listener.close();
  });
  proxy.url = `ws://127.0.0.1:${listener.address().port}`;
  return proxy;
}
