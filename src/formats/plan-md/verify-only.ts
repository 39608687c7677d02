/**
 * Which tasks may end without a change, for they seem to verify only. Few plans of this family say so, so it is told by
 * three signs that must come together: the agent or the group is there for verifying, the title names a kind of test, and
 * it names nothing that is to be made. It is a guess: it forbids nothing.
 */

const VERIFIER =
  /\b(?:validat(?:or|ion)|verif(?:ier|ication|y)|test(?:er|s|ing)?|qa|quality|review(?:er)?|audit(?:or)?)\b/i;
const VERIFYING =
  /\b(?:tests?|testing|test suites?|benchmarks?|audits?|reviews?|validat(?:e|ion)|verif(?:y|ication)|checks?|scans?|lint(?:ing)?|coverage)\b/i;
const MAKES =
  /\b(?:writ(?:e|ing)|creat(?:e|ing|ion)|build(?:ing)?|implement(?:s|ing|ation)?|add(?:ing)?|set(?:ting)?[ -]?up|develop(?:ing|ment)?|generat(?:e|ing)|updat(?:e|ing)|fix(?:ing)?|design(?:ing)?|draft(?:ing)?|document(?:ing)?|refactor(?:ing)?|extend(?:ing)?|migrat(?:e|ing)|configur(?:e|ing)|mak(?:e|ing)|improv(?:e|ing)|increas(?:e|ing)|expand(?:ing)?)\b/i;

export function seemsToVerify(title: string, agent: string, group: string): boolean {
  const isVerifier = VERIFIER.test(agent.replace(/[-_\d]+/g, ' ')) || VERIFIER.test(group);
  return isVerifier && VERIFYING.test(title) && !MAKES.test(title);
}
