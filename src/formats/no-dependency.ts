/** Words that say that nothing is waited for: `None - can start now`, `No dependencies`, `Can start immediately`. */

const NONE =
  /^(?:none|nothing|nil|n\/?a|no (?:\p{L}+ )?(?:dependenc(?:y|ies)|prerequisites?))(?![\p{L}\d]|-\p{L})/iu;
const FREE =
  /^(?:independent(?:ly)?|stand-?alone|(?:(?:can|may|could) )?(?:be )?start(?:s|ed)? (?:right )?(?:now|immediately|at once|away|at any ?time|any ?time|first|independently)|immediate(?:ly)?(?=(?: start)?[^\p{L}]*$))(?![\p{L}\d]|-\p{L})/iu;
/** With such words something is waited for all the same: `None until it is approved`, `Start immediately after the login`. */
const UNLESS =
  /(?<!\p{L})(?:except|excluding|besides|unless|until|than|apart from|aside from|save for|after|behind|once|when|as soon as|needs?|requires?|depends?|waits?)(?!\p{L})|^(?:none|nothing|nil) but /iu;

/** Of a place that names what is waited for by numbers: with one behind it, such words say something else. */
export function saysNoDependency(text: string): boolean {
  const plain = text.replace(/^[\s*_`([]+/, '');
  if (/^[-–—]+[^\p{L}\d]*$/u.test(plain)) return true;
  const words = plain.replace(/^[-–—]+\s+/, '');
  return (NONE.test(words) || FREE.test(words)) && !UNLESS.test(words) && !/\d/.test(words);
}
