// tests/bench/core.mjs: script/bench core: the core's programs beside the same in Go and with Asio's experimental channel.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { aligned } from './table.mjs';

export const about = 'channels, select, contexts and tasks: how many times as fast as Go, and as Asio';

export const flags = {
  names: { type: 'string', default: 'all', about: 'only these, with commas between' },
  plain: { type: 'boolean', default: false, about: 'only ours, as lines "name value unit"' },
};

/** Name → how many times as fast as Go it is to be (with one processor; with two where the name says two threads). */
const wanted = new Map([
  ['pingpong_unbuffered', 4], ['stream_unbuffered', 4], ['stream_buffered_1024', 2], ['select_2', 4], ['select_2_ready', 2],
  ['spawn_join', 3], ['parked_task', 5], ['fanin_100', 4], ['semaphore_3_of_10', 3], ['context_cancel', 3], ['context_timeout', 3],
  ['cancel_10000_children', 2], ['cancel_10000_waiters', 5], ['sieve_2000_plain', 4], ['sieve_2000', 3], ['stream_1024_2threads', 1],
]);

const chosen_of = (names) => (names === 'all' ? [...wanted.keys()] : names.split(','));

/** What is wrong with the flags, if anything. */
export function wrong({ names }) {
  const unknown = chosen_of(names).find((name) => !wanted.has(name));
  return unknown === undefined ? undefined : `--names: there is no ${unknown}`;
}

/** What a program says of `name`: a number and its unit; undefined where it has no such. */
function run(file, name) {
  const processors = name.includes('2threads') ? '2' : '1';
  const { status, stdout, error } = spawnSync(file, [name], { env: { ...process.env, GOMAXPROCS: processors }, encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'] });
  if (error || status !== 0) throw new Error(`${file} ${name} failed${error ? `: ${error.message}` : ''}`);
  const [, value, unit] = /^\S+ (\S+) (\S+)$/m.exec(stdout) ?? [];
  return value === undefined ? undefined : { value: Number(value), unit };
}

/** The least of all rounds: what else the machine does only adds. Each round in the other order. */
export async function measure({ names, plain, rounds, build }, say) {
  const chosen = chosen_of(names);
  const files = { ours: 'tertulia-core-bench', ...(plain ? {} : { go: 'tertulia-go-bench', asio: 'tertulia-asio-bench' }) };
  for (const file of Object.values(files)) {
    if (!existsSync(path.join(build, file))) throw new Error(`${path.join(build, file)} is not there`);
  }
  return chosen.map((name) => {
    const least = {};
    for (let n = 0; n < rounds; ++n) {
      const order = Object.entries(files);
      for (const [who, file] of n % 2 === 0 ? order : order.reverse()) {
        const found = run(path.join(build, file), name);
        if (found && !(least[who]?.value <= found.value)) least[who] = found;
      }
    }
    if (!least.ours) throw new Error(`no figure of ${name}`);
    say(`${name}: ${Object.entries(least).map(([who, f]) => `${who} ${f.value}`).join(', ')} ${least.ours.unit}`);
    const figures = Object.fromEntries(Object.entries(least).map(([who, f]) => [who, f.value]));
    return { name, unit: least.ours.unit, ...figures, times: figures.go / figures.ours, wanted: wanted.get(name) };
  });
}

export function table({ cases, machine, rounds }) {
  if (cases.every((c) => c.go === undefined)) return cases.map((c) => `${c.name} ${c.ours} ${c.unit}\n`).join('');
  const cell = (value) => (value === undefined ? '' : value.toFixed(1));
  const rows = cases.map((c) => [c.name, c.unit, cell(c.ours), cell(c.go), cell(c.asio), c.times.toFixed(1), String(c.wanted),
    c.times >= c.wanted ? '' : 'short']);
  return `${machine.cpu}, ${machine.cores} cores, ${machine.kernel}, ${machine.date}; the least of ${rounds} rounds\n\n` +
    aligned([['', '', 'ours', 'Go', 'Asio', 'times Go', 'wanted', ''], ...rows]);
}
