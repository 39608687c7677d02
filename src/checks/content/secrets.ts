/** Secrets in what a change adds: well-known forms, by secretlint's rules, and the values of the user's own. */

import type { Commit } from '../../core/attempt.ts';
import type { CheckFinding } from '../../core/proof.ts';
import type { CommitReader, PathChange } from '../../ports/commit-reader.ts';
import { linesIn } from '../measure/weakened-tests.ts';

export interface SecretSearch {
  readonly findings: readonly CheckFinding[];
  /** Paths that were not looked into: too large, or no text. */
  readonly skipped: readonly string[];
}

/** Rules are regular expressions of others, and the text is untrusted. */
const MOST_CHARACTERS = 1024 * 1024;
const MESSAGE_ID = /^found ([^:(]+)/i;

/** `own` are values of the user's variables; they are found, and never shown. */
export async function findSecrets(
  reader: CommitReader,
  { tip, changes }: { readonly tip: Commit; readonly changes: readonly PathChange[] },
  own: readonly string[],
): Promise<SecretSearch> {
  const findings: CheckFinding[] = [];
  const skipped: string[] = [];
  for (const { path, is, lines } of changes) {
    if (is === null || is === 'submodule' || lines?.length === 0) continue;
    const text = lines === null ? null : await reader.read(tip, path);
    const added = linesIn(text, lines);
    // A link's text is a path.
    if (is === 'link') continue;
    if (text === null || added.reduce((sum, line) => sum + line.text.length, 0) > MOST_CHARACTERS) {
      skipped.push(path);
      continue;
    }
    findings.push(...ownIn(path, added, own), ...(await wellKnownIn(path, added)));
  }
  return { findings, skipped };
}

interface Line {
  readonly line: number;
  readonly text: string;
}

function ownIn(path: string, added: readonly Line[], own: readonly string[]): CheckFinding[] {
  return added.flatMap(({ line, text }) =>
    own.some((secret) => text.includes(secret))
      ? [{ path, line, message: 'the value of one of your own secret variables' }]
      : [],
  );
}

/** Only lines that were added: a key has many, and they stand together. */
async function wellKnownIn(path: string, added: readonly Line[]): Promise<CheckFinding[]> {
  if (added.length === 0) return [];
  // A fifth of a second; most commands of the program need neither.
  const [{ lintSource }, { creator }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const result = await lintSource({
    source: { filePath: path, content: added.map(({ text }) => text).join('\n'), contentType: 'text' },
    options: {
      config: { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }] },
      maskSecrets: true,
      noPhysicFilePath: true,
    },
  });
  return result.messages.flatMap(({ message, loc }) => {
    const line = added[loc.start.line - 1]?.line;
    const what = MESSAGE_ID.exec(message)?.[1]?.trim() ?? 'secret';
    return line === undefined ? [] : [{ path, line, message: `looks like a secret: ${what}` }];
  });
}
