// tests/bench/storm.mjs: script/bench storm: all clients lose their connection at one moment and come back, while others go on posting.
import path from 'node:path';
import { in_folder, store_flags, sum_of } from './log.mjs';
import { machine_line } from './machine.mjs';
import { at_program, found_by, server_flags, summary } from './rounds.mjs';
import { aligned, fixed, whole, with_range } from './table.mjs';

export const about = 'thousands that come back at once with `since`: how long it takes, what it costs, and what the database is asked';

export const flags = {
  cases: { type: 'string', default: '10x1000/10', about: 'ROOMSxMEMBERS/PUBLISHERS, publishers of each room' },
  rate: { type: 'string', default: '500', about: 'messages a second of all rooms together' },
  warmup: { type: 'string', default: '1', about: 'seconds before measuring' },
  duration: { type: 'string', default: '12', about: 'seconds of measuring; in its middle they leave' },
};

async function storm(settings, { rooms, members, publishers }) {
  const words = { rooms, members, publishers, rate: settings.rate / (rooms * publishers), warmup: settings.warmup,
    duration: settings.duration, 'reconnect-share': 1, storm: 1 };
  return in_folder(settings.build, (folder) => at_program(undefined, path.join(settings.build, 'tertulia'),
    [...server_flags, ...store_flags(folder, 'process')], async (address, pid) => {
      const found = await found_by(undefined, path.join(settings.build, 'tertulia-load'),
        ['--url', `ws://${address}`, '--server-pid', String(pid), '--json', ...Object.entries(words).map(([name, value]) => `--${name}=${value}`)]);
      const metrics = await (await fetch(`http://${address}/metrics`)).text();
      return { ...found, reads: sum_of(metrics, 'tertulia_reads_total') };
    }));
}

export async function measure(settings, say) {
  const found = [];
  for (const one of settings.cases) {
    const each = [];
    for (let n = 0; n < settings.rounds; ++n) {
      each.push(await storm(settings, one));
      const { came_back, return_ms, reads } = each.at(-1);
      say(`${one.name}: round ${n + 1} of ${settings.rounds}: ${came_back} came back, p99 ${whole(return_ms.p99)} ms, ${reads} reads`);
    }
    found.push({ case: one.name, publishers: one.publishers, each });
  }
  return found;
}

export function table({ machine, rounds, cases }) {
  const of = (c, figure) => summary(c.each.map(figure));
  const wrong = (r) => r.lost + r.duplicated + r.out_of_order + r.misrouted + r.unrecovered + r.errors;
  return `All come back at once, and others post; median of ${rounds} (range)\n${machine_line(machine)}, but neither is held to them\n\n` + aligned([
    ['case', 'came back', 'p50 ms', 'p99 ms', 'the last ms', 'lost, doubled or wrong', 'reads of the database', 'CPU s'],
    ...cases.map((c) => [c.case, with_range(of(c, (r) => r.came_back), whole), with_range(of(c, (r) => r.return_ms.p50), whole),
      with_range(of(c, (r) => r.return_ms.p99), whole), with_range(of(c, (r) => r.return_ms.max), whole), with_range(of(c, wrong), whole),
      with_range(of(c, (r) => r.reads), whole), with_range(of(c, (r) => r.server_cpu_s), fixed(1))]),
  ]);
}
