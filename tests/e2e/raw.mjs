// tests/e2e/raw.mjs: a client of bytes on node:net, for what no library would send: half heads, bad frames, silence.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { within } from './wait.mjs';

export const opcode = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/** The bytes of a client's frame. Everything can be made wrong: `length` announces another one, `form` 0, 16 or 64 its size. */
export function frame(op, payload = '', { fin = true, rsv = 0, mask = true, length, form } = {}) {
  const body = Buffer.from(payload);
  const says = BigInt(length ?? body.length);
  const size = form ?? (says < 126n ? 0 : says < 65536n ? 16 : 64);
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | op];
  const bit = mask ? 0x80 : 0;
  if (size === 0) head.push(bit | Number(says));
  if (size === 16) head.push(bit | 126, Number(says >> 8n), Number(says & 255n));
  const long = Buffer.alloc(size === 64 ? 9 : 0);
  if (size === 64) { long[0] = bit | 127; long.writeBigUInt64BE(says, 1); }
  const key = mask ? randomBytes(4) : Buffer.alloc(0);
  const masked = mask ? body.map((b, i) => b ^ key[i % 4]) : body;
  return Buffer.concat([Buffer.from(head), long, key, masked]);
}

/** The payload of a close frame. */
export const close_payload = (code, reason = '') => Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]);

class raw_client {
  #bytes = Buffer.alloc(0);
  #awake = () => {};

  constructor(server) {
    this.server = server;
    this.socket = net.connect(server.port, '127.0.0.1');
    this.socket.on('error', () => {});
    this.over = false;
    this.socket.on('data', (d) => { this.#bytes = Buffer.concat([this.#bytes, d]); this.#awake(); });
    const gone = () => { this.over = true; this.#awake(); };
    this.socket.on('end', gone).on('close', gone);
  }

  send(...parts) { for (const p of parts) this.socket.write(p); return this; }

  /** Waits until `parse` of the bytes that came gives `[value, used]`; null: the connection ended before. */
  async until(parse, what, ms = 5_000) {
    for (;;) {
      const found = parse(this.#bytes);
      if (found) { this.#bytes = this.#bytes.subarray(found[1]); return found[0]; }
      if (this.over) return null;
      await within(ms, new Promise((resolve) => { this.#awake = resolve; }), what);
    }
  }

  /** The head of an answer, `{status, headers}`; after HEAD that is all. */
  async head(ms) {
    const head = await this.until((b) => {
      const end = b.indexOf('\r\n\r\n');
      return end < 0 ? null : [b.subarray(0, end).toString('latin1'), end + 4];
    }, 'an answer', ms);
    if (head === null) return null;
    const [first, ...rest] = head.split('\r\n');
    const headers = Object.fromEntries(rest.map((l) => [l.slice(0, l.indexOf(':')).toLowerCase(), l.slice(l.indexOf(':') + 1).trim()]));
    return { status: Number(first.split(' ')[1]), headers };
  }

  /** An answer: its head, and its body, if it has a length, as `bytes` and `body`. */
  async answer(ms) {
    const head = await this.head(ms);
    if (head === null) return null;
    const length = head.status === 304 ? 0 : Number(head.headers['content-length'] ?? 0);
    const bytes = await this.until((b) => (b.length < length ? null : [b.subarray(0, length), length]), 'a body', ms);
    return { ...head, bytes, body: bytes?.toString() ?? null };
  }

  /** The next frame: `{op, fin, payload, masked}`; null: the connection ended. */
  next(ms) {
    return this.until((b) => {
      if (b.length < 2) return null;
      const form = b[1] & 127;
      const head = form === 126 ? 4 : form === 127 ? 10 : 2;
      if (b.length < head) return null;
      const length = form === 126 ? b.readUInt16BE(2) : form === 127 ? Number(b.readBigUInt64BE(2)) : form;
      if (b.length < head + length) return null;
      const masked = (b[1] & 128) !== 0;
      return [{ op: b[0] & 15, fin: (b[0] & 128) !== 0, masked, payload: b.subarray(head, head + length) }, head + length];
    }, 'a frame', ms);
  }

  /** The next text message that fits, as JSON. */
  async message(fits = () => true, ms = 5_000) {
    for (;;) {
      const f = await this.next(ms);
      if (f === null) throw new Error('the connection ended');
      if (f.op !== opcode.text) continue;
      const message = JSON.parse(f.payload.toString());
      if (fits(message)) return message;
    }
  }

  /** The code and reason of the close frame that comes, past all before it; null if the connection ends without one. */
  async close_code(ms) {
    for (;;) {
      const f = await this.next(ms);
      if (f === null) return null;
      if (f.op === opcode.close) return { code: f.payload.length ? f.payload.readUInt16BE(0) : 1005, reason: f.payload.subarray(2).toString() };
    }
  }

  /** Waits until the server has ended the connection; what still comes is thrown away. */
  async end(ms = 5_000) {
    while (!this.over) await this.until((b) => (b.length ? [true, b.length] : null), 'the end of the connection', ms);
  }
}

/** The head of an upgrade; a header that is null is left out, others are added or replaced. */
export function upgrade_head(server, { path = '/ws', method = 'GET', version = 'HTTP/1.1', headers = {} } = {}) {
  const all = {
    Host: server.host, Upgrade: 'websocket', Connection: 'Upgrade',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'), 'Sec-WebSocket-Version': '13', ...headers,
  };
  const lines = Object.entries(all).filter(([, v]) => v !== null).flatMap(([k, v]) => [v].flat().map((one) => `${k}: ${one}`));
  return `${method} ${path} ${version}\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** What `Sec-WebSocket-Accept` must be (RFC 6455 §4.2.2). */
export const accept_of = (key) => createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

/** A connection without a byte sent; it is destroyed with the test. */
export async function connect(server, t) {
  const client = new raw_client(server);
  t?.after(() => client.socket.destroy());
  await within(5_000, once(client.socket, 'connect'), 'a connection');
  return client;
}

/** A connection that has been upgraded. */
export async function upgraded(server, t, options) {
  const client = await connect(server, t);
  client.send(upgrade_head(server, options));
  const answer = await client.answer();
  if (answer?.status !== 101) throw new Error(`the upgrade was answered ${answer?.status}`);
  return client;
}
