// tests/bench/log.mjs: script/bench log: what is stored and acknowledged, beside SQLite alone doing the same statements.
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { machine_line } from './machine.mjs';
import { alternate, at_program, found_by, of_server, server_flags, summary, words } from './rounds.mjs';
import { aligned, fixed, whole, with_range } from './table.mjs';

export const about = 'messages stored and acknowledged, and how long one takes, beside SQLite alone; fan-out beside the memory store';

const parts = ['rate', 'one', 'fanout'];
const durabilities = ['full', 'process'];

export const flags = {
  only: { type: 'string', default: parts.join(','), about: 'which parts, with commas between' },
  publishers: { type: 'string', default: '50', about: 'connections that post, of rate' },
  window: { type: 'string', default: '20', about: 'messages of each that are under way, of rate' },
  payload: { type: 'string', default: '128', about: 'bytes of each text' },
  warmup: { type: 'string', default: '1', about: 'seconds before measuring' },
  duration: { type: 'string', default: '4', about: 'seconds of measuring' },
};

/** What is wrong with the flags, if anything. */
export function wrong({ only }) {
  const unknown = only.split(',').find((part) => !parts.includes(part));
  return unknown === undefined ? undefined : `--only: there is no ${unknown}`;
}

/** Gives `what` a folder beside the programs, on the same disk, and takes it away again. */
export async function in_folder(build, what) {
  const folder = mkdtempSync(path.join(build, 'bench-'));
  try {
    return await what(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const store_flags = (folder, durability) => ['--store', `sqlite:${path.join(folder, 'log.db')}`, '--durability', durability];

/** The sum over all shards of a counter of /metrics. */
export const sum_of = (metrics, name) => [...metrics.matchAll(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'gm'))].reduce((n, [, v]) => n + Number(v), 0);

/** Not on a core of its own: it has a thread for its shard, and one that writes. */
const at_server = (settings, durability, load) => in_folder(settings.build, (folder) =>
  at_program(undefined, path.join(settings.build, 'tertulia'), [...server_flags, ...store_flags(folder, durability)], async (address, pid) => {
    const found = await found_by(undefined, path.join(settings.build, 'tertulia-writers'),
      ['--url', `ws://${address}`, '--server-pid', String(pid), ...words(load)]);
    const metrics = await (await fetch(`http://${address}/metrics`)).text();
    return { ...found, batch: sum_of(metrics, 'tertulia_messages_total') / sum_of(metrics, 'tertulia_commits_total') };
  }));

const at_raw = (settings, load) => in_folder(settings.build, (folder) =>
  found_by(undefined, path.join(settings.build, 'tertulia-raw-log'), ['--file', path.join(folder, 'raw.db'), ...words(load)]));

const timed = ({ payload, warmup, duration }) => ({ payload, warmup, duration });

async function rate(settings, durability, rooms, say) {
  const load = { ...timed(settings), rooms, publishers: settings.publishers, window: settings.window };
  const probe = await at_server(settings, durability, { ...load, warmup: 0.2, duration: Math.min(1, settings.duration) });
  const batch = Math.max(1, Math.round(probe.batch));
  const each = await alternate(settings.rounds, {
    server: () => at_server(settings, durability, load), raw: () => at_raw(settings, { ...timed(settings), rooms, durability, batch }),
  }, (n, { server, raw }) => say(`${durability}, ${rooms} rooms: round ${n} of ${settings.rounds}: ${whole(server.stored_per_s)} a second in batches ` +
    `of ${whole(server.batch)}, raw ${whole(raw.stored_per_s)} in batches of ${batch}`));
  return {
    part: 'rate', durability, rooms, batch,
    server: summary(each.map((r) => r.server.stored_per_s)), raw: summary(each.map((r) => r.raw.stored_per_s)),
    ratio: summary(each.map((r) => r.server.stored_per_s / r.raw.stored_per_s)), goal: 0.7,
    ping_p99_ms: summary(each.map((r) => r.server.ping_us.p99 / 1000)), ping_goal_ms: 5,
    timer_p99_ms: summary(each.map((r) => r.server.timer_us.p99 / 1000)), each,
  };
}

async function one(settings, durability, say) {
  const load = { ...timed(settings), rooms: 1, publishers: 1, window: 1 };
  const each = await alternate(settings.rounds, {
    server: () => at_server(settings, durability, load), raw: () => at_raw(settings, { ...timed(settings), rooms: 1, durability, batch: 1 }),
  }, (n, { server, raw }) => say(`${durability}, one publisher: round ${n} of ${settings.rounds}: ok after ${whole(server.ok_us.p50)} µs, ` +
    `raw commit ${whole(raw.commit_us.p50)} µs`));
  return {
    part: 'one', durability, ok_us: summary(each.map((r) => r.server.ok_us.p50)), raw_us: summary(each.map((r) => r.raw.commit_us.p50)),
    ratio: summary(each.map((r) => r.server.ok_us.p50 / r.raw.commit_us.p50)),
    goal: durability === 'full' ? { ratio: 2 } : { ok_us: 300 }, each,
  };
}

async function fanout(settings, say) {
  const load = { ...timed(settings), rooms: 1, members: 1000, publishers: 10, window: 1 };
  const each = await alternate(settings.rounds, {
    sqlite: () => in_folder(settings.build, (folder) => of_server(settings, load, store_flags(folder, 'process'))),
    memory: () => of_server(settings, load),
  }, (n, { sqlite, memory }) => say(`fan-out: round ${n} of ${settings.rounds}: ${whole(sqlite.deliveries_per_cpu_s)} deliveries for a CPU second, ` +
    `memory ${whole(memory.deliveries_per_cpu_s)}`));
  const of = (who) => summary(each.map((r) => r[who].deliveries_per_cpu_s));
  return {
    part: 'fanout', sqlite: of('sqlite'), memory: of('memory'),
    ratio: summary(each.map((r) => r.sqlite.deliveries_per_cpu_s / r.memory.deliveries_per_cpu_s)), goal: 0.9, each,
  };
}

export async function measure(settings, say) {
  const only = settings.only.split(',');
  const found = [];
  for (const durability of only.includes('rate') ? durabilities : []) {
    for (const rooms of [1, 1000]) found.push(await rate(settings, durability, rooms, say));
  }
  for (const durability of only.includes('one') ? durabilities : []) found.push(await one(settings, durability, say));
  if (only.includes('fanout')) found.push(await fanout(settings, say));
  return found;
}

const verdict = (goal, reached) => `${goal} ${reached ? 'reached' : 'missed'}`;

const tables = {
  rate: (cases) => [
    ['stored and acknowledged a second', 'batch', 'server', 'SQLite alone', 'server / SQLite', 'goal', 'ping p99, ms', 'goal', 'a timer, late by p99, ms'],
    ...cases.map((c) => [`${c.durability}, ${c.rooms} room${c.rooms > 1 ? 's' : ''}`, String(c.batch), with_range(c.server, whole),
      with_range(c.raw, whole), with_range(c.ratio, fixed(2)), verdict(c.goal, c.ratio.median >= c.goal),
      with_range(c.ping_p99_ms, fixed(1)), verdict(c.ping_goal_ms, c.ping_p99_ms.median < c.ping_goal_ms),
      with_range(c.timer_p99_ms, fixed(1))])],
  one: (cases) => [
    ['one publisher, p50 in µs', 'until ok', 'a commit of SQLite alone', 'ok / commit', 'goal'],
    ...cases.map((c) => [c.durability, with_range(c.ok_us, whole), with_range(c.raw_us, whole), with_range(c.ratio, fixed(2)),
      c.goal.ratio ? verdict(`twice`, c.ratio.median <= c.goal.ratio) : verdict(`${c.goal.ok_us} µs`, c.ok_us.median < c.goal.ok_us)])],
  fanout: (cases) => [
    ['deliveries for a CPU second', 'sqlite, process', 'memory', 'sqlite / memory', 'goal'],
    ...cases.map((c) => ['1x1000, 10 publishers', with_range(c.sqlite, whole), with_range(c.memory, whole), with_range(c.ratio, fixed(2)),
      verdict(c.goal, c.ratio.median >= c.goal)])],
};

export function table({ machine, rounds, cases }) {
  const present = parts.filter((part) => cases.some((c) => c.part === part));
  return `The log in SQLite; median of ${rounds} (range)\n${machine_line(machine)}; only fan-out is held to them\n\n` +
    present.map((part) => aligned(tables[part](cases.filter((c) => c.part === part)))).join('\n');
}
