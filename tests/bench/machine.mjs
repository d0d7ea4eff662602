// tests/bench/machine.mjs: the machine that figures come from, and which of its cores are used.
import { readFileSync } from 'node:fs';
import os from 'node:os';

/** The cores of a list as the kernel writes it: "0-2,5" is 0, 1, 2, 5. */
export function cores_of(list) {
  return list.trim().split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** The server has a core of its own: its only thread never waits for the client's. */
export function cores() {
  const [list] = /(?<=^Cpus_allowed_list:\s*)\S+/m.exec(readFileSync('/proc/self/status', 'utf8'));
  const all = cores_of(list);
  return { client_core: all[0], server_core: all.at(-1) };
}

export function machine() {
  const all = os.cpus();
  return { cpu: all[0]?.model.trim() ?? 'unknown', cores: all.length, kernel: `${os.type()} ${os.release()}`, date: new Date().toISOString().slice(0, 10) };
}

export const machine_line = (m) =>
  `${m.cpu}, ${m.cores} cores, ${m.kernel}, ${m.date}; server on core ${m.server_core}, client on core ${m.client_core}`;
