import { fewOf } from '../../core/few-of.ts';
import { BOUNDARIES, type CheckResult, type CheckStatus, type Proof, verdictOf } from '../../core/proof.ts';

/** What the checks of a task's work say together, in one line. Names of files in it are the agent's own words. */
export function checksText(proof: Proof): string {
  const not = proof.checks.filter((check) => check.status !== 'passed');
  const names = (status: CheckStatus): string[] => {
    const those = not.filter((check) => check.status === status).map(checkName);
    return those.length === 0 ? [] : [`${status}: ${those.join(', ')}`];
  };
  const rest = [...names('failed'), ...names('warning'), ...names('not run')];
  const all = proof.checks.length;
  if (all === 0) return 'there was nothing to check it by';
  const words = [`${all - not.length} of ${all} ${all === 1 ? 'check' : 'checks'} passed`, ...rest].join(
    '; ',
  );
  return verdictOf(proof) === 'failed' ? `did not pass its checks: ${words}` : `checked: ${words}`;
}

/** Where a scope was not kept to is said at once: on a last try nothing else does. */
function checkName({ name, status, findings }: CheckResult): string {
  const paths = fewOf(findings.flatMap(({ path }) => path ?? []));
  return name !== BOUNDARIES || status === 'not run' || paths === '' ? name : `${name} (${paths})`;
}
