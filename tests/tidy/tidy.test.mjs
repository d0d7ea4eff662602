// tests/tidy/tidy.test.mjs: each rule of the house fails on a sample that breaks it, and on nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as rules from './rules.mjs';
import { code_only, functions } from './source.mjs';

const lines = (n, line = 'int x;') => `${Array(n).fill(line).join('\n')}\n`;
const good_head = '// core/a.hpp: what it is.\n// Thread: any.\n// Owner: nobody.\n#pragma once\n';

test('a C++ file begins with its path, its thread and its owner', () => {
  assert.deepEqual(rules.heading('core/a.hpp', good_head), []);
  assert.match(rules.heading('core/b.hpp', good_head)[0], /core\/b\.hpp:1: begin with/);
  assert.match(rules.heading('core/a.hpp', '// core/a.hpp:\n// Thread: any.\n// Owner: nobody.\n')[0], /:1: begin with/);
  assert.match(rules.heading('core/a.hpp', '// core/a.hpp: a thing.\n// Owner: nobody.\n')[0], /Thread/);
  assert.match(rules.heading('core/a.hpp', '// core/a.hpp: a thing.\n// Thread: any.\n')[0], /Owner/);
});

test('a JS file of the page does so too, a test in JS says what it is', () => {
  assert.equal(rules.heading('web/js/a.js', '// web/js/a.js: a thing.\n').length, 2);
  assert.deepEqual(rules.heading('tests/e2e/a.test.mjs', '// tests/e2e/a.test.mjs: a thing.\n'), []);
  assert.equal(rules.heading('tests/e2e/a.test.mjs', 'import x;\n').length, 1);
});

test('CSS, HTML, CMake and scripts say what they are', () => {
  assert.deepEqual(rules.heading('web/a.css', '/* web/a.css: colours. */\n'), []);
  assert.equal(rules.heading('web/a.css', 'body {}\n').length, 1);
  assert.deepEqual(rules.heading('web/index.html', '<!doctype html>\n<!-- web/index.html: the page. -->\n'), []);
  assert.equal(rules.heading('web/index.html', '<!doctype html>\n<html>\n').length, 1);
  assert.deepEqual(rules.heading('core/CMakeLists.txt', '# The library.\n'), []);
  assert.equal(rules.heading('core/CMakeLists.txt', 'add_library(x)\n').length, 1);
  assert.deepEqual(rules.heading('script/a', '#!/usr/bin/env bash\n# script/a: does a.\n'), []);
  assert.deepEqual(rules.heading('script/a', '#!/usr/bin/env bash\n# script/a [seconds]: does a.\n'), []);
  assert.equal(rules.heading('script/a', '#!/usr/bin/env bash\nset -e\n').length, 1);
});

test('a header has #pragma once', () => {
  assert.deepEqual(rules.pragma_once('core/a.hpp', good_head), []);
  assert.equal(rules.pragma_once('core/a.hpp', '// #pragma once is a good thing\n').length, 1);
  assert.deepEqual(rules.pragma_once('core/a.cpp', ''), []);
});

test('a file over 400 lines wants a reason, over 500 none will do', () => {
  assert.deepEqual(rules.lengths('core/a.cpp', lines(400)), []);
  assert.equal(rules.lengths('core/a.cpp', lines(401)).length, 1);
  assert.deepEqual(rules.lengths('core/a.cpp', lines(500), new Map([['core/a.cpp', 'a table']])), []);
  assert.equal(rules.lengths('core/a.cpp', lines(501), new Map([['core/a.cpp', 'a table']])).length, 1);
  for (const reason of rules.long_files.values()) assert.ok(reason.length > 10, 'the reason of a long file');
});

test('a function over 70 lines is too long, in C++ and in JS', () => {
  const cpp = (n) => `namespace x {\nclass y {\n    result<int> z(int a) const noexcept {\n${lines(n - 2)}    }\n};\n}\n`;
  assert.deepEqual(rules.lengths('core/a.cpp', cpp(70)), []);
  assert.match(rules.lengths('core/a.cpp', cpp(71))[0], /core\/a\.cpp:3: 71 lines in one function/);
  const js = (n) => `export async function f(a) {\n${lines(n - 2, 'x();')}}\n`;
  assert.deepEqual(rules.lengths('web/a.js', js(70)), []);
  assert.equal(rules.lengths('web/a.js', js(71)).length, 1);
  assert.equal(rules.lengths('web/a.js', `const f = async (a) => {\n${lines(70, 'x();')}};\n`).length, 1);
});

test('what is no function may be long: namespaces, classes, tables, groups of tests', () => {
  for (const open of ['namespace a {', 'class a : public b {', 'const int a[] = {', 'enum class a : int {']) {
    assert.deepEqual(functions(`${open}\n${lines(100)}};\n`), [], open);
  }
  assert.deepEqual(functions(`describe('a', () => {\n${lines(100)}});\n`), []);
});

