// tests/tidy/rules.mjs: the rules of the house, each a function from file texts to the list of what breaks it.
import path from 'node:path';
import { functions } from './source.mjs';

export const file_lines = 400;
export const file_lines_hard = 500;
export const function_lines = 70;

/** Files that may be longer than `file_lines`, each with its reason. */
export const long_files = new Map([]);

/** What a folder may include: itself and every folder with a lower rank. */
const ranks = new Map([
  ['core', 0],
  ['web', 0],
  ['server/protocol', 1],
  ['server/http', 2],
  ['server/ws', 3],
  ['server/net', 4],
  ['server/store', 5],
  ['server/hub', 6],
  ['server/chat', 7],
  ['server/api', 8],
  ['server', 9],
  ['tests', 10],
]);

export const is_cpp = (file) => /\.[ch]pp$/.test(file);
export const is_js = (file) => /\.m?js$/.test(file);
const is_test = (file) => /(?:^|\/)tests\//.test(file);
const is_script = (file, text) => text.startsWith('#!') && !is_js(file);

/** The first lines say what a file is; in code also on which thread it runs and who owns it. */
export function heading(file, text) {
  let lines = text.split('\n');
  const wrong = [];
  if (text.startsWith('#!')) lines = lines.slice(1);
  const [open, full] = is_cpp(file) || is_js(file) ? ['//', true]
    : file.endsWith('.css') ? ['/*', false]
    : file.endsWith('.html') ? ['<!--', false]
    : is_script(file, text) || path.basename(file) === 'CMakeLists.txt' ? ['#', false]
    : ['', false];
  if (open === '') return wrong;
  if (file.endsWith('.html')) lines = lines.filter((l) => !/^<!doctype/i.test(l));
  if (path.basename(file) === 'CMakeLists.txt') {
    return /^# \S/.test(lines[0] ?? '') ? wrong : [`${file}:1: begin with "# " and what is built here`];
  }
  const first = `${open} ${file}`;
  // A script may name its arguments before the colon.
  if (!(lines[0] ?? '').startsWith(first) || !(open === '#' ? /^(?: [^:]+)?: \S/ : /^: \S/).test(lines[0].slice(first.length))) {
    wrong.push(`${file}:1: begin with "${first}: " and what it is`);
  }
  if (full && !(is_js(file) && is_test(file))) {
    const rest = lines.slice(1, 12);
    for (const word of ['Thread:', 'Owner:']) {
      if (!rest.some((l) => l.startsWith(`// ${word} `))) wrong.push(`${file}:2: say "// ${word} …" in the first lines`);
    }
  }
  return wrong;
}

/** A header is included once. */
export function pragma_once(file, text) {
  return file.endsWith('.hpp') && !/^#pragma once$/m.test(text) ? [`${file}:1: a header needs #pragma once`] : [];
}

/** Files and functions stay short. */
export function lengths(file, text, exempt = long_files) {
  if (!is_cpp(file) && !is_js(file) && !file.endsWith('.css')) return [];
  const wrong = [];
  const lines = text.split('\n').length - 1;
  if (lines > file_lines_hard) wrong.push(`${file}: ${lines} lines; more than ${file_lines_hard} is never right`);
  else if (lines > file_lines && !exempt.has(file)) wrong.push(`${file}: ${lines} lines; over ${file_lines} wants a reason`);
  if (file.endsWith('.css')) return wrong;
  for (const f of functions(text)) {
    if (f.lines > function_lines) wrong.push(`${file}:${f.line}: ${f.lines} lines in one function: ${f.head}`);
  }
  return wrong;
}

function folder_of(file) {
  const dir = path.dirname(file);
  if (ranks.has(dir)) return dir;
  return dir.startsWith('server/') ? dir : dir.split('/')[0];
}

function includes_of(file, text) {
  const found = [];
  text.split('\n').forEach((l, i) => {
    const cpp = is_cpp(file) && /^\s*#\s*include\s+"([^"]+)"/.exec(l);
    const js = is_js(file) && /^\s*(?:import|export)\b.*?(?:from\s+)?'(\.{1,2}\/[^']+)'|^} from '(\.{1,2}\/[^']+)'/.exec(l);
    if (cpp) found.push({ line: i + 1, target: cpp[1] });
    if (js) found.push({ line: i + 1, target: path.join(path.dirname(file), js[1] ?? js[2]) });
  });
  return found;
}

