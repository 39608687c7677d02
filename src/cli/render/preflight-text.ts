/** What a pre-flight has found, as lines; untrusted text may be part of them. */

import type { Preflight, PreflightFinding } from '../../core/preflight.ts';

const ICONS: Readonly<Record<PreflightFinding['state'], string>> = {
  ok: '✅',
  short: '⚠️',
  failed: '❌',
  'not run': '➖',
};

export function preflightText(found: Preflight): readonly string[] {
  return [`Pre-flight: ${answerWords(found)}`, ...found.checks.flatMap(lines)];
}

function answerWords({ answer, wanted, agents }: Preflight): string {
  switch (answer) {
    case 'go':
      return `go, with ${agentCount(wanted)} at most`;
    case 'reduced':
      return `reduced, with ${agents} instead of ${agentCount(wanted)} at most`;
    case 'no-go':
      return 'no-go';
  }
}

function agentCount(count: number): string {
  return `${count} ${count === 1 ? 'agent' : 'agents'}`;
}

function lines({ check, state, detail, agents }: PreflightFinding): readonly string[] {
  const [first = '', ...more] = detail.split('\n');
  const word = state === 'not run' ? 'not run, ' : '';
  const enough = agents === undefined ? '' : `; enough for ${agentCount(agents)}`;
  return [
    `  ${ICONS[state]} ${check}: ${word}${first}${more.length === 0 ? enough : ''}`,
    ...more.map((line) => `     ${line}`),
  ];
}
