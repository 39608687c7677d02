/**
 * The world outside did not do what it always can: a full disk, a damaged repository or log, a program that is gone.
 * No bug of ours, so people are told of it as it is. Thrown by ports where a result has no room for it.
 */
export class OutsideFailure extends Error {
  /** True where the same call may succeed later: a disk that is full, a lock that somebody holds. */
  readonly mayPass: boolean;

  constructor(message: string, options: ErrorOptions & { readonly mayPass: boolean }) {
    super(message, options);
    this.name = 'OutsideFailure';
    this.mayPass = options.mayPass;
  }
}

const NO_ROOM = /\bENOSPC\b|\bEDQUOT\b|no space left|quota exceeded|disk full/i;

/** Whether a message of the system, of git or of ours says that a disk is full. Messages come in the locale C. */
export function lacksRoom(message: string): boolean {
  return NO_ROOM.test(message);
}