/** Includes run one way. `files`: path → text, of all files. */
export function layers(files) {
  const wrong = [];
  for (const [file, text] of files) {
    if (!is_cpp(file)) continue;
    const from = folder_of(file);
    if (!ranks.has(from)) wrong.push(`${file}:1: no place for ${from}/ in the table of tests/tidy/rules.mjs`);
    for (const { line, target } of includes_of(file, text)) {
      const beside = path.join(path.dirname(file), target);
      if (!target.includes('/') || (!files.has(target) && files.has(beside))) {
        wrong.push(`${file}:${line}: write "${beside}": includes are root-relative`);
        continue;
      }
      const to = folder_of(target);
      if (from !== to && !((ranks.get(to) ?? Infinity) < (ranks.get(from) ?? -1))) {
        wrong.push(`${file}:${line}: ${from}/ must not include ${to}/`);
      }
    }
  }
  return wrong;
}

/** No file includes itself, by whatever way round. */
export function cycles(files) {
  const wrong = [];
  const done = new Set();
  const walk = (file, trail) => {
    const met = trail.indexOf(file);
    if (met >= 0) wrong.push(`${file}: includes itself: ${[...trail.slice(met), file].join(' → ')}`);
    if (met >= 0 || done.has(file)) return;
    for (const { target } of includes_of(file, files.get(file))) if (files.has(target)) walk(target, [...trail, file]);
    done.add(file);
  };
  for (const file of files.keys()) walk(file, []);
  return wrong;
}

/** A test awaits an event, never a stretch of time. (core's own sleep_for runs in the tests' virtual time.) */
export function sleeps(file, text) {
  const patterns = [
    /\bthis_thread::sleep/, /\b(?:u|nano)sleep\s*\(/, /\bwaitForTimeout\b/, /timers\/promises/, /\bawait\s+[\w.]*setTimeout\s*\(/,
    /\bsetTimeout\(\s*(?:r|res|resolve|resolved|done|ok|next)\b/, /=>\s*\{?\s*setTimeout\(\s*(?:r|res|resolve|done)\b/,
    /'sleep'|"sleep"/,
  ];
  const bash = [/^\s*sleep\s+[\d.$]/];
  if (!is_cpp(file) && !is_js(file) && !is_script(file, text)) return [];
  return matches(file, text, is_script(file, text) ? bash : patterns, 'waits for time to pass; await the event');
}

/** What is to be done is done, or is an issue. */
export function promises(file, text) {
  return matches(file, text, [/\b(?:TODO|FIXME)\b/], 'promises later work; do it, or file an issue');
}

function matches(file, text, patterns, what) {
  const wrong = [];
  text.split('\n').forEach((l, i) => {
    if (patterns.some((p) => p.test(l))) wrong.push(`${file}:${i + 1}: ${what}`);
  });
  return wrong;
}

/** What stands in script/ can be run. `mode`: of the file. */
export function executable(file, mode) {
  return /^(?:script|\.ci)\//.test(file) && !(mode & 0o111) ? [`${file}: chmod +x`] : [];
}

/** The anchors of a Markdown text, as GitHub makes them. */
export function anchors(text) {
  const seen = new Map();
  const found = new Set();
  for (const [, title] of without_fences(text).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const plain = title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
    const slug = plain.toLowerCase().replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '').replace(/ /g, '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    found.add(times ? `${slug}-${times}` : slug);
  }
  for (const [, id] of text.matchAll(/<a (?:id|name)="([^"]+)">/g)) found.add(id);
  return found;
}

const without_fences = (text) => text.replace(/^(```|~~~)[\s\S]*?^\1/gm, (f) => f.replace(/[^\n]/g, ''));

/** Links of a Markdown file resolve. `exists(path)`: a file or folder of the repository; `read(path)`: its text. */
export function links(file, text, exists, read) {
  if (!file.endsWith('.md')) return [];
  const wrong = [];
  const prose = without_fences(text).replace(/`[^`\n]*`/g, (c) => ' '.repeat(c.length));
  for (const found of prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s+(\S+)/gm)) {
    const target = found[1] ?? found[2];
    if (/^[a-z][a-z+.-]*:/i.test(target)) continue;
    const line = prose.slice(0, found.index).split('\n').length;
    const [where, anchor] = target.split('#');
    const to = where === '' ? file : path.join(path.dirname(file), decodeURIComponent(where)).replace(/\/$/, '');
    if (to.startsWith('..') || !exists(to)) wrong.push(`${file}:${line}: no such file: ${target}`);
    else if (anchor && to.endsWith('.md') && !anchors(read(to)).has(decodeURIComponent(anchor))) {
      wrong.push(`${file}:${line}: no such heading: ${target}`);
    }
  }
  return wrong;
}
