/** Compares what a task changed with its scope. Wordings reach the agent, for its next try. */

import type { Commit } from '../../core/attempt.ts';
import { fewOf } from '../../core/few-of.ts';
import type { Task } from '../../core/plan.ts';
import { printable, printableLine } from '../../core/printable.ts';
import type { CheckFinding, CheckResult } from '../../core/proof.ts';
import type { CommitReader, PathChange } from '../../ports/commit-reader.ts';
import { attendanceOf, type Company } from './attendants.ts';
import { judgeKeptParts, judgeParts } from './judge-parts.ts';
import { did, firstLine, judgePath, type PathAnswer } from './judge-path.ts';
import { breach, type Judgement, note } from './judgement.ts';
import { isInScope, matching, type Rules, rulesOf, rulesText, ruleText } from './paths.ts';

export interface BoundaryQuestion extends Pick<Task, 'scope' | 'verifyOnly'> {
  readonly base: Commit;
  readonly tip: Commit;
}

/** More would tell nobody anything. */
const MOST_FINDINGS = 50;

/** Rejects as the reader does. */
export async function boundaryCheck(question: BoundaryQuestion, reader: CommitReader): Promise<CheckResult> {
  const begun = performance.now();
  const { scope, verifyOnly, base, tip } = question;
  const rules = rulesOf(scope, verifyOnly);
  const changes = await reader.changes(base, tip);
  const judged = [
    ...(await judgeChanges({ changes, rules, question, reader })),
    ...(verifyOnly ? [] : await judgeCreated({ changes, rules, question, reader })),
  ];
  return resultOf({
    rules,
    judged,
    count: changes.length,
    durationMs: Math.round(performance.now() - begun),
  });
}

interface Work {
  readonly changes: readonly PathChange[];
  readonly rules: Rules;
  readonly question: BoundaryQuestion;
  readonly reader: CommitReader;
}

async function judgeChanges({ changes, rules, question, reader }: Work): Promise<readonly Judgement[]> {
  const answers = changes.map((change) => ({ change, answer: judgePath(change, rules) }));
  const company: Company = {
    allowed: answers
      .filter(({ answer }) => answer.is === 'whole' || answer.is === 'parts')
      .map(({ change }) => change),
    isInScope: (path) => isInScope(rules, path),
    read: (path) => reader.read(question.tip, path),
  };
  const judged: Judgement[] = [];
  for (const { change, answer } of answers) {
    judged.push(...(await judgeAnswer({ change, answer, company, question, reader })));
    if (answer.is === 'whole' || answer.is === 'parts')
      judged.push(...(await judgeKept({ change, rules, question, reader })));
  }
  return judged;
}

interface Answered {
  readonly change: PathChange;
  readonly answer: PathAnswer;
  readonly company: Company;
  readonly question: BoundaryQuestion;
  readonly reader: CommitReader;
}

async function judgeAnswer({
  change,
  answer,
  company,
  question,
  reader,
}: Answered): Promise<readonly Judgement[]> {
  switch (answer.is) {
    case 'whole':
      return answer.notes;
    case 'refused':
      return [answer.breach];
    case 'parts':
      return judgeParts({ ...(await textsOf(change, question, reader)), symbols: answer.symbols });
    case 'outside': {
      const attendance = await attendanceOf(change, company);
      if (attendance?.is === 'new-test')
        return [note(change.path, `is a new test of ${attendance.of} that the scope does not name`)];
      if (attendance !== null) return [];
      return [breach(change.path, `${did(change)}, but lies outside of the task's scope`, firstLine(change))];
    }
  }
}

async function judgeKept({
  change,
  rules,
  question,
  reader,
}: Omit<Work, 'changes'> & { readonly change: PathChange }): Promise<readonly Judgement[]> {
  const symbols = matching(rules.boundary, change.path).flatMap(({ entry }) => entry.symbol ?? []);
  if (symbols.length === 0) return [];
  return judgeKeptParts({ ...(await textsOf(change, question, reader)), symbols });
}

async function textsOf(
  { path, was, is }: PathChange,
  { base, tip }: BoundaryQuestion,
  reader: CommitReader,
): Promise<{ readonly path: string; readonly base: string | null; readonly tip: string | null }> {
  return {
    path,
    base: was === null ? '' : await reader.read(base, path),
    tip: is === null ? '' : await reader.read(tip, path),
  };
}

/** What was to be created is there. */
async function judgeCreated({ changes, rules, question, reader }: Work): Promise<readonly Judgement[]> {
  if (rules.create.length === 0) return [];
  const submodules = changes.filter(({ is }) => is === 'submodule').map(({ path }) => path);
  const paths = [...(await reader.list(question.tip)), ...submodules];
  return rules.create
    .filter((rule) => !paths.some((path) => matching([rule], path).length > 0))
    .map((rule) =>
      rule.pattern.plain
        ? breach(rule.entry.pattern, 'was not created, as the task was to do')
        : note(rule.entry.pattern, `nothing was created that ${ruleText(rule)} stands for`),
    );
}

interface Outcome {
  readonly rules: Rules;
  readonly judged: readonly Judgement[];
  readonly count: number;
  readonly durationMs: number;
}

function resultOf({ rules, judged, count, durationMs }: Outcome): CheckResult {
  const breaches = judged.filter(({ is }) => is === 'breach');
  const notes = judged.filter(({ is }) => is === 'note');
  const paths = count === 1 ? '1 changed path' : `${count} changed paths`;
  const findings = [
    ...breaches.map(({ finding }) => shown(finding, '')),
    ...notes.map(({ finding }) => shown(finding, 'warning: ')),
  ].slice(0, MOST_FINDINGS);
  const common = { name: 'boundaries', critical: true, durationMs, findings };
  if (breaches.length > 0) {
    const places = breaches.length === 1 ? '1 breach' : `${breaches.length} breaches`;
    const remedy =
      'Put back what lies outside as it was on the base, keep what lies within, and create what is missing.';
    const output = printable(`${rulesText(rules)}\n${remedy}`);
    const where = printableLine(fewOf(breaches.flatMap(({ finding }) => finding.path ?? [])));
    return { ...common, status: 'failed', detail: `${places} of the scope in ${paths}: ${where}`, output };
  }
  const rest = notes.length === 0 ? '' : `; ${notes.length} to look at`;
  const status = notes.length > 0 ? 'warning' : 'passed';
  if (!rules.isUnlimited) {
    const detail = count === 0 ? `nothing was changed${rest}` : `${paths} within the scope${rest}`;
    return { ...common, status, detail, output: '' };
  }
  if (rules.boundary.length > 0) {
    const detail = `${paths} compared with the BOUNDARY alone: the plan limits this task to no path${rest}`;
    return { ...common, status, detail, output: '' };
  }
  const detail = `the plan limits this task to no path, so there is nothing to compare ${paths} with${rest}`;
  return { ...common, status: notes.length > 0 ? 'warning' : 'not run', detail, output: '' };
}

/** Paths and names of parts are the agent's own words. */
function shown({ path, line, message }: CheckFinding, mark: string): CheckFinding {
  return {
    ...(path === undefined ? {} : { path: printableLine(path) }),
    ...(line === undefined ? {} : { line }),
    message: printableLine(`${mark}${message}`),
  };
}
