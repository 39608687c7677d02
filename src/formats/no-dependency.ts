/** Words that say that nothing is waited for: `None - can start now`, `No dependencies`, `Can start immediately`. */

const NONE =
  /^(?:none|nothing|nil|n\/?a|no (?:\p{L}+ )?(?:dependenc(?:y|ies)|prerequisites?)|[-–—])(?![\p{L}\d])/iu;
const FREE =
  /^(?:independent(?:ly)?|stand-?alone|(?:(?:can|may|could) )?(?:be )?start(?:s|ed)? (?:right )?(?:now|immediately|at once|away|at any ?time|any ?time|first|independently)|immediate(?:ly)?)(?![\p{L}\d])/iu;

/** Of a place that names what is waited for by numbers: with one behind it, such words say something else. */
export function saysNoDependency(text: string): boolean {
  const plain = text.replace(/^[\s*_`([]+/, '');
  return (NONE.test(plain) || FREE.test(plain)) && !/\d/.test(plain);
}
