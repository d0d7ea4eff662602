// tests/bench/rounds.mjs: one round: a program is started on its core, the crowd is let at it, and it is stopped again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** A server bench for whom nothing is limited and whose every turn is on one thread. */
const server_flags = ['--listen', '127.0.0.1:0', '--store', 'memory', '--threads', '1', '--commands-per-s', '0', '--log-level', 'warn',
  '--drain-s', '1'];

/** Starts `file` on `core`, without the server's flags of the environment; in a process group that Ctrl-C does not reach. */
function start(core, file, args) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TERTULIA_')));
  const child = spawn('taskset', ['-c', String(core), file, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  child.ended = once(child, 'close');
  child.ended.catch(() => {});
  return child;
}

async function first_line(child, what) {
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error(`${what} did not start`);
}

/** Lets the crowd at a program that says where it listens; what the crowd found. */
async function round(flags, file, args, load) {
  const program = start(flags.server_core, file, args);
  try {
    const address = /^listening on http:\/\/(\S+)/.exec(await first_line(program, file))?.[1];
    if (!address) throw new Error(`${file} does not say where it listens`);
    const crowd = start(flags.client_core, path.join(flags.build, 'tertulia-crowd'),
      ['--url', `ws://${address}`, '--server-pid', String(program.pid), ...load]);
    let found = '';
    crowd.stdout.setEncoding('utf8').on('data', (bytes) => { found += bytes; });
    const [code] = await crowd.ended;
    if (code !== 0) throw new Error('the crowd could not measure');
    return JSON.parse(found);
  } finally {
    program.kill('SIGTERM');
    await program.ended;
  }
}

const words = (load) => Object.entries(load).flatMap(([name, value]) => [`--${name}`, String(value)]);

export const of_server = (flags, load) => round(flags, path.join(flags.build, 'tertulia'), server_flags, words(load));

/** @param frame_bytes of the frame that each member gets for each message */
export const of_floor = (flags, load, frame_bytes) =>
  round(flags, path.join(flags.build, 'tertulia-floor'), ['--frame-bytes', String(frame_bytes)], words(load));

/** Rounds of the server and the floor, each time in the other order, so that a drift of the machine hits both. */
export async function alternate(rounds, server, floor, say) {
  const found = [];
  for (let n = 0; n < rounds; ++n) {
    const both = {};
    for (const who of n % 2 === 0 ? ['server', 'floor'] : ['floor', 'server']) both[who] = await { server, floor }[who]();
    found.push(both);
    say(n + 1, both);
  }
  return found;
}

/** Median, least and most of some numbers. */
export function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
  return { median, least: sorted[0], most: sorted.at(-1) };
}
