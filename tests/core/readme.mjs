// tests/core/readme.mjs: the code in core/README.md is that of programs that are compiled and run; and all of theirs is shown.
import fs from 'node:fs';

const core = new URL('../../core/', import.meta.url);
const read = (name) => fs.readFileSync(new URL(name, core), 'utf8');

/** Without the blanks that all lines begin with. */
function flush_left(lines) {
  const indent = Math.min(...lines.filter((l) => l.trim() !== '').map((l) => l.search(/\S/)));
  return lines.map((l) => l.slice(indent)).join('\n').trim();
}

// The examples, and the program that finds the package.
const sources = fs.readdirSync(new URL('examples/', core)).filter((f) => f.endsWith('.cpp')).map((f) => `examples/${f}`);
sources.push('../tests/core/package/program/main.cpp', '../tests/core/package/program/CMakeLists.txt');
const examples = new Map();
for (const file of sources) {
  for (const [, name, code] of read(file).matchAll(/^ *(?:\/\/|#) \[(\w+)\]\n(.*?)^ *(?:\/\/|#) \[end\]/gms)) {
    examples.set(flush_left(code.split('\n')), name);
  }
}
const shown = new Set();
const wrong = [];
for (const [, code] of read('README.md').matchAll(/^```(?:cpp|cmake)\n(.*?)^```/gms)) {
  const name = examples.get(code.trim());
  if (name === undefined) wrong.push(`in core/README.md but in no example:\n${code}`);
  shown.add(name);
}
for (const name of examples.values()) if (!shown.has(name)) wrong.push(`an example that core/README.md does not show: ${name}`);
if (examples.size === 0) wrong.push('no examples found');
if (wrong.length > 0) console.error(wrong.join('\n'));
process.exit(wrong.length > 0 ? 1 : 0);