test('braces in comments, strings and patterns count for nothing', () => {
  const text = 'int f() {\n  // }\n  a("}"); b(\'}\'); c(R"x(}})x"); d(1\'000);\n}\nint g() {\n}\n';
  assert.deepEqual(functions(text).map((f) => [f.line, f.lines]), [[1, 4], [5, 2]]);
  assert.equal(code_only('a(/[}/]/, `}`) /* } */').includes('}'), false);
});

test('includes run one way', () => {
  const with_include = (file, target) => rules.layers(new Map([[file, `#include "${target}"\n`], [target, '']]));
  assert.deepEqual(with_include('server/chat/a.cpp', 'core/b.hpp'), []);
  assert.deepEqual(with_include('server/hub/a.cpp', 'server/store/b.hpp'), []);
  assert.deepEqual(with_include('tests/server/a.cpp', 'server/main.hpp'), []);
  assert.match(with_include('core/a.cpp', 'server/ws/b.hpp')[0], /core\/ must not include server\/ws\//);
  assert.equal(with_include('server/store/a.cpp', 'server/hub/b.hpp').length, 1);
  assert.equal(with_include('server/http/a.cpp', 'server/ws/b.hpp').length, 1);
  assert.equal(with_include('server/net/a.cpp', 'server/options.hpp').length, 1);
  assert.equal(with_include('server/main.cpp', 'tests/b.hpp').length, 1);
  assert.equal(with_include('elsewhere/a.cpp', 'core/b.hpp').length, 2, 'a folder that the table does not know');
});

test('includes are root-relative', () => {
  const files = new Map([['core/a.cpp', '#include "b.hpp"\n'], ['core/b.hpp', '']]);
  assert.match(rules.layers(files)[0], /write "core\/b\.hpp"/);
});

test('no file includes itself, by whatever way round', () => {
  const round = new Map([['core/a.hpp', '#include "core/b.hpp"\n'], ['core/b.hpp', '#include "core/a.hpp"\n']]);
  assert.match(rules.cycles(round)[0], /core\/a\.hpp → core\/b\.hpp → core\/a\.hpp/);
  const js = new Map([['web/a.js', "import { b } from './b.js';\n"], ['web/b.js', "export * from './a.js';\n"]]);
  assert.equal(rules.cycles(js).length, 1);
  const diamond = new Map([['a.js', "import './b.js';\nimport './c.js';\n"], ['b.js', "import './d.js';\n"],
    ['c.js', "import './d.js';\n"], ['d.js', '']]);
  assert.deepEqual(rules.cycles(diamond), []);
});

test('links resolve, to files and to headings', () => {
  const there = new Map([['README.md', ''], ['docs/a.md', '# A title\n## Close codes: `4001`\n## Close codes: `4001`\n']]);
  const check = (text) => rules.links('README.md', text, (f) => there.has(f) || f === 'docs', (f) => there.get(f));
  assert.deepEqual(check('[a](docs/a.md) [b](docs/a.md#close-codes-4001-1) [c](docs/) [d](https://x.org/y) `[e](f)`'), []);
  assert.deepEqual(check('```\n[a](nowhere)\n```\n'), []);
  assert.match(check('text\n[a](docs/b.md)')[0], /README\.md:2: no such file/);
  assert.match(check('[a](docs/a.md#close-code)')[0], /no such heading/);
  assert.match(check('[a]: docs/b.md')[0], /no such file/);
  assert.match(check('[a](../outside.md)')[0], /no such file/);
});

test('nothing waits for time to pass', () => {
  for (const text of ['std::this_thread::sleep_for(1ms);', 'usleep(10);', 'await page.waitForTimeout(5);',
    'await new Promise((r) => setTimeout(r, 5));', 'await new Promise((resolve) => setTimeout(() => resolve(), 5));\nawait setTimeout(5);',
    "import { setTimeout } from 'node:timers/promises';"]) {
    assert.equal(rules.sleeps('tests/a.mjs', text).length, 1, text);
  }
  assert.equal(rules.sleeps('script/a', '#!/usr/bin/env bash\n  sleep 1\n').length, 1);
  assert.deepEqual(rules.sleeps('tests/core/a.cpp', 'co_await core::sleep_for(ctx, 1ms);'), []);
  assert.deepEqual(rules.sleeps('tests/a.mjs', "const late = setTimeout(() => reject(new Error('too late')), 5000);"), []);
});

test('nothing promises later work', () => {
  assert.equal(rules.promises('core/a.cpp', '// TODO: later\n').length, 1);
  assert.equal(rules.promises('docs/a.md', 'FIXME\n').length, 1);
  assert.deepEqual(rules.promises('core/a.cpp', 'todo(1);\n'), []);
});

test('what stands in script/ can be run', () => {
  assert.equal(rules.executable('script/a', 0o100644).length, 1);
  assert.deepEqual(rules.executable('script/a', 0o100755), []);
  assert.deepEqual(rules.executable('core/a.cpp', 0o100644), []);
});
