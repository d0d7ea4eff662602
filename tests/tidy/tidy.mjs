#!/usr/bin/env node
// tests/tidy/tidy.mjs: keeps the house: checks the rules that a compiler can't, over all files that git tracks or would track.
// Usage: node tests/tidy/tidy.mjs; exit 0, or 1 with one line for each thing to mend.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as rules from './rules.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
process.chdir(root);

const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { encoding: 'utf8' })
  .split('\0').filter((f) => f !== '' && existsSync(f) && statSync(f).isFile());

// Inputs of the fuzzers, images and the like are not ours to read; lock files are npm's.
const readable = tracked.filter((f) => !/\.(?:png|jpg|ico|woff2)$|\/corpus\/|package-lock\.json$/.test(f));
const files = new Map(readable.map((f) => [f, readFileSync(f, 'utf8')]));
const folders = new Set(tracked.flatMap((f) => f.split('/').slice(0, -1).map((_, i, parts) => parts.slice(0, i + 1).join('/'))));
const exists = (f) => tracked.includes(f) || folders.has(f) || f === '.';

const wrong = [];
for (const [file, text] of files) {
  wrong.push(...rules.heading(file, text), ...rules.pragma_once(file, text), ...rules.lengths(file, text));
  wrong.push(...rules.executable(file, statSync(file).mode), ...rules.links(file, text, exists, (f) => readFileSync(f, 'utf8')));
  // This folder names what it forbids.
  if (!file.startsWith('tests/tidy/')) wrong.push(...rules.sleeps(file, text), ...rules.promises(file, text));
}
wrong.push(...rules.layers(files), ...rules.cycles(files));

const cpp = [...files.keys()].filter(rules.is_cpp);
const format = spawnSync('clang-format', ['--dry-run', '-Werror', '--ferror-limit=1', ...cpp], { encoding: 'utf8' });
if (format.error) wrong.push(`clang-format can't be run: ${format.error.message}`);
else for (const l of format.stderr.split('\n').filter((l) => /: (?:error|warning): /.test(l))) wrong.push(l);
if (!format.error && format.status !== 0 && !format.stderr) wrong.push(`clang-format: exit ${format.status}`);

for (const line of wrong) console.error(line);
console.log(`tidy: ${files.size} files, ${wrong.length === 0 ? 'all in order' : `${wrong.length} to mend`}`);
process.exit(wrong.length === 0 ? 0 : 1);
