import type { Result } from '../../core/result.ts';
import { lacksRoom, OutsideFailure } from '../../ports/outside-failure.ts';
import { describeGitProblem, type GitProblem } from './runner.ts';

// In the words of the C library and of git under the locale C: no memory, or a lock of another git.
const MAY_PASS = /Cannot allocate memory|Resource temporarily unavailable|\.lock': File exists/i;
// In our own, of what was not started or went out of sight.
const OURS = /this machine gives no more processes or files|the process that starts \S+ has ended/;

/** Git did not do what it always can: a full disk, a damaged repository, no git any more. */
export class GitFailure extends OutsideFailure {
  readonly problem: GitProblem;

  constructor(problem: GitProblem) {
    super(describeGitProblem(problem), { mayPass: mayPass(problem.stderr) });
    this.name = 'GitFailure';
    this.problem = problem;
  }
}

export function mayPass(said: string): boolean {
  return lacksRoom(said) || MAY_PASS.test(said) || OURS.test(said);
}

/** For a port whose methods reject. */
export function orThrow<T>(result: Result<T, GitProblem>): T {
  if (!result.ok) throw new GitFailure(result.error);
  return result.value;
}
