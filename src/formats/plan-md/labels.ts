/** Lines and headings that say what stands below them. */

export const CRITERIA = /^(?:success|acceptance|completion)?[ -]?criteria$|^done when$|^definition of done$/i;

/** It ends with a colon. */
export function announcesMore(text: string): boolean {
  // Many colons would be looked at from each of their places.
  return /:\W*$/.test(text.slice(-100));
}

export function lastLine(text: string): string {
  return text.split(/[\r\n]+/).at(-1) ?? '';
}

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
  // To define them is work.
  if (WORK.test(label)) return label;
  return /\s((?:success|acceptance|completion) criteria)$/.exec(label)?.[1] ?? label;
}

const WORK =
  /^(?:\d+[.)]?\s+)?(?:define|write|draft|review|agree|document|check|verify|validate|test|update|add|prove|meet|collect|discuss)\b/;

/** Of a heading such as `1.3 Login` or `Task 1.4`; empty for none. */
export function numberOf(heading: string): string {
  return (
    /^\P{L}*?(?:task\s+)?#?(\d{1,6}(?:\.\d{1,6}){1,3})(?![\d.]*\d)/iu.exec(heading.slice(0, 200))?.[1] ?? ''
  );
}
