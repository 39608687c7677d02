/** Integration's outside world for tests: one line of commits, checks and a target branch that a test decides about. */

import type { Commit } from '../core/attempt.ts';
import type { CombinedProof } from '../core/integrated.ts';
import type { IntegrationPorts } from '../engine/parts.ts';
import type { CombinedProver, CombinedRequest, Look, LookRequest } from '../ports/combined-prover.ts';
import type { History } from '../ports/history.ts';
import type { Moved, Obstacle, TargetBranch, TargetMove } from '../ports/target-branch.ts';

export class ScriptedIntegration implements IntegrationPorts {
  /** Oldest first; each holds those before it. */
  commits: readonly Commit[] = [];
  readonly branches = new Map<string, Commit>();
  readonly asked: CombinedRequest[] = [];
  readonly looked: Commit[] = [];
  proof: (request: CombinedRequest) => CombinedProof | null = () => ({ checks: [], boundaries: [] });
  sight: (request: LookRequest) => Look | null = () => ({ is: 'passed' });
  against: readonly Obstacle[] = [];
  readonly moves: TargetMove[] = [];
  moved: (move: TargetMove) => Moved = () => ({ is: 'moved' });
  completed: Moved | null = null;

  readonly combined: CombinedProver = {
    prove: async (request) => {
      this.asked.push(request);
      return this.proof(request);
    },
    look: async (request) => {
      this.looked.push(request.commit);
      return this.sight(request);
    },
  };

  readonly history: History = {
    branch: async (name) => this.branches.get(name) ?? null,
    contains: async (commit, ancestor) => {
      const [one, other] = [this.commits.indexOf(commit), this.commits.indexOf(ancestor)];
      return commit === ancestor || (other >= 0 && one >= other);
    },
    line: async (base, tip) =>
      this.commits.slice(this.commits.indexOf(base) + 1, this.commits.indexOf(tip) + 1),
    halfway: async (good, bad) => {
      const left = this.commits.slice(this.commits.indexOf(good) + 1, this.commits.indexOf(bad));
      const middle = (left.length - 1) / 2;
      const distance = (commit: Commit): number => Math.abs(left.indexOf(commit) - middle);
      return left.toSorted((one, other) => distance(one) - distance(other));
    },
  };

  readonly target: TargetBranch = {
    obstacles: async () => this.against,
    move: async (move) => {
      this.moves.push(move);
      return this.moved(move);
    },
    complete: async () => this.completed,
  };
}
