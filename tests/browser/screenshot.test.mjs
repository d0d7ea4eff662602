// tests/browser/screenshot.test.mjs: two browsers and a terminal in one room; with TERTULIA_SCREENSHOT=1 docs/screenshot.png is made of it.
// Thread: node --test.
// Owner: README.md, which shows it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../e2e/server.mjs';
import { eventually } from '../e2e/wait.mjs';
import { stage } from './stage.mjs';

const SIZE = { width: 1060, height: 620 };

/** Somebody at wscat: what was typed and what came, in order. */
function terminal(t, server, name, room) {
  const command = `wscat -c 'ws://localhost:8080/ws?name=${name}&room=${room}&format=text'`;
  const child = spawn(path.join(root, 'tests/node_modules/.bin/wscat'), ['-c', `${server.wsUrl}?name=${name}&room=${room}&format=text`]);
  const ended = once(child, 'close');
  t.after(async () => { child.kill('SIGKILL'); await ended; });
  const lines = [`$ ${command}`];
  child.stdout.setEncoding('utf8').on('data', (bytes) => {
    // wscat draws its prompt anew for each line, with codes that only a terminal wants.
    const plain = bytes.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').replace(/[\u2066-\u2069]/g, '');
    lines.push(...plain.split(/[\r\n]+/).map((line) => line.replace(/^> /, '')).filter((line) => !/^[<> ]*$/.test(line)));
  });
  return {
    says(text) {
      child.stdin.write(`${text}\n`);
    },
    hears: (text) => eventually(() => lines.some((line) => line.includes(text)), `${text} in ${lines.join('\n')}`, 10_000),
    lines,
  };
}

/** One picture of two windows and, below them, a terminal. */
async function picture(page, shots, lines) {
  const images = shots.map((png) => `<img src="data:image/png;base64,${png.toString('base64')}">`).join('');
  const text = lines.join('\n').replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  await page.setContent(`<style>
    body { margin: 0; padding: 28px; background: #d9cfc0; width: max-content; }
    .windows { display: flex; gap: 28px; }
    img { width: 860px; }
    img, pre { display: block; border-radius: 10px; box-shadow: 0 8px 28px #0004; }
    pre { margin: 28px 0 0; padding: 18px 22px; background: #1d1a18; color: #e9e2d8; font: 17px/1.5 "DejaVu Sans Mono", monospace; }
  </style><div class="windows">${images}</div><pre></pre>`);
  await page.locator('pre').evaluate((pre, words) => { pre.innerHTML = words; }, text);
  return page.locator('body').screenshot({ path: path.join(root, 'docs/screenshot.png') });
}

test('two browsers and a terminal talk in one room', async (t) => {
  const { server, enter } = await stage(t);
  const ana = await enter('ana', { viewport: SIZE, colorScheme: 'light' });
  const leo = await enter('leo', { viewport: SIZE, colorScheme: 'dark' });
  for (const one of [ana, leo]) await one.opens('books');
  const bea = terminal(t, server, 'bea', 'books');
  await ana.members.getByText('bea').waitFor();

  const all_hear = async (text, shown = text) => {
    await Promise.all([ana.hears(shown), leo.hears(shown), bea.hears(text)]);
  };
  await ana.says('Has anybody read *Rayuela*?');
  await bea.hears('Has anybody read');
  await leo.says('Twice. In which order?');
  await all_hear('Twice. In which order?');
  bea.says('from 73 on, as the book says');
  await Promise.all([ana.hears('from 73 on, as the book says'), leo.hears('from 73 on, as the book says')]);
  await ana.says('Then Thursday, at eight?');
  await all_hear('Then Thursday, at eight?');
  bea.says('I bring the wine, and a terminal');
  await Promise.all([ana.hears('I bring the wine, and a terminal'), leo.hears('I bring the wine, and a terminal')]);
  await leo.composer.fill('¡Hecho!');

  if (!process.env.TERTULIA_SCREENSHOT) return;
  const shots = [await ana.page.screenshot(), await leo.page.screenshot()];
  const made = await picture(await ana.page.context().newPage(), shots, bea.lines);
  assert.ok(made.length > 10_000);
});
