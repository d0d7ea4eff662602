// tests/e2e/docs.test.mjs: the documents say what is so: their dialogues are held with the real binary, their tables compared with it.
//
// A fenced block marked `dialogue` is run against a server of its own, line by line. `leo> …` is sent by leo, `leo< …` is the next
// thing that comes to him; without a name it is the one client of the block. `GET /ws?…` connects (with the line format where it
// says so; who only speaks connects to /ws), and `< close 4001` or `< 400` is the end of it. Presence that the block does not show
// is passed over; anything else that comes must stand there. Tokens, epochs, times and made-up names are whatever the server
// says; what was said once stays the same for the rest of the block.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import WebSocket from 'ws';
import { open, refused_upgrade } from './client.mjs';
import { root, run_to_end, start_server } from './server.mjs';
import { within } from './wait.mjs';

const read = (file) => readFileSync(path.join(root, file), 'utf8');

/** The fenced blocks of `file` that are marked with `kind`: `{line, text}`. */
function blocks(file, kind) {
  const text = read(file);
  return [...text.matchAll(new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))]
    .map((found) => ({ line: text.slice(0, found.index).split('\n').length + 1, text: found[1] }));
}

/** What the server makes up, by its shape. The second group is the value. */
const made_up = [/("token":")([^"]+)/g, /("epoch":")([^"]+)/g, /("at":")([^"]+)/g, /()\b(guest-[a-z0-9]{4,})\b/g];
const is_presence = (text) => text.startsWith('{"type":"presence"') || /^\* .+ (?:entered|left) \S+$/.test(text);

/** One client of a dialogue: what comes to it, in order. */
class client {
  #came = [];
  #heard = () => {};

