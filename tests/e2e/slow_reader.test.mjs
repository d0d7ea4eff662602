// tests/e2e/slow_reader.test.mjs: one that stops reading in a busy room costs the others nothing, and gets all in order later.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { enter } from './client.mjs';
import { upgraded } from './raw.mjs';
import { start_server } from './server.mjs';

const room = 'busy';
const text = 'x'.repeat(4_000);

/** Resident memory of a process, in bytes. */
const resident = (pid) => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;

/** A reader that follows the room and then stops; and what it reads when it goes on, up to event `last`: `{seqs, gaps}`. */
async function stopped_reader(server, t) {
  const reader = await upgraded(server, t, { path: `/ws?room=${room}` });
  const { first } = await reader.message((m) => m.type === 'joined');
  reader.socket.pause();
  const go_on = async (last) => {
    reader.socket.resume();
    const seqs = [];
    const gaps = [];
    for (let next = first; next <= last;) {
      const m = await reader.message((m) => m.seq !== undefined || m.type === 'lagged', 15_000);
      if (m.type === 'lagged') {
        assert.equal(m.first, next, 'lagged begins where the reader was');
        assert.ok(m.last >= m.first);
        gaps.push([m.first, m.last]);
        next = m.last + 1;
      } else {
        assert.equal(m.seq, next, 'in order, without gap or repeat');
        assert.equal(m.room, room);
        seqs.push(m.seq);
        next++;
      }
    }
    return { seqs, gaps };
  };
  return { reader, go_on };
}

/** Posts `n` messages, each batch awaited by its author and by a reader beside. */
async function busy(author, beside, n) {
  for (let i = 0; i < n; i += 50) {
    const oks = await Promise.all(Array.from({ length: 50 }, () => author.post(room, text)));
    await beside.take({ room, seq: oks.at(-1).seq });
  }
  const seqs = beside.logged(room).map((m) => m.seq);
  assert.deepEqual(seqs, Array.from({ length: n }, (_, i) => i + 1));
}

test('within the recovery limit it gets everything, in order', async (t) => {
  const server = await start_server({ '--commands-per-s': 0 }, { t });
  const [author, beside] = [await enter(server, 'ana', room, { t }), await enter(server, 'bea', room, { t })];
  const { go_on } = await stopped_reader(server, t);
  const n = 2_500;
  await busy(author, beside, n);
  const { seqs, gaps } = await go_on(n);
  assert.deepEqual(gaps, []);
  assert.equal(seqs.length, n);
});

// How often it is told is the kernels' to say: where they make room for more bytes of a reader that has not read (a window
// probe lets the receiver pack what it holds), the cursor moves then already, and once more later. That a reader whose socket
// took nothing is told exactly once is tests/server/hub.cpp's.
test('past the recovery limit lagged names what is passed over', async (t) => {
  const recovery = 100;
  const server = await start_server({ '--commands-per-s': 0, '--recovery-events': recovery }, { t });
  const [author, beside] = [await enter(server, 'ana', room, { t }), await enter(server, 'bea', room, { t })];
  const { go_on } = await stopped_reader(server, t);
  const n = 2_500;
  await busy(author, beside, n);
  const { seqs, gaps } = await go_on(n);
  assert.ok(gaps.length >= 1);
  const passed_over = gaps.map(([first, last]) => last - first + 1);
  // It was more than the limit behind, and a new cursor starts 50 messages before the end.
  for (const events of passed_over) assert.ok(events > recovery - 50, JSON.stringify(gaps));
  assert.equal(seqs.length + passed_over.reduce((all, events) => all + events, 0), n);
  assert.ok(n - gaps.at(-1)[1] >= 50, 'the cursor moves to where a new one starts');
});

test('readers that have stopped cost the server a bounded amount of memory', async (t) => {
  const server = await start_server({ '--commands-per-s': 0, '--memory-bytes': 4_000_000 }, { t });
  const [author, beside] = [await enter(server, 'ana', room, { t }), await enter(server, 'bea', room, { t })];
  await busy(author, beside, 1_500);
  const before = resident(server.pid);
  for (let i = 0; i < 20; i++) await stopped_reader(server, t);
  for (let i = 0; i < 2_000; i += 50) await Promise.all(Array.from({ length: 50 }, () => author.post(room, text)));
  const grown = resident(server.pid) - before;
  // 20 readers that hold 8 MB each would be 160 MB.
  assert.ok(grown < 16_000_000, `grown by ${grown} bytes`);
});
