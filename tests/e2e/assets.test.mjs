// tests/e2e/assets.test.mjs: what web/embed.cmake makes of the page: names that follow the content, up to the page itself.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { root } from './server.mjs';

const page = {
  'index.html': '<html><head><link href="/style.css"><script type="module" src="/js/main.js"></script></head></html>\n',
  'style.css': 'body { background: url("./mark.svg"); }\n',
  'mark.svg': '<svg/>\n',
  'js/main.js': 'import { a } from "./a.js";\nimport \'./view/b.js\';\na("/ws", "/mark.svg");\n',
  'js/a.js': 'export const a = "a; [b] \\\\ ñ";\n',
  'js/view/b.js': "import { a } from '../a.js';\n",
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
  assert.equal(names.length, 6);
  assert.ok(names.includes('/'));
  assert.equal(name_of('js/unused.js'), undefined, 'what nobody names is no part of the page');
  assert.equal(made['js/main.js'], `import { a } from "${name_of('js/a.js')}";\nimport "${name_of('js/view/b.js')}";\na("/ws", "${name_of('mark.svg')}");\n`);
  assert.equal(made['js/view/b.js'], `import { a } from "${name_of('js/a.js')}";\n`);
  assert.equal(made['js/a.js'], page['js/a.js'], 'and nothing else is changed');
  assert.equal(made['style.css'], `body { background: url("${name_of('mark.svg')}"); }\n`);
  const preloaded = [...made['index.html'].matchAll(/<link rel="modulepreload" href="([^"]+)">/g)].map(([, name]) => name);
  assert.deepEqual(preloaded.sort(), [name_of('js/a.js'), name_of('js/view/b.js')], 'what the script imports, at whatever remove');
  for (const file of ['style.css', 'js/main.js']) assert.ok(made['index.html'].includes(`"${name_of(file)}"`), file);
  assert.equal(embed(t, page).names.join(), names.join(), 'the same content, the same names');
});

test('a change goes up to all who name it, and to the build of the page', (t) => {
  const [old, now] = [embed(t, page), embed(t, { ...page, 'js/a.js': 'export const a = 2;\n' })];
  for (const file of ['js/a.js', 'js/view/b.js', 'js/main.js']) assert.notEqual(old.name_of(file), now.name_of(file), file);
  for (const file of ['style.css', 'mark.svg']) assert.equal(old.name_of(file), now.name_of(file), file);
  const build = ({ made }) => /<meta name="build" content="([0-9a-f]{32})">/.exec(made['index.html'])[1];
  assert.notEqual(build(old), build(now));
});

test('what is named and is not there, or names itself, ends the build', (t) => {
  assert.match(embed(t, { ...page, 'js/a.js': 'import "./nowhere.js";\n' }).err, /js\/a\.js names "\.\/nowhere\.js"/);
  assert.match(embed(t, { ...page, 'js/a.js': 'import "./main.js";\n' }).err, /imports\s+itself/);
});
