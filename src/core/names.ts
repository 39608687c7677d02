/**
 * Names that come from plans and agents become parts of paths, refs and identifiers. They are untrusted:
 * `safeName` gives a name that is one path segment and one ref segment on every platform.
 */

const WINDOWS_DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/;
const LONGEST = 80;
/** As a name ends that had to be changed; one that ends so by itself would pass for such a one. */
const HASHED = /-[0-9a-f]{8}$/;

/**
 * Lower-case letters, digits and single hyphens, at most 80 characters. A name that had to be changed ends with 8
 * hexadecimal digits of its hash. That keeps names apart that are not made to meet; for the others, see `sharedNames`.
 */
export function safeName(name: string): string {
  const slug = slugOf(name);
  const plain =
    slug === name &&
    slug !== '' &&
    slug.length <= LONGEST &&
    !WINDOWS_DEVICE.test(slug) &&
    !HASHED.test(slug);
  if (plain) return slug;
  const head = slug.slice(0, LONGEST - 9).replace(/-+$/, '');
  return `${head === '' ? 'x' : head}-${hash32(name)}`;
}

/** Each name whose safe form an earlier one has already, with that earlier one. The hash is short: a plan can be made so. */
export function sharedNames(names: readonly string[]): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  const shared = new Map<string, string>();
  for (const name of names) {
    const safe = safeName(name);
    const earlier = first.get(safe);
    if (earlier === undefined) first.set(safe, name);
    else if (earlier !== name) shared.set(name, earlier);
  }
  return shared;
}

/** The readable part only: may be empty, and two names may share it. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** FNV-1a over UTF-16 code units, 32 bits, as 8 hexadecimal digits. http://www.isthe.com/chongo/tech/comp/fnv/ */
export function hash32(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/**
 * Whether a short branch name is one that git takes, by the rules of git-check-ref-format(1), and cannot be
 * mistaken for an option or for a name with a meaning of its own.
 */
export function isBranchName(name: string): boolean {
  if (name === '' || name === '@' || name === 'HEAD' || name.startsWith('-')) return false;
  if (name.startsWith('/') || name.endsWith('/') || name.endsWith('.') || name.includes('//')) return false;
  if (name.includes('..') || name.includes('@{') || /[\u0000-\u0020\u007f~^:?*[\\]/.test(name)) return false;
  return name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'));
}
