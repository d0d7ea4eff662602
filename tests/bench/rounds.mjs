// tests/bench/rounds.mjs: one round: a program is started on its core, the crowd is let at it, and it is stopped again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** For a server for whom nothing is limited and whose every turn is on one thread. */
export const server_flags = ['--listen', '127.0.0.1:0', '--threads', '1', '--commands-per-s', '0', '--rooms-per-user', '0', '--log-level',
  'warn', '--drain-s', '1'];

/** Starts `file`, on `core` if one is given, without the server's flags of the environment. */
export function start(core, file, args) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('TERTULIA_')));
  const [program, ...words] = [...(core === undefined ? [] : ['taskset', '-c', String(core)]), file, ...args];
  const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  child.ended = once(child, 'close');
  child.ended.catch(() => {});
  return child;
}

async function first_line(child, what) {
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error(`${what} did not start`);
}

/** What a program says until its end, which must be a good one. */
export async function run_to_end(core, file, args) {
  const child = start(core, file, args);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (bytes) => { said += bytes; });
  const [code] = await child.ended;
  if (code !== 0) throw new Error(`${path.basename(file)} ended with ${code}`);
  return said;
}

/** What a program that measures says: one JSON object. */
export const found_by = async (core, file, args) => JSON.parse(await run_to_end(core, file, args));

/** What `measure` finds at a program that says where it listens, and that ends then. */
export async function at_program(core, file, args, measure) {
  const program = start(core, file, args);
  try {
    const address = /^listening on http:\/\/(\S+)/.exec(await first_line(program, file))?.[1];
    if (!address) throw new Error(`${file} does not say where it listens`);
    return await measure(address, program.pid);
  } finally {
    program.kill('SIGTERM');
    await program.ended;
  }
}

/** Lets the crowd at a program; what the crowd found. */
const round = (flags, file, args, load) =>
  at_program(flags.server_core, file, args, (address, pid) => found_by(flags.client_core, path.join(flags.build, 'tertulia-crowd'),
    ['--url', `ws://${address}`, '--server-pid', String(pid), ...load]));

export const words = (load) => Object.entries(load).flatMap(([name, value]) => [`--${name}`, String(value)]);

/** @param store the server's flags of its store */
export const of_server = (flags, load, store = ['--store', 'memory']) =>
  round(flags, path.join(flags.build, 'tertulia'), [...server_flags, ...store], words(load));

/** @param frame_bytes of the frame that each member gets for each message */
export const of_floor = (flags, load, frame_bytes) =>
  round(flags, path.join(flags.build, 'tertulia-floor'), ['--frame-bytes', String(frame_bytes)], words(load));

/** Rounds of two that are compared, each time in the other order, so that a drift of the machine hits both. */
export async function alternate(rounds, compared, say) {
  const names = Object.keys(compared);
  const found = [];
  for (let n = 0; n < rounds; ++n) {
    const both = {};
    for (const who of n % 2 === 0 ? names : [...names].reverse()) both[who] = await compared[who]();
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
