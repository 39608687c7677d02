/** Lines and headings that say what stands below them. */

export const CRITERIA = /^(?:success|acceptance|completion)?[ -]?criteria$|^done when$|^definition of done$/i;

/** A line such as `**Notes**:` without its signs, in lower case. */
export function labelOf(text: string): string {
  return text
    .replace(/[*_:：]/g, '')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .replace(/\([^()]*\)\s*$/, '')
    .trim()
    .toLowerCase();
}

/** The same of a heading, which may say of what: `Phase 1 Success Criteria`. */
export function headingLabelOf(text: string): string {
  const label = labelOf(text);
  return /\s((?:success|acceptance|completion) criteria)$/.exec(label)?.[1] ?? label;
}
