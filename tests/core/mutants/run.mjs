#!/usr/bin/env node
// tests/core/mutants/run.mjs: makes each fault of faults.mjs in a copy of core and sees whether the tests find it.
// Usage: node tests/core/mutants/run.mjs [--check | file or test …]; --check only compares the faults with the sources.
// Exit 0, or 1: a fault survived, does not compile, or is not in the sources any more; a header of core has none.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { faults, none } from './faults.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const flags = ['-std=c++20', '-O0', '-w', '-I.', '-DASIO_STANDALONE', '-DASIO_NO_DEPRECATED', '-pthread'];
const at_once = 2;
/** A test that takes so much longer than without the fault waits for what never comes. */
const limit_ms = (usual_ms) => 20_000 + 5 * usual_ms;

const stem = (file) => file.replace(/\.[ch]pp$/, '');
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** What is wrong with the list itself. */
function check() {
  const wrong = [];
  for (const f of faults) {
    const file = path.join(root, 'core', f.file);
    const found = existsSync(file) ? readFileSync(file, 'utf8').split(f.from).length - 1 : 0;
    if (found !== 1) wrong.push(`core/${f.file} has ${found} times the text of the fault "${f.what}", not once: ${f.from}`);
    if (!existsSync(path.join(root, 'tests/core', `${f.test}.cpp`))) wrong.push(`no such test: tests/core/${f.test}.cpp`);
  }
  for (const header of readdirSync(path.join(root, 'core')).filter((f) => f.endsWith('.hpp'))) {
    const has = faults.some((f) => stem(f.file) === stem(header));
    if (!has && !none.has(header)) wrong.push(`core/${header} has no fault that a test must find, and no reason for it`);
    if (has && none.has(header)) wrong.push(`core/${header} has a fault, and a reason for having none`);
  }
  return wrong;
}

/** Programs that run, each the first of a group of its own: a test may fork. */
const children = new Set();
const kill = (child) => { try { process.kill(-child.pid, 'SIGKILL'); } catch { /* it has just ended */ } };

/** Runs a program to its end, or to `limit`; { status, late, said, ms }. */
function run(command, args, cwd, limit = 600_000) {
  return new Promise((resolve, reject) => {
    const begun = Date.now();
    const child = spawn(command, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    let said = '';
    let late = false;
    const timer = setTimeout(() => { late = true; kill(child); }, limit);
    for (const out of [child.stdout, child.stderr]) out.on('data', (d) => { said = (said + d).slice(-20_000); });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      children.delete(child);
      resolve({ status: signal ?? code, late, said, ms: Date.now() - begun });
    });
  });
}

/** A place to build in: a copy of what the tests of core are made of. */
class workshop {
  constructor(folder) {
    this.folder = folder;
    mkdirSync(path.join(folder, 'tests'), { recursive: true });
    cpSync(path.join(root, 'core'), path.join(folder, 'core'), { recursive: true });
    for (const f of ['core', 'heap.hpp', 'main.cpp']) cpSync(path.join(root, 'tests', f), path.join(folder, 'tests', f), { recursive: true });
    this.core = readdirSync(path.join(folder, 'core')).filter((f) => f.endsWith('.cpp')).map((f) => `core/${f}`);
  }

  /** Builds one test file with all of core and runs it. ccache knows what the fault does not touch, also of the other copy. */
  async test(name, limit) {
    const objects = [];
    for (const source of [...this.core, 'tests/main.cpp', `tests/core/${name}.cpp`]) {
      objects.push(source.replaceAll('/', '_').replace(/cpp$/, 'o'));
      const made = await run(compiler[0], [...compiler.slice(1), ...flags, '-c', source, '-o', objects.at(-1)], this.folder);
      if (made.status !== 0) return { broken: made.said };
    }
    const linked = await run(compiler.at(-1), ['-pthread', ...objects, '-o', 'tests_of_core'], this.folder);
    if (linked.status !== 0) return { broken: linked.said };
    return run('./tests_of_core', ['--no-colors', '--abort-after=1'], this.folder, limit);
  }

  async with(fault, f) {
    const file = path.join(this.folder, 'core', fault.file);
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, whole.replace(fault.from, () => fault.to));
    try {
      return await f();
    } finally {
      writeFileSync(file, whole);
    }
  }
}

/** How the tests found it; empty: they did not. */
function found(end) {
  if (end.late) return `no end after ${seconds(end.ms)}`;
  if (end.status === 0) return '';
  const name = /^TEST CASE: +(.*)$/m.exec(end.said)?.[1] ?? end.said.trim().split('\n').at(-1);
  return `${typeof end.status === 'string' ? end.status : 'fails'}: ${name}`;
}

/** Each of `jobs` in one of the workshops, as they get free. */
async function in_workshops(shops, jobs, f) {
  const left = [...jobs];
  await Promise.all(shops.map(async (shop) => {
    for (let job = left.shift(); job !== undefined; job = left.shift()) await f(shop, job);
  }));
}

async function main(names) {
  const chosen = faults.filter((f) => names.length === 0 || names.includes(stem(f.file)) || names.includes(f.test));
  if (chosen.length === 0) return ['no such fault'];
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'tertulia_mutants_'));
  process.on('exit', () => {
    for (const child of children) kill(child);
    rmSync(scratch, { recursive: true, force: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

  const wrong = [];
  const begun = Date.now();
  const shops = Array.from({ length: at_once }, (_, i) => new workshop(path.join(scratch, `${i}`)));
  const usual = new Map();  // how long each test takes as it is: one that fails anyway finds nothing
  await in_workshops(shops, new Set(chosen.map((f) => f.test)), async (shop, test) => {
    const end = await shop.test(test);
    if (end.status === 0) usual.set(test, end.ms);
    else wrong.push(`tests/core/${test}.cpp fails without any fault:\n${end.broken ?? end.said}`);
  });
  console.log(`${usual.size} test files pass as they are: ${seconds(Date.now() - begun)}`);

  await in_workshops(shops, chosen.filter((f) => usual.has(f.test)), async (shop, fault) => {
    const end = await shop.with(fault, () => shop.test(fault.test, limit_ms(usual.get(fault.test))));
    const how = end.broken === undefined ? found(end) : '';
    console.log(`${fault.file.padEnd(20)} ${fault.what.padEnd(72)} ${fault.test}: ${how || 'NOT FOUND'}`);
    if (end.broken !== undefined) wrong.push(`core/${fault.file}: "${fault.what}" does not compile:\n${end.broken}`);
    else if (!how) wrong.push(`core/${fault.file}: "${fault.what}" is not found by tests/core/${fault.test}.cpp`);
  });
  console.log(`${chosen.length} faults, ${seconds(Date.now() - begun)}`);
  return wrong;
}

const ccache = spawnSync('ccache', ['--version']).status === 0;
const compiler = [...(ccache ? ['ccache'] : []), process.env.CXX ?? 'g++'];
const args = process.argv.slice(2);
const wrong = check();
if (wrong.length === 0 && args[0] !== '--check') wrong.push(...await main(args));
for (const line of wrong) console.error(line);
process.exit(wrong.length === 0 ? 0 : 1);
