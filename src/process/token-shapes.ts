/** How tokens of well-known services look, whatever variable or file they come from. */

/** Longer ones are found as far as this; the bound is what a window over a file has to overlap by. */
export const LONGEST_SHAPE = 16 * 1024;

const MIXED = String.raw`(?=[\w-]{0,200}?[0-9])(?=[\w-]{0,200}?[A-Z])`;

/** Ends of names of variables that hold secrets. */
const ASSIGNED = '(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?)';

const SHAPES: readonly string[] = [
  // Anthropic, OpenAI and whoever took over their form; words with hyphens have no digits and capitals.
  String.raw`sk-${MIXED}[\w-]{20,512}`,
  String.raw`sk-ant-[\w-]{20,512}`,
  // GitHub, GitLab.
  'gh[oprsu]_[A-Za-z0-9]{20,255}',
  String.raw`github_pat_\w{22,255}`,
  String.raw`gl(?:pat|rt|dt|cbt|ptt)-[\w-]{20,255}`,
  // Google, AWS, Azure's storage.
  String.raw`AIza[\w-]{35}`,
  String.raw`ya29\.[\w-]{20,2048}`,
  '(?:AKIA|ASIA)[A-Z0-9]{16}',
  'AccountKey=[A-Za-z0-9+/]{40,128}={0,2}',
  // Slack, Stripe, SendGrid, Hugging Face, Groq, xAI, Perplexity, Replicate, DigitalOcean.
  String.raw`xox[abeprs]-[\w-]{10,255}`,
  String.raw`xapp-[\w-]{20,255}`,
  '[rs]k_(?:live|test)_[A-Za-z0-9]{16,255}',
  String.raw`SG\.[\w-]{16,64}\.[\w-]{32,128}`,
  'hf_[A-Za-z0-9]{30,64}',
  '(?:gsk_|xai-|pplx-|r8_)[A-Za-z0-9]{32,128}',
  'do[opr]_v1_[a-f0-9]{64}',
  // Package registries.
  'npm_[A-Za-z0-9]{36}',
  String.raw`pypi-[\w-]{50,512}`,
  // A JSON web token.
  String.raw`eyJ[\w-]{10,4096}\.eyJ[\w-]{10,8192}\.[\w-]{10,2048}`,
  // Its name goes with it.
  String.raw`[Bb]earer\s{1,4}(?=[\w.~+/=-]{0,64}?[0-9])[\w.~+/=-]{20,4096}`,
  // The password of an address.
  String.raw`(?<=\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/@:"'\\]{0,64}:)[^\s/@"'\\]{8,256}(?=@)`,
  // What a line of an environment file sets, as it is and in quotes. Without a digit it may be a word, or code.
  String.raw`(?<=${ASSIGNED}=)(?!process\.env|[\w.]{1,80}\()(?=[^\s"'\\<>(){}$;|&,]{0,200}?[0-9])[^\s"'\\<>(){}$;|&,]{8,512}`,
  String.raw`(?<=${ASSIGNED}=\\{0,3}["'])(?=[^"'\\]{0,200}?[0-9])[^"'\\\r\n$]{8,512}`,
];

const TOKEN = new RegExp(SHAPES.join('|'), 'g');
/** Most texts hold none of these, and to look for them costs a tenth. */
const HINT =
  /sk-|gh[oprsu]_|github_pat_|gl(?:pat|rt|dt|cbt|ptt)-|AIza|ya29\.|AKIA|ASIA|AccountKey|xox[abeprs]-|xapp-|[rs]k_|SG\.|hf_|gsk_|xai-|pplx-|r8_|_v1_|npm_|pypi-|eyJ|earer/;
/** The last letters of names that are assigned to. */
const ASSIGNMENT = /[DELNSTY]=/;

/** A part of a text, in its code units. */
export interface Place {
  readonly at: number;
  readonly length: number;
}

/** In order; none meets another. */
export function tokensIn(text: string): readonly Place[] {
  if (!mayHoldToken(text)) return [];
  const found: Place[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const isToken = isBeginning(text, match.index);
    if (isToken) found.push({ at: match.index, length: match[0].length });
    else TOKEN.lastIndex = match.index + 1;
  }
  return found;
}

function mayHoldToken(text: string): boolean {
  return HINT.test(text) || text.includes('://') || (text.includes('=') && ASSIGNMENT.test(text));
}

/**
 * Not in the middle of a word, for `disk-…` holds `sk-`. Behind the line ends of JSON and behind a colour a new one
 * begins, though a letter stands before it.
 */
function isBeginning(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 12), at);
  return !/[\w-]$/.test(before) || /(?:\\[nrt]|\[[0-9;]{0,9}m)$/.test(before);
}

const KEY_EDGE = /-----(BEGIN|END) [A-Z0-9 ]{0,30}PRIVATE KEY-----/g;

/** Private keys, in lines or with the line ends of JSON. In order; none meets another. */
export function privateKeysIn(text: string): readonly Place[] {
  if (!text.includes('PRIVATE KEY-----')) return [];
  const found: Place[] = [];
  let begins: number[] = [];
  for (const { 0: edge, 1: kind, index } of text.matchAll(KEY_EDGE)) {
    if (kind === 'BEGIN') {
      begins.push(index);
      continue;
    }
    // A quote ends a string of JSON, and no key goes on behind it.
    const from = Math.max(text.lastIndexOf('"', index), index + edge.length - LONGEST_SHAPE);
    const at = begins.find((begin) => begin > from);
    if (at !== undefined) found.push({ at, length: index + edge.length - at });
    begins = [];
  }
  return found;
}

/** It may go on in the next line. */
export function opensPrivateKey(line: string): boolean {
  return /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY-----\s*$/.test(line);
}

/** As the lines of a private key are, its last one included. */
export function isKeyLine(line: string): boolean {
  return /^\s*(?:[A-Za-z0-9+/=]{1,128}|-----END [A-Z0-9 ]{0,30}PRIVATE KEY-----|[A-Z][A-Za-z-]{2,20}: .{0,100}|)\s*$/.test(
    line,
  );
}
