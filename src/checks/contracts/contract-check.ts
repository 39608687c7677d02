/** Compares code with the contracts of its plan: the types that are shared, the routes that are promised. */

import type { Commit } from '../../core/attempt.ts';
import { parsePattern, patternMatchesPath } from '../../core/glob-overlap.ts';
import type { Scope, TextFile } from '../../core/plan.ts';
import { printableLine } from '../../core/printable.ts';
import type { CheckFinding, CheckResult, CheckStatus } from '../../core/proof.ts';
import type { CommitReader } from '../../ports/commit-reader.ts';
import { languageOf } from '../symbols/syntax.ts';
import type { ContractAnswer } from './found.ts';
import { apiContract } from './routes/api-contract.ts';
import { typeContract } from './types/type-contract.ts';

export interface ContractQuestion {
  /** Paths from the plan's folder. */
  readonly contracts: readonly TextFile[];
  /** Named contracts that could not be read, each with the reason. */
  readonly unread?: readonly string[];
  /** Of one task, or of all tasks whose work is there. Types are looked for in the files that these name. */
  readonly scopes: readonly Scope[];
  readonly base: Commit;
  readonly tip: Commit;
  /** The tip holds the work of all tasks, so every route must be there. */
  readonly isWhole: boolean;
}

const MOST_FINDINGS = 50;

/** Rejects as the reader does. */
export async function contractCheck(question: ContractQuestion, reader: CommitReader): Promise<CheckResult> {
  const begun = performance.now();
  const unread = question.unread ?? [];
  const answers = [
    ...(await changedContracts(question, reader)),
    ...unread.map((reason): ContractAnswer => ({ status: 'not run', detail: reason, findings: [] })),
  ];
  for (const contract of question.contracts) {
    answers.push(await answerOf(contract, question, reader));
  }
  const detail =
    answers.length === 0 ? 'no contract is named' : answers.map((each) => each.detail).join('; ');
  return {
    name: 'contracts',
    // Code can keep a contract in ways that are not seen here.
    critical: false,
    status: statusOf(answers),
    detail: printableLine(detail),
    durationMs: Math.round(performance.now() - begun),
    output: '',
    findings: answers
      .flatMap(({ findings }) => findings)
      .slice(0, MOST_FINDINGS)
      .map(shown),
  };
}

/** What was not run says nothing against what was. */
function statusOf(answers: readonly ContractAnswer[]): CheckStatus {
  const order: readonly CheckStatus[] = ['failed', 'warning', 'passed'];
  return order.find((status) => answers.some((each) => each.status === status)) ?? 'not run';
}

async function answerOf(
  contract: TextFile,
  question: ContractQuestion,
  reader: CommitReader,
): Promise<ContractAnswer> {
  const { base, tip, isWhole } = question;
  if (languageOf(contract.path) !== null) {
    return typeContract({ contract, base, tip, isInScope: inScopes(question.scopes) }, reader);
  }
  if (/\.(?:ya?ml|json)$/i.test(contract.path)) return apiContract({ contract, base, tip, isWhole }, reader);
  const detail = `${contract.path}: neither types in TypeScript or Python nor an OpenAPI document`;
  return { status: 'not run', detail, findings: [] };
}

function inScopes(scopes: readonly Scope[]): (path: string) => boolean {
  const patterns = scopes
    .flatMap(({ create, modify }) => [...create, ...modify])
    .map(({ pattern }) => parsePattern(pattern));
  return (path) => patterns.some((pattern) => patternMatchesPath(pattern, path));
}

/** Plans often lie in the repository: whoever changes a contract there changes what the others were promised. */
async function changedContracts(
  { contracts, base, tip }: ContractQuestion,
  reader: CommitReader,
): Promise<readonly ContractAnswer[]> {
  const answers: ContractAnswer[] = [];
  for (const { path, kind } of contracts.length === 0 ? [] : await reader.changes(base, tip)) {
    const contract = contracts.find((each) => path === each.path || path.endsWith(`/${each.path}`));
    if (kind === 'added' || contract === undefined) continue;
    if ((await reader.read(base, path)) !== contract.text) continue;
    const message = `the contract itself was ${kind === 'deleted' ? 'deleted' : 'changed'}`;
    answers.push({ status: 'failed', detail: `${contract.path}: ${message}`, findings: [{ path, message }] });
  }
  return answers;
}

/** Names, paths and texts of types are the words of agents. */
function shown({ path, line, message }: CheckFinding): CheckFinding {
  return {
    ...(path === undefined ? {} : { path: printableLine(path) }),
    ...(line === undefined ? {} : { line }),
    message: printableLine(message),
  };
}
