// tests/bench/big.mjs: script/bench big: what a start, a join and a page of history cost with millions of messages, beside few.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { machine_line } from './machine.mjs';
import { alternate, at_program, found_by, run_to_end, server_flags, summary, words } from './rounds.mjs';
import { aligned, fixed, whole, with_range } from './table.mjs';

export const about = 'a start, a join and a page of history with many messages, beside the same with few; size on disk';

export const flags = {
  messages: { type: 'string', default: '10000000', about: 'of the large database; half of them in one room' },
  few: { type: 'string', default: '10000', about: 'of the small one' },
  text: { type: 'string', default: '200', about: 'bytes of each' },
  times: { type: 'string', default: '200', about: 'joins and pages of a round' },
  folder: { type: 'string', default: tmpdir(), about: 'where the databases are made; ten million messages take 4 GB' },
};

/** Each room has something to page through. */
export function wrong({ messages, few, times }) {
  if (few < 1000 || messages < few) return '--few must be at least 1000, and --messages at least that';
  return times >= 1 ? undefined : '--times must be at least 1';
}

const rooms = 20;

/** From the start of the process until it says where it listens, and what a reader finds then. */
async function round(settings, file) {
  const begun = performance.now();
  return at_program(undefined, path.join(settings.build, 'tertulia'), [...server_flags, '--store', `sqlite:${file}`], async (address) => {
    const start_ms = performance.now() - begun;
    const load = { url: `ws://${address}`, rooms, times: settings.times };
    return { start_ms, ...await found_by(undefined, path.join(settings.build, 'tertulia-reader'), words(load)) };
  });
}

export async function measure(settings, say) {
  const folder = mkdtempSync(path.join(settings.folder, 'tertulia-big-'));
  try {
    const made = {};
    for (const [name, messages] of [['few', settings.few], ['many', settings.messages]]) {
      const file = path.join(folder, `${name}.db`);
      const begun = performance.now();
      await run_to_end(undefined, path.join(settings.build, 'tertulia-fill'), words({ file, messages, rooms, text: settings.text }));
      const { size } = statSync(file);
      made[name] = { file, size, per_text: size / (messages * settings.text) };
      say(`${whole(messages)} messages made in ${whole((performance.now() - begun) / 1000)} s: ${whole(size / 1e6)} MB`);
    }
    const each = await alternate(settings.rounds, { few: () => round(settings, made.few.file), many: () => round(settings, made.many.file) },
      (n, both) => say(`round ${n} of ${settings.rounds}: ${Object.entries(both).map(([name, r]) =>
        `${name}: start ${whole(r.start_ms)} ms, join ${whole(r.join_us.p50)} µs, page ${whole(r.page_us.p50)} µs`).join('; ')}`));
    const of = (what, unit, value) => ({
      what, unit, few: summary(each.map((r) => value(r.few))), many: summary(each.map((r) => value(r.many))),
      ratio: summary(each.map((r) => value(r.many) / value(r.few))), goal: 2,
    });
    return [
      of('start', 'ms', (r) => r.start_ms), of('join, p50', 'µs', (r) => r.join_us.p50), of('page of 50, p50', 'µs', (r) => r.page_us.p50),
      { what: 'size', messages: settings.messages, bytes: made.many.size, ratio: made.many.per_text, goal: 2, each },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const verdict = (goal, value) => `at most ${goal}: ${value <= goal ? 'reached' : 'missed'}`;

export function table({ machine, rounds, cases }) {
  const size = cases.at(-1);
  return `${whole(size.messages)} messages beside few; median of ${rounds} (range)\n${machine_line(machine)}, but neither is held to them\n\n` +
    aligned([
      ['', 'few', 'many', 'many / few', 'goal'],
      ...cases.slice(0, -1).map((c) => [`${c.what}, ${c.unit}`, with_range(c.few, whole), with_range(c.many, whole),
        with_range(c.ratio, fixed(2)), verdict(c.goal, c.ratio.median)]),
      ['size / text', '', `${whole(size.bytes / 1e6)} MB`, fixed(2)(size.ratio), verdict(size.goal, size.ratio)],
    ]);
}
