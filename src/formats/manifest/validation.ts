/** A wave's validation is written in one of two forms: a shell command, or bare Python statements. */

import type { Validation } from '../../core/plan.ts';

const NAME = String.raw`[A-Za-z_]\w*`;
const DOTTED = String.raw`${NAME}(?:\.${NAME})*`;
/** After a whole statement comes another one, a remark, or nothing. */
const END = String.raw`[ \t]*(?:[;\r\n#]|$)`;

/** How a text of Python statements can begin; none of these begins a shell command that anybody writes. */
const STATEMENTS: readonly RegExp[] = [
  new RegExp(String.raw`^from[ \t]+(?:\.+|\.*${DOTTED})[ \t]+import\b`),
  new RegExp(String.raw`^import[ \t]+${DOTTED}(?:[ \t]+as[ \t]+${NAME})?(?:[ \t]*,|${END})`),
  /^(?:assert|raise|del|lambda|yield|async|nonlocal|global)[ \t]+[^-\s]/,
  /^assert[ \t]*\(/,
  // A call, but no shell function `name() {`.
  new RegExp(String.raw`^${DOTTED}\((?![ \t]*\)[ \t]*\{)`),
  // An assignment; the shell takes no blanks around its sign, and nothing but one word behind it.
  new RegExp(String.raw`^${DOTTED}(?:[ \t]*,[ \t]*${DOTTED})*[ \t]+[-+*/%|&]?=[ \t]+`),
  new RegExp(String.raw`^${NAME}=(?:${DOTTED}\(|[[{])`),
  /^(?:def|class|with|for|while|if|try)\b[^\n]*:[ \t]*(?:#.*)?(?:[\r\n]|$)/,
  // A colon in quotes ends nothing.
  /^(?:with|for|if)\b(?:[^\n;'"]|"[^"\n]*"|'[^'\n]*')*:[ \t]+\S/,
  /^@[A-Za-z_]/,
  /^(?:"""|''')/,
];

/** `if …; then` and its like, which no Python statement has. */
const SHELL_BLOCK = /^(?:if|for|while)\b[^\n]*(?:;|\n)[ \t]*(?:then|do)(?=[ \t\r\n]|$)/;

const NONE = /^(?:none|nothing|nil|null|n\/?a|[-–—])?\.?$/i;

/** More need not be seen to know the first statement; the patterns take quadratic time on some texts. */
const LONGEST_BEGINNING = 2000;

/** Null for a text that holds nothing to run. */
export function classifyValidation(text: string): Validation | null {
  const trimmed = text.trim();
  const first = trimmed.replace(/^(?:[ \t]*(?:#[^\n]*)?(?:\r?\n|$))+/, '');
  if (NONE.test(first)) return null;
  const beginning = first.slice(0, LONGEST_BEGINNING);
  return !SHELL_BLOCK.test(beginning) && STATEMENTS.some((statement) => statement.test(beginning))
    ? { kind: 'python', code: trimmed }
    : { kind: 'shell', command: trimmed };
}
