// tests/e2e/yaml.mjs: the YAML that our files are written in: maps and lists by indentation, [flow, lists], plain and quoted words.
// Whatever else YAML knows is an error here, so that nothing is read otherwise than it is meant.
import assert from 'node:assert/strict';

/** The lines that say something: `{indent, text, at}`. */
function lines_of(text) {
  return text.split('\n').map((line, i) => ({ indent: line.search(/\S|$/), text: line.replace(/(^|\s)#.*$/, '').trim(), at: i + 1 }))
    .filter((line) => line.text !== '');
}

function scalar(text, at) {
  const quoted = /^"([^"\\]*)"$/.exec(text);
  if (quoted) return quoted[1];
  const list = /^\[(.*)\]$/.exec(text);
  if (list) return list[1].split(',').map((each) => scalar(each.trim(), at));
  assert.match(text, /^[A-Za-z0-9.\/][\w.\/-]*$/, `line ${at}: quote this: ${text}`);
  if (/^(?:true|false)$/.test(text)) return text === 'true';
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** Takes the block that begins at `lines[0]` off `lines`. */
function block(lines) {
  const { indent, text } = lines[0];
  const is_list = text.startsWith('- ');
  const found = is_list ? [] : {};
  while (lines.length && lines[0].indent >= indent) {
    const line = lines.shift();
    assert.equal(line.indent, indent, `line ${line.at}: indented otherwise than the line before it`);
    assert.equal(line.text.startsWith('- '), is_list, `line ${line.at}: a list or a map, not both`);
    if (is_list) {
      found.push(scalar(line.text.slice(2), line.at));
      continue;
    }
    const [, key, value] = /^([a-z_]\w*):(?: (.+))?$/.exec(line.text) ?? assert.fail(`line ${line.at}: no "key: value"`);
    assert.ok(!Object.hasOwn(found, key), `line ${line.at}: ${key} stands here twice`);
    assert.ok(value !== undefined || (lines[0]?.indent ?? 0) > indent, `line ${line.at}: ${key} has no value`);
    found[key] = value === undefined ? block(lines) : scalar(value, line.at);
  }
  return found;
}

/** The value of a whole text. */
export function parse(text) {
  assert.doesNotMatch(text, /\t/, 'YAML has no tabs');
  const lines = lines_of(text);
  const found = block(lines);
  assert.equal(lines.length, 0, `line ${lines[0]?.at}: less indented than the first line`);
  return found;
}
