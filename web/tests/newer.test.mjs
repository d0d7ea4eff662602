// web/tests/newer.test.mjs: another build is noticed, and nothing is taken for one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newer } from '../js/newer.js';

const says = (etag, ok = true) => async () => ({ ok, headers: new Headers(etag ? { ETag: etag } : {}) });

test('another build is noticed, the same one is not, in whatever form it comes', async () => {
  assert.equal(await newer('ab12', says('"cd34-gzip"')), true);
  for (const same of ['"ab12"', '"ab12-gzip"', 'W/"ab12-gzip"']) assert.equal(await newer('ab12', says(same)), false, same);
});

test('an error, no answer and no tag are no other build', async () => {
  assert.equal(await newer('ab12', says('"cd34"', false)), false);
  assert.equal(await newer('ab12', says(null)), false);
  assert.equal(await newer('ab12', async () => { throw new TypeError('no network'); }), false);
  assert.equal(await newer(undefined, says('"cd34"')), false);
});

test('it is asked past every cache', async () => {
  await newer('ab12', async (path, how) => {
    assert.deepEqual([path, how], ['/', { method: 'HEAD', cache: 'no-store' }]);
    return says('"ab12"')();
  });
});
