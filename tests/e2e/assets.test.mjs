// tests/e2e/assets.test.mjs: what web/embed.cmake makes of the page: names that follow the content, up to the page itself.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { root } from './server.mjs';

const page = {
  'index.html': '<html><head><link href="/style.css"><script type="module" src="/js/main.js"></script></head></html>\n',
  'style.css': 'body { background: url("/mark.svg"); }\n',
  'mark.svg': '<svg/>\n',
  'js/main.js': 'import { a } from "./a.js";\nimport * as all from "./view/b.js";\nimport { en as english } from "./c.js";\n' +
    'import words from "./c.js";\nexport { a } from "./a.js";\nsaid.push(a, all.b(), all.count, english, words.hi, "/ws", "/mark.svg");\n',
  'js/a.js': '// js/a.js: a comment\n\n/** Of several\n * lines ***/\nsaid.push("once");\nexport const a = "a; [b] \\\\ ñ // no comment";\n',
  'js/view/b.js': 'import { a } from "../a.js";\nlet n = 0;\nexport function b() {\n  return `${a} ${++n}`; // twice\n}\nexport const count = 12;\nexport class c {}\nexport async function d() {}\n',
  'js/c.js': 'export const en = 1;\nexport default { hi: "hola" };\n',
  'js/unused.js': 'never();\n',
};

/** Runs it on these files: `{status, err, names}`, names as file → its path under /, and what is written there. */
function embed(t, files) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tertulia-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  const output = path.join(folder, 'assets.cpp');
  const { status, stderr } = spawnSync('cmake', ['-D', `FILES=${Object.keys(files).join('|')}`, '-D', `FOLDER=${folder}`, '-D', `OUTPUT=${output}`,
    '-P', path.join(root, 'web/embed.cmake')], { encoding: 'utf8' });
  if (status !== 0) return { status, err: stderr };
  const made = Object.fromEntries(readdirSync(`${output}.d`, { recursive: true }).filter((f) => Object.hasOwn(files, f))
    .map((f) => [f, readFileSync(path.join(`${output}.d`, f), 'utf8')]));
  const names = [...readFileSync(output, 'utf8').matchAll(/asset\{"([^"]+)"/g)].map(([, name]) => name);
  const name_of = (file) => names.find((n) => n.replace(/\.[0-9a-f]{12}(?=\.\w+$)/, '') === `/assets/${file}`);
  return { status, made, names, name_of };
}

test('all that the page names, at whatever remove, is named by its content', (t) => {
  const { names, made, name_of } = embed(t, page);
  assert.equal(names.length, 4);
  assert.ok(names.includes('/'));
  for (const file of ['js/a.js', 'js/unused.js']) assert.equal(name_of(file), undefined, 'it is in another file, or no part of the page');
  assert.equal(made['style.css'].trim(), `body { background: url("${name_of('mark.svg')}"); }`);
  for (const file of ['style.css', 'js/main.js']) assert.ok(made['index.html'].includes(`"${name_of(file)}"`), file);
  assert.equal(embed(t, page).names.join(), names.join(), 'the same content, the same names');
});

test('the joined script does what its modules do', (t) => {
  const { made, name_of } = embed(t, page);
  const said = [];
  runInNewContext(made['js/main.js'], { said });
  assert.deepEqual([...said], ['once', 'a; [b] \\ ñ // no comment', 'a; [b] \\ ñ // no comment 1', 12, 1, 'hola', '/ws', name_of('mark.svg')]);
  assert.doesNotMatch(made['js/main.js'], /a comment|Of several|lines/);
});

test('a change goes up to all who name it, and to the build of the page', (t) => {
  const [old, now] = [embed(t, page), embed(t, { ...page, 'js/a.js': 'export const a = 2;\n' })];
  assert.notEqual(old.name_of('js/main.js'), now.name_of('js/main.js'));
  for (const file of ['style.css', 'mark.svg']) assert.equal(old.name_of(file), now.name_of(file), file);
  const build = ({ made }) => /<meta name="build" content="([0-9a-f]{32})">/.exec(made['index.html'])[1];
  assert.notEqual(build(old), build(now));
});

test('what is not there, imports itself, or is said in a way that is not known ends the build', (t) => {
  const wrong = [['import { x } from "./nowhere.js";', /js\/nowhere\.js/], ['import { x } from "./main.js";', /imports\s+itself/],
    ['import x, { y } from "./c.js";', null], ['import "./c.js"', null], ["import { x } from './c.js';", null], ['import {', null], ['export let x = 1;', null],
    ['export * from "./c.js";', null], ['export { x };', null], ['export const { x } = y;', null], ['import { x } from "elsewhere";', /elsewhere/]];
  for (const [line, why] of wrong) assert.match(embed(t, { ...page, 'js/a.js': `${line}\n` }).err ?? 'it was taken', why ?? /does\s+not\s+know/, line);
});
