/** Words that say that nothing is waited for: `None - can start now`, `No dependencies`, `Can start immediately`. */

const NONE =
  /^(?:none|nothing|nil|n\/?a|no (?:\p{L}+ )?(?:dependenc(?:y|ies)|prerequisites?))(?![\p{L}\d]|-\p{L})/iu;
const FREE =
  /^(?:independent(?:ly)?|stand-?alone|(?:(?:can|may|could) )?(?:be )?start(?:s|ed)? (?:right )?(?:now|immediately|at once|away|at any ?time|any ?time|first|independently)|immediate(?:ly)?(?=(?: start)?(?:[^\p{L}]*$|\s?[(,;–—-]\s?no\s)))(?![\p{L}\d]|-\p{L})/iu;
/** With such words something is waited for all the same: `None until it is approved`, `Nothing except the login`. */
const UNLESS =
  /(?<!\p{L})(?:except|excluding|besides|unless|until|than|apart from|aside from|save for)(?!\p{L})|^(?:none|nothing|nil) but (?!\p{L}*\s?(?:needs?|requires?)\b)/iu;
/** Behind words on the start alone: `Start immediately after the login`. */
const BEHIND = /(?<!\p{L})(?:after|behind|once|when|as soon as|needs?|requires?|depends?|waits?)(?!\p{L})/iu;
/** Others wait, or nothing is: `Independent, everything else depends on this`, `start as soon as possible`. */
const HARMLESS =
  /(?<!\p{L})(?:(?:everything|everyone|all|every|the rest|others?)(?: (?:else|others?|of|the|tasks?|groups?))* (?:depends?|waits?|needs?|requires?)|as soon as possible|when(?:ever)? (?:ready|possible)|(?:needs?|requires?|depends? on) (?:nothing|no))(?!\p{L})/giu;

/** What it may be done beside is not waited for: `can run in parallel with Task 1 and Task 2`. */
const BESIDE =
  /(?<!\p{L})(?:parallel|concurrently)\s+(?:with|to)\s+(?:(?:tasks?|groups?|and|&|[,#]|T(?=\d))\s*|\d{1,6}(?:\.\d{1,6})?(?:\s|(?![\p{L}\d])))+/giu;

/** Of a place that names what is waited for: with blanks for what is named beside it. */
export function withoutBeside(text: string): string {
  return text.replace(BESIDE, (words) => ' '.repeat(words.length));
}

/** Of a place that names what is waited for by numbers: with one behind it, such words say something else. */
export function saysNoDependency(text: string): boolean {
  const plain = text.replace(/^[\s*_`([]+/, '');
  if (/^[-–—][^\p{L}\d]*$/u.test(plain)) return true;
  const words = withoutBeside(plain.replace(/^[-–—]+\s+/, ''));
  if (UNLESS.test(words) || /\d/.test(words)) return false;
  return NONE.test(words) || (FREE.test(words) && !BEHIND.test(words.replace(HARMLESS, ' ')));
}
