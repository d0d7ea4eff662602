#!/usr/bin/env node
// tests/core/catalogue.mjs: every behaviour that the core promises has a test with its number in the name.
// Usage: node tests/core/catalogue.mjs; exit 0, or 1 with a line for each number that stands in no name.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** How many behaviours of each kind there are. */
const behaviours = new Map([
  ['C', 27], // channels
  ['S', 16], // select
  ['X', 25], // contexts
  ['G', 13], // wait group, scope, group
  ['M', 10], // semaphore
  ['B', 13], // barrier, rendezvous, once, single flight
  ['T', 7], // timers and clock
  ['P', 13], // worker pool, pipeline, patterns
  ['R', 13], // broadcast, resource manager, pool, cache
]);

const here = path.dirname(fileURLToPath(import.meta.url));
const files = readdirSync(here).filter((f) => f.endsWith('.cpp'));
const found = new Set();
for (const file of files) {
  const text = readFileSync(path.join(here, file), 'utf8');
  // The numbers stand before the first colon of a name, or before an "and": "C1, C3: …", "X1: …, and X7: …".
  for (const [, name] of text.matchAll(/\bTEST_CASE\(\s*"([^"]+)"/g)) {
    for (const [, numbers] of name.matchAll(/(?:^|, and )((?:[A-Z]\d+(?:, | and )?)+):/g)) {
      for (const number of numbers.match(/[A-Z]\d+/g)) found.add(number);
    }
  }
}

const wanted = [...behaviours].flatMap(([kind, many]) => Array.from({ length: many }, (_, i) => `${kind}${i + 1}`));
const missing = wanted.filter((number) => !found.has(number));
const unknown = [...found].filter((number) => !wanted.includes(number));
for (const number of missing) console.error(`${number}: no test has it in its name`);
for (const number of unknown) console.error(`${number}: no such behaviour`);
console.log(`catalogue: ${wanted.length} behaviours, ${wanted.length - missing.length} with a test`);
process.exit(missing.length + unknown.length === 0 ? 0 : 1);
