// tests/e2e/client.mjs: a client on npm `ws`, which shares no code with the server: sends commands, awaits messages.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import WebSocket from 'ws';
import { within } from './wait.mjs';

let made = 0;

/** A name that no other test of this file uses. */
export const unique = (stem) => `${stem}-${(++made).toString(36)}`;

/** Whether `message` has all that `pattern` (an object, or a function) asks for. */
function fits(message, pattern) {
  if (typeof pattern === 'function') return pattern(message);
  return Object.entries(pattern).every(([k, v]) => isDeepStrictEqual(message[k], v));
}

class peer {
  /** Everything that came, in order; `raw`: as it came. */
  all = [];
  raw = [];
  #waiting = [];
  #unread = [];
  #ids = 0;

  constructor(socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on('message', (data, binary) => this.#arrived(data.toString(), binary));
    socket.on('error', () => {});
    this.closed.then((end) => this.#waiting.splice(0).forEach((w) =>
      w.reject(new Error(`closed with ${end.code} ${end.reason} while waiting`))));
  }

  /** Of the JSON client: one message; the line client overrides it. */
  read(text) { return [JSON.parse(text)]; }

  #arrived(text, binary) {
    assert.equal(binary, false, 'the server sends text frames only');
    this.raw.push(text);
    for (const message of this.read(text)) {
      this.all.push(message);
      const first = this.#waiting.findIndex((w) => fits(message, w.pattern));
      if (first >= 0) this.#waiting.splice(first, 1)[0].resolve(message);
      else this.#unread.push(message);
    }
  }

  /** The first message that fits and was not taken yet, come or to come. */
  async take(pattern, ms = 5_000) {
    const at = this.#unread.findIndex((m) => fits(m, pattern));
    if (at >= 0) return this.#unread.splice(at, 1)[0];
    if (this.socket.readyState === WebSocket.CLOSED) throw new Error('the connection is closed');
    const coming = new Promise((resolve, reject) => this.#waiting.push({ pattern, resolve, reject }));
    const told = () => `${typeof pattern === 'function' ? pattern : JSON.stringify(pattern)}; last came ${this.raw.slice(-5).join(' ')}`;
    return within(ms, coming, told);
  }

  /** Sends text as it is, or an object as JSON. */
  send(message) { this.socket.send(typeof message === 'string' ? message : JSON.stringify(message)); }

  /** Sends a command under a new id; gives its reply, which may be an `error`. */
  ask(command, ms) {
    const id = `q${++this.#ids}`;
    this.send({ ...command, id });
    return this.take({ id }, ms);
  }

  /** As `ask`, but anything else than `type` is a failure. */
  async expect(type, command) {
    const reply = await this.ask(command);
    assert.equal(reply.type, type, `${JSON.stringify(command)} was answered ${JSON.stringify(reply)}`);
    return reply;
  }

  /** As `ask`, but only an error with one of these codes will do. */
  async refused(codes, command) {
    const reply = await this.expect('error', command);
    assert.ok([codes].flat().includes(reply.code), `${JSON.stringify(command).slice(0, 200)}: ${JSON.stringify(reply)}`);
    assert.ok(reply.message.length > 0, 'an error says what to do');
    return reply;
  }

  hello(name) { return this.expect('welcome', { type: 'hello', name }); }
  join(room, more = {}) { return this.expect('joined', { type: 'join', room, ...more }); }
  post(room, text, more = {}) { return this.expect('ok', { type: 'message', room, text, ...more }); }
  ping() { return this.expect('pong', { type: 'ping' }); }

  /** The logged events of `room` that came so far. */
  logged(room) { return this.all.filter((m) => m.room === room && m.seq !== undefined && m.at !== undefined); }

  /** Closes and waits for the end. */
  async close(code = 1000) {
    this.socket.close(code);
    return within(5_000, this.closed, 'the end of the connection');
  }
}

class line_peer extends peer {
  /** Without the marks that isolate names from right-to-left text, and without an empty end. */
  read(text) { return text.replace(/\n$/, '').split('\n').map((l) => l.replace(/[\u2066-\u2069\u200e\u200f]/g, '')); }
}

async function open_as(kind, server, { query = '', protocols = [], headers = {}, t } = {}) {
  const socket = new WebSocket(`${server.wsUrl}${query && `?${query}`}`, protocols, { headers });
  const client = new kind(socket);
  t?.after(() => socket.terminate());
  await within(5_000, once(socket, 'open'), 'the upgrade');
  return client;
}

/** A JSON client; `query` as in `name=ana&room=lobby`. */
export const open = (server, options) => open_as(peer, server, options);

/** A client of the line format; its messages are lines. */
export const open_lines = (server, { query = '', protocols = [], ...rest } = {}) =>
  open_as(line_peer, server, {
    // By the subprotocol if one is given, else by the URL.
    query: [protocols.length ? '' : 'format=text', query].filter(Boolean).join('&'), protocols, ...rest,
  });

/** A JSON client with a name, in `room` if one is given; takes the replies. */
export async function enter(server, name, room, options) {
  const client = await open(server, options);
  client.welcome = await client.hello(name);
  if (room) client.joined = await client.join(room);
  return client;
}

/** The status of an upgrade that is refused: `{status, headers}`. */
export async function refused_upgrade(server, query = '', headers = {}) {
  const socket = new WebSocket(`${server.wsUrl}${query && `?${query}`}`, { headers });
  socket.on('error', () => {});
  const answer = Promise.race([
    once(socket, 'unexpected-response').then(([, res]) => ({ status: res.statusCode, headers: res.headers })),
    once(socket, 'open').then(() => { throw new Error('the upgrade was not refused'); }),
  ]);
  try {
    return await within(5_000, answer, 'the refusal of the upgrade');
  } finally {
    socket.terminate();
  }
}

/** An ordinary exchange: what `from` posts reaches `to`, at once. */
export async function exchange(from, to, room) {
  const text = unique('all is well');
  const { seq } = await from.post(room, text);
  const event = await to.take({ type: 'message', room, text });
  assert.equal(event.seq, seq);
}
