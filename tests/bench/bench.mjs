// tests/bench/bench.mjs: what script/bench runs: one subcommand for each thing that is measured.
// Stdout is the table or the JSON; how it goes is told on stderr. Exit 0: measured, 1: something broke, 2: a bad flag.
import { parseArgs } from 'node:util';
import path from 'node:path';
import * as big from './big.mjs';
import * as core from './core.mjs';
import * as fanout from './fanout.mjs';
import * as idle from './idle.mjs';
import * as storm from './storm.mjs';
import * as log from './log.mjs';
import { cores, machine } from './machine.mjs';

const benches = { fanout, idle, log, big, core, storm };

const shared = {
  rounds: { type: 'string', default: '5', about: 'rounds of each case' },
  build: { type: 'string', default: 'build/release', about: 'the folder of programs that are built; nothing is built then' },
  json: { type: 'boolean', default: false, about: 'one JSON object on stdout instead of the table' },
  help: { type: 'boolean', default: false, about: 'this' },
};

function usage() {
  const flag = ([name, { default: value, type, about }]) =>
    `  --${name}${type === 'string' ? ` (${value})` : ''}`.padEnd(36) + about;
  const flags = (of) => Object.entries(of).map(flag).join('\n');
  const each = Object.entries(benches).map(([name, b]) => `script/bench ${name}: ${b.about}\n${flags(b.flags)}\n`);
  return `${each.join('\n')}\nall of them\n${flags(shared)}\n`;
}

class bad_flag extends Error {}

/** "1000x10/1" as rooms, members of each, publishers of each. */
function read_case(text) {
  const [, rooms, members, publishers = 0] = /^(\d+)x(\d+)(?:\/(\d+))?$/.exec(text) ?? [];
  if (!(rooms > 0 && members > 0 && Number(publishers) <= members)) throw new bad_flag(`--cases: ${text} is not ROOMSxMEMBERS/PUBLISHERS`);
  return { name: `${rooms}x${members}`, rooms: Number(rooms), members: Number(members), publishers: Number(publishers) };
}

/** The flags as numbers where their defaults are numbers. */
function read_flags(argv, bench) {
  const options = { ...bench.flags, ...shared };
  const plain = Object.fromEntries(Object.entries(options).map(([name, { type, default: value }]) => [name, { type, default: value }]));
  let values;
  try {
    ({ values } = parseArgs({ args: argv, options: plain }));
  } catch (error) {
    throw new bad_flag(error.message);
  }
  for (const [name, { default: value }] of Object.entries(options)) {
    if (typeof value !== 'string' || Number.isNaN(Number(value))) continue;
    values[name] = Number(values[name]);
    if (!(values[name] >= 0)) throw new bad_flag(`--${name} must be a number`);
  }
  if (!Number.isInteger(values.rounds) || values.rounds < 1) throw new bad_flag('--rounds must be at least 1');
  if (values.cases !== undefined) values.cases = values.cases.split(',').map(read_case);
  const wrong = bench.wrong?.(values);
  if (wrong) throw new bad_flag(wrong);
  values.build = path.resolve(values.build);
  return values;
}

async function main([name, ...argv]) {
  const bench = benches[name];
  if (!bench || argv.includes('--help')) {
    (bench || name === '--help' ? process.stdout : process.stderr).write(usage());
    return bench || name === '--help' ? 0 : 2;
  }
  const flags = read_flags(argv, bench);
  const say = (text) => process.stderr.write(`${text}\n`);
  const where = { ...machine(), ...cores() };
  const found = { bench: name, machine: where, rounds: flags.rounds, cases: await bench.measure({ ...flags, ...where }, say) };
  process.stdout.write(flags.json ? `${JSON.stringify(found)}\n` : bench.table(found));
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => { process.exitCode = code; },
  (error) => {
    process.stderr.write(`bench: ${error.message}\n`);
    process.exitCode = error instanceof bad_flag ? 2 : 1;
  });
