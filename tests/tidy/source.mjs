// tests/tidy/source.mjs: source text without comments and strings, and the functions in it: enough of a lexer for C++ and JS.

/** Blanks comments, strings and regular expressions, keeping every line end and every brace of the code itself. */
export function code_only(text) {
  const token = new RegExp([
    String.raw`\/\/[^\n]*`,
    String.raw`\/\*[\s\S]*?\*\/`,
    String.raw`R"([^\s()\\]{0,16})\([\s\S]*?\)\1"`,
    String.raw`"(?:\\[\s\S]|[^"\\\n])*"`,
    String.raw`(?<![0-9A-Za-z])'(?:\\[\s\S]|[^'\\\n])*'`,
    String.raw`\x60(?:\\[\s\S]|[^\x60\\])*\x60`,
    String.raw`(?<=[(,=:[!&|?{};]\s*|return\s)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/`,
  ].join('|'), 'g');
  return text.replace(token, (found) => found.replace(/[^\n]/g, ' '));
}

const control = /^\s*(?:}\s*)?(?:if|else|for|while|switch|catch|do|try|return|co_return)\b/;
const container = /\b(?:namespace|class|struct|union|enum|extern|requires)\b(?![^]*\))/;
const group = /\b(?:describe|suite)\s*\(/;

/** Every outermost function: `line` (of its brace, from 1), `lines` (to its closing brace), `head`. */
export function functions(text) {
  const code = code_only(text);
  const found = [];
  const open = [];
  let head_from = 0;
  let inside = 0;
  let line = 1;
  for (let at = 0; at < code.length; at++) {
    const c = code[at];
    if (c === '\n') line++;
    if (c === ';') head_from = at + 1;
    if (c === '{') {
      const head = code.slice(head_from, at);
      const is_function = inside === 0 && head.includes(')') && !control.test(head) && !container.test(head) &&
        !group.test(head) && /(?:\)|=>|const|noexcept|override|final|mutable|\w)\s*$/.test(head);
      open.push({ is_function, line, head: head.trim().split('\n').pop().trim() });
      if (is_function) inside++;
      head_from = at + 1;
    }
    if (c === '}') {
      const block = open.pop();
      if (block?.is_function) {
        inside--;
        found.push({ line: block.line, lines: line - block.line + 1, head: block.head });
      }
      head_from = at + 1;
    }
  }
  return found;
}
