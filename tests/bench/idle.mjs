// tests/bench/idle.mjs: what a connection costs that follows a room and says nothing, against the floor's bare one.
import { machine_line } from './machine.mjs';
import { alternate, of_floor, of_server, summary } from './rounds.mjs';
import { aligned, fixed, whole, with_range } from './table.mjs';

export const about = 'resident memory for each idle connection that follows a room, and the CPU they take together';

export const flags = {
  cases: { type: 'string', default: '1x10000', about: 'ROOMSxMEMBERS' },
  warmup: { type: 'string', default: '2', about: 'seconds before measuring' },
  // Longer than the 25 s after which the server pings who is silent.
  duration: { type: 'string', default: '30', about: 'seconds of measuring' },
};

const frame_bytes = 256;  // nothing is posted

export async function measure(settings, say) {
  const found = [];
  for (const { name, rooms, members } of settings.cases) {
    const load = { rooms, members, publishers: 0, warmup: settings.warmup, duration: settings.duration };
    const each = await alternate(settings.rounds, { server: () => of_server(settings, load), floor: () => of_floor(settings, load, frame_bytes) },
      (n, { server, floor }) => say(`${name}: round ${n} of ${settings.rounds}: server ${whole(server.rss_bytes_per_connection)} bytes, ` +
        `floor ${whole(floor.rss_bytes_per_connection)}`));
    const of = (who) => ({
      bytes_per_connection: summary(each.map((r) => r[who].rss_bytes_per_connection)),
      cpu_share: summary(each.map((r) => r[who].cpu_share)),
    });
    found.push({ case: name, server: of('server'), floor: of('floor'), each });
  }
  return found;
}

export function table({ machine, rounds, cases }) {
  const percent = (share) => `${(100 * share).toFixed(2)} %`;
  return `Idle connections that follow a room; median of ${rounds} (range)\n${machine_line(machine)}\n\n` +
    aligned([
      ['case', 'bytes each: server', 'floor', 'of a core: server', 'floor'],
      ...cases.map((c) => [c.case, with_range(c.server.bytes_per_connection, whole), with_range(c.floor.bytes_per_connection, whole),
        with_range(c.server.cpu_share, percent), with_range(c.floor.cpu_share, percent)]),
    ]);
}
