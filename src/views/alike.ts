/** What equal failures across tasks have in common, in words. */

import type { Failure } from '../core/failure.ts';

const LIMIT_WORDS: Readonly<Record<string, string>> = {
  cpu: 'time of the processor',
  openFiles: 'open files',
  disk: 'of the disk',
};

const AGENT_WORDS: Readonly<Record<string, string>> = {
  service: 'no answer of their service',
  options: 'options that they do not take',
  credentials: 'refused credentials',
  turns: 'no turns left',
  budget: 'no budget left',
  context: 'too long a conversation',
  session: 'no session to go on in',
  'no-verdict': 'without a last word',
};

const WORDS: Readonly<Record<Failure['reason'], (detail: string) => string>> = {
  'exit-code': (code) => `their agents exited with ${code}`,
  signal: (signal) => `their agents were ended by ${signal}`,
  'not-started': () => 'their agents could not be started',
  'agent-error': (kind) =>
    `their agents' programs said that they failed${kind === 'other' ? '' : ` (${AGENT_WORDS[kind] ?? kind})`}`,
  'no-completion-sign': () => 'their agents exited without saying that they are done',
  'nothing-changed': () => 'their agents said that they are done and had changed nothing',
  'nothing-added': () => 'their agents said that they are done with work that had been rejected',
  'declared-failed': () => 'their agents declared them failed',
  'hard-timeout': () => 'they reached their time limit',
  'idle-timeout': () => 'their agents printed nothing for too long',
  budget: (of) => `they used up what ${of === 'task' ? 'a task' : 'an attempt'} may use`,
  limit: (limit) => `they used more ${LIMIT_WORDS[limit] ?? limit} than they may`,
  setup: () => 'their worktrees could not be set up',
  harvest: () => 'their work could not be taken over',
  lost: () => 'they were lost with the machine',
  checks: (names) => `their work did not pass ${names.replaceAll(',', ', ')}`,
  'qa-rejected': () => 'QA rejected their work',
  'qa-blocked': () => 'QA could not look at their work here',
  'no-verdict': () => 'QA ended without a verdict on their work',
  unresolved: () => 'what was handed in did not resolve their conflicts',
  conflict: () => 'they conflict with what was merged before them',
  'merge-test': () => 'the test of their merge failed',
  e2e: () => 'a browser found fault with their merge',
  'group-validation': () => 'the validation of their group failed',
};

/** Of a signature as the log has it, e.g. `exit-code:7`. One that this version does not know is given as it is. */
export function alikeWords(signature: string): string {
  const at = signature.indexOf(':');
  const reason = at === -1 ? signature : signature.slice(0, at);
  return isReason(reason) ? WORDS[reason](signature.slice(at + 1)) : signature;
}

function isReason(text: string): text is Failure['reason'] {
  return Object.hasOwn(WORDS, text);
}
