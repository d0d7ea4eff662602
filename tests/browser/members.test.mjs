// tests/browser/members.test.mjs: a thousand people in a room: how many they are is told, their names are leafed through, nothing hangs.
// Thread: node --test.
// Owner: web/js/view/members.js.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enter as client } from '../e2e/client.mjs';
import { eventually } from '../e2e/wait.mjs';
import { stage } from './stage.mjs';

const CROWD = 1_000;
const AT_ONCE = 50;
const MOST_NAMES = 100;

test('of a thousand people each name is found, a hundred at a time', async (t) => {
  const { server, enter } = await stage(t);
  const names = Array.from({ length: CROWD }, (_, i) => `u${i}`);
  const crowd = [];
  for (let i = 0; i < CROWD; i += AT_ONCE)
    crowd.push(...await Promise.all(names.slice(i, i + AT_ONCE).map((name) => client(server, name, 'lobby', { t }))));
  const ana = await enter('ana');
  await ana.members.getByRole('heading', { name: '1,001 people here' }).waitFor();

  const next = ana.members.getByRole('button', { name: 'More names' });
  const items = ana.members.getByRole('listitem');
  const seen = new Set();
  const look = async () => {
    const here = await items.locator('bdi').allInnerTexts();
    assert.ok(here.length <= MOST_NAMES, `${here.length} names`);
    here.forEach((name) => seen.add(name));
    return here;
  };
  let before = await look();
  while (await next.isVisible()) {
    await next.click();
    // The page that was asked for is here when its names are others.
    before = await eventually(async () => {
      const here = await look();
      return here.length > 0 && here[0] !== before[0] && here;
    }, () => `other names than ${before[0]}`);
  }
  assert.deepEqual([...seen].sort(), ['ana', ...names].sort());
  await ana.members.getByRole('button', { name: 'Names before' }).click();
  await eventually(async () => (await items.count()) === MOST_NAMES, () => 'the page before is shown');

  for (const one of crowd.slice(0, 20)) await one.expect('ok', { type: 'leave', room: 'lobby' });
  await ana.members.getByRole('heading', { name: '981 people here' }).waitFor();
  await crowd.at(-1).post('lobby', 'still here');
  await ana.hears('still here');
});