  constructor(socket, lines) {
    this.socket = socket;
    this.lines = lines;
    this.closed = once(socket, 'close').then(([code]) => code);
    socket.on('message', (data) => { this.#came.push(data.toString()); this.#heard(); });
  }

  async next(wanted) {
    while (this.#came.length === 0) {
      await within(5_000, new Promise((resolve) => { this.#heard = resolve; }), `what the document shows: ${wanted}`);
    }
    return this.#came.shift();
  }
}

class dialogue {
  #people = new Map();
  #meant = new Map(); // what the document calls it → what the server says

  constructor(server, t) {
    this.server = server;
    this.t = t;
  }

  async connect(name, query) {
    const socket = new WebSocket(`${this.server.wsUrl}${query && `?${query}`}`);
    this.t.after(() => socket.terminate());
    const one = new client(socket, new URLSearchParams(query).get('format') === 'text');
    this.#people.set(name, one);
    await within(5_000, once(socket, 'open'), `the upgrade of /ws?${query}`);
    return one;
  }

  async #who(name) { return this.#people.get(name) ?? this.connect(name, ''); }

  /** With the server's own words for what it made up. */
  #translated(text) {
    for (const [ours, theirs] of this.#meant) text = text.replaceAll(ours, theirs);
    return text;
  }

  #learn(ours, theirs) {
    for (const shape of made_up) {
      const [a, b] = [[...ours.matchAll(shape)], [...theirs.matchAll(shape)]];
      a.forEach((found, i) => b[i] && this.#meant.set(found[2], b[i][2]));
    }
  }

  async say(name, text) { (await this.#who(name)).socket.send(this.#translated(text)); }

  async hear(name, wanted) {
    const one = await this.#who(name);
    const end = /^close (\d+)$/.exec(wanted);
    if (end) {
      assert.equal(await within(5_000, one.closed, wanted), Number(end[1]));
      return;
    }
    let got;
    do got = await one.next(wanted); while (is_presence(got) && !is_presence(wanted));
    this.#learn(wanted, got);
    assert.equal(got, this.#translated(wanted));
  }

  /** Nothing has come to anybody that the document does not show: what is asked now is answered next. */
  async ends() {
    for (const [name, one] of this.#people) {
      if (one.socket.readyState !== WebSocket.OPEN) continue;
      one.socket.send(one.lines ? '/help' : '{"type":"ping","id":"the end"}');
      let got;
      do got = await one.next('nothing more'); while (is_presence(got));
      assert.match(got, one.lines ? /^\* words without a slash/ : /"the end"/, `this came to ${name || 'the client'}, too`);
    }
  }
}

/** The lines of a block as steps; an indented line goes on with the text before it. */
function steps(text) {
  const found = [];
  for (const line of text.split('\n').filter((l) => l !== '')) {
    const step = /^(\w*)(?:([<>]) | ?GET \/ws\??(?=\S*$))(.*)$/.exec(line);
    if (step) found.push({ name: step[1], what: step[2] ?? 'GET', text: step[3] });
    else found.at(-1).text += `\n${line.trimStart()}`;
  }
  return found;
}

async function hold(block, server, t) {
  const held = new dialogue(server, t);
  const all = steps(block.text);
  for (let i = 0; i < all.length; i++) {
    const { name, what, text } = all[i];
    const refused = what === 'GET' && /^4\d\d$/.exec(all[i + 1]?.text ?? '');
    if (refused) {
      assert.equal((await refused_upgrade(server, text)).status, Number(refused[0]));
      i++;
    } else if (what === 'GET') {
      await held.connect(name, text);
    } else if (what === '>') {
      await held.say(name, text);
    } else {
      await held.hear(name, text);
    }
  }
  await held.ends();
}

const dialogues = blocks('docs/protocol.md', 'dialogue');

test('the protocol shows dialogues', () => assert.ok(dialogues.length >= 8, `${dialogues.length}`));

for (const block of dialogues) {
  test(`docs/protocol.md, line ${block.line}, is so`, async (t) => hold(block, await start_server({}, { t }), t));
}

test('a dialogue that is not so fails', async (t) => {
  const server = await start_server({}, { t });
  const wrong = ['> {"type":"ping"}\n< {"type":"pang"}\n', '> {"type":"ping"}\n> {"type":"ping"}\n< {"type":"pong"}\n',
    'GET /ws?name=ana\n< 400\n', 'GET /ws?format=text\n< * you are ana\n'];
  for (const text of wrong) await assert.rejects(hold({ text }, server, t), text);
});

test('docs/operations.md has every flag, with its default, and no other; the README has some of them', async () => {
  const { out } = await run_to_end(['--help']);
  const flags = [...out.matchAll(/^ {2}(?:-h,)?(--[a-z-]+)(?: \S.*?=(\S+))?/gm)].map(([, flag, usual]) =>
    [flag, ['[]', undefined].includes(usual) ? '' : usual.replace(/^\[(.*)\]$/, '$1')]);
  const told = (file) => [...read(file).matchAll(/^\| `(--[a-z-]+)`[^|]*\| (?:`([^`]*)`)?[^|]*\|/gm)]
    .map(([, flag, usual]) => [flag, usual ?? '']);
  assert.ok(flags.length > 20);
  assert.deepEqual(told('docs/operations.md').sort(), flags.sort());
  for (const row of told('README.md')) assert.ok(flags.some((f) => String(f) === String(row)), String(row));
});

test('docs/operations.md has every series of /metrics, and no other', async (t) => {
  const server = await start_server({}, { t });
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const series = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
  const told = [...read('docs/operations.md').matchAll(/^\| `(tertulia_\w+)` \| (\w+) \|/gm)].map(([, name, type]) => `${name} ${type}`);
  assert.ok(series.length > 10);
  assert.deepEqual(told.sort(), series.sort());
});

test('the configuration file in docs/operations.md is taken', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tertulia-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [example] = blocks('docs/operations.md', 'toml');
  const file = path.join(folder, 'tertulia.toml');
  writeFileSync(file, example.text);
  const server = await start_server({ '--config': file }, { t });
  const { limits } = await (await open(server, { t })).hello('ana');
  assert.equal(limits.text_bytes, Number(/^text-bytes = (\d+)$/m.exec(example.text)[1]));
});

test('docs/protocol.md names every error code that the server has', () => {
  const text = read('docs/protocol.md');
  const codes = [...read('server/protocol/code.cpp').matchAll(/return "(\w+)";/g)].map(([, code]) => code);
  assert.ok(codes.length > 10);
  for (const code of codes) assert.ok(text.includes(`\`${code}\``), code);
});

test('every decision has its five parts', () => {
  const folder = path.join(root, 'docs/decisions');
  const pages = readdirSync(folder).filter((f) => f.endsWith('.md'));
  assert.ok(pages.length > 0);
  for (const page of pages) {
    assert.match(page, /^\d{4}-[a-z0-9-]+\.md$/);
    assert.equal(pages.filter((other) => other.slice(0, 4) === page.slice(0, 4)).length, 1, `${page}: its number is another's too`);
    const parts = [...readFileSync(path.join(folder, page), 'utf8').matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    assert.deepEqual(parts, ['Question', 'Decision', 'Why', 'Rejected', 'When to look again'], page);
  }
});
