/** What a commit says, beside its tree and parents. Of an agent's commit, so nothing of it is taken on trust. */

export interface CommitText {
  /** Name, address, seconds and zone as git writes them; absent where they are malformed. */
  readonly author?: string;
  /** Of the message; absent for UTF-8. */
  readonly encoding?: string;
  readonly message: Buffer;
}

export function parseCommitText(content: Buffer): CommitText {
  const end = content.indexOf('\n\n');
  const header = content.toString('utf8', 0, end < 0 ? content.length : end);
  const author = /^author ([^<>\n\0]*<[^<>\n\0]*> \d+ [+-]\d{4})$/m.exec(header)?.[1];
  const encoding = /^encoding ([\w.:-]+)$/m.exec(header)?.[1];
  const message = end < 0 ? Buffer.alloc(0) : content.subarray(end + 2);
  return {
    ...(author === undefined ? {} : { author }),
    ...(encoding === undefined ? {} : { encoding }),
    // Git refuses a commit with NUL in it.
    message: Buffer.from(message.filter((byte) => byte !== 0)),
  };
}
