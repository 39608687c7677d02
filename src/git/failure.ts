import { describeGitProblem, type GitProblem } from './runner.ts';

/** Git did not do what it always can: a full disk, a damaged repository, no git any more. */
export class GitFailure extends Error {
  readonly problem: GitProblem;

  constructor(problem: GitProblem) {
    super(describeGitProblem(problem));
    this.name = 'GitFailure';
    this.problem = problem;
  }
}
