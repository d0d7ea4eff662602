// tests/bench/fanout.mjs: what a second of the server's CPU delivers, against the floor that no chat server can beat.
import { machine_line } from './machine.mjs';
import { alternate, of_floor, of_server, summary } from './rounds.mjs';
import { aligned, fixed, whole, with_range } from './table.mjs';

export const about = "deliveries for a second of the server's CPU, one thread, against bare epoll with prebuilt frames";

export const flags = {
  cases: { type: 'string', default: '1x1000/10,1000x10/1', about: 'ROOMSxMEMBERS/PUBLISHERS, publishers of each room' },
  payload: { type: 'string', default: '128', about: 'bytes of each text' },
  window: { type: 'string', default: '1', about: 'posts of each publisher that are under way (closed loop)' },
  warmup: { type: 'string', default: '1', about: 'seconds before measuring' },
  duration: { type: 'string', default: '4', about: 'seconds of measuring' },
};

/** What issue 4 asks for: the least ratio to the floor. */
const goals = { '1x1000/10': 0.8, '1000x10/1': 0.75 };

/** A WebSocket header of a server's frame with that much payload (RFC 6455 §5.2). */
const header_bytes = (payload) => (payload <= 125 ? 2 : 4);

export async function measure(settings, say) {
  const found = [];
  for (const { name, rooms, members, publishers } of settings.cases) {
    const load = { rooms, members, publishers, payload: settings.payload, window: settings.window, warmup: settings.warmup, duration: settings.duration };
    const probe = await of_server(settings, { ...load, warmup: 0.2, duration: 0.3 });
    const payload_bytes = Math.round(probe.event_bytes);
    const frame_bytes = payload_bytes + header_bytes(payload_bytes);
    const rounds = await alternate(settings.rounds, { server: () => of_server(settings, load), floor: () => of_floor(settings, load, frame_bytes) },
      (n, { server, floor }) => say(`${name}: round ${n} of ${settings.rounds}: server ${whole(server.deliveries_per_cpu_s)}, floor ` +
        `${whole(floor.deliveries_per_cpu_s)}, ratio ${fixed(3)(server.deliveries_per_cpu_s / floor.deliveries_per_cpu_s)}`));
    found.push({
      case: name, publishers, window: settings.window, payload_bytes: settings.payload, frame_bytes,
      server: summary(rounds.map((r) => r.server.deliveries_per_cpu_s)),
      floor: summary(rounds.map((r) => r.floor.deliveries_per_cpu_s)),
      ratio: summary(rounds.map((r) => r.server.deliveries_per_cpu_s / r.floor.deliveries_per_cpu_s)),
      goal: goals[`${name}/${publishers}`] ?? null,
      each: rounds,
    });
  }
  return found;
}

export function table({ machine, rounds, cases }) {
  const verdict = (c) => (c.goal === null ? '' : `${fixed(2)(c.goal)} ${c.ratio.median >= c.goal ? 'reached' : 'missed'}`);
  const a_read = (c) => ['server', 'floor'].map((who) => fixed(1)(summary(c.each.map((r) => r[who].events_per_read)).median)).join(', ');
  const share = (c, who) => `${whole(100 * summary(c.each.map((r) => r[who].cpu_share)).median)} %`;
  return `Deliveries for a second of the server's CPU, ${cases[0].payload_bytes}-byte messages; median of ${rounds} (range)\n` +
    `${machine_line(machine)}\n\n` +
    aligned([
      ['case', 'publishers', 'server', 'floor', 'server / floor', 'goal', 'events a read', 'busy'],
      ...cases.map((c) => [c.case, String(c.publishers), with_range(c.server, whole), with_range(c.floor, whole),
        with_range(c.ratio, fixed(2)), verdict(c), a_read(c), `${share(c, 'server')}, ${share(c, 'floor')}`]),
    ]);
}
